"""Mobile numbers as a gateway takes them (E.164), and who is reached by theirs."""

from __future__ import annotations

import re
from typing import Final

# beside each row of active people; `p` is asking.person
OWN_NUMBER: Final = "(p.mobile <> '' AND count(*) OVER (PARTITION BY p.mobile) = 1)"
LONGEST: Final = 16
_BETWEEN: Final = re.compile(r"[\s().\u00a0-]+")
_HERE: Final = "+47"
# Nkom's numbering plan: what begins with 4 or 9 is mobile; 59 with twelve digits is machines
_NORWEGIAN: Final = re.compile(r"[49]\d{7}")
# E.164: at most fifteen digits, and no country code begins with 0
_FOREIGN: Final = re.compile(r"\+[1-9]\d{6,14}")


def mobile_number(written: str) -> str | None:
    """Read a number as people write it; ``None`` for one that no text message reaches.

    Examples
    --------
    >>> mobile_number("912 34 567"), mobile_number("0047 40000000"), mobile_number("+46 701234567")
    ('+4791234567', '+4740000000', '+46701234567')
    >>> mobile_number("22 05 00 00"), mobile_number("internt 4411"), mobile_number("")
    (None, None, None)
    """
    number = _BETWEEN.sub("", written)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    number = number.removeprefix(_HERE) if number.startswith(_HERE) else number
    if _NORWEGIAN.fullmatch(number):
        return f"{_HERE}{number}"
    return number if _FOREIGN.fullmatch(number) and number.isascii() else None
