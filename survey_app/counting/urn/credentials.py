"""Verify a credential: proof that somebody of a key group may answer once, and not who.

An unblinded signature of RSABSSA-SHA384-PSS-Randomized is an ordinary RSA-PSS signature (RFC 9474,
section 4.5): SHA-384, mask by SHA-384, 48 bytes of salt.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA384

from survey_app.shared.base64url import from_base64url

MESSAGE_BYTES = 64
"""A random prefix of 32 bytes and 32 random bytes behind it (RFC 9474, section 4.1)."""
EXPONENT = 65537
SALT_BYTES = 48
_PSS = PSS(mgf=MGF1(SHA384()), salt_length=SALT_BYTES)


@lru_cache(maxsize=512)
def _public_key(modulus: str) -> RSAPublicKey:
    return RSAPublicNumbers(EXPONENT, int.from_bytes(from_base64url(modulus))).public_key()


def verify(modulus: str, message: bytes, signature: bytes) -> bool:
    """Tell whether a credential is genuine.

    Parameters
    ----------
    modulus : str
        ``n`` of the key group, base64url as in the wave's key list.
    message : bytes, shape (64,)
        What was prepared: prefix and random bytes.
    signature : bytes
        The unblinded signature.
    """
    if len(message) != MESSAGE_BYTES:
        return False
    try:
        _public_key(modulus).verify(signature, message, _PSS, SHA384())
    except InvalidSignature:
        return False
    return True


def receipt_of(message: bytes) -> bytes:
    """Return what stands for a used credential in public: SHA-256 of its message, 32 bytes."""
    return hashlib.sha256(message).digest()
