"""Codes of an app (TOTP, RFC 6238) and on paper: made, sealed and compared. Pure but for chance."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from survey_app.shared.secret import accepted

ISSUER: Final = "Verdibarometer"
SECONDS: Final = 30
DIGITS: Final = 6
RECOVERY_CODES: Final = 10
_AROUND: Final = (0, -1, 1)  # steps: a telephone's clock may be half a minute off
_NONCE: Final = 12
_HALF: Final = 5  # signs of a recovery code, twice: 50 bits
# without what is read wrongly: 0 and o, 1, i and l
_SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret() -> str:
    """Return 160 bits for a new app, in base32."""
    return pyotp.random_base32()


def app_address(secret: str, email: str) -> str:
    """Return the ``otpauth://`` address that apps read from a QR code."""
    return _totp(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of_code(secret: str, code: str, now: datetime) -> int | None:
    """Return which step of time a code belongs to; None where it is none of now.

    Parameters
    ----------
    secret : str
        In base32.
    code : str
        Six digits.
    now : datetime
    """
    here = step_at(now)
    for around in _AROUND:
        right = _totp(secret).generate_otp(here + around)
        if hmac.compare_digest(right.encode(), code.encode(errors="replace")):
            return here + around
    return None


def step_at(moment: datetime) -> int:
    """Return which step of time it is (RFC 6238)."""
    return int(moment.timestamp()) // SECONDS


def unspaced(code: str) -> str:
    """Return a code without what people write between its parts."""
    return "".join(sign for sign in code.lower() if sign not in " -\t\u00a0")


def seal_app_secret(secret: str, account: UUID, key: bytes) -> bytes:
    """Seal a secret of an account under the installation's (AES-256-GCM)."""
    nonce = os.urandom(_NONCE)
    return nonce + _lock(key).encrypt(nonce, secret.encode(), account.bytes)


def open_app_secret(sealed: bytes, account: UUID, key: bytes) -> str | None:
    """Return a secret; None where it was sealed under another one, or for another account."""
    for one in accepted(key):
        with contextlib.suppress(InvalidTag):
            return _lock(one).decrypt(sealed[:_NONCE], sealed[_NONCE:], account.bytes).decode()
    return None


def new_recovery_codes() -> list[str]:
    """Return codes for paper, such as ``k3m9x-pq7ra``."""
    return [f"{_half()}-{_half()}" for _ in range(RECOVERY_CODES)]


def recovery_digest(code: str, account: UUID, key: bytes) -> str:
    """Return what is stored of a recovery code."""
    purpose = b"verdibarometer/recovery-code/1/"
    return hmac.new(
        key, purpose + account.bytes + unspaced(code).encode(), hashlib.sha256
    ).hexdigest()


def _half() -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(_HALF))


def _totp(secret: str) -> pyotp.TOTP:
    return pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)


def _lock(key: bytes) -> AESGCM:
    return AESGCM(hashlib.sha256(b"verdibarometer/second-step/1/" + key).digest())
