"""The installation's secret while it is renewed: one makes, and others are accepted beside it.

What is made (links, seals, proofs) is made with the first. What comes back is held against each of
them, so that hosts which start again one after the other understand one another, and what was given
before the change goes on (docs/adr/0142).
"""

from __future__ import annotations

import hmac
from typing import Final, Self

SHORTEST_SECRET: Final = 16  # characters
_PROOF: Final = 32


class Secret(bytes):
    """The secret that this process makes with, as bytes; ``others`` are accepted beside it."""

    others: tuple[bytes, ...]

    def __new__(cls, first: bytes, *others: bytes) -> Self:
        """Hold ``first`` as what makes, and ``others`` as what is accepted beside it."""
        made = super().__new__(cls, first)
        made.others = others
        return made

    @classmethod
    def of_lines(cls, text: str) -> Self:
        r"""Read secrets as a setting or a file holds them: one a line, the first makes.

        Examples
        --------
        >>> Secret.of_lines("new one\nformer one\n").others
        (b'former one',)
        """
        first, *others = secret_lines(text)
        return cls(first.encode(), *(line.encode() for line in others))


def secret_lines(text: str) -> list[str]:
    """Return the secrets of a setting or a file, without blanks around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def refuse_short_secrets(text: str) -> None:
    """Refuse a setting or a file of which a line is no secret that resists guessing.

    Raises
    ------
    ValueError
        If there is no line, or one is shorter than ``SHORTEST_SECRET``.
    """
    if min((len(line) for line in secret_lines(text)), default=0) < SHORTEST_SECRET:
        raise ValueError(
            f"must have at least {SHORTEST_SECRET} characters, as short ones are found by"
            " trying: take what `openssl rand -base64 48` prints"
        )


def accepted(secret: bytes) -> tuple[bytes, ...]:
    """Return the secrets that something may have been made with, the one that makes first."""
    return (secret, *secret.others) if isinstance(secret, Secret) else (secret,)


def with_proof(place: str, content: bytes, secret: bytes) -> bytes:
    """Return what is left in Redis at ``place``, with a proof before it of who left it there."""
    return _proof(place, content, secret) + content


def without_proof(place: str, found: bytes, secret: bytes) -> bytes | None:
    """Return what we left at ``place``; None for what somebody else wrote there."""
    proof, content = found[:_PROOF], found[_PROOF:]
    ours = [hmac.compare_digest(_proof(place, content, one), proof) for one in accepted(secret)]
    return content if any(ours) else None


def _proof(place: str, content: bytes, secret: bytes) -> bytes:
    told = hmac.new(secret, b"verdibarometer/kept/1/" + place.encode() + b"\0", "sha256")
    told.update(content)
    return told.digest()
