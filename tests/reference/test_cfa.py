"""Factor models and invariance by R's lavaan; see scale_quality/cfa.R.

lavaan stops its search when the criterion moves by less than 1e-10 of itself, so that chi-square
agrees to about 1e-8 and estimates to about 1e-5; ours ends at a slope of 1e-7.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.scale_quality.cfa import fit_factor_model
from analytics.scale_quality.engines import normal_engine, ordinal_engine
from analytics.scale_quality.equality import Equality
from analytics.scale_quality.samples import SampledClusters
from analytics.scale_quality.structure import structure

FOLDER = Path(__file__).parent / "scale_quality"
BFI = pd.read_csv(FOLDER / "bfi.csv")
BFI = BFI.assign(**{i: 7 - BFI[i] for i in ("A1", "C4", "C5", "E1", "E2", "O2", "O5")})
HOLZINGER = pd.read_csv(FOLDER / "holzinger.csv")
REFERENCE = pd.read_csv(FOLDER / "cfa.csv", keep_default_na=False)
THREE = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
FIVE = {f: [f"{f}{n}" for n in range(1, 6)] for f in "ACENO"}
ACE = {f: FIVE[f] for f in "ACE"}
MODELS = {
    "holzinger": (HOLZINGER, THREE),
    "bfi_five": (BFI, FIVE),
    "bfi_one": (BFI, {"N": FIVE["N"]}),
}
GROUPED = {
    "holzinger_school": (HOLZINGER, THREE, "school"),
    "bfi_gender": (BFI, ACE, "gender"),
    "bfi_education": (BFI, ACE, "education"),
}
NORMAL = {
    "chisq": "chi2", "df": "df", "pvalue": "p", "cfi": "cfi", "tli": "tli", "rmsea": "rmsea",
    "rmsea.ci.lower": "rmsea_low", "rmsea.ci.upper": "rmsea_high", "srmr": "srmr",
}  # fmt: skip
ROBUST = {
    "chisq.scaled": "chi2", "chisq.scaling.factor": "scaling", "cfi.robust": "cfi",
    "tli.robust": "tli", "rmsea.robust": "rmsea", "rmsea.ci.lower.robust": "rmsea_low",
    "rmsea.ci.upper.robust": "rmsea_high",
}  # fmt: skip


def known(case, statistic):
    rows = REFERENCE[(REFERENCE["case"] == case) & (REFERENCE["statistic"] == statistic)]
    assert len(rows), (case, statistic)
    return rows["value"].astype(float).to_numpy()


def check_fit(case, found):
    for name, field in NORMAL.items():
        assert [getattr(found.fit, field)] == pytest.approx(known(case, name), rel=2e-6, abs=1e-6)
    for name, field in ROBUST.items():
        ours = [getattr(found.robust, field)]
        assert ours == pytest.approx(known(case, name), rel=2e-5, abs=2e-6)


@pytest.mark.parametrize("case", MODELS)
def test_fit_loadings_correlations_and_errors_are_those_of_lavaan(case):
    data, model = MODELS[case]
    for estimator, suffix in (("ml", ""), ("mlm", "_robust")):
        found = fit_factor_model(data, model, estimator=estimator)
        check_fit(case, found)
        for field, name in (
            ("estimate", "estimate"), ("se", f"se{suffix}"),
            ("standardised", "standardised"), ("standardised_se", f"standardised_se{suffix}"),
        ):  # fmt: skip
            ours = found.loadings.set_index("item")[field]
            assert ours.to_numpy() == pytest.approx(known(case, name), abs=2e-5)
        if len(model) > 1:
            ours = found.correlations.sort_values(
                ["first", "second"], key=lambda c: c.map(list(model).index)
            )
            assert ours["correlation"].to_numpy() == pytest.approx(
                known(case, "correlation"), abs=2e-5
            )
            assert ours["se"].to_numpy() == pytest.approx(
                known(case, f"correlation_se{suffix}"), abs=2e-5
            )


@pytest.mark.parametrize("step", ["configural", "metric", "scalar"])
@pytest.mark.parametrize("case", GROUPED)
def test_fit_over_groups_is_that_of_lavaan(case, step):
    data, model, group = GROUPED[case]
    found = fit_factor_model(data, model, group=data[group], equality=Equality(step))
    check_fit(f"{case}_{step}", found)


@pytest.mark.parametrize("case", GROUPED)
def test_factor_means_and_what_freeing_an_intercept_gains_are_those_of_lavaan(case):
    data, model, name = GROUPED[case]
    data = data[data[name].notna()]
    group = pd.Series(pd.factorize(data[name])[0], index=data.index)  # lavaan's order: as met
    found = fit_factor_model(data, model, group=group, equality=Equality("scalar"), estimator="ml")
    means = found.means[found.means["group"] != "0"]
    assert means["mean"].to_numpy() == pytest.approx(known(case, "mean"), abs=2e-5)
    assert means["se"].to_numpy() == pytest.approx(known(case, "mean_se"), abs=2e-5)
    engine = normal_engine(structure(model), data, group, None)
    rung = engine.fit(Equality("scalar"))
    ours = engine.gains(rung.equality, rung.vectors, "intercept")
    assert ours == pytest.approx(known(case, "score"), rel=1e-3, abs=1e-2)


def test_partial_invariance_is_that_of_lavaan():
    equality = Equality("scalar", free_intercepts=frozenset({"x3", "x7"}))
    found = fit_factor_model(HOLZINGER, THREE, group=HOLZINGER["school"], equality=equality)
    check_fit("holzinger_school_partial", found)


def test_weighted_estimates_are_those_of_lavaan_with_sampling_weights():
    theirs = pd.read_csv(FOLDER / "weighted.csv")
    weight = 1 + (BFI["age"].to_numpy() % 7) / 3
    found = fit_factor_model(BFI, {f: FIVE[f] for f in "AC"}, weight=weight)
    ours = found.loadings
    for field in ("estimate", "standardised"):
        assert ours[field].to_numpy() == pytest.approx(theirs[field].to_numpy(), abs=2e-5)
    assert found.fit.chi2 == pytest.approx(theirs["chisq"][0], rel=1e-5)
    assert ours["se"].to_numpy() == pytest.approx(theirs["se"].to_numpy(), abs=1e-6)


@pytest.mark.parametrize("weighted", [False, True])
def test_errors_in_clusters_are_those_of_lavaan_with_clusters(weighted):
    theirs = pd.read_csv(FOLDER / "clustered.csv").query("weighted == @weighted")
    pattern = {factor: FIVE[factor] for factor in "AC"}
    complete = BFI.dropna(subset=[*FIVE["A"], *FIVE["C"], "age"])
    cluster = pd.factorize(complete["age"])[0].astype(np.int64)
    drawn = SampledClusters(cluster, np.zeros(cluster.max() + 1, dtype=np.int64))
    weight = 1 + (complete["age"].to_numpy() % 7) / 3 if weighted else None
    found = fit_factor_model(complete, pattern, weight=weight, drawn=drawn)
    assert found.fit.chi2 == pytest.approx(theirs["chisq"].iloc[0], rel=1e-5)
    # lavaan leaves out the factor n / (n - 1) of 63 clusters in its test, not in its errors
    assert found.loadings["se"].to_numpy() == pytest.approx(theirs["se"].to_numpy(), rel=1e-5)
    ratio = found.robust.scaling * 62 / 63 / theirs["scaling"].iloc[0]
    assert ratio == pytest.approx(1, abs=0.01)  # Satorra-Bentler here, Yuan-Bentler there


@pytest.mark.parametrize("case", ["ML", "MLM", "WLSMV"])
def test_differences_between_steps_are_those_of_lavtestlrt(case):
    theirs = pd.read_csv(FOLDER / "nested.csv").set_index(["case", "step"])["p"][case]
    if case == "WLSMV":
        engine = ordinal_engine(structure({"f": FIVE["A"]}), BFI, BFI["gender"], None)
    else:
        engine = normal_engine(structure(THREE), HOLZINGER, HOLZINGER["school"], None)
    pattern, metric, scalar = map(engine.fit, map(Equality, ("configural", "metric", "scalar")))
    robust = case != "ML"
    # lavaan takes both models' residual weights at one estimate, here each has its own
    close = 0.01 if case == "WLSMV" else 1e-3
    gap = engine.gap(pattern, metric, robust=robust)
    assert gap == pytest.approx(theirs["metric"], rel=close)
    gap = engine.gap(pattern if case == "WLSMV" else metric, scalar, robust=robust)
    assert gap == pytest.approx(theirs["scalar"], rel=close)
    assert np.isnan(engine.gap(metric, metric, robust=robust))
