"""Which results wait for those of another wave, as publishing has it."""

from datetime import date
from types import SimpleNamespace

import pytest

from survey_app.asking.campaigns.results_wait import held_among

TODAY = date(2027, 10, 20)
RELEASES = {"mornings": "08:00", "at-once": "at once"}


def a_wave(
    sequence,
    state,
    results_on,
    *,
    closes_on=date(2027, 9, 30),
    campaign="mornings",
    population="staff",
    closed_on=None,
):
    return SimpleNamespace(
        key=f"wave-{sequence}", sequence=sequence, state=state, closes_on=closes_on,
        results_on=results_on, campaign=campaign, population=population,
        last_day=closed_on or closes_on,
    )  # fmt: skip


def held(*waves):
    return [(one.wave.key, one.other.key) for one in held_among(waves, RELEASES, today=TODAY)]


@pytest.mark.parametrize("state", ["draft", "open", "closed", "published"])
def test_a_wave_that_is_not_published_waits_for_results_that_are_still_to_come(state):
    main = a_wave(1, state, date(2027, 12, 1))
    assert held(main, a_wave(2, "closed", date(2027, 10, 25))) == [("wave-2", "wave-1")]
    at_once = a_wave(2, "closed", date(2027, 10, 25), campaign="at-once")
    assert held(main, at_once) == [("wave-2", "wave-1")]


def test_a_wave_that_was_closed_before_its_time_waits_from_the_day_after():
    main = a_wave(1, "open", date(2027, 12, 1))
    planned = {"campaign": "at-once", "closes_on": date(2027, 12, 20)}
    # its plan ends after the other has come
    assert held(main, a_wave(2, "open", date(2027, 12, 21), **planned)) == []
    by_hand = a_wave(2, "closed", date(2027, 12, 21), closed_on=date(2027, 10, 15), **planned)
    assert held(main, by_hand) == [("wave-2", "wave-1")]


def test_what_is_published_waits_for_what_was_published_before_it_alone():
    pulse = a_wave(2, "published", date(2027, 10, 10))
    for state in ("draft", "open", "closed"):
        assert held(a_wave(1, state, date(2027, 12, 1)), pulse) == []
    main = a_wave(1, "published", date(2027, 12, 1))
    assert held(main, pulse) == [("wave-2", "wave-1")]
    # of several that which comes last, among those that hold it up
    later = a_wave(1.5, "open", date(2027, 12, 24))
    assert held(main, later, pulse) == [("wave-2", "wave-1")]


@pytest.mark.parametrize("state", ["cancelled", "counted"])
def test_nothing_waits_for_a_wave_that_shows_nothing(state):
    without = a_wave(1, state, date(2027, 12, 1))
    assert held(without, a_wave(2, "closed", date(2027, 10, 25))) == []


@pytest.mark.parametrize("population", ["open", "stakeholders", "candidates"])
def test_a_hearing_does_not_wait_for_the_results_of_a_survey_that_it_is_not_compared_with(
    population,
):
    standing = a_wave(1, "open", date(2027, 12, 1), population=population)
    hearing = a_wave(2, "closed", date(2027, 10, 25), campaign="at-once", population=population)
    assert held(standing, hearing) == []
    again = a_wave(2, "closed", date(2027, 10, 25), population=population)
    assert held(standing, again) == [("wave-2", "wave-1")]
