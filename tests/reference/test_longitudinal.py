"""Longitudinal invariance by R's lavaan; see scale_quality/longitudinal.R."""

from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from analytics.scale_quality.equality import Equality
from analytics.scale_quality.longitudinal import longitudinal_engine, longitudinal_invariance

FOLDER = Path(__file__).parent / "scale_quality"
LONG = pd.read_csv(FOLDER / "occasions.csv")
REFERENCE = pd.read_csv(FOLDER / "longitudinal.csv", keep_default_na=False)
MODEL = {"a": ["a1", "a2", "a3"], "b": ["b1", "b2", "b3"]}
PERSON, WAVE = LONG["person"].astype(str), LONG["wave"].astype(str)
STEPS = {
    "configural": Equality("configural"), "metric": Equality("metric"),
    "scalar": Equality("scalar"),
    "partial": Equality("scalar", free_intercepts=frozenset({"b2"})),
}  # fmt: skip
MEASURES = {
    "chisq": ("fit", "chi2"), "df": ("fit", "df"), "pvalue": ("fit", "p"), "cfi": ("fit", "cfi"),
    "rmsea": ("fit", "rmsea"), "srmr": ("fit", "srmr"), "chisq.scaled": ("robust", "chi2"),
    "chisq.scaling.factor": ("robust", "scaling"), "cfi.robust": ("robust", "cfi"),
    "rmsea.robust": ("robust", "rmsea"),
}  # fmt: skip


def known(case, statistic):
    rows = REFERENCE[(REFERENCE["case"] == case) & (REFERENCE["statistic"] == statistic)]
    return rows.set_index("name")["value"].astype(float)


def engine_of(missing):
    estimator = "mlr" if missing == "fiml" else "ml"
    return longitudinal_engine(
        LONG, MODEL, PERSON, WAVE, ["1", "2", "3"], estimator=estimator, missing=missing
    )


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_steps_over_waves_are_those_of_lavaan(missing):
    engine = engine_of(missing)
    found = {name: engine.fit(equality) for name, equality in STEPS.items()}
    for name, rung in found.items():
        case = f"{missing}_{name}"
        for theirs, (block, ours) in MEASURES.items():
            value = known(case, theirs)
            if len(value):
                one = getattr(getattr(rung, block), ours)
                assert [one] == pytest.approx(value.to_numpy(), rel=5e-5, abs=2e-6), (case, theirs)
        loadings = rung.tell().loadings
        key = (
            loadings["factor"].str.replace(" ", "_")
            + " =~ "
            + loadings["item"].str.replace(" ", "_")
        )
        means = rung.tell().means
        level = means["factor"].str.replace(" ", "_") + " ~1 "
        for field in ("estimate", "se"):
            value = known(case, field)
            assert loadings[field].to_numpy() == pytest.approx(value[key].to_numpy(), abs=1e-4)
            own = means["mean" if field == "estimate" else "se"]
            assert own.to_numpy() == pytest.approx(value[level].to_numpy(), abs=1e-4)
        ours = {(one.item, one.part, one.group): one.mi for one in engine.releases(rung)}
        for text, value in known(case, "score").items():
            left, op, right = text.split(" ")
            item, wave = (right if op == "=~" else left).split("_")
            part = "loading" if op == "=~" else "intercept"
            assert ours[item, part, wave] == pytest.approx(value, rel=1e-3, abs=1e-3)
    p = known(missing, "difference_p")
    gap = partial(engine.gap, robust=missing == "fiml")
    assert gap(found["configural"], found["metric"]) == pytest.approx(p["metric"], rel=1e-3)
    assert gap(found["metric"], found["scalar"]) == pytest.approx(p["scalar"], rel=1e-3)


def test_the_item_that_moved_in_the_third_wave_is_let_go():
    found = longitudinal_invariance(
        LONG, MODEL, PERSON, WAVE, ["1", "2", "3"], estimator="mlr", missing="fiml", releases=True
    )
    assert found.reached == "partial scalar"
    assert found.steps[-1].freed == ("b2",)
    assert found.groups == ("1", "2", "3")
    first = found.steps[-2].releases[0]
    assert (first.item, first.part, first.group) == ("b2", "intercept", "3")
    assert first.epc == pytest.approx(0.35, abs=0.1)  # the script moved it by .35
