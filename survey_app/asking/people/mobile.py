"""Mobile numbers as a gateway takes them (E.164), and who is reached by theirs."""

from __future__ import annotations

import re
from typing import Final

# beside each row of active people; `p` is asking.person
OWN_NUMBER: Final = "(p.mobile <> '' AND count(*) OVER (PARTITION BY p.mobile) = 1)"
LONGEST: Final = 16
_BETWEEN: Final = re.compile(r"[\s().\u00a0-]+")
_HERE: Final = "+47"
# Nkom's numbering plan: what begins with 4 or 9 is mobile; 59 with twelve digits is machines. Some
# HR systems write the country code without its sign, which ten digits leave no doubt of
_NORWEGIAN: Final = re.compile(r"(?:\+?47)?([49][0-9]{7})")
# E.164: at most fifteen digits, and no country code begins with 0
_FOREIGN: Final = re.compile(r"\+(?!47)[1-9][0-9]{6,14}")


def mobile_number(written: str) -> str | None:
    """Read a number as people write it; ``None`` for one that no text message reaches.

    Examples
    --------
    >>> mobile_number("912 34 567"), mobile_number("0047 40000000"), mobile_number("+46 701234567")
    ('+4791234567', '+4740000000', '+46701234567')
    >>> mobile_number("4791234567")
    '+4791234567'
    >>> mobile_number("22 05 00 00"), mobile_number("internt 4411"), mobile_number("")
    (None, None, None)
    """
    number = _BETWEEN.sub("", written)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if here := _NORWEGIAN.fullmatch(number):
        return f"{_HERE}{here[1]}"
    return number if _FOREIGN.fullmatch(number) else None
