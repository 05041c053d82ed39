"""Changes between waves of rotating panels: what is told of them, beside what chance makes of them.

A made-up staff in units of its own, split into twelve random groups. Each person has a lasting part
and one of the day, and answers each wave by chance, whoever answered before.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from analytics.comparison.unlinked import LEAST_CORRELATION, unlinked_errors
from analytics.planning.again import ToldFigure, expected_of
from analytics.planning.difference import difference_precision
from analytics.planning.sample import simple_sample
from analytics.waves import GROUPS, groups_together, panel_groups

PEOPLE, RESPONSE, SPREAD = 960, 0.6, 18.0


@dataclass(frozen=True)
class Differences:
    """What waves of still people differ by: estimates, and the errors told of each."""

    found: np.ndarray
    told: np.ndarray


def differences(one, other, correlation, runs, seed=7):
    """Ask two sets of panels, time and again; nothing changes but chance."""
    rng = np.random.default_rng(seed)
    group = np.arange(PEOPLE) % GROUPS
    asked = [np.isin(group, list(groups)) for groups in (one, other)]
    together = groups_together(one, other)
    found, told = np.empty(runs), np.empty(runs)
    for run in range(runs):
        lasting = rng.normal(size=PEOPLE) * np.sqrt(correlation)
        scores = [
            SPREAD
            * (lasting + np.sqrt(1 - correlation) * rng.normal(size=PEOPLE))[
                invited & (rng.random(PEOPLE) < RESPONSE)
            ]
            for invited in asked
        ]
        endless = [np.array([np.sqrt(score.var(ddof=1) / len(score))]) for score in scores]
        own = [
            se * np.sqrt(1 - len(score) / PEOPLE) for se, score in zip(endless, scores, strict=True)
        ]
        found[run] = scores[1].mean() - scores[0].mean()
        told[run] = unlinked_errors(tuple(own), tuple(endless), together=together)[0]
    return Differences(found, told)


def panels(*names):
    return [panel_groups(name) for name in names]


PAIRS = [("1+2/3", "2+3/3"), ("A", "A"), ("1+2+3/4", "2+3+4/4"), ("1/2", "2/2")]


@pytest.mark.parametrize("pair", PAIRS)
def test_the_error_told_of_a_change_is_the_one_that_chance_makes(pair):
    drawn = differences(*panels(*pair), LEAST_CORRELATION, 2000)
    assert drawn.told.mean() == pytest.approx(drawn.found.std(), rel=0.06)


@pytest.mark.parametrize("pair", PAIRS)
def test_people_whose_answers_go_together_more_make_it_too_large_and_never_too_small(pair):
    drawn = differences(*panels(*pair), 0.9, 800)
    assert drawn.told.mean() > drawn.found.std() * 0.97


@pytest.mark.slow
@pytest.mark.parametrize("pair", PAIRS)
def test_what_is_told_before_is_what_ten_thousand_waves_show_after(pair):
    one, other = panels(*pair)
    drawn = differences(one, other, LEAST_CORRELATION, 10_000, seed=11)
    n = [RESPONSE * PEOPLE * len(groups) / GROUPS for groups in (one, other)]
    together = groups_together(one, other)
    samples = [simple_sample(round(size), PEOPLE if together else None) for size in n]
    before = difference_precision(*samples, SPREAD, careful=together > 0, together=together)
    assert before.se == pytest.approx(drawn.found.std(), rel=0.03)
    assert before.se == pytest.approx(drawn.told.mean(), rel=0.02)
    inside = np.abs(drawn.found) < before.margin
    assert inside.mean() == pytest.approx(0.95, abs=0.01)


def test_a_plan_promises_to_find_less_where_fewer_are_asked_again():
    told = ToldFigure(1.3, 380, PEOPLE)
    smallest = [
        expected_of(SPREAD, 380, PEOPLE, "agency", earlier=told, together=shared).smallest
        for shared in (1.5, 0.75, 0.0)
    ]
    assert smallest == sorted(smallest)
    assert smallest[0] < smallest[1] < smallest[2]
