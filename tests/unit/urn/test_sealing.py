import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from questionnaires.answers import encode_answers
from questionnaires.loader import load_library
from questionnaires.overlap import both_wordings
from survey_app.counting.urn.ballot import Ballot, ballot_size
from survey_app.counting.urn.seal import SUITE, purpose, seal_all, seal_ballot, sealed_size
from survey_app.counting.urn.unseal import UrnOpening, allowed_codes, unseal
from tests.reworded_version import in_other_words

WAVE = uuid.UUID("6f1c3c9e-9a31-4a55-9f6e-1d6f3f5c2b11")
PRIVATE = X25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
K2 = load_library().questionnaire("verdipuls.k2")
SIZE = ballot_size(len(K2.columns))


def a_ballot(code: str = "4", domain: str = "nord-1") -> Ballot:
    return Ballot(domain, encode_answers(K2, {item.id: [code] for item in K2.items}))


def sealed(ballot: Ballot, wave: uuid.UUID = WAVE) -> bytes:
    return seal_ballot(ballot, wave=wave, public_key=PUBLIC, size=SIZE)


def opened(rows, wave=WAVE, questionnaire=K2, domains=frozenset({"nord-1", "sor-1"})):
    return unseal(
        rows, wave=wave, private_key=PRIVATE, questionnaire=questionnaire, domains=domains
    )


def test_sealing_is_the_hpke_of_rfc_9180():
    # The library is tested against the RFC's vectors; here: our suite is the one that the design
    # names, kem 0x0020, kdf 0x0001, aead 0x0002, in base mode. Test vector of RFC 9180 has that
    # kem and kdf with other aeads only, so the key schedule is worked out by hand.
    import hashlib
    import hmac

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    def extract(salt: bytes, label: bytes, ikm: bytes, suite: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")

    def expand(prk: bytes, label: bytes, info: bytes, length: int, suite: bytes) -> bytes:
        labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
        out, block, at = b"", b"", 1
        while len(out) < length:
            block = hmac.digest(prk, block + labeled + bytes([at]), "sha256")
            out, at = out + block, at + 1
        return out[:length]

    row = sealed(a_ballot())
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"
    ephemeral, ciphertext = row[:32], row[32:]
    shared = PRIVATE.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    secret = expand(
        extract(b"", b"eae_prk", shared, kem), b"shared_secret", ephemeral + PUBLIC, 32, kem
    )
    context = (
        b"\x00"
        + extract(b"", b"psk_id_hash", b"", suite)
        + extract(b"", b"info_hash", purpose(WAVE), suite)
    )
    schedule = extract(secret, b"secret", b"", suite)
    key = expand(schedule, b"key", context, 32, suite)
    nonce = expand(schedule, b"base_nonce", context, 12, suite)
    assert (
        hashlib.sha256(AESGCM(key).decrypt(nonce, ciphertext, b"")).digest()
        == hashlib.sha256(SUITE.decrypt(row, PRIVATE, purpose(WAVE))).digest()
    )


def altered(row):
    return row[:-1] + bytes([row[-1] ^ 1])


def test_a_sealed_ballot_opens_with_the_private_key():
    assert opened([sealed(a_ballot())]).ballots == (a_ballot(),)


def test_equal_ballots_look_different_and_have_one_length():
    rows = list(
        seal_all([a_ballot(code) for code in "11155"], wave=WAVE, public_key=PUBLIC, size=SIZE)
    )
    assert len(set(rows)) == 5
    assert {len(row) for row in rows} == {sealed_size(SIZE)}


def test_a_ballot_of_another_wave_does_not_open():
    assert opened([sealed(a_ballot(), uuid.uuid4())]).refused == 1


@pytest.mark.parametrize(
    "row",
    [
        b"",
        bytes(sealed_size(SIZE)),
        altered(sealed(a_ballot())),
        sealed(a_ballot(domain="another")),
        sealed(Ballot("nord-1", (9,) * len(K2.columns))),
    ],
    ids=["empty", "zeros", "altered", "another domain", "no such option"],
)
def test_what_is_no_ballot_of_the_wave_is_counted_as_refused(row):
    found = opened([row, sealed(a_ballot())])
    assert (len(found.ballots), found.refused) == (1, 1)


@pytest.mark.parametrize("form", sorted(load_library().forms))
def test_whatever_the_form_lets_one_choose_may_stand_in_a_ballot(form):
    questionnaire = load_library().questionnaire(form)
    allowed = list(allowed_codes(questionnaire).values())
    for at in range(20):
        fields = {
            item.id: [
                questionnaire.option_set(item)
                .options[at % len(questionnaire.option_set(item).options)]
                .code
            ]
            for item in questionnaire.items
            if (at + len(item.id)) % 5
        }
        answers = encode_answers(questionnaire, fields)
        assert all(answer in codes for answer, codes in zip(answers, allowed, strict=True))


def test_a_ballot_that_answers_what_two_halves_are_asked_is_refused():
    both = both_wordings(K2, in_other_words(K2, "vp.try.1"))
    size = ballot_size(len(both.columns))

    def row(answers):
        return seal_ballot(Ballot("nord-1", answers), wave=WAVE, public_key=PUBLIC, size=size)

    fields = {item.id: ["4"] for item in both.items if "@" not in item.id}
    right = [encode_answers(both, fields, arm=number) for number in (1, 2)]
    found = opened([row(one) for one in (*right, (4,) * len(both.columns))], questionnaire=both)
    assert [one.answers for one in found.ballots] == right
    assert found.refused == 1


def test_an_urn_opened_some_at_a_time_holds_what_it_holds_at_once():
    rows = [sealed(a_ballot(str(1 + at % 5))) for at in range(12)]
    rows += [b"nothing", rows[2], sealed(a_ballot(domain="west-9")), rows[2], rows[11]]
    opening = UrnOpening(
        wave=WAVE, private_key=PRIVATE, questionnaire=K2, domains=frozenset({"nord-1", "sor-1"})
    )
    for first in range(0, len(rows), 5):
        opening.add(rows[first : first + 5])
    found = opening.done()
    assert found == opened(rows)
    assert found.ballots == tuple(a_ballot(str(1 + at % 5)) for at in range(12))
    assert (found.refused, found.copied) == (5, 3)
