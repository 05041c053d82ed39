"""The page's script blinds and unblinds as RFC 9474, as blindrsa-ts and as our server."""

import hashlib
import json
from pathlib import Path

import pytest

from survey_app.asking.invitations.blind_signing import blind_sign, make_key, signing_key
from survey_app.counting.urn.credentials import receipt_of, verify
from tests.blind_client import b64url, unb64url
from tests.node import run

FOLDER = Path(__file__).parent / "rfc9474"
TASKS = FOLDER / "tasks.mjs"
VECTORS = json.loads((FOLDER / "vectors.json").read_text())
N = int(VECTORS["key"]["n"], 16)
WITH_SALT = ["RSABSSA-SHA384-PSS-Randomized", "RSABSSA-SHA384-PSS-Deterministic"]
PRIVATE = make_key()
KEY = signing_key(PRIVATE)
MODULUS = b64url(KEY.n.to_bytes(256))


def number(value, size=256):
    return b64url(value.to_bytes(size))


def jwk(numbers):
    """A private key as WebCrypto takes it (RFC 7518, 6.3)."""
    halves = {
        "p": numbers.p,
        "q": numbers.q,
        "dp": numbers.dmp1,
        "dq": numbers.dmq1,
        "qi": numbers.iqmp,
    }
    key = {"kty": "RSA", "n": MODULUS, "e": "AQAB", "d": number(numbers.d)}
    return key | {name: number(half, 128) for name, half in halves.items()}


@pytest.mark.parametrize("variant", WITH_SALT)
def test_with_the_randomness_of_the_rfc_the_script_blinds_and_unblinds_as_it_does(variant):
    vector = VECTORS["variants"][variant]
    [message, salt, blinded, blind_signature, signature] = (
        b64url(bytes.fromhex(vector[name]))
        for name in ("input_msg", "salt", "blinded_msg", "blind_sig", "sig")
    )
    inverse = int(vector["inv"], 16)
    key, factor = number(N, 512), number(pow(inverse, -1, N), 512)
    drawn = [message, salt, factor]
    [made] = run(TASKS, [{"task": "blind", "key": key, "drawn": drawn}])
    assert made["blinded"] == blinded
    assert made["inverse"] == str(inverse)
    assert made["message"] == message
    assert made["receipt"] == hashlib.sha256(bytes.fromhex(vector["input_msg"])).hexdigest()
    finish = {"task": "finalize", "key": key, "blinding": made, "signature": blind_signature}
    assert run(TASKS, [finish]) == [{"signature": signature}]


def test_what_the_script_blinds_cloudflares_server_signs_and_verifies():
    [made] = run(TASKS, [{"task": "blind", "key": MODULUS}])
    secret = jwk(PRIVATE.private_numbers())
    [signed] = run(TASKS, [{"task": "oracle_sign", "jwk": secret, "blinded": made["blinded"]}])
    [done] = run(TASKS, [{"task": "finalize", "key": MODULUS, "blinding": made, **signed}])
    told = {"task": "oracle_verify", "key": MODULUS, "message": made["message"], **done}
    assert run(TASKS, [told]) == [{"genuine": True}]


def test_what_cloudflares_client_blinds_our_server_signs_and_verifies():
    message = bytes(range(64))
    given = {"key": MODULUS, "message": b64url(message)}
    [made] = run(TASKS, [{"task": "oracle_blind", **given}])
    signature = b64url(blind_sign(KEY, unb64url(made["blinded"])))
    finish = {"task": "oracle_finalize", **given, "signature": signature, **made}
    [done] = run(TASKS, [finish])
    assert verify(MODULUS, message, unb64url(done["signature"]))


def test_what_the_script_blinds_our_server_signs_and_verifies_each_time_anew():
    made = run(TASKS, [{"task": "blind", "key": MODULUS}] * 20)
    assert len({one["message"] for one in made}) == len({one["blinded"] for one in made}) == 20
    finish = [
        {
            "task": "finalize",
            "key": MODULUS,
            "blinding": one,
            "signature": b64url(blind_sign(KEY, unb64url(one["blinded"]))),
        }
        for one in made
    ]
    for one, done in zip(made, run(TASKS, finish), strict=True):
        message = unb64url(one["message"])
        assert len(message) == 64
        assert len(one["blinded"]) == len(done["signature"]) == 342
        assert verify(MODULUS, message, unb64url(done["signature"]))
        assert one["receipt"] == receipt_of(message).hex()


def test_a_signature_that_does_not_hold_is_never_used():
    [made] = run(TASKS, [{"task": "blind", "key": MODULUS}])
    genuine = blind_sign(KEY, unb64url(made["blinded"]))
    other = blind_sign(signing_key(make_key()), bytes(255) + b"\x02")
    changed = bytes([genuine[0], genuine[1] ^ 1, *genuine[2:]])
    for wrong in (changed, other, bytes(256)):
        task = {"task": "finalize", "key": MODULUS, "blinding": made, "signature": b64url(wrong)}
        assert run(TASKS, [task]) == [{"error": "forged"}]
