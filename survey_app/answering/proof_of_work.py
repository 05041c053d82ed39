"""What a page computes before its form is sent, while forms come faster than people send them.

PBKDF2 with SHA-256, which browsers have built in and compute nearly as fast as anybody can: with a
hash alone, a program would be a hundred times faster than an old phone. It is bound to the page's
token, and normally there is none. A page that computes nothing is taken as well, when it is old
enough and not too many such come from its network.
"""

from __future__ import annotations

import hashlib
from typing import Final

from survey_app.shared.base64url import from_base64url, to_base64url

FIELD = "work"
PARTS: Final = 4
"""Puzzles on a page: together they take about as long for everybody."""
ROUNDS: Final = 1000
"""Of PBKDF2 at each try."""
_COUNTER: Final = 3  # bytes of the number that solves a part
PROOF_LENGTH = len(to_base64url(bytes(PARTS * _COUNTER)))


def zeros_at(level: int) -> int:
    """Return the bits that have to be zero at a level: each costs twice as many tries."""
    return 3 + level


def age_at(level: int) -> float:
    """Return the seconds after which a page is taken that has computed nothing."""
    return 10.0 * level


def is_done(token: str, proof: str, level: int) -> bool:
    """Tell whether a page did the work of a level, for this token."""
    try:
        numbers = from_base64url(proof)
    except ValueError:
        return False
    if len(numbers) != PARTS * _COUNTER:
        return False
    return all(
        _is_solved(token, bytes([part]) + numbers[part * _COUNTER : (part + 1) * _COUNTER], level)
        for part in range(PARTS)
    )


def _is_solved(token: str, salt: bytes, level: int) -> bool:
    made = hashlib.pbkdf2_hmac("sha256", token.encode(), salt, ROUNDS, 4)
    return int.from_bytes(made) < 1 << (32 - zeros_at(level))
