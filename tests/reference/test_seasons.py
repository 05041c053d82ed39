"""A season that comes back each year: the short form of ``findings.seasons``."""

from dataclasses import replace

from analytics.courses.priors import AGENCY
from tests.reference.findings.seasons import WAVES, held_in_a_season


def test_intervals_of_the_whole_hold_the_truth_where_each_season_undoes_the_one_before():
    every = range(1, WAVES)
    # a course that only wanders and jumps held 85 %: what goes up and down it took for error
    before = replace(AGENCY, passing=(0.0,), passing_weight=(1.0,))
    assert held_in_a_season(before, range(20), waves=every, error=1.0).mean() < 0.87
    assert held_in_a_season(AGENCY, range(20), waves=every, error=1.0).mean() > 0.91
