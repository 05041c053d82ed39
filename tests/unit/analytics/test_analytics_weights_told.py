"""What weights of a protected file tell: nothing of how many answered in hidden groups."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import UnsupportedError
from analytics.workbench.analyse import analyse

PEOPLE = {"a": 30, "b": 40, "c": 90, "d": 80}
SPEC = {
    "variables": {"means": ["x"], "totals": ["x"]},
    "domains": {"by": ["u"]},
    "disclosure": {"minimum": 5},
}
WEIGHED = {"design": {"weight": "w"}}
COUNTED = {"poststratify": {"by": ["u"], "counts": "counts"}}


def analysed(**more):
    """Analyse four units, of which a has 4 answers and is hidden, and b beside it."""
    rng = np.random.default_rng(8)
    unit = np.repeat(list(PEOPLE), [4, 12, 50, 60])
    data = pd.DataFrame({"u": unit, "x": rng.normal(50, 10, len(unit))})
    data["w"] = data["u"].map({"a": 7.0, "b": 3.0, "c": 2.0, "d": 2.0})
    counts = pd.DataFrame({"u": list(PEOPLE), "count": list(PEOPLE.values())})
    return analyse(data, SPEC | more, {"counts": counts}).result


def shown(result):
    return {
        (row["statistic"], row["domain"].get("u", ""))
        for row in result["estimates"]
        if row["status"] == "published"
    }


def test_a_total_beside_its_mean_does_not_add_up_weights_of_hidden_units():
    """Total by mean is the sum of weights: of 16 who weigh 7 or 3, 64 leaves 4 and 12."""
    result = analysed(**WEIGHED)
    units = {("mean", "c"), ("mean", "d"), ("total", "c"), ("total", "d")}
    assert shown(result) == units | {("mean", "")}
    assert any("the totals of x are hidden" in text for text in result["warnings"])


@pytest.mark.parametrize("known", [COUNTED, {}])
def test_totals_stay_where_persons_are_known_or_weigh_alike(known):
    result = analysed(**known)
    assert {("total", ""), ("total", "c")} < shown(result)
    assert not any("the totals of" in text for text in result["warnings"])


def test_parts_of_a_population_are_not_told_beside_hidden_units_of_different_weights():
    plan = {"planning": {"respondents": [100], "population": 1000}}
    with pytest.raises(UnsupportedError, match="do not weigh the same"):
        analysed(**WEIGHED, **plan)
    assert analysed(**COUNTED, **plan)["planning"]
