"""Signs in a text that nobody sees: no field, file or mail takes them."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category

# controls, formats, surrogates, private use: nobody sees them, they turn the text around them, and
# the database takes no null character
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})
_NO_TEXT: Final = "\ufffe\uffff"  # XML takes neither, so no workbook and no slide does
# letters, marks and signs with nothing to see in them (Unicode, Default_Ignorable_Code_Point, and
# braille without a dot): a text may need them, a name by which somebody is known does not
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)


def without_unseen(text: str) -> str:
    r"""Leave what can be seen, lines and tabs.

    Examples
    --------
    >>> without_unseen("skje\u200bma\0")
    'skjema'
    """
    if text.isprintable():
        return text
    lines = "\n".join(text.splitlines())
    return "".join(
        one
        for one in lines
        if one in "\n\t" or (category(one) not in _UNSEEN and one not in _NO_TEXT)
    )


def on_one_line(text: str) -> str:
    r"""Leave what can be seen, its words one space apart: so a page shows it in any case.

    Examples
    --------
    >>> on_one_line(" Fengsel\nNord \u200b 1 ")
    'Fengsel Nord 1'
    """
    return " ".join(without_unseen(text).split())


def as_seen(text: str) -> str:
    r"""Leave what can be seen, and none of the letters and marks with nothing to see in them.

    Examples
    --------
    >>> as_seen("98\u034f76\u00ad5432")
    '98765432'
    """
    return _BLANK.sub("", without_unseen(text))


def has_unseen(text: str) -> bool:
    r"""Tell whether a text has signs that nobody sees, so that it may look like another.

    Examples
    --------
    >>> [has_unseen(one) for one in ("hr@post.no", "hr\u200b@post.no", "hr\ufe0f@post.no")]
    [False, True, True]
    """
    return as_seen(text) != text
