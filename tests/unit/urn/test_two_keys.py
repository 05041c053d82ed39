import hashlib
import uuid

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from questionnaires.answers import encode_answers
from questionnaires.loader import load_library
from survey_app.counting.urn.ballot import Ballot, ballot_size
from survey_app.counting.urn.seal import SUITE, inner_purpose, purpose, seal_ballot, sealed_size
from survey_app.counting.urn.trustee_keys import TrusteePair, joint_key, pair_of
from survey_app.counting.urn.unseal import unseal
from survey_app.shared.trustees import (
    Trustee,
    TrusteeError,
    as_column,
    as_trustee,
    as_two,
    trustees_of,
)

WAVE = uuid.UUID("6f1c3c9e-9a31-4a55-9f6e-1d6f3f5c2b11")
UNION = X25519PrivateKey.from_private_bytes(bytes(range(32)))
HR = X25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
STRANGER = X25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
K2 = load_library().questionnaire("verdipuls.k2")
SIZE = ballot_size(len(K2.columns))
BALLOT = Ballot("nord-1", encode_answers(K2, {item.id: ["4"] for item in K2.items}))


def trustee(name, private):
    return Trustee(name, private.public_key().public_bytes_raw())


TWO = (trustee("Hovedtillitsvalgt", UNION), trustee("HR-sjef", HR))


def sealed(ballot=BALLOT, wave=WAVE):
    return seal_ballot(ballot, wave=wave, public_key=joint_key(TWO), size=SIZE)


def opened(rows, opener, wave=WAVE):
    return unseal(
        rows, wave=wave, private_key=opener, questionnaire=K2, domains=frozenset({"nord-1"})
    )


def test_two_keys_together_open_a_ballot_in_whatever_order_they_are_brought():
    for brought in ([UNION, HR], [HR, UNION]):
        assert opened([sealed()], pair_of(TWO, brought)).ballots == (BALLOT,)


@pytest.mark.parametrize(
    "opener",
    [
        UNION,
        HR,
        TrusteePair(UNION, UNION),
        TrusteePair(HR, HR),
        TrusteePair(HR, UNION),
        TrusteePair(UNION, STRANGER),
        TrusteePair(STRANGER, HR),
    ],
)
def test_one_key_alone_or_with_a_strangers_opens_nothing(opener):
    found = opened([sealed()], opener)
    assert (found.ballots, found.refused) == ((), 1)


def test_what_the_first_key_opens_is_still_locked_to_the_second():
    inner = SUITE.decrypt(sealed(), UNION, purpose(WAVE))
    assert len(inner) == sealed_size(SIZE)
    assert SUITE.decrypt(inner, HR, inner_purpose(WAVE))[0] == 1
    with pytest.raises(InvalidTag):
        SUITE.decrypt(inner, UNION, inner_purpose(WAVE))
    # neither layer passes for the other
    with pytest.raises(InvalidTag):
        SUITE.decrypt(inner, HR, purpose(WAVE))


def test_a_ballot_put_in_again_counts_once_also_in_another_outer_seal():
    """The first of the two, with the database at hand, can take the outer seal off and renew it."""
    row = sealed()
    inner = SUITE.decrypt(row, UNION, purpose(WAVE))
    renewed = SUITE.encrypt(inner, UNION.public_key(), purpose(WAVE))
    assert renewed != row
    found = opened([row, renewed, row, sealed()], TrusteePair(UNION, HR))
    assert (len(found.ballots), found.refused, found.copied) == (2, 2, 2)


def test_all_rows_have_one_length_whatever_was_answered():
    rows = [
        sealed(),
        sealed(),
        sealed(Ballot("", (), screened_out=True)),
        sealed(Ballot("a-longer-unit-code", (-1,) * len(K2.columns))),
    ]
    assert {len(row) for row in rows} == {sealed_size(SIZE, keys=2)}
    assert len(set(rows)) == 4


def test_a_ballot_of_another_wave_with_the_same_trustees_does_not_open():
    assert opened([sealed(wave=uuid.uuid4())], TrusteePair(UNION, HR)).refused == 1


@pytest.mark.parametrize(
    ("brought", "sentence"),
    [
        ([], "«Hovedtillitsvalgt» .* and «HR-sjef» .* is missing"),
        ([UNION], "the key of «HR-sjef» .* is missing"),
        ([HR, HR], "the same key was brought twice"),
        ([UNION, STRANGER], "is none of this wave's"),
        ([UNION, HR, STRANGER], "is none of this wave's"),
    ],
)
def test_a_missing_doubled_or_strange_key_is_named(brought, sentence):
    with pytest.raises(TrusteeError, match=sentence):
        pair_of(TWO, brought)


def test_the_fingerprint_is_the_last_thirty_digits_of_the_keys_sha_256():
    public = TWO[0].public_key
    digits = str(int(hashlib.sha256(public).hexdigest(), 16))[-30:]
    assert TWO[0].fingerprint.replace(" ", "") == digits
    assert [len(group) for group in TWO[0].fingerprint.split()] == [5] * 6


def test_trustees_come_back_from_their_column():
    assert trustees_of(as_column(TWO)) == TWO
    assert trustees_of("[]") == ()


def respelled(trustee):
    """The same key with its highest bit set, which X25519 does not look at."""
    number = int.from_bytes(trustee.public_key, "little") | 1 << 255
    return Trustee("HR", number.to_bytes(32, "little"))


def test_a_key_in_another_spelling_is_the_same_key():
    private = X25519PrivateKey.generate()
    peers = [
        X25519PublicKey.from_public_bytes(one.public_key) for one in (TWO[0], respelled(TWO[0]))
    ]
    assert len({private.exchange(peer) for peer in peers}) == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([TWO[0].as_json()], "exactly two key holders, not 1"),
        ([TWO[0].as_json()] * 3, "exactly two key holders, not 3"),
        ([TWO[0].as_json(), TWO[0].as_json() | {"name": "Another"}], "the same key"),
        ([TWO[0].as_json(), respelled(TWO[0]).as_json()], "public key of «HR»"),
        ([TWO[0].as_json(), {"name": "HR", "public_key": "short"}], "public key of «HR»"),
        ([TWO[0].as_json(), {"name": "HR", "public_key": "as in the file…"}], "public key of «HR»"),
        ([TWO[0].as_json(), {"name": "HR"}], "public key of «HR»"),
        ([TWO[0].as_json(), {"public_key": TWO[1].as_json()["public_key"]}], "needs a name"),
    ],
)
def test_a_wave_has_no_trustees_or_two_with_different_keys(values, sentence):
    assert as_two([]) == ()
    with pytest.raises(TrusteeError, match=sentence):
        as_two(values)


def test_a_key_that_nothing_can_be_sealed_to_is_found_before_the_first_answer():
    # a point of small order: X25519 refuses the shared secret that it gives (RFC 7748, 6.1)
    with pytest.raises(TrusteeError, match="nothing can be sealed to the key of «HR»"):
        joint_key((TWO[0], Trustee("HR", bytes(32))))


def test_a_public_key_is_read_with_whatever_stands_beside_it():
    assert as_trustee({**TWO[0].as_json(), "fingerprint": "x"}) == TWO[0]
