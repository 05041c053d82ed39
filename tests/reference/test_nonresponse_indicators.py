"""R-indicators equal those of an R script with the formulas of the RISQ tools."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError
from analytics.nonresponse.interval import indicator_interval
from analytics.nonresponse.representativity import representativity
from tests.reference.nonresponse.indicator import DESIGNS, held

HERE = Path(__file__).parent / "nonresponse"
VARIABLES = ("region", "kind", "size")


@pytest.fixture(scope="module")
def found():
    groups = pd.read_csv(HERE / "groups.csv")
    return representativity(groups, VARIABLES)


@pytest.fixture(scope="module")
def expected():
    return json.loads((HERE / "indicators.json").read_text())


def test_the_indicator_its_error_and_its_bias_are_those_of_r(found, expected):
    told = {"r": found.r, "se": found.se, "unadjusted": found.unadjusted}
    assert told == pytest.approx({name: expected[name] for name in told}, rel=1e-8)


@pytest.mark.parametrize("number", range(3))
def test_the_part_of_each_variable_is_that_of_r(found, expected, number):
    part = found.variables[number]
    told = {
        "unconditional": part.unconditional,
        "unconditional_se": part.unconditional_se,
        "conditional": part.conditional,
    }
    assert told == pytest.approx(expected[VARIABLES[number]], rel=1e-7)


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize(
    ("of", "name"),
    [("alone", "unconditional"), ("within", "conditional"), ("within_se", "conditional_se")],
)
def test_the_part_of_each_category_is_that_of_r(found, expected, number, of, name):
    part = found.variables[number]
    told = {one.category: getattr(one, name) for one in part.categories}
    assert told == pytest.approx(expected[f"{VARIABLES[number]}_{of}"], rel=1e-7)


@pytest.mark.parametrize("answered", [(390, 290, 5), (395, 295, 1), (5, 5, 38), (399, 1, 39)])
def test_rates_that_lie_far_apart_are_told_as_they_are(answered):
    groups = pd.DataFrame({"region": list("abc"), "invited": [400, 300, 40]}).assign(
        answered=answered
    )
    rates = np.repeat(groups["answered"] / groups["invited"], groups["invited"])
    # R: 1 - 2 * sd(fitted(glm(yes ~ region, binomial)))
    assert representativity(groups, ["region"]).unadjusted == pytest.approx(
        1 - 2 * rates.std(ddof=1), abs=1e-9
    )


def test_a_crossing_of_which_nobody_answered_is_one_sentence():
    rows = [("a", "x", 5, 0), ("a", "y", 10, 5), ("b", "x", 10, 5)]
    groups = pd.DataFrame(rows, columns=["region", "kind", "invited", "answered"])
    with pytest.raises(FrameError, match="of a crossing of categories"):
        representativity(groups, ["region", "kind"])


@pytest.mark.parametrize("name", ["twenty", "thirty alike"])
def test_the_interval_holds_the_indicator_of_true_propensities(name):
    _plain, ours, _of = held(DESIGNS[name], 60, seed=1)
    assert ours >= 0.95 - 2 * 0.028  # two errors of a share of sixty draws


def test_where_most_of_the_spread_is_bias_the_interval_reaches_one():
    assert indicator_interval(1.0, 0.9, 0.05) == pytest.approx((0.86, 1.0), abs=0.001)
    assert indicator_interval(0.95, 0.88, 0.05)[1] == 1.0
    assert indicator_interval(1.0, 1.0, 0.0) == (1.0, 1.0)
