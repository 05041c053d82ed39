"""What points at somebody by its form: addresses, telephone numbers and other long numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.no import fodselsnummer

from analytics.comments.spans import MaskKind, Span

EMAIL = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\W\d_]{2,}")
_ELEVEN = re.compile(r"(?<!\d)\d{6}[ .-]?\d{5}(?!\d)")
_PHONE = re.compile(
    r"(?<![\d+])(?:"
    r"(?:(?:\+|00)47[ .-]?)?(?:[2-9]\d{7}|[2-9]\d\d[ .]\d\d[ .]\d{3}|[2-9]\d(?:[ .]\d\d){3})"
    r"|(?:\+|00)[1-9]\d{0,2}(?:[ .-]?\d){6,12}"
    r")(?!\d)"
)
# a staff number, a case, a cell: five digits or more are hardly a year or an amount of people
_LONG = re.compile(r"(?<!\d)\d(?:[.-]?\d){4,}(?!\d)")


def find_identifiers(text: str) -> Iterator[Span]:
    """Find e-mail addresses, national identity numbers, telephone numbers and long numbers.

    Eleven digits are a national identity number (also a D-number) when their two check digits are
    right; when not they are a long number, and somebody may have mistyped.
    """
    for found in EMAIL.finditer(text):
        yield Span(found.start(), found.end(), MaskKind.EMAIL)
    for found in _ELEVEN.finditer(text):
        kind = MaskKind.NATIONAL_ID if _is_national_id(found[0]) else MaskKind.NUMBER
        yield Span(found.start(), found.end(), kind)
    for found in _PHONE.finditer(text):
        yield Span(found.start(), found.end(), MaskKind.PHONE)
    for found in _LONG.finditer(text):
        yield Span(found.start(), found.end(), MaskKind.NUMBER)


def _is_national_id(digits: str) -> bool:
    valid: bool = fodselsnummer.is_valid(re.sub(r"\D", "", digits))
    return valid
