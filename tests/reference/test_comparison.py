"""Comparisons against R; the scripts that made the numbers are in comparison/."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.analyse import analyse
from analytics.comparison.multiplicity import benjamini_hochberg, hochberg, holm

HERE = Path(__file__).parent / "comparison"


def kept(name):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("data", ["paper", "ozone"])
@pytest.mark.parametrize(
    ("name", "method"), [("holm", holm), ("hochberg", hochberg), ("BH", benjamini_hochberg)]
)
def test_p_values_are_adjusted_as_by_p_adjust(data, name, method):
    expected = kept("multiplicity")[data]
    p = np.array(expected["p"], dtype=np.float64)
    assert method(p) == pytest.approx(
        np.array(expected[name], dtype=np.float64), rel=1e-12, nan_ok=True
    )


SCHOOLS = {"E": 4421, "H": 755, "M": 1018}
SCHOOL_WIDE = {"No": 1072, "Yes": 5122}
SECTIONS = {
    "weighted": {"design": {"weight": "pw"}},
    "strata": {"design": {"weight": "pw", "strata": "stype"}},
    "clusters": {"design": {"weight": "pw", "cluster": "dnum"}},
    "fpc": {"design": {"weight": "pw", "strata": "stype", "fpc": "fpc"}},
    "raked": {
        "design": {"weight": "pw"},
        "rake": {"stype": SCHOOLS, "sch.wide": SCHOOL_WIDE},
    },
    "share": {"design": {"weight": "pw"}},
    "domain": {"design": {"weight": "pw"}},
}


def waves(people, kind):
    if kind != "clusters":
        return pd.read_csv(HERE / f"waves_{people}.csv")
    data = pd.read_csv(HERE / "waves_clusters.csv")
    first, third = data["wave"] == 1, data["snum"] % 3
    gone = (first & (third == 0)) | (~first & (third == 1))
    return data[~gone] if people == "part" else data


def change(data, kind, person="snum"):
    domains = {"wave": "wave", "by": ["stype"]} | ({"person": person} if person else {})
    spec = SECTIONS[kind] | {
        "domains": domains,
        "variables": {"means": ["value", "awarded"] if kind == "share" else ["value"]},
    }
    index = "awarded" if kind == "share" else "value"
    where = {"stype": "E"} if kind == "domain" else {}
    rows = analyse(data, spec).result["changes"]
    return next(row for row in rows if row["index"] == index and row["domain"] == where)


@pytest.mark.parametrize("kind", sorted(SECTIONS))
def test_a_panel_that_answers_twice_has_the_error_of_the_stacked_design(kind):
    difference, se, _ = kept("overlap")[f"all_{kind}"]
    found = change(waves("all", kind), kind)
    # R repeats the steps of raking in the residuals; we project once, as for generalised regression
    close = 5e-3 if kind == "raked" else 1e-7
    assert found["difference"] == pytest.approx(difference, rel=1e-6, abs=1e-9)
    assert found["se"] == pytest.approx(se, rel=close, abs=1e-9)


@pytest.mark.parametrize("kind", sorted(SECTIONS.keys() - {"fpc"}))
def test_a_rotating_panel_has_the_error_of_the_stacked_design(kind):
    difference, se, _ = kept("overlap")[f"part_{kind}"]
    found = change(waves("part", kind), kind)
    assert found["difference"] == pytest.approx(difference, rel=1e-6, abs=1e-9)
    # R corrects by n / (n - 1) of the stacked file, we by those of the waves: 15 districts, 200
    # schools; without the overlap the error would be another altogether
    assert found["se"] == pytest.approx(se, rel=2e-2 if kind == "clusters" else 1e-2)


@pytest.mark.parametrize("kind", ["weighted", "strata", "clusters", "raked"])
def test_rows_and_the_unit_of_the_weights_do_not_matter_for_a_change(kind):
    data = waves("part", kind)
    other = data.sample(frac=1, random_state=1).assign(pw=lambda rows: rows["pw"] * 1000)
    one, two = change(data, kind), change(other, kind)
    assert [one[name] for name in ("difference", "se", "low", "high", "p")] == pytest.approx(
        [two[name] for name in ("difference", "se", "low", "high", "p")], rel=1e-8
    )


def test_leaving_the_overlap_out_is_careful():
    data = waves("part", "weighted")
    assert change(data, "weighted")["se"] < change(data, "weighted", person=None)["se"]
