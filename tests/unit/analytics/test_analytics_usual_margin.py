"""The smallest change that matters, where the specification names none."""

import numpy as np
import pandas as pd
import pytest

from analytics.workbench.analyse import analyse

# 100 answers in each wave and place: half 2 and half 3, then half 3 and half 4 of five grades.
GRADES = {1: (2.0, 3.0), 2: (3.0, 4.0)}
BY = {"wave": "wave", "by": ["place"]}


def answers(grades):
    parts = [
        pd.DataFrame({"wave": wave, "place": place, "q": np.tile(both, 50)})
        for wave, both in grades.items()
        for place in ("north", "south")
    ]
    return pd.concat(parts, ignore_index=True)


def verdicts(grades, **spec):
    result = analyse(answers(grades), {"domains": BY, **spec}).result
    return {row["verdict"] for row in result["changes"]}, result["warnings"]


@pytest.mark.parametrize("rule", ["courses", "differences"])
def test_a_whole_grade_of_five_is_no_steady_change_where_no_margin_is_named(rule):
    means = {"means": ["q"], "ranges": {"q": [1, 5]}}
    found, warnings = verdicts(GRADES, variables=means, change={"rule": rule})
    assert found == {"up"}
    assert not any("margin" in text for text in warnings)


def test_the_usual_margin_of_a_column_with_ends_is_three_points_in_its_own_unit():
    # 0.10 of four grades is 2.5 points of 100, below 3; 0.14 is 3.5. The errors are about 0.002.
    small, large = ({1: (3.0, 3.01), 2: (3.0 + more, 3.01 + more)} for more in (0.10, 0.14))
    means = {"means": ["q"], "ranges": {"q": [1, 5]}}
    assert verdicts(small, variables=means, change={"rule": "differences"})[0] == {"steady"}
    assert verdicts(large, variables=means, change={"rule": "differences"})[0] == {"up"}


def test_nothing_is_steady_in_a_unit_that_nobody_told_the_ends_of_and_a_warning_says_so():
    found, warnings = verdicts(GRADES, variables={"means": ["q"]})
    assert found == {"up"}
    assert any("[change] margin is not named" in text and "'q'" in text for text in warnings)
    still, _ = verdicts({1: (2.0, 3.0), 2: (2.0, 3.0)}, variables={"means": ["q"]})
    assert still == {"uncertain"}


def test_a_protected_file_says_so_as_well():
    spec = {"variables": {"means": ["q"]}, "disclosure": {"minimum": 5}}
    _, warnings = verdicts(GRADES, **spec)
    assert any("[change] margin is not named" in text and "'q'" in text for text in warnings)
    assert not any("More is to be said" in text for text in warnings)


def test_a_margin_that_is_named_holds_in_the_unit_of_the_column():
    found, warnings = verdicts(GRADES, variables={"means": ["q"]}, change={"margin": 3})
    assert found == {"steady"}
    assert not any("margin" in text for text in warnings)


def test_domains_are_not_called_similar_by_a_margin_in_another_unit():
    apart = answers({1: (2.0, 3.0)})
    apart.loc[apart["place"] == "south", "q"] += 1
    spec = {"variables": {"means": ["q"]}, "domains": {"by": ["place"]}}
    result = analyse(apart, spec | {"comparison": {"by": "place"}}).result
    assert {row["verdict"] for row in result["comparison"]["rest"]} == {"higher", "lower"}
    assert any("[change] margin is not named" in text for text in result["warnings"])


def test_a_trend_in_a_unit_of_its_own_is_not_steady_by_points_of_a_hundred():
    grades = {wave: (1.0 + wave / 4, 2.0 + wave / 4) for wave in range(1, 9)}
    trend = {"measure": "q", "dates": {str(wave): f"20{10 + wave}-01-01" for wave in grades}}
    means = {"means": ["q"], "ranges": {"q": [1, 5]}}
    spec = {"domains": BY, "variables": means, "trend": trend}
    told = analyse(answers(grades), spec).result["trend"]
    assert told["direction"] == "up"
    assert told["margin"] == pytest.approx(0.12)  # 3 points of 0-100 in four grades
