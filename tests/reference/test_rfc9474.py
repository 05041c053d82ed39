"""RFC 9474, appendix A: the server signs and verifies, and our test client blinds, as it says."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)
from cryptography.hazmat.primitives.hashes import SHA384

from survey_app.asking.invitations.blind_signing import SUITE, SigningKey, blind_sign
from survey_app.counting.urn import credentials
from tests.blind_client import blind, emsa_pss_encode, emsa_pss_is, finalize, prepare

VECTORS = json.loads((Path(__file__).parent / "rfc9474" / "vectors.json").read_text())
N, E, D, P, Q = (int(VECTORS["key"][name], 16) for name in "nedpq")
KEY = SigningKey(N, E, P, Q, rsa_crt_dmp1(D, P), rsa_crt_dmq1(D, Q), rsa_crt_iqmp(P, Q))
BYTES = {
    name: {field: bytes.fromhex(text) for field, text in fields.items() if field != "inv"}
    for name, fields in VECTORS["variants"].items()
}
EVERY = pytest.mark.parametrize("variant", BYTES)


@EVERY
def test_the_server_signs_a_blinded_message_as_the_rfc_does(variant):
    vector = BYTES[variant]
    assert blind_sign(KEY, vector["blinded_msg"]) == vector["blind_sig"]


@EVERY
def test_the_client_prepares_encodes_blinds_and_unblinds_as_the_rfc_does(variant):
    vector = BYTES[variant]
    assert prepare(vector["msg"], vector["msg_prefix"]) == vector["input_msg"]
    if "encoded_msg" in vector:
        encoded = emsa_pss_encode(vector["input_msg"], N.bit_length() - 1, vector["salt"])
        assert encoded == vector["encoded_msg"]
    inverse = int(VECTORS["variants"][variant]["inv"], 16)
    kept = blind(N, vector["input_msg"], e=E, salt=vector["salt"], r=pow(inverse, -1, N))
    assert kept.blinded == vector["blinded_msg"]
    assert kept.inverse == inverse
    if vector["salt"]:
        assert finalize(kept, vector["blind_sig"]) == vector["sig"]
    recovered = pow(int.from_bytes(vector["sig"]), E, N)
    assert emsa_pss_is(recovered, N, vector["input_msg"], len(vector["salt"]))


@EVERY
def test_a_signature_of_the_rfc_is_an_ordinary_pss_signature(variant):
    vector = BYTES[variant]
    scheme = PSS(mgf=MGF1(SHA384()), salt_length=len(vector["salt"]))
    key = RSAPublicNumbers(E, N).public_key()
    key.verify(vector["sig"], vector["input_msg"], scheme, SHA384())


def test_our_suite_is_verified_with_its_own_hash_and_salt(monkeypatch):
    from survey_app.shared.base64url import to_base64url

    # the RFC's message has 48 bytes where ours has 32
    monkeypatch.setattr(credentials, "MESSAGE_BYTES", 80)
    modulus = to_base64url(N.to_bytes(512))
    genuine = BYTES[SUITE]
    assert credentials.verify(modulus, genuine["input_msg"], genuine["sig"])
    for variant, vector in BYTES.items():
        if variant.startswith("RSABSSA-SHA384-PSSZERO") and vector["msg_prefix"]:
            assert not credentials.verify(modulus, vector["input_msg"], vector["sig"])
