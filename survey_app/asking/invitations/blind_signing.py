"""Sign what cannot be read: the server's part of RFC 9474, RSABSSA-SHA384-PSS-Randomized.

The browser blinds, the server signs, the browser unblinds: whoever issued a credential does not
know it again. Which hash and salt were used is the browser's and the verifier's business; signing
is a bare RSA operation (RFC 9474, section 4.3), so a key here is used for nothing else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import gmpy2
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from survey_app.asking.errors import SigningFailed, UnreadableBlinded

SUITE = "RSABSSA-SHA384-PSS-Randomized"
KEY_BITS = 2048
EXPONENT = 65537


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key as the integers that the Chinese remainder theorem needs (RFC 8017, 3.2)."""

    n: int
    e: int
    p: int
    q: int
    dp: int
    dq: int
    q_inverse: int

    @property
    def size(self) -> int:
        """Bytes of the modulus, of every blinded message and of every signature."""
        return (self.n.bit_length() + 7) // 8


def make_key() -> RSAPrivateKey:
    """Make a pair of keys; other threads run meanwhile."""
    return generate_private_key(public_exponent=EXPONENT, key_size=KEY_BITS)


def signing_key(private: RSAPrivateKey) -> SigningKey:
    """Take a private key apart for signing."""
    numbers = private.private_numbers()
    return SigningKey(
        n=numbers.public_numbers.n,
        e=numbers.public_numbers.e,
        p=numbers.p,
        q=numbers.q,
        dp=numbers.dmp1,
        dq=numbers.dmq1,
        q_inverse=numbers.iqmp,
    )


def blind_sign(key: SigningKey, blinded: bytes) -> bytes:
    """Sign a blinded message (BlindSign of RFC 9474, section 4.3).

    Parameters
    ----------
    key : SigningKey
        The wave's, for the group of the person who asks.
    blinded : bytes, shape (key.size,)
        An integer below the modulus, big-endian.

    Returns
    -------
    bytes, shape (key.size,)
        The blind signature.

    Raises
    ------
    UnreadableBlinded
        If the length or the range is wrong.
    SigningFailed
        If the result does not verify: a fault in one of the two halves would give the key away.

    Notes
    -----
    The base is multiplied by ``r^e`` with a fresh ``r`` first, so that what the exponentiation
    takes in time tells nothing about the key to somebody who chose the message (Kocher 1996). The
    secret exponents go through GMP's ``mpz_powm_sec``, which takes the same time, and touches the
    same memory, for every exponent of a size.
    """
    z = int.from_bytes(blinded)
    if len(blinded) != key.size or z >= key.n:
        raise UnreadableBlinded(key.size)
    r, r_inverse = _fresh_blinding(key.n)
    hidden = z * gmpy2.powmod(r, key.e, key.n) % key.n
    at_p = gmpy2.powmod_sec(hidden % key.p, key.dp, key.p)
    at_q = gmpy2.powmod_sec(hidden % key.q, key.dq, key.q)
    joined = at_q + key.q * ((at_p - at_q) * key.q_inverse % key.p)
    s = int(joined * r_inverse % key.n)
    if gmpy2.powmod(s, key.e, key.n) != z:
        raise SigningFailed
    return s.to_bytes(key.size)


def _fresh_blinding(n: int) -> tuple[int, int]:
    while True:
        r = secrets.randbelow(n)
        try:
            return r, int(gmpy2.invert(r, n))
        except ZeroDivisionError:  # 0 or a factor of n: never met in a lifetime
            continue
