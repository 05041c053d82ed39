import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists, text

from survey_app.counting.urn.ballot import (
    DOMAIN_BYTES,
    Ballot,
    ballot_size,
    pack_ballot,
    unpack_ballot,
)
from survey_app.counting.urn.errors import BallotError

CODES = integers(-(2**15), 2**15 - 1)
DOMAINS = text(max_size=60).filter(lambda code: len(code.encode()) <= DOMAIN_BYTES)


@given(DOMAINS, lists(CODES, max_size=80).map(tuple))
def test_a_ballot_comes_out_as_it_went_in(domain, answers):
    size = ballot_size(len(answers))
    packed = pack_ballot(Ballot(domain, answers), size)
    assert len(packed) == size
    assert unpack_ballot(packed, len(answers)) == Ballot(domain, answers)


@given(DOMAINS, lists(CODES, min_size=37, max_size=37).map(tuple))
def test_every_ballot_of_a_questionnaire_has_one_length(domain, answers):
    # 1 + 1 + 1 + 60 + 2 x 37 = 137 bytes, padded to whole steps of 64
    assert len(pack_ballot(Ballot(domain, answers), ballot_size(37))) == 192
    assert len(pack_ballot(Ballot("", (), screened_out=True), ballot_size(37))) == 192


def test_somebody_who_was_screened_out_leaves_a_mark_and_no_answers():
    packed = pack_ballot(Ballot("", (), screened_out=True), ballot_size(37))
    assert unpack_ballot(packed, 37) == Ballot("", (), screened_out=True)
    assert not any(packed[2:])


@pytest.mark.parametrize(
    ("ballot", "sentence"),
    [
        (Ballot("å" * 31, (1,)), "at most 60 bytes"),
        (Ballot("a", (40_000,)), "not a whole number of two bytes"),
        (Ballot("a", (1,) * 40), "do not fit"),
    ],
)
def test_what_does_not_fit_is_refused_without_being_told(ballot, sentence):
    with pytest.raises(BallotError, match=sentence) as error:
        pack_ballot(ballot, ballot_size(1))
    assert "40000" not in str(error.value)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:-1],
        lambda raw: b"\x02" + raw[1:],
        lambda raw: raw[:1] + b"\x02" + raw[2:],
        lambda raw: raw[:-1] + b"x",
        lambda raw: raw[:2] + b"\x01" + b"\xff" + raw[4:],
    ],
)
def test_what_is_no_ballot_is_refused(spoil):
    packed = pack_ballot(Ballot("ab", (1, 2)), ballot_size(2))
    with pytest.raises(BallotError):
        unpack_ballot(spoil(packed), 2)
