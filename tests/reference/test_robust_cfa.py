"""Robust factor models, and answers with gaps, by R's lavaan; see scale_quality/robust.R.

lavaan stops its search when the criterion moves by less than 1e-10 of itself, and its likeliest
moments by 1e-12, so that estimates agree to about 1e-5, chi-square to 1e-6 and scaling factors to
1e-5.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.scale_quality.cfa import fit_factor_model
from analytics.scale_quality.engines import normal_engine
from analytics.scale_quality.equality import Equality
from analytics.scale_quality.samples import SampledClusters
from analytics.scale_quality.structure import structure

FOLDER = Path(__file__).parent / "scale_quality"
BFI = pd.read_csv(FOLDER / "bfi.csv")
BFI = BFI.assign(**{i: 7 - BFI[i] for i in ("A1", "C4", "C5")})
HOLZINGER = pd.read_csv(FOLDER / "holzinger.csv")
HOLES = pd.read_csv(FOLDER / "holes.csv")
REFERENCE = pd.read_csv(FOLDER / "robust.csv", keep_default_na=False)
THREE = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
TWO = {f: [f"{f}{n}" for n in range(1, 6)] for f in "AC"}
DATA = {"holzinger": (HOLZINGER, THREE), "holes": (HOLES, THREE), "bfi": (BFI, TWO)}
MEASURES = {
    "fit": {
        "chisq": "chi2", "df": "df", "pvalue": "p", "cfi": "cfi", "tli": "tli", "rmsea": "rmsea",
        "rmsea.ci.lower": "rmsea_low", "rmsea.ci.upper": "rmsea_high",
    },
    "scaled": {
        "chisq.scaled": "chi2", "pvalue.scaled": "p", "chisq.scaling.factor": "scaling",
        "cfi.scaled": "cfi", "tli.scaled": "tli", "rmsea.scaled": "rmsea",
        "rmsea.ci.lower.scaled": "rmsea_low", "rmsea.ci.upper.scaled": "rmsea_high",
    },
    "robust": {
        "chisq.scaled": "chi2", "pvalue.scaled": "p", "chisq.scaling.factor": "scaling",
        "cfi.robust": "cfi", "tli.robust": "tli", "rmsea.robust": "rmsea",
        "rmsea.ci.lower.robust": "rmsea_low", "rmsea.ci.upper.robust": "rmsea_high",
    },
}  # fmt: skip


def known(case, statistic, op=None, factors=()):
    """List a statistic; of parameters those with an operator, between factors only."""
    rows = REFERENCE[(REFERENCE["case"] == case) & (REFERENCE["statistic"] == statistic)]
    if op is not None:
        parts = rows["name"].str.split(" ", expand=True)
        inner = parts[1].isin(factors) & (parts[3].isin(factors) | (op != "~~"))
        kept = (parts[2] == op) & inner & ((parts[1] != parts[3]) | (op != "~~"))
        rows = rows[kept]
    assert len(rows), (case, statistic)
    return rows["value"].astype(float).to_numpy()


def check(case, found, model, groups=1):
    plain = case.split("_fiml_ml_")[0] != case or case.endswith("_fiml_ml")
    for block, names in MEASURES.items():
        if plain and block != "fit":
            continue
        for theirs, ours in names.items():
            value = getattr(getattr(found, block), ours)
            assert [value] == pytest.approx(known(case, theirs), rel=2e-5, abs=2e-6), theirs
    which = "srmr" if groups > 1 else "srmr_bentler_nomean"
    assert [found.fit.srmr] == pytest.approx(known(case, which), rel=1e-5)
    for field in ("estimate", "se", "standardised", "standardised_se"):
        ours = found.loadings.sort_values(
            ["group", "factor"], key=lambda c: c.map({n: k for k, n in enumerate(model)}.get)
            if c.name == "factor" else c, kind="stable",
        )[field]  # fmt: skip
        theirs = known(case, field, "=~", list(model))
        assert ours.to_numpy() == pytest.approx(theirs, abs=1e-4, rel=1e-4), field


CASES = [
    ("holzinger_mlr", "mlr", "listwise"),
    ("bfi_mlr", "mlr", "listwise"),
    ("holes_fiml_ml", "ml", "fiml"),
    ("holes_fiml_mlr", "mlr", "fiml"),
    ("bfi_fiml_ml", "ml", "fiml"),
    ("bfi_fiml_mlr", "mlr", "fiml"),
]
GROUPED = [
    ("holzinger_mlr_school", "school", "mlr", "listwise"),
    ("bfi_mlr_gender", "gender", "mlr", "listwise"),
    ("holes_fiml_ml_school", "school", "ml", "fiml"),
    ("holes_fiml_mlr_school", "school", "mlr", "fiml"),
    ("bfi_fiml_ml_gender", "gender", "ml", "fiml"),
    ("bfi_fiml_mlr_gender", "gender", "mlr", "fiml"),
]


@pytest.mark.parametrize(("case", "estimator", "missing"), CASES)
def test_one_group_is_that_of_lavaan(case, estimator, missing):
    data, model = DATA[case.split("_")[0]]
    found = fit_factor_model(data, model, estimator=estimator, missing=missing)
    check(case, found, model)


@pytest.mark.parametrize("step", ["configural", "metric", "scalar"])
@pytest.mark.parametrize(("case", "group", "estimator", "missing"), GROUPED)
def test_groups_are_those_of_lavaan(case, group, estimator, missing, step):
    data, model = DATA[case.split("_")[0]]
    data = data[data[group].notna()]
    coded = pd.Series(pd.factorize(data[group])[0], index=data.index)  # lavaan's order: as met
    found = fit_factor_model(
        data, model, group=coded, equality=Equality(step), estimator=estimator, missing=missing
    )
    check(f"{case}_{step}", found, model, groups=2)


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize(("case", "group", "estimator", "missing"), GROUPED)
def test_differences_between_steps_are_those_of_lavtestlrt(case, group, estimator, missing, step):
    data, model = DATA[case.split("_")[0]]
    engine = normal_engine(
        structure(model), data, data[group], None, estimator=estimator, missing=missing
    )
    steps = ("configural", "metric", "scalar")
    wide, tight = (engine.fit(Equality(steps[number])) for number in (step - 1, step))
    rows = REFERENCE[(REFERENCE["case"] == case) & (REFERENCE["statistic"] == "difference_p")]
    theirs = rows.set_index("name")["value"].astype(float)[steps[step]]
    assert engine.gap(wide, tight, robust=estimator == "mlr") == pytest.approx(theirs, rel=1e-3)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_weighted_answers_are_those_of_lavaan_with_sampling_weights(missing):
    weight = 1 + (BFI["age"].to_numpy() % 7) / 3
    found = fit_factor_model(BFI, TWO, weight=weight, estimator="mlr", missing=missing)
    check(f"bfi_{'fiml_' if missing == 'fiml' else ''}mlr_weighted", found, TWO)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_clusters_are_those_of_lavaan(missing):
    case = f"bfi_{'fiml_' if missing == 'fiml' else ''}mlr_clustered"
    asked = [*TWO["A"], *TWO["C"]] if missing == "listwise" else []
    data = BFI.dropna(subset=["age", *asked])  # clusters of nobody else count in the error
    cluster = pd.factorize(data["age"])[0].astype(np.int64)
    drawn = SampledClusters(cluster, np.zeros(cluster.max() + 1, dtype=np.int64))
    found = fit_factor_model(data, TWO, drawn=drawn, estimator="mlr", missing=missing)
    assert found.fit.chi2 == pytest.approx(known(case, "chisq")[0], rel=1e-6)
    for field in ("estimate", "se"):
        ours, theirs = found.loadings[field].to_numpy(), known(case, field, "=~", ["A", "C"])
        assert ours == pytest.approx(theirs, rel=1e-4)
    assert [found.robust.scaling] == pytest.approx(known(case, "chisq.scaling.factor"), rel=1e-5)
