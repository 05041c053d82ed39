"""Blind signing and verifying meet in the client's middle, and every wrong turn is refused."""

from dataclasses import replace

import gmpy2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.asking.errors import SigningFailed, UnreadableBlinded
from survey_app.asking.invitations.blind_signing import blind_sign, make_key, signing_key
from survey_app.counting.urn.credentials import receipt_of, verify
from survey_app.shared.base64url import to_base64url
from tests.blind_client import blind, finalize

KEY, OTHER = signing_key(make_key()), signing_key(make_key())
MODULUS = to_base64url(KEY.n.to_bytes(256))
FEW = settings(max_examples=15, deadline=None, derandomize=True)


@FEW
@given(message=st.binary(min_size=64, max_size=64))
def test_what_was_blinded_signed_and_unblinded_verifies(message):
    kept = blind(KEY.n, message)
    signature = finalize(kept, blind_sign(KEY, kept.blinded))
    assert verify(MODULUS, message, signature)
    assert len(receipt_of(message)) == 32


@FEW
@given(message=st.binary(min_size=64, max_size=64), at=st.integers(0, 255), bit=st.integers(0, 7))
def test_a_signature_with_one_bit_changed_is_forged(message, at, bit):
    kept = blind(KEY.n, message)
    signature = bytearray(finalize(kept, blind_sign(KEY, kept.blinded)))
    signature[at] ^= 1 << bit
    assert not verify(MODULUS, message, bytes(signature))


@FEW
@given(blinded=st.integers(0, KEY.n - 1))
def test_the_signature_does_not_depend_on_the_fresh_blinding_of_the_base(blinded):
    raw = blinded.to_bytes(256)
    first = blind_sign(KEY, raw)
    assert first == blind_sign(KEY, raw)
    assert pow(int.from_bytes(first), KEY.e, KEY.n) == blinded


def test_a_credential_of_another_key_group_is_forged():
    message = bytes(range(64))
    kept = blind(OTHER.n, message)
    signature = finalize(kept, blind_sign(OTHER, kept.blinded))
    assert not verify(MODULUS, message, signature)


@pytest.mark.parametrize("length", [0, 63, 65, 128])
def test_a_message_of_another_length_is_forged_even_when_it_is_signed(length):
    message = bytes(length)
    kept = blind(KEY.n, message)
    assert not verify(MODULUS, message, finalize(kept, blind_sign(KEY, kept.blinded)))


@pytest.mark.parametrize("signature", [b"", bytes(255), bytes(256), bytes(257), b"\xff" * 256])
def test_what_is_no_signature_is_forged(signature):
    assert not verify(MODULUS, bytes(64), signature)


@pytest.mark.parametrize(
    "blinded",
    [b"", bytes(255), bytes(257), KEY.n.to_bytes(256), b"\xff" * 256],
    ids=["empty", "short", "long", "the modulus", "larger"],
)
def test_only_an_integer_below_the_modulus_is_signed(blinded):
    with pytest.raises(UnreadableBlinded, match="256 bytes"):
        blind_sign(KEY, blinded)


@pytest.mark.parametrize("part", ["dp", "dq", "q_inverse"])
def test_a_miscalculated_signature_is_kept_back(part):
    # one half wrong would let anybody factor the modulus (Boneh, DeMillo and Lipton 1997)
    faulty = replace(KEY, **{part: getattr(KEY, part) ^ 1})
    with pytest.raises(SigningFailed, match="not given out"):
        blind_sign(faulty, (12345).to_bytes(256))


def test_a_key_tells_nothing_when_it_is_printed():
    assert str(KEY.p) not in repr(KEY)


def test_secret_exponents_go_through_arithmetic_that_takes_the_same_time(monkeypatch):
    seen = {}
    for name in ("powmod", "powmod_sec"):
        real, own = getattr(gmpy2, name), seen.setdefault(name, [])

        def noted(base, exponent, modulus, real=real, own=own):
            own.append(exponent)
            return real(base, exponent, modulus)

        monkeypatch.setattr(gmpy2, name, noted)
    monkeypatch.setattr("builtins.pow", None)  # branches on the bits of an exponent
    blind_sign(KEY, (12345).to_bytes(256))
    assert seen == {"powmod": [KEY.e, KEY.e], "powmod_sec": [KEY.dp, KEY.dq]}
