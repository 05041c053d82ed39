"""Where ever fewer answer, a page says of what is false that the silent may turn it."""

from tests.reference.findings.fewer_answer import FIRST, told_of


def test_what_is_called_because_others_fell_silent_is_said_to_be_theirs_to_turn():
    told = told_of("everybody moves a little, with outliers", (FIRST + 2, FIRST + 3))
    assert told.under_half >= 10
    assert told.under_half_may_turn >= 0.9 * told.under_half
    assert told.wrong <= 0.02 * told.called
