"""A change taken apart into those who stayed, joined and left."""

import numpy as np
import pytest
from scipy import stats

from analytics.errors import DesignError
from analytics.estimation.design import simple_design
from analytics.workbench.methods.linked_waves.composition import LinkedWave, decompose
from analytics.workbench.methods.linked_waves.overlap import Names, link_samples


def a_side(values, stayed, weight=None):
    values = np.asarray(values, dtype=np.float64)[:, None]
    rows = len(values)
    design = simple_design(
        np.ones(rows) if weight is None else np.asarray(weight), np.zeros(rows, dtype=np.int64)
    )
    return LinkedWave(design, values, np.asarray(stayed, dtype=bool), np.ones(rows, dtype=bool))


def linked(then, now, people_then, people_now):
    names = [
        Names(np.array(people, dtype=object), np.array([""], dtype=object))
        for people in (people_then, people_now)
    ]
    return link_samples(then.design, now.design, [(names[0], names[1])])


def test_the_parts_add_up_to_the_change():
    # then: 60, 70 stay and 20 leaves (mean 50); now: 64, 74 and a newcomer of 90 (mean 76)
    found = decompose(
        a_side([60, 70, 20], [True, True, False]), a_side([64, 74, 90], [True, True, False])
    )
    parts = [found.total, found.stayers, found.joiners, found.leavers]
    assert [float(part.difference[0]) for part in parts] == pytest.approx([26, 4, 7, -15])
    assert found.joined[0] == found.left[0] == pytest.approx(1 / 3)


def test_a_staff_that_only_changes_hands_changes_by_composition():
    found = decompose(
        a_side([60, 60, 20, 20], [True, True, False, False]),
        a_side([60, 60, 90, 90], [True, True, False, False]),
    )
    assert found.stayers.difference[0] == 0
    assert found.total.difference[0] == pytest.approx(35)


def test_those_who_stay_and_are_linked_have_the_error_of_paired_differences():
    rng = np.random.default_rng(3)
    y = rng.normal(60, 12, 50)
    z = y + rng.normal(2, 4, 50)
    everybody = np.ones(50, dtype=bool)
    then, now = a_side(y, everybody), a_side(z, everybody)
    found = decompose(then, now, linked(then, now, [*map(str, range(50))], [*map(str, range(50))]))
    paired = (z - y).std(ddof=1) / np.sqrt(50)
    assert found.stayers.se[0] == pytest.approx(paired)
    assert found.total.se[0] == pytest.approx(paired)
    assert found.joiners.difference[0] == found.joiners.se[0] == 0
    assert decompose(then, now).stayers.se[0] > paired  # careful without the link


def five_of_many(rng, stayed=5, moved=195):
    """Give two linked waves of which a few are in both."""
    before, after = rng.normal(60, 15, stayed), rng.normal(64, 15, stayed)
    then = a_side([*before, *rng.normal(50, 15, moved)], [True] * stayed + [False] * moved)
    now = a_side([*after, *rng.normal(70, 15, moved)], [True] * stayed + [False] * moved)
    people = [[f"{wave}{n}" for n in range(moved)] for wave in "ab"]
    both = [str(n) for n in range(stayed)]
    links = linked(then, now, both + people[0], both + people[1])
    return before, after, decompose(then, now, links)


def test_five_who_stayed_among_many_have_the_paired_t_test_of_five():
    before, after, found = five_of_many(np.random.default_rng(8))
    paired = stats.ttest_rel(after, before)
    low, high = paired.confidence_interval()
    assert found.stayers.df[0] == pytest.approx(4)
    assert found.stayers.se[0] == pytest.approx((after - before).std(ddof=1) / np.sqrt(5))
    assert found.stayers.p[0] == pytest.approx(paired.pvalue)
    assert (found.stayers.low[0], found.stayers.high[0]) == pytest.approx((low, high))
    # what the many who came make of the mean hangs on where the five stand
    assert found.joiners.df[0] < 8


def test_few_who_joined_have_the_degrees_of_freedom_of_few():
    y = np.tile([45.0, 55, 65, 75], 40)
    everybody = [True] * len(y)
    for joined in (5, 30):
        newcomers = np.tile([30.0, 40, 60, 80, 90], joined // 5)
        then = a_side(y, everybody)
        now = a_side([*y, *newcomers], everybody + [False] * joined)
        found = decompose(then, now)
        # all but a few per cent of the error is that of the newcomers' own mean
        assert joined - 1 <= found.joiners.df[0] < 1.2 * joined
        assert found.leavers.difference[0] == found.leavers.se[0] == 0


def test_of_one_who_joined_nothing_is_known_of_chance():
    then, now = a_side([60, 70, 50], [True] * 3), a_side([64, 74, 55, 90], [True] * 3 + [False])
    found = decompose(then, now)
    assert found.joiners.difference[0] > 0
    assert np.isnan([found.joiners.se[0], found.joiners.low[0], found.joiners.p[0]]).all()
    assert np.isfinite(found.stayers.se[0])


def test_where_nobody_stayed_the_change_is_known_and_its_parts_are_not():
    found = decompose(a_side([50, 60, 70], [False] * 3), a_side([60, 70, 90], [False] * 3))
    assert found.total.difference[0] == pytest.approx(40 / 3)
    assert np.isnan(found.stayers.difference[0])
    assert np.isnan(found.stayers.se[0])
    assert found.left[0] == 1


def test_a_side_needs_one_row_per_respondent():
    design = simple_design(np.ones(3), np.zeros(3, dtype=np.int64))
    with pytest.raises(DesignError, match="one row per respondent"):
        LinkedWave(design, np.zeros((3, 1)), np.ones(2, dtype=bool), np.ones(3, dtype=bool))


def test_a_wave_without_a_value_leaves_nothing_known_and_no_warning():
    nobody = a_side([np.nan, np.nan, np.nan], [True, True, False])
    found = decompose(a_side([60, 70, 50], [True, True, False]), nobody)
    for part in (found.total, found.stayers, found.joiners, found.leavers):
        assert np.isnan([part.se[0], part.p[0]]).all()
