"""A receipt as people write it: 64 hexadecimal digits, in groups, in capitals, over two lines."""

from __future__ import annotations

import re
from typing import Final

DIGITS: Final = 64
_RECEIPT: Final = re.compile(r"[0-9a-f]{64}")
# spaces of every kind, hyphens, and the marks that mail programmes put into long words
_BETWEEN: Final = re.compile("[\\s\u00ad\u200b\u200c\u200d\u2060\ufeff\\-\u2010-\u2015:.]+")


def as_receipt(text: str) -> str | None:
    r"""Return a receipt in its one form, or None for what is none.

    Examples
    --------
    >>> as_receipt("AB" * 31 + " a\\nB")[-4:]
    'abab'
    >>> as_receipt("abc") is None
    True
    """
    found = _BETWEEN.sub("", text).lower()
    return found if is_receipt(found) else None


def digits_of(text: str) -> str:
    """Return the hexadecimal digits of a text, to say how many of them there are."""
    return re.sub("[^0-9a-f]", "", text.lower())


def is_receipt(text: object) -> bool:
    """Say whether this is a receipt as records hold it."""
    return isinstance(text, str) and _RECEIPT.fullmatch(text) is not None
