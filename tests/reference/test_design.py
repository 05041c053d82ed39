"""Designs of many kinds against R's survey package; figures from design/design.R."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from analytics.workbench.analyse import analyse

HERE = Path(__file__).parent / "design"
FIGURES = ("mean", "se", "df", "deff", "low", "high")
SCALE = {"minimum": 0, "maximum": 1000}
API = {
    "variables": {
        "means": ["api00"],
        "totals": ["enroll"],
        "shares": ["sch.wide"],
        "ratios": [["api.stu", "enroll"]],
    },
    "scales": {"a": SCALE | {"items": ["a"]}, "b": SCALE | {"items": ["b"]}},
    "indices": {"both": {"parts": {"a": 0.75, "b": 0.25}}},
}
TYPES = {"E": 4421, "H": 755, "M": 1018}
WIDE = {"No": 1072, "Yes": 5122}
STRATA = {"weight": "pw", "strata": "stype", "fpc": "fpc"}
UNEVEN = {"weight": "uneven", "strata": "stype"}
LONELY = UNEVEN | {"fpc": "fpc"}
CLUSTERS = {"weight": "uneven", "cluster": "dnum", "fpc": "fpc"}
STAGES = {"cluster": ["dnum", "snum"], "fpc": ["fpc1", "fpc2"]}
WEIGHTED = STAGES | {"weight": "uneven"}
BOTH = {"rake": {"stype": TYPES, "sch.wide": WIDE}}


def only(**variables):
    return {"variables": variables}


CASES = {
    "strata": ("apistrat", STRATA, "awards", API),
    "uneven": ("apistrat", UNEVEN, "awards", API),
    "clusters": ("apiclus1", CLUSTERS, "stype", API),
    "two stages": ("apiclus2", STAGES, "stype", API),
    "two stages uneven": ("apiclus2", WEIGHTED, "stype", API),
    "nhanes": (
        "nhanes",
        {"weight": "weight", "strata": "SDMVSTRA", "cluster": "SDMVPSU"},
        "race",
        only(means=["HI_CHOL"], totals=["HI_CHOL"], shares=["HI_CHOL"]),
    ),
    "mu284": (
        "mu284",
        {"cluster": ["id1", "id2"], "fpc": ["n1", "n2"]},
        None,
        only(means=["y1"], totals=["y1"]),
    ),
    "hospital": (
        "hospital",
        {"weight": "weighta", "strata": "oblevel", "fpc": "tothosp"},
        None,
        only(means=["births"], totals=["births"]),
    ),
    # R's certainty (or remove) and adjust
    "lonely certainty": ("lonely", LONELY | {"lonely": "certainty"}, "awards", API),
    "lonely adjust": ("lonely", LONELY | {"lonely": "centre"}, "awards", API),
    "lonely second stage certainty": (
        "lonely2",
        WEIGHTED | {"lonely": "certainty"},
        "stype",
        API,
    ),
    "lonely second stage adjust": ("lonely2", WEIGHTED | {"lonely": "centre"}, "stype", API),
    "post-stratified strata": ("apistrat", UNEVEN, "awards", API | {"known": ("sch.wide", WIDE)}),
    "post-stratified clusters": ("apiclus1", CLUSTERS, "awards", API | {"known": ("stype", TYPES)}),
    "post-stratified two stages": (
        "apiclus2",
        WEIGHTED,
        "awards",
        API | {"known": ("stype", TYPES)},
    ),
    "calibrated raking": ("apiclus1", CLUSTERS, "awards", API | BOTH),
    "calibrated two stages raking": ("apiclus2", WEIGHTED, "awards", API | BOTH),
}


@cache
def reference():
    # The categories "No" and "" are text, not what pandas takes for missing.
    rows = pd.read_csv(HERE / "design.csv", keep_default_na=False, dtype=str)
    rows[list(FIGURES)] = rows[list(FIGURES)].apply(pd.to_numeric)
    return rows


def estimates(name):
    data, design, by, spec = CASES[name]
    spec = dict(spec)
    files = {}
    if "known" in spec:
        column, counts = spec.pop("known")
        files["f"] = pd.DataFrame({column: list(counts), "count": list(counts.values())})
        spec["poststratify"] = {"by": [column], "counts": "f"}
    if by:
        spec["domains"] = {"by": [by]}
    result = analyse(pd.read_csv(HERE / f"{data}.csv"), {"design": design, **spec}, files).result
    return {
        (
            row["index"],
            row["statistic"],
            row.get("category", ""),
            "".join(row["domain"].values()),
        ): row
        for row in result["estimates"]
    }


@pytest.mark.parametrize("name", list(CASES))
def test_every_figure_of_a_design_is_that_of_the_survey_package(name):
    found = estimates(name)
    expected = reference()[lambda rows: rows["case"] == name]
    assert len(expected)
    for row in expected.itertuples(name=None, index=False):
        _, index, statistic, category, domain, *figures = row
        ours = found[index, statistic, category, domain]
        for figure, value in zip(FIGURES, figures, strict=True):
            # A share that is fixed has deff 0/0; R prints the ratio of two rounding errors.
            fixed = statistic == "share" and ours["mean"] in {0, 1}
            if figure == "deff" and (fixed or ours["se"] == 0):
                continue
            if figure == "se" and fixed:
                # Where all gave one answer R says 0; ours is as long as the exact bound.
                assert value < 1e-9 < ours["se"]
            elif value == value:  # noqa: PLR0124
                assert ours[figure] == pytest.approx(value, rel=1e-6, abs=1e-9), (row, figure)


@cache
def design_effects():
    return pd.read_csv(
        HERE / "deff.csv", keep_default_na=False, dtype={"scale": str, "domain": str}
    )


@pytest.mark.parametrize("scale", ["rounded", "1", "1.02", "1.5", "2.5", "30"])
@pytest.mark.parametrize("name", ["apistrat", "apiclus1"])
def test_the_design_effect_is_that_of_the_survey_package_whatever_weights_add_up_to(name, scale):
    data = pd.read_csv(HERE / f"{name}.csv")
    weight = data["uneven"] / data["uneven"].sum() * len(data)
    data["w"] = weight.round(2) if scale == "rounded" else weight * float(scale)
    place = {"strata": "stype"} if name == "apistrat" else {"cluster": "dnum"}
    spec = {
        "design": {"weight": "w"} | place,
        "variables": {"means": ["api00"]},
        "domains": {"by": ["awards"]},
    }
    result = analyse(data, spec).result
    ours = {"".join(row["domain"].values()): row for row in result["estimates"]}
    expected = design_effects().query("file == @name and scale == @scale")
    assert len(expected) == 3
    for row in expected.itertuples():
        assert ours[row.domain]["deff"] == pytest.approx(row.deff, rel=1e-6), row
        assert ours[row.domain]["n_eff"] == pytest.approx(ours[row.domain]["n"] / row.deff)
    warned = [text for text in result["warnings"] if "not in persons" in text]
    assert bool(warned) == bool((expected["known"] == "replace").all())
