"""The [planning.allocation] table: a sample shared out among the domains of a file."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import AnalyticsError
from analytics.planning.allocation import neyman, power_allocation, strata
from analytics.workbench.analyse import analyse

SIZES, SPREAD = (40, 120, 240), (20.0, 10.0, 5.0)


def a_file():
    rng = np.random.default_rng(6)
    parts = [
        pd.DataFrame({"u": name, "x": 50 + spread * rng.normal(0, 1, size // 4)})
        for name, size, spread in zip("abc", SIZES, SPREAD, strict=True)
    ]
    return pd.concat(parts, ignore_index=True).assign(w=4.0)


def allocation(data, total=60, **table):
    planning = {
        "respondents": [total],
        "allocation": {"by": "u", "measure": "x"} | table,
    }
    spec = {
        "design": {"weight": "w"},
        "variables": {"means": ["x"]},
        "domains": {"by": ["u"]},
        "planning": planning,
    }
    return analyse(data, spec).result["allocation"]


def test_persons_are_shared_out_in_proportion():
    rows = allocation(a_file())
    assert [row["persons"] for row in rows] == list(SIZES)
    assert [row["respondents"] for row in rows] == [6, 18, 36]


@pytest.mark.parametrize("rule", ["neyman", "power"])
def test_each_rule_takes_the_deviations_of_this_wave(rule):
    data = a_file()
    given = strata(np.array(SIZES, float), data.groupby("u")["x"].std().to_numpy())
    known = neyman(given, 60) if rule == "neyman" else power_allocation(given, 60)
    rows = allocation(data, rule=rule)
    assert [row["respondents"] for row in rows] == known.respondents.tolist()


def test_a_domain_that_shows_no_spread_takes_that_of_all():
    data = a_file()
    data.loc[data["u"] == "a", "x"] = 50.0
    assert allocation(data, rule="neyman")[0]["respondents"] > 2


def test_a_domain_is_taken_whole_where_all_of_its_persons_are():
    """Weights that add up to 2.9999999999999996 of three, and to 2.7."""
    sizes = {"a": (12, 2000.0), "b": (6, 12.0), "c": (2, 3.0), "d": (2, 2.7)}
    data = pd.concat([
        pd.DataFrame({"u": name, "x": np.arange(n) % 5 * 20.0, "w": persons / n})
        for name, (n, persons) in sizes.items()
    ])  # fmt: skip
    spec = {
        "design": {"weight": "w"}, "variables": {"means": ["x"]}, "domains": {"by": ["u"]},
        "planning": {
            "respondents": [900], "population": 2018,
            "allocation": {"by": "u", "measure": "x", "rule": "power", "minimum": 3},
        },
    }  # fmt: skip
    rows = analyse(data.reset_index(drop=True), spec).result["allocation"]
    assert [row["persons"] for row in rows[1:]] == [12, 3, 3]
    assert [row["respondents"] for row in rows[1:]] == [12, 3, 3]
    assert [row["whole"] for row in rows] == [False, True, True, True]


def of_a_population(weights, persons, total):
    """Share out among domains of four rows each, of which all weigh the same."""
    data = pd.concat([
        pd.DataFrame({"u": f"u{at:02}", "x": [20.0, 40.0, 60.0, 80.0], "w": weight})
        for at, weight in enumerate(weights)
    ])  # fmt: skip
    planning = {"respondents": [total], "allocation": {"by": "u", "measure": "x", "minimum": 1}}
    spec = {
        "design": {"weight": "w"},
        "variables": {"means": ["x"]},
        "domains": {"by": ["u"]},
        "planning": planning | ({} if persons is None else {"population": persons}),
    }
    return analyse(data.reset_index(drop=True), spec).result["allocation"]


def test_three_thirds_of_a_hundred_are_a_hundred_persons():
    rows = of_a_population([25, 25, 25], 100, 100)
    assert [row["persons"] for row in rows] == [34, 33, 33]
    assert all(row["whole"] for row in rows)


@given(
    st.lists(st.floats(0.05, 400), min_size=1, max_size=12),
    st.none() | st.integers(12, 5000),
)
def test_the_persons_of_all_domains_are_those_of_the_population(weights, persons):
    """Each has its part of them, to less than one person where nobody has less than one."""
    together = persons or max(round(4 * sum(weights)), len(weights))
    rows = of_a_population(weights, persons, together)
    found = np.array([row["persons"] for row in rows])
    assert found.sum() == together
    assert all(row["whole"] for row in rows)
    part = np.array(weights) * (persons / sum(weights) if persons else 4)
    if (part >= 1).all():
        assert (np.abs(found - part) < 1).all()


def protected(data, **table):
    spec = {
        "variables": {"means": ["x"]},
        "domains": {"by": ["u"]},
        "disclosure": {"minimum": 5},
        "planning": {"respondents": [60], "allocation": {"by": "u", "measure": "x"} | table},
    }
    return analyse(data, spec).result


@pytest.mark.parametrize("rule", ["proportional", "neyman", "power"])
def test_hidden_domains_are_one_stratum(rule):
    few = pd.DataFrame({"u": ["d"] * 4 + ["e"] * 9, "x": np.arange(13.0)})
    result = protected(pd.concat([a_file(), few], ignore_index=True), rule=rule)
    shown = {row["domain"].get("u"): row["status"] == "published" for row in result["estimates"]}
    gone = [name for name in "abcde" if not shown[name]]
    assert {"d"} < set(gone)
    told = {row["domain"]["u"]: row for row in result["allocation"]}
    assert set(told) == ({None} | set("abcde")) - set(gone)
    assert sum(row["persons"] for row in told.values()) == len(a_file()) + 13
    assert sum(row["respondents"] for row in told.values()) == 60


def test_a_domain_that_is_hidden_alone_has_no_stratum():
    """Rows without a domain cover it: only the whole counts them."""
    few = pd.DataFrame({"u": ["d"] * 4 + [None] * 60, "x": np.arange(64.0)})
    data = pd.concat([a_file(), few], ignore_index=True)
    with pytest.raises(AnalyticsError, match="one domain of this division is hidden"):
        protected(data)


def weighted(**more):
    few = pd.DataFrame({"u": ["d"] * 4 + ["e"] * 9, "x": np.arange(13.0)})
    data = pd.concat([a_file(), few], ignore_index=True)
    data["w"] = data["u"].map({"d": 7.0, "e": 3.0}).fillna(2.0)
    spec = {
        "design": {"weight": "w"},
        "variables": {"means": ["x"]},
        "domains": {"by": ["u"]},
        "disclosure": {"minimum": 5},
        "planning": {"respondents": [60], "allocation": {"by": "u", "measure": "x"}},
    }
    counts = pd.DataFrame({"u": list("abcde"), "count": [40, 120, 240, 28, 27]})
    return analyse(data, spec | more, {"counts": counts}).result["allocation"]


def test_hidden_domains_of_different_weights_are_not_added_up():
    """Their 55 persons, 7 or 3 for each of 13 answers, would leave 4 in the one and 9 in the other.

    Where the persons of each domain are counts of the population, they tell of no answers.
    """
    with pytest.raises(AnalyticsError, match="do not weigh the same"):
        weighted()
    rows = weighted(poststratify={"by": ["u"], "counts": "counts"})
    assert rows[-1]["domain"] == {"u": None}


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"by": "v"}, "must name a level"),
        ({"measure": "y"}, "no scale, index or mean"),
        ({"rule": "fair"}, "must be one of"),
        ({"minimum": 0}, "at least 1"),
        ({"exponent": 2}, "between 0 and 1"),
        ({"minimum": 40}, "minimum of the strata takes more"),
        ({"size": 3}, "does not know 'size'"),
    ],
)
def test_what_cannot_be_shared_out_is_one_sentence(table, told):
    with pytest.raises(AnalyticsError, match=told) as caught:
        allocation(a_file(), **table)
    assert str(caught.value).startswith("[planning.allocation]")
