"""Ballots that key holders opened themselves: all of them, as they were sent, or none counts."""

import random
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED
from survey_app.counting.urn import hand_over
from survey_app.counting.urn.ballot import Ballot, ballot_size, pack_ballot
from survey_app.counting.urn.cover import COVER_BYTES, covered, make_cover_key, uncovered
from survey_app.counting.urn.errors import BallotError, IncompleteHandOverError
from survey_app.counting.urn.seal import SUITE, inner_purpose, purpose, seal_ballot, sealed_size
from survey_app.counting.urn.trustee_keys import HandedOver, TrusteePair, joint_key
from survey_app.counting.urn.unseal import unseal
from survey_app.shared.trustees import Trustee

WAVE = uuid.uuid4()
FORM = load_library().questionnaire("verdipuls.k2")
SIZE = ballot_size(len(FORM.columns)) + COVER_BYTES
OUTER, INNER = X25519PrivateKey.generate(), X25519PrivateKey.generate()
TWO = [
    Trustee(name, key.public_key().public_bytes_raw())
    for name, key in (("Tillitsvalgt", OUTER), ("HR", INNER))
]
COVER_KEY = make_cover_key()
ANSWERED = Ballot("nord-1", (NOT_ANSWERED,) * len(FORM.columns))
OTHER = Ballot("nord-1", (4, *(NOT_ANSWERED,) * (len(FORM.columns) - 1)))


def sealed(ballot=ANSWERED, cover_key=COVER_KEY):
    public = joint_key(TWO)
    return seal_ballot(ballot, wave=WAVE, public_key=public, size=SIZE, cover_key=cover_key)


def by_holders(rows):
    """What both browsers do: one seal off, shuffled; the other off, shuffled."""
    once = [SUITE.decrypt(row, OUTER, purpose(WAVE)) for row in rows]
    plain = [SUITE.decrypt(row, INNER, inner_purpose(WAVE)) for row in once]
    random.shuffle(plain)
    return plain


def counted(rows, handed):
    return unseal(
        rows,
        wave=WAVE,
        private_key=HandedOver(tuple(handed), COVER_KEY),
        questionnaire=FORM,
        domains=frozenset({"nord-1"}),
    )


def test_what_holders_opened_counts_as_if_both_keys_had_been_brought():
    rows = [sealed(), sealed(OTHER), sealed(), sealed(Ballot("sor-1", ANSWERED.answers))]
    handed, brought = counted(rows, by_holders(rows)), TrusteePair(OUTER, INNER, COVER_KEY)
    both = unseal(
        rows,
        wave=WAVE,
        private_key=brought,
        questionnaire=FORM,
        domains=frozenset({"nord-1"}),
    )
    assert sorted(map(repr, handed.ballots)) == sorted(map(repr, both.ballots))
    assert (handed.refused, handed.copied) == (both.refused, both.copied) == (1, 0)


def test_ballots_that_are_alike_are_told_from_one_that_was_doubled():
    rows = [sealed(), sealed(), sealed()]
    assert len(counted(rows, by_holders(rows)).ballots) == 3
    copied = [*rows, rows[0]]
    found = counted(copied, by_holders(copied))
    assert (len(found.ballots), found.refused, found.copied) == (3, 1, 1)


@pytest.mark.parametrize(
    "tampered",
    [
        lambda plain: plain[:-1],
        lambda plain: [*plain[:-1], plain[0]],
        lambda plain: [*plain, plain[0][:-1] + bytes([plain[0][-1] ^ 1])],
        lambda plain: [plain[0][:70] + b"\0\4" + plain[0][72:], *plain[1:]],
        lambda plain: [
            covered(pack_ballot(OTHER, SIZE - COVER_BYTES), wave=WAVE, key=bytes(32)),
            *plain[1:],
        ],
        lambda plain: [*plain[1:], b""],
        lambda _: [],
    ],
    ids=["left out", "doubled", "added", "changed", "made up", "emptied", "nothing"],
)
def test_a_holder_cannot_change_add_double_or_leave_out_a_ballot(tampered):
    rows = [sealed(OTHER), sealed(), sealed()]
    with pytest.raises(IncompleteHandOverError):
        counted(rows, tampered(by_holders(rows)))


def test_a_cover_is_of_one_ballot_and_one_wave_and_hides_what_is_under_it():
    one, other = (covered(b"ballot", wave=WAVE, key=COVER_KEY) for _ in range(2))
    assert one != other
    assert len(one) == len(b"ballot") + COVER_BYTES
    assert b"ballot" not in one
    assert uncovered(one, wave=WAVE, key=COVER_KEY) == b"ballot"
    for wave, key in ((uuid.uuid4(), COVER_KEY), (WAVE, make_cover_key())):
        with pytest.raises(BallotError):
            uncovered(one, wave=wave, key=key)
    with pytest.raises(BallotError):
        uncovered(one[:-1], wave=WAVE, key=COVER_KEY)


def test_keys_that_were_brought_refuse_a_ballot_without_the_cover_of_its_wave():
    pair = TrusteePair(OUTER, INNER, COVER_KEY)
    rows = [sealed(), sealed(cover_key=make_cover_key())]
    found = unseal(
        rows, wave=WAVE, private_key=pair, questionnaire=FORM, domains=frozenset({"nord-1"})
    )
    assert (len(found.ballots), found.refused) == (1, 1)


def test_what_comes_back_is_as_many_rows_of_the_right_length():
    once, twice = (sealed_size(SIZE, keys=keys) for keys in (1, 2))
    assert hand_over.row_bytes(SIZE, hand_over.Step.SEALED_TWICE) == twice
    assert hand_over.row_bytes(SIZE, hand_over.Step.SEALED_ONCE) == once
    assert hand_over.row_bytes(SIZE, hand_over.Step.TO_COUNTER) == SIZE
    hand_over.check_row_count(bytes(3 * once), before=3 * twice, row=once)
    hand_over.check_row_count(b"", before=0, row=once)
    for length in (2 * once, 3 * once - 1, 3 * twice, 0):
        with pytest.raises(IncompleteHandOverError):
            hand_over.check_row_count(bytes(length), before=3 * twice, row=once)


def test_what_was_sealed_to_another_worker_or_for_another_wave_is_refused():
    worker = X25519PrivateKey.generate()
    content = SUITE.encrypt(bytes(2 * SIZE), worker.public_key(), hand_over.hand_over_purpose(WAVE))
    found = hand_over.open_to_counter(content, wave=WAVE, private_key=worker, row=SIZE)
    assert found == [bytes(SIZE)] * 2
    for wave, key, row in (
        (uuid.uuid4(), worker, SIZE),
        (WAVE, X25519PrivateKey.generate(), SIZE),
        (WAVE, worker, SIZE - 1),
    ):
        with pytest.raises(IncompleteHandOverError):
            hand_over.open_to_counter(content, wave=wave, private_key=key, row=row)
