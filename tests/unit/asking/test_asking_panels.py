"""Panels: at random within unit, of equal size, and one step on each year (instruments.md 1.3)."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analytics.waves import GROUPS, SPLITS
from survey_app.asking.people.panels import (
    PANELS,
    Rotation,
    asked_groups,
    called_panel,
    draw_newcomers,
    rotation_of,
)

DESIGNS = [(at_once, panels) for panels in SPLITS for at_once in range(1, panels)]


def sizes(groups, panels):
    """Count the people of each of so many panels."""
    return np.bincount(groups, minlength=GROUPS).reshape(-1, panels).sum(axis=0)


@given(st.lists(st.integers(0, 11), max_size=30), st.integers(0, 40), st.integers(0, 99))
def test_newcomers_even_out_the_panels_of_their_unit(present, newcomers, seed):
    drawn = draw_newcomers(present, newcomers, np.random.default_rng(seed))
    before, after = sizes(present, 3), sizes([*present, *drawn], 3)
    assert np.ptp(after) <= max(1, np.ptp(before))
    assert len(drawn) == newcomers


@given(st.integers(0, 80), st.integers(0, 999))
def test_panels_of_any_number_differ_by_at_most_one_in_a_unit_that_nobody_left(people, seed):
    drawn = draw_newcomers([], people, np.random.default_rng(seed))
    for panels in SPLITS:
        assert np.ptp(sizes(drawn, panels)) <= 1


def test_who_comes_first_in_the_file_has_no_panel_of_its_own():
    first = Counter(
        PANELS[draw_newcomers([], 3, np.random.default_rng(seed))[0] % 3] for seed in range(300)
    )
    assert all(70 <= first[panel] <= 130 for panel in PANELS)


def test_nobody_is_called_by_the_same_letter_two_years_running():
    for panel in PANELS:
        letters = [
            letter
            for year in (2025, 2026, 2027)
            for letter in PANELS
            if called_panel(letter, year) == panel
        ]
        assert sorted(letters) == list(PANELS)
        # A, then B, then C
        assert [PANELS.index(letter) for letter in letters][1] == (PANELS.index(letters[0]) + 1) % 3


@pytest.mark.parametrize(("at_once", "panels"), DESIGNS)
def test_everybody_is_asked_so_many_turns_running_and_then_not_for_the_rest(at_once, panels):
    turns = range(1, 6 * panels + 1)
    asked = [asked_groups(Rotation(at_once, panels, turn).written, 2026) for turn in turns]
    for group in range(GROUPS):
        times = "".join("x" if group in one else "." for one in asked)
        # however one looks, neither more nor less than the plan says
        for first in range(len(times) - panels + 1):
            assert times[first : first + panels].count("x") == at_once
        runs = [len(run) for run in times.strip("x").strip(".").split(".") if run]
        assert set(runs) == {at_once}


def years_of_coming_and_going(seed, turns, people=60, leaving=0.04):
    """Let people come and go in one unit; yield who is there, and each one's group, by turn."""
    rng = np.random.default_rng(seed)
    groups = dict(enumerate(draw_newcomers([], people, rng)))
    number = people
    for _ in range(turns):
        yield groups
        stay = {one: group for one, group in groups.items() if rng.random() >= leaving}
        lost = len(groups) - len(stay)
        new = draw_newcomers(stay.values(), lost, rng)
        groups = stay | dict(zip(range(number, number + lost), new, strict=True))
        number += lost


@pytest.mark.parametrize(("at_once", "panels"), [(1, 2), (2, 3), (2, 6), (1, 12)])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_over_many_years_nobody_is_in_more_waves_than_said(at_once, panels, seed):
    asked_in = {}
    for turn, groups in enumerate(years_of_coming_and_going(seed, 3 * panels), start=1):
        asked = asked_groups(Rotation(at_once, panels, turn).written, 2026)
        for person, group in groups.items():
            if group in asked:
                asked_in.setdefault(person, []).append(turn)
    for turns in asked_in.values():
        for first in turns:
            assert sum(first <= turn < first + panels for turn in turns) <= at_once


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_panels_stay_even_in_a_unit_over_many_years_of_coming_and_going(seed):
    for groups in years_of_coming_and_going(seed, 40):
        # newcomers fill what those who left made uneven, first of three and of two panels
        assert np.ptp(sizes(list(groups.values()), 3)) <= 4
        assert np.ptp(sizes(list(groups.values()), 2)) <= 6


@pytest.mark.parametrize(
    "written",
    ["rotation:0/3:1", "rotation:3/3:1", "rotation:2/5:1", "rotation:2/3:0", "rotation:2/3", "2/3"],
)
def test_what_is_no_rotation_is_not_taken_for_one(written):
    assert rotation_of(written) is None
    assert asked_groups(written, 2026) is None


@pytest.mark.slow
def test_ten_thousand_units_give_each_person_the_same_chance_of_each_panel_and_of_each_turn():
    rng = np.random.default_rng(20261129)
    # 17 who were there, of whom 5 leave, and 6 who come: by their place in the register
    units = np.empty((10_000, 18), dtype=np.int64)
    for unit in units:
        there = list(draw_newcomers([], 17, rng))
        gone = rng.choice(17, 5, replace=False)
        stay = [group for at, group in enumerate(there) if at not in gone]
        unit[:] = [*stay, *draw_newcomers(stay, 6, rng)]
    for place in range(units.shape[1]):
        counts = np.bincount(units[:, place], minlength=GROUPS)
        assert stats.chisquare(counts).pvalue > 1e-4
    for at_once, panels in DESIGNS:
        asked = list(asked_groups(Rotation(at_once, panels, 7).written, 2026))
        chance = at_once / panels
        found = np.isin(units, asked).mean(axis=0)
        assert np.abs(found - chance).max() < 5 * np.sqrt(chance * (1 - chance) / len(units))
