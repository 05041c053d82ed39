"""Levels and changes as pages show them."""

import pytest

from survey_app.publications.shelf import Cell
from survey_app.reading.levels import change_cell
from survey_app.reading.rows import Change
from survey_app.reading.sides import side_of

A_CHANGE = {
    "measure": "KI-kjerne", "level": "unit", "domain": "u", "since": "w", "since_labels": {},
    "role": "previous", "low": -3.0, "high": 2.6, "verdict": "uncertain", "under_limit": False,
    "margin": 5.0, "status": "published",
}  # fmt: skip


@pytest.mark.parametrize(("plain", "told"), [(-5.9, -5.9), (-4.8, None), (5.1, 5.1), (None, None)])
def test_two_waves_that_tell_another_story_are_told_beside_the_estimate(plain, told):
    cell = change_cell(Change(**A_CHANGE, difference=0.1, plain=plain), "nb")
    assert cell.plain == told


def a_level(mean, reach):
    return Cell("TI", "mean", "", "group", "g", 100, mean, reach / 2, mean - reach, mean + reach)


def test_the_more_groups_are_compared_the_more_it_takes_to_stand_apart():
    whole = a_level(61.4, 0.8)
    county = a_level(56.8, 3.4)
    assert side_of(county, whole, 1) == "lower"
    assert side_of(county, whole, 14) == "none"
    # 3.4 points become 5.1 where 14 are compared: the 99.8 % interval of a normal figure
    assert side_of(a_level(55.4, 3.4), whole, 14) == "lower"
    assert side_of(a_level(67.4, 3.4), whole, 14) == "higher"
    assert side_of(None, whole, 14) == "none"
