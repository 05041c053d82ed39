"""Comparisons against R; the scripts that made the numbers are in comparison/."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.comparison.agreement import icc
from analytics.comparison.difference import difference_errors, infer_differences
from analytics.comparison.multiplicity import benjamini_hochberg, hochberg, holm
from analytics.comparison.within_agreement import r_wg
from analytics.estimation.domains import Partition
from analytics.estimation.means import domain_means
from analytics.workbench.analyse import analyse
from analytics.workbench.file.design import sampling_design
from analytics.workbench.methods.comparison.contrast import against_rest
from analytics.workbench.methods.comparison.pairs import all_pairs
from analytics.workbench.specification.design import DesignSpec

HERE = Path(__file__).parent / "comparison"
SURVEY = Path(__file__).parent / "survey"
TYPES = ("E", "H", "M")
DESIGNS = {
    "strata": ("apistrat", DesignSpec(weight="pw", strata="stype")),
    "strata_fpc": ("apistrat", DesignSpec(weight="pw", strata="stype", fpc=("fpc",))),
    "clusters": ("apiclus1", DesignSpec(weight="pw", cluster=("dnum",))),
    "clusters_fpc": ("apiclus1", DesignSpec(weight="pw", cluster=("dnum",), fpc=("fpc",))),
}


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
    "calibrated": {
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
    # R's rake() repeats raking in the residuals; its calibrate() projects once, as we do
    close = 5e-3 if kind == "raked" else 1e-6
    assert found["difference"] == pytest.approx(difference, rel=1e-6, abs=1e-9)
    if kind == "share":
        # R says 0, because no school changed; 200 that did not are no proof that none would.
        assert se == pytest.approx(0, abs=1e-9)
        assert found["se"] is None
    else:
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


def schools(kind):
    name, spec = DESIGNS[kind]
    data = pd.read_csv(SURVEY / f"{name}.csv")
    code = np.asarray(pd.Index(TYPES).get_indexer(pd.Index(data["stype"])), dtype=np.int64)
    types = Partition("stype", TYPES, ("",) * 3, (None,) * 3, code)
    return sampling_design(data, spec).design, data[["api00"]].to_numpy(dtype=np.float64), types


@pytest.mark.parametrize("kind", sorted(DESIGNS))
def test_a_part_is_compared_with_the_rest_as_by_svycontrast(kind):
    design, values, types = schools(kind)
    found = against_rest(design, lambda part: domain_means(design, values, part), types)
    error = found.se_current if kind.endswith("fpc") else found.found.se
    for number, name in enumerate(TYPES):
        expected = kept("contrasts")[f"rest_{kind}_{name}"]
        assert [found.found.difference[number, 0], error[number, 0]] == pytest.approx(expected)


def test_a_part_is_compared_with_the_rest_after_poststratification():
    design, values, types = schools("clusters")
    cells = np.eye(3)[types.code]
    factor = np.array([4421.0, 755.0, 1018.0]) / (cells * design.weight[:, None]).sum(axis=0)
    after = replace(
        design, weight=design.weight * factor[types.code], base=design.weight, calibration=cells
    )
    found = against_rest(after, lambda part: domain_means(after, values, part), types)
    expected = kept("contrasts")["rest_poststratified_E"]
    assert [found.found.difference[0, 0], found.found.se[0, 0]] == pytest.approx(expected)


@pytest.mark.parametrize("kind", ["strata", "clusters"])
def test_all_pairs_are_those_of_svycontrast(kind):
    design, values, types = schools(kind)
    found = all_pairs(design, domain_means(design, values, types), types)
    expected = kept("contrasts")[f"pairs_{kind}"]
    assert [*found.found.difference, *found.found.se] == pytest.approx(expected)
    assert found.p_adjusted == pytest.approx(holm(found.found.p))


def welch():
    data = pd.read_csv(HERE / "tooth_growth.csv")
    parts = [data.loc[data["supp"] == supp, "len"].to_numpy() for supp in ("OJ", "VC")]
    error = [np.array([part.std(ddof=1) / np.sqrt(len(part))]) for part in parts]
    df = [np.array([len(part) - 1.0]) for part in parts]
    return np.array([parts[0].mean() - parts[1].mean()]), *difference_errors(*error, *df)


def test_independent_waves_are_compared_by_welch():
    difference, se, df = welch()
    found = infer_differences(difference, se, df)
    values = [difference, se, df, found.low, found.high, found.p]
    assert [float(value[0]) for value in values] == pytest.approx(kept("contrasts")["welch"])


def test_two_near_complete_counts_are_compared_with_the_finite_staff_in_mind():
    data = pd.read_csv(HERE / "near_complete.csv")
    spec = {
        "design": {"fpc": "N"},
        "variables": {"means": ["value"]},
        "domains": {"wave": "wave"},
        "change": {"invited": "independent"},
    }
    (row,) = analyse(data, spec).result["changes"]
    expected = kept("contrasts")["near_complete"]
    assert [row["difference"], row["se"]] == pytest.approx(expected)
    # without a word on it the same answer stands beside one that lets answers wobble
    (careful,) = analyse(data, spec | {"change": {"questions": True}}).result["changes"]
    assert careful["current_staff"]["se"] == pytest.approx(expected[1])
    del spec["design"]
    free = analyse(data, spec).result["changes"][0]["se"]
    assert careful["as_such"]["se"] == pytest.approx(free)
    assert 2 * row["se"] < careful["se"] < free


@pytest.mark.parametrize(
    ("name", "unit", "value", "key"),
    [("math", "School", "MathAch", "icc_math"), ("sleepstudy", "Subject", "Reaction", "icc_sleep")],
)
def test_icc_follows_from_the_analysis_of_variance(name, unit, value, key):
    data = pd.read_csv(HERE / f"{name}.csv")
    found = icc(data[value].to_numpy(dtype=np.float64), data[unit].to_numpy(dtype=np.int64))
    values = [found.icc1, found.icc2, found.f, found.p]
    assert values == pytest.approx(kept("contrasts")[key], rel=1e-8)
    assert found.comparable


def test_icc_and_its_interval_are_those_of_psych_and_lmer_for_units_of_equal_size():
    data = pd.read_csv(HERE / "sleepstudy.csv")
    unit = data["Subject"].to_numpy(dtype=np.int64)
    found = icc(data["Reaction"].to_numpy(dtype=np.float64), unit)
    assert [found.icc1, found.low, found.high] == pytest.approx(kept("contrasts")["icc_psych"])
    assert found.icc2 == pytest.approx(kept("contrasts")["icc_psych_2"][0])
    # lmer stops within its own tolerance
    assert found.icc1 == pytest.approx(kept("contrasts")["icc_lmer"][0], abs=1e-6)


@pytest.mark.parametrize(
    ("items", "key"), [(["C1"], "rwg_c1"), (["C1", "C2", "C3", "C4", "C5"], "rwgj")]
)
def test_agreement_is_that_of_james_demaree_and_wolf(items, key):
    data = pd.read_csv(HERE / "agreement.csv")
    unit = data["education"].to_numpy(dtype=np.int64) - 1
    found = r_wg(data[items].to_numpy(dtype=np.float64), unit, 5, options=6)
    assert found == pytest.approx(np.array(kept("contrasts")[key]))
