"""One, two and three stages within strata against R's survey package (design/stages.R)."""

from pathlib import Path

import pandas as pd
import pytest

from analytics.workbench.analyse import analyse

DATA = Path(__file__).parent / "design" / "stages.csv"
CLUSTERS, SIZES = ["c", "s", "e"], ["N1", "N2", "N3"]
EXPECTED = {  # printed by stages.R: mean, its error; of g = a; total, its error; of stratum 2
    1: (57.620311477, 1.489558439, 57.573834225, 1.877844411,
        19152.991534961, 742.983386880, 57.377411915, 2.874657340),
    2: (57.620311477, 1.537861638, 57.573834225, 1.940152300,
        44690.313581576, 1831.256309739, 57.377411915, 2.939065011),
    3: (57.526690480, 1.589400369, 57.360949799, 2.040330643,
        77638.021471545, 2672.176183531, 57.327365323, 2.979648799),
}  # fmt: skip


@pytest.mark.parametrize("stages", [1, 2, 3])
def test_each_stage_adds_its_variance_with_its_correction(stages):
    design = {"strata": "h", "cluster": CLUSTERS[:stages], "fpc": SIZES[:stages]}
    spec = {
        "design": design | {"lonely": "centre"},
        "variables": {"means": ["y"], "totals": ["y"]},
        "domains": {"by": ["g", "h"]},
    }
    rows = {
        (row["statistic"], *row["domain"].values()): (row["mean"], row["se"])
        for row in analyse(pd.read_csv(DATA), spec).result["estimates"]
    }
    wanted = [("mean",), ("mean", "a"), ("total",), ("mean", "2")]
    found = [value for key in wanted for value in rows[key]]
    assert found == pytest.approx(EXPECTED[stages], rel=1e-9)


def test_a_stage_below_what_was_replaced_adds_nothing_and_is_never_lonely():
    data = pd.read_csv(DATA.parent / "apiclus2.csv")
    design = {"weight": "pw", "cluster": ["dnum", "snum"]}
    spec = {"design": design, "variables": {"means": ["api00"], "totals": ["api00"]}}
    found = analyse(data, spec).result["estimates"]
    # printed by stages.R
    assert [found[0]["mean"], found[0]["se"], found[0]["df"]] == pytest.approx(
        [670.811808118081, 30.7115763093288, 39]
    )
    assert [found[1]["mean"], found[1]["se"]] == pytest.approx([3440375.75, 951979.600560783])


def test_one_number_of_clusters_does_what_a_column_of_it_does():
    data = pd.read_csv(DATA.parent / "apiclus1.csv")
    spec = {"variables": {"means": ["api00"]}}
    column, number = (
        analyse(data, spec | {"design": {"cluster": "dnum"} | size}).result["estimates"]
        for size in ({"fpc": "fpc"}, {"population": 757})
    )
    assert set(data["fpc"]) == {757}
    assert number == column
