"""What happened between the waves of a fall stands beside it, and never as its cause."""

from datetime import date

from markupsafe import Markup

from survey_app.reading.event_axis import AxisEvent
from survey_app.reading.meanwhile import with_meanwhile
from survey_app.reading.path import path_finding
from survey_app.reading.published import Published
from survey_app.reading.sentences import Finding
from survey_app.reading.waves import Wave
from tests.builders_publication import public_series

LAST = public_series()[-1]


def a_wave(key, closed_on):
    return Wave("0", "k", key, 1, "half", {}, closed_on, None, 1, 0, frozenset())


WAVES = [a_wave("2024-09", "2024-09-30"), a_wave("2025-03", "2025-03-31")]


def an_event(day, below=0, event="e"):
    return AxisEvent(event, day, "En hendelse", "", below)


def beside(event, span=("2024-09", "2025-03")):
    (told,) = with_meanwhile([Finding("up", Markup("x"), span=span)], [event], WAVES)
    return told.meanwhile


def test_what_happened_between_the_two_waves_stands_beside_the_fall():
    between = an_event(date(2025, 2, 11))
    assert beside(between) == (between,)


def test_what_happened_before_the_first_or_after_the_second_does_not():
    assert beside(an_event(date(2024, 9, 30))) == ()
    assert beside(an_event(date(2025, 4, 1))) == ()


def test_what_happened_in_a_part_of_the_agency_is_not_told_of_the_whole():
    assert beside(an_event(date(2025, 2, 11), below=1)) == ()


def test_a_sentence_that_tells_of_no_two_waves_and_one_of_an_unknown_wave_have_nothing_beside():
    assert beside(an_event(date(2025, 2, 11)), ()) == ()
    assert beside(an_event(date(2025, 2, 11)), ("2020-01", "2025-03")) == ()


def test_the_path_names_the_two_waves_of_its_fall():
    leg = {"measure": "TI", "since": "2024-09", "until": "2025-03", "role": "fall",
           "difference": -5.0, "low": -6.0, "high": -4.0, "verdict": "down", "chance": 1.0,
           "under_limit": False, "margin": 3.0}  # fmt: skip
    words = {"in": {"nb": "i mars"}, "since": {"nb": "siden mars"}}
    content = LAST | {"path": [leg], "since_labels": {"2024-09": words, "2025-03": words}}
    assert path_finding(Published(content), "TI", "nb").span == ("2024-09", "2025-03")
