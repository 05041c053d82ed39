"""A file from its rows to its figures, against R's survey package (design/whole_file.R)."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from analytics.workbench.analyse import analyse

HERE = Path(__file__).parent / "design"
KNOWN = pd.read_csv(HERE / "whole_file.csv", keep_default_na=False, dtype={"domain": "str"})
STYPE = {"E": 4421.0, "H": 755.0, "M": 1018.0}
VARIABLES = {
    "means": ["api00"],
    "totals": ["enroll", "api99"],
    "ratios": [["api.stu", "enroll"], ["api00", "api99"]],
    "shares": ["sch.wide"],
}
FILES = {
    "stages": (
        "apiclus2",
        "awards",
        {
            "design": {"cluster": ["dnum", "snum"], "fpc": ["fpc1", "fpc2"]},
            "poststratify": {"by": ["stype"], "counts": "counts.csv"},
        },
    ),
    "raked": (
        "apiclus1",
        "sch.wide",
        {
            "design": {"cluster": "dnum", "weight": "pw", "fpc": "fpc"},
            "rake": {"stype": STYPE, "awards": {"No": 2027.0, "Yes": 4167.0}},
        },
    ),
    "linear": (
        "apistrat",
        "awards",
        {
            "design": {"strata": "stype", "weight": "pw", "fpc": "fpc"},
            "rake": {"stype": STYPE},
            "calibration": {"method": "linear", "totals": {"api99": 3914069.0}},
        },
    ),
}
INDEX = {
    "stages_mean": ("api00", "mean"),
    "stages_total": ("enroll", "total"),
    "stages_ratio": ("api.stu/enroll", "ratio"),
    "raked_mean": ("api00", "mean"),
    "raked_total": ("api99", "total"),
    "raked_ratio": ("api00/api99", "ratio"),
    "raked_share": ("sch.wide", "share"),
    "linear_mean": ("api00", "mean"),
    "linear_total": ("enroll", "total"),
}


@cache
def figures(kind):
    name, by, spec = FILES[kind]
    counts = pd.DataFrame({"stype": list(STYPE), "count": list(STYPE.values())})
    asked = spec | {"variables": VARIABLES, "domains": {"by": [by]}}
    rows = analyse(pd.read_csv(HERE / f"{name}.csv"), asked, {"counts.csv": counts}).result
    return {
        (row["index"], row["statistic"], row.get("category", ""), *row["domain"].values()): row
        for row in rows["estimates"]
    }


@pytest.mark.parametrize(
    "row", list(KNOWN.itertuples()), ids=[f"{r.case}-{r.domain}" for r in KNOWN.itertuples()]
)
def test_a_calibrated_file_has_the_figures_of_the_survey_package(row):
    index, statistic = INDEX[row.case]
    category = "Yes" if statistic == "share" else ""
    domain = (row.domain,) if row.domain else ()
    found = figures(row.case.partition("_")[0])[index, statistic, category, *domain]
    assert found["mean"] == pytest.approx(row.mean, rel=1e-8)
    assert found["se"] == pytest.approx(row.se, rel=1e-7)
