"""Two people who hold the keys of an urn, as files and rows tell of them: names and public keys.

Both sides need it: the campaign file names them, the urn is sealed to them. Nothing here is secret.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.shared.errors import BarometerError

KEY_BYTES = 32
NUMBER = 2
LONGEST_NAME = 100
_PRIME = 2**255 - 19  # of Curve25519 (RFC 7748): public keys are numbers below it
_GROUPS = 6
_DIGITS = 5


class TrusteeError(BarometerError):
    """A trustee's key cannot be used; the sentence says whose, and what to do."""


@dataclass(frozen=True, slots=True)
class Trustee:
    """Somebody who holds one of the two keys, known by name and public key."""

    name: str
    public_key: bytes

    @property
    def fingerprint(self) -> str:
        """Six groups of five digits, to be read aloud: the key's SHA-256, about 100 bits."""
        number = int.from_bytes(hashlib.sha256(self.public_key).digest(), "big")
        digits = f"{number % 10 ** (_GROUPS * _DIGITS):0{_GROUPS * _DIGITS}d}"
        return " ".join(digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS))

    def as_json(self) -> dict[str, str]:
        """Return it as rows and files keep it; base64url without padding."""
        key = base64.urlsafe_b64encode(self.public_key).rstrip(b"=").decode()
        return {"name": self.name, "public_key": key}


def as_trustee(value: Mapping[str, Any]) -> Trustee:
    """Read what `Trustee.as_json` wrote; other keys of the mapping are left alone.

    Raises
    ------
    TrusteeError
        If the name or the key is missing or not as it should be.
    """
    name, key = value.get("name"), value.get("public_key")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME:
        raise TrusteeError(f"a key holder needs a name of at most {LONGEST_NAME} characters")
    try:
        raw = base64.b64decode(str(key) + "=", altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    # other spellings of a number are the same key, and would pass for a second one
    if len(raw) != KEY_BYTES or int.from_bytes(raw, "little") >= _PRIME:
        raise TrusteeError(f"the public key of «{name}» is not one: copy it from the public file")
    return Trustee(name.strip(), raw)


def as_two(values: Sequence[Mapping[str, Any]]) -> tuple[Trustee, ...]:
    """Read the trustees of a wave: none, or two that differ.

    Raises
    ------
    TrusteeError
        If there is another number, or both hold the same key: then one person could open alone.
    """
    trustees = tuple(as_trustee(value) for value in values)
    if len(trustees) not in {0, NUMBER}:
        raise TrusteeError(f"name exactly two key holders, not {len(trustees)}")
    if len({trustee.public_key for trustee in trustees}) < len(trustees):
        raise TrusteeError("both key holders have the same key: each must make one of their own")
    return trustees


def trustees_of(column: str) -> tuple[Trustee, ...]:
    """Read the column ``asking.wave.trustees``."""
    return tuple(as_trustee(value) for value in json.loads(column))


def as_column(trustees: Sequence[Trustee]) -> str:
    """Write the column ``asking.wave.trustees``."""
    return json.dumps([trustee.as_json() for trustee in trustees], ensure_ascii=False)
