"""An event is held against waves of one wording: other words are no effect of what happened."""

from datetime import date, timedelta

from survey_app.publications.shelf import Cell
from survey_app.reading.events.since import WaveFigure, _asked_alike

DAYS = [date(2025, 3, 1) + timedelta(days=90 * at) for at in range(6)]


def points(*wordings):
    return tuple(
        WaveFigure(
            day,
            Cell("I", "mean", "", "agency", "", 100, 60.0, 1.0, 58.0, 62.0, wording=one),
            400,
            1.0,
        )
        for day, one in zip(DAYS, wordings, strict=True)
    )


def test_all_waves_are_used_where_nobody_changed_a_word():
    found = points(0, 0, 0, 0, 0, 0)
    assert _asked_alike(found, DAYS[3]) == found


def test_waves_of_other_words_stand_on_neither_side_of_an_event():
    found = points(0, 0, 0, 1, 1, 1)
    assert _asked_alike(found, DAYS[1] + timedelta(days=1)) == found[:3]
    # it happened between the last of the old words and the first of the new: nothing is after it
    assert _asked_alike(found, DAYS[2] + timedelta(days=1)) == found[:3]
    assert _asked_alike(found, DAYS[4]) == found[3:]


def test_an_event_before_all_waves_has_the_first_words_beside_it():
    found = points(0, 0, 1, 1, 1, 1)
    assert _asked_alike(found, DAYS[0] - timedelta(days=9)) == found[:2]
    assert _asked_alike((), DAYS[0]) == ()
