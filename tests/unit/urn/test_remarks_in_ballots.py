"""Remarks of a pilot go into a ballot of one length and come out as they went in."""

from hypothesis import given
from hypothesis.strategies import dictionaries, integers, text

from survey_app.counting.urn.ballot import Ballot, ballot_size, pack_ballot, unpack_ballot
from survey_app.counting.urn.remarks import (
    LONGEST_IN_ALL,
    packed_remarks,
    remarks_room,
    unpacked_remarks,
)

ITEMS = [f"vp.apn.{at}" for at in range(1, 41)]
WORDS = text(min_size=1, max_size=50).filter(lambda said: not set(said) & set("\x1e\x1f\0"))


@given(dictionaries(integers(0, 39).map(ITEMS.__getitem__), WORDS, max_size=10))
def test_remarks_come_out_as_they_went_in(remarks):
    assert unpacked_remarks(packed_remarks(remarks, ITEMS), ITEMS) == remarks


def test_every_ballot_of_a_pilot_has_one_length_and_room_for_the_longest():
    room = remarks_room(len(ITEMS))
    size = ballot_size(40, comment=True, room=room)
    for remarks in (
        {},
        dict.fromkeys(ITEMS, "å" * (LONGEST_IN_ALL // 40)),
        {ITEMS[-1]: "€" * 2000},
    ):
        ballot = Ballot("", (1,) * 40, comment=packed_remarks(remarks, ITEMS))
        packed = pack_ballot(ballot, size, room=room)
        assert len(packed) == size
        assert unpack_ballot(packed, 40, comment=True, room=room) == ballot
    # in its row of the urn, not beside it
    assert size < 8000


def test_what_is_no_remark_is_left_out():
    assert unpacked_remarks("9" * 5000 + "\x1ex\x1f", ITEMS) == {}
    assert unpacked_remarks("40\x1ex\x1f-1\x1ex\x1fx\x1ey\x1f1\x1e\x1f²\x1ex\x1f", ITEMS) == {}
