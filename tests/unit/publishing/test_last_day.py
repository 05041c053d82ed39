"""The day on which a wave ended, as its publication tells it."""

import dataclasses
from datetime import date, datetime

import pytest

from survey_app.publishing.inputs.wave_inputs import _wave_facts
from survey_app.shared.clock import OSLO
from survey_app.waves.stored import StoredWave

PLANNED = date(2027, 3, 31)


def told(closed_at):
    fields = {one.name: None for one in dataclasses.fields(StoredWave)}
    facts = {"closes_on": PLANNED, "results_on": date(2027, 4, 14), "closed_at": closed_at}
    return _wave_facts(StoredWave(**fields | facts))["closed_on"]


@pytest.mark.parametrize(
    ("closed_at", "day"),
    [
        (datetime(2027, 4, 1, 0, 5, tzinfo=OSLO), "2027-03-31"),
        (datetime(2027, 4, 3, 9, 0, tzinfo=OSLO), "2027-03-31"),
        (datetime(2027, 3, 19, 12, 0, tzinfo=OSLO), "2027-03-19"),
        # summer time begins on this night
        (datetime(2027, 3, 28, 23, 59, tzinfo=OSLO), "2027-03-28"),
    ],
)
def test_a_wave_ended_on_its_last_planned_day_or_when_it_was_closed_by_hand(closed_at, day):
    assert told(closed_at) == day
