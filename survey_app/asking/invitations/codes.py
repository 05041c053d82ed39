"""The code in a letter: what is typed where no link can be pressed.

Twelve signs of Crockford's alphabet, which lacks I, L, O and U. Eleven carry 55 bits that are
derived from the same secret as the token, the twelfth is a check sign. A code is never stored: the
database holds an HMAC of it under a second key, so a stolen dump neither holds codes nor tells
whether a guess is one (``anonymity-design.md`` 2, T7).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from enum import StrEnum
from functools import reduce
from operator import xor
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIGNS = 12
GROUP = 4
HASH_BYTES = 16
_BITS = 5
_DATA = SIGNS - 1
_PLACE = {sign: at for at, sign in enumerate(ALPHABET)}
# what is read or typed in the place of a sign that looks like it
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = re.compile(r"[\W_]+")
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive: the powers of x run through the field


class Flaw(StrEnum):
    """Why what was typed cannot be a code of ours."""

    LENGTH = "length"
    SIGN = "sign"
    CHECK = "check"


def code_for(secret: bytes, wave: UUID, pid: bytes, generation: int) -> str:
    """Return the code of an invitation, 12 signs without spaces."""
    key = hashlib.sha256(b"verdibarometer/code/" + secret).digest()
    message = wave.bytes + pid + generation.to_bytes(2, "big")
    drawn = int.from_bytes(hmac.digest(key, message, "sha256")[:8])
    values = [drawn >> _BITS * at & len(ALPHABET) - 1 for at in range(_DATA)]
    return "".join(ALPHABET[value] for value in (*values, _check(values)))


def code_hash(secret: bytes, code: str) -> bytes:
    """Return what stands in the database for a code, 16 bytes."""
    key = hashlib.sha256(b"verdibarometer/code-hash/" + secret).digest()
    return hmac.digest(key, code.encode(), "sha256")[:HASH_BYTES]


def in_groups(code: str) -> str:
    """Write a code as it is printed.

    Examples
    --------
    >>> in_groups("7KQ49XMT2PBT")
    '7KQ4-9XMT-2PBT'
    """
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read_code(typed: str) -> str | Flaw:
    """Mend what somebody typed, and say whether it can be a code.

    Small letters, spaces and hyphens do not matter, nor whether O or 0, I, L or 1 was typed.

    Examples
    --------
    >>> read_code("7kq4 9xmt")
    <Flaw.LENGTH: 'length'>
    """
    code = _mended(typed)
    if len(code) != SIGNS:
        return Flaw.LENGTH
    values = [_PLACE.get(sign, -1) for sign in code]
    if min(values) < 0:
        return Flaw.SIGN
    return code if _check(values[:-1]) == values[-1] else Flaw.CHECK


def signs_of(typed: str) -> int:
    """Return how many signs somebody has typed, without what stands between them."""
    return len(_mended(typed))


def _mended(typed: str) -> str:
    return _BETWEEN.sub("", typed).upper().translate(_ALIKE)


def _check(values: Sequence[int]) -> int:
    """Return the check sign's value: a sum in GF(32) in which every place weighs differently.

    The weights are x, x², … and 1 for the check sign itself. One wrong sign changes the sum, and
    so does any two that changed places: weights differ, and so do the signs (a generalised Reed-
    Solomon code of distance 2, whose transposed words are no words of it).
    """
    return reduce(xor, (_times_power(value, at) for at, value in enumerate(values, start=1)), 0)


def _times_power(value: int, power: int) -> int:
    for _ in range(power):
        value <<= 1
        if value >= len(ALPHABET):
            value ^= _POLYNOMIAL
    return value
