"""What a design cannot tell is missing or said, never a silent 0."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError
from analytics.workbench.analyse import analyse


def a_file(n=24):
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {"x": rng.normal(50, 10, n), "school": np.arange(n) // 6, "w": 10.0, "all": n / 6}
    )


def rows(data, design, **spec):
    result = analyse(data, {"design": design, "variables": {"means": ["x"]}, **spec}).result
    return result["estimates"], result["warnings"]


def test_one_cluster_shows_no_spread_and_so_no_error():
    (row,), warnings = rows(a_file().assign(school=1), {"cluster": "school", "lonely": "certainty"})
    assert (row["se"], row["low"], row["deff"]) == (None, None, None)
    assert row["mean"] is not None
    assert any("nothing is added to the errors by 1 stratum" in text for text in warnings)


def test_a_domain_within_one_cluster_has_no_error():
    found, _ = rows(a_file(), {"cluster": "school"}, domains={"by": ["school"]})
    assert found[0]["se"] > 0
    assert [row["se"] for row in found[1:]] == [None] * 4


def test_a_domain_within_one_cluster_of_a_complete_count_has_error_0():
    found, _ = rows(a_file(), {"cluster": "school", "fpc": "all"}, domains={"by": ["school"]})
    assert [row["se"] for row in found] == [0] * 5


def test_one_respondent_is_told_to_have_no_error():
    (row,), warnings = rows(a_file(1), {"lonely": "merge"})
    assert (row["n"], row["se"]) == (1, None)
    assert "one respondent: nothing can be said of the error of a figure" in warnings


@pytest.mark.parametrize(("factor", "told"), [(0.001, True), (1.0, False), (1000.0, False)])
def test_weights_that_are_not_persons_are_told(factor, told):
    data = a_file()
    (row,), warnings = rows(data.assign(w=data["w"] * factor), {"weight": "w"})
    assert row["se"] == pytest.approx(data["x"].std() / np.sqrt(24))
    assert any("for 24 rows, so they are not in persons" in text for text in warnings) == told


@pytest.mark.parametrize("kind", ["means", "totals"])
def test_an_infinite_value_is_refused(kind):
    data = a_file()
    data.loc[3, "x"] = np.inf
    with pytest.raises(FrameError, match=r"'x' holds an infinite or"):
        analyse(data, {"variables": {kind: ["x"]}})


def test_a_total_of_one_respondent_has_the_error_of_who_is_in_the_domain():
    data = a_file().assign(lone=["one", *["rest"] * 23])
    spec = {"design": {"weight": "w"}, "variables": {"totals": ["x"], "means": ["x"]}}
    found = analyse(data, spec | {"domains": {"by": ["lone"]}}).result["estimates"]
    mean, total = (row for row in found if row["domain"] == {"lone": "one"})
    assert mean["se"] is None
    assert total["se"] == pytest.approx(10 * data["x"][0])  # n / (n - 1) (wx)^2 (1 - 1/n)


def test_a_total_of_what_is_the_same_for_all_has_no_error_but_that_of_its_domain():
    data = a_file().assign(x=1e9 + 0.1)
    spec = {"variables": {"totals": ["x"]}, "domains": {"by": ["school"]}}
    whole, *domains = analyse(data, spec).result["estimates"]
    assert whole["se"] == 0
    assert all(row["se"] > 1e9 for row in domains)
