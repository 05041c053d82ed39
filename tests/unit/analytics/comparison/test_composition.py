"""A change taken apart into those who stayed, joined and left."""

import numpy as np
import pytest

from analytics.comparison.composition import Side, decompose
from analytics.comparison.overlap import Names, link_samples
from analytics.errors import DesignError
from analytics.estimation.variance import simple_design


def a_side(values, stayed, weight=None):
    values = np.asarray(values, dtype=np.float64)[:, None]
    rows = len(values)
    design = simple_design(
        np.ones(rows) if weight is None else np.asarray(weight), np.zeros(rows, dtype=np.int64)
    )
    return Side(design, values, np.asarray(stayed, dtype=bool), np.ones(rows, dtype=bool))


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


def test_where_nobody_stayed_the_change_is_known_and_its_parts_are_not():
    found = decompose(a_side([50, 60, 70], [False] * 3), a_side([60, 70, 90], [False] * 3))
    assert found.total.difference[0] == pytest.approx(40 / 3)
    assert np.isnan(found.stayers.difference[0])
    assert np.isnan(found.stayers.se[0])
    assert found.left[0] == 1


def test_a_side_needs_one_row_per_respondent():
    design = simple_design(np.ones(3), np.zeros(3, dtype=np.int64))
    with pytest.raises(DesignError, match="one row per respondent"):
        Side(design, np.zeros((3, 1)), np.ones(2, dtype=bool), np.ones(3, dtype=bool))
