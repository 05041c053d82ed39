"""Signs in a text that nobody sees: no field, file or mail takes them."""

from __future__ import annotations

from typing import Final
from unicodedata import category

# controls, formats, surrogates, private use: nobody sees them, they turn the text around them, and
# the database takes no null character
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})
_NO_TEXT: Final = "\ufffe\uffff"  # XML takes neither, so no workbook and no slide does


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
