"""What is true of every factor model with gaps, robust errors, or waves of the same people."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import AnalyticsError
from analytics.scale_quality.cfa import fit_factor_model
from analytics.scale_quality.equality import Equality
from analytics.scale_quality.longitudinal import longitudinal_engine, longitudinal_invariance
from tests.examples import examples

FACTORS = {"f": ["a", "b", "c"], "g": ["d", "e", "h"]}
ITEMS = list("abcdeh")
ESTIMATORS = st.sampled_from(["ml", "mlr"])
SEEDS = st.integers(0, 10_000)


def opinions(seed, rows=250, gaps=0.15):
    rng = np.random.default_rng(seed)
    f = rng.normal(size=(rows, 2)) @ np.array([[1.0, 0.4], [0.0, 0.9]])
    y = np.repeat(f, 3, axis=1) * 0.8 + 0.7 * rng.normal(size=(rows, 6))
    y[rng.random(y.shape) < gaps] = np.nan
    return pd.DataFrame(y, columns=ITEMS)


def same(one, other):
    """Hold two fits against each other."""
    for block in ("fit", "robust"):
        mine, theirs = getattr(one, block), getattr(other, block)
        for name in ("n", "chi2", "cfi", "rmsea", "srmr", "scaling"):
            assert getattr(theirs, name) == pytest.approx(getattr(mine, name), rel=1e-5, abs=1e-6)
    for name in ("estimate", "se"):
        theirs = other.loadings[name].to_numpy()
        assert theirs == pytest.approx(one.loadings[name].to_numpy(), abs=1e-4)


@given(SEEDS, ESTIMATORS)
@examples(4, audit=12)
def test_the_order_of_respondents_changes_nothing(seed, estimator):
    data = opinions(seed)
    order = np.random.default_rng(seed).permutation(len(data))
    how = {"estimator": estimator, "missing": "fiml"}
    same(fit_factor_model(data, FACTORS, **how), fit_factor_model(data.iloc[order], FACTORS, **how))


@given(SEEDS, st.floats(0.01, 100), st.floats(-50, 50), ESTIMATORS)
@examples(4, audit=12)
def test_the_unit_of_an_item_changes_its_loading_and_no_test(seed, factor, shift, estimator):
    data, how = opinions(seed), {"estimator": estimator, "missing": "fiml"}
    other = fit_factor_model(data.assign(b=data["b"] * factor + shift), FACTORS, **how)
    turned = other.loadings.set_index("item")
    turned.loc["b", ["estimate", "se"]] /= factor
    same(fit_factor_model(data, FACTORS, **how), replace_loadings(other, turned.reset_index()))


def replace_loadings(found, loadings):

    return replace(found, loadings=loadings)


@given(SEEDS)
@examples(3, audit=8)
def test_the_names_of_the_groups_change_no_fit(seed):
    data = opinions(seed)
    group = pd.Series(np.arange(len(data)) % 2)
    how = {"equality": Equality("scalar"), "estimator": "mlr", "missing": "fiml"}
    one, other = (fit_factor_model(data, FACTORS, group=own, **how) for own in (group, 1 - group))
    assert other.fit.chi2 == pytest.approx(one.fit.chi2, rel=1e-6)
    assert other.robust.chi2 == pytest.approx(one.robust.chi2, rel=1e-5)
    assert other.robust.rmsea == pytest.approx(one.robust.rmsea, rel=1e-4, abs=1e-5)


@given(SEEDS, ESTIMATORS)
@examples(3, audit=8)
def test_without_gaps_everybody_and_the_complete_are_the_same(seed, estimator):
    data = opinions(seed, gaps=0)
    same(
        *(
            fit_factor_model(data, FACTORS, estimator=estimator, missing=how)
            for how in ("listwise", "fiml")
        )
    )


@given(SEEDS)
@examples(3, audit=8)
def test_equal_weights_of_any_size_and_people_drawn_twice_keep_the_estimates(seed):
    data = opinions(seed)
    plain = fit_factor_model(data, FACTORS, estimator="mlr", missing="fiml")
    same(
        plain,
        fit_factor_model(data, FACTORS, weight=np.full(250, 40.0), estimator="mlr", missing="fiml"),
    )
    double = pd.concat([data, data], ignore_index=True)
    twice = fit_factor_model(double, FACTORS, estimator="mlr", missing="fiml")
    assert twice.fit.chi2 == pytest.approx(2 * plain.fit.chi2, rel=1e-5)
    assert twice.robust.scaling == pytest.approx(plain.robust.scaling, rel=1e-5)
    root = np.sqrt(2)
    assert twice.loadings["se"].to_numpy() * root == pytest.approx(
        plain.loadings["se"].to_numpy(), rel=1e-3
    )


@given(
    SEEDS, st.integers(0, 40), st.floats(0, 0.9), st.integers(1, 5),
    st.sampled_from(["ml", "mlr"]), st.sampled_from(["listwise", "fiml"]),
)  # fmt: skip
@examples(15, audit=60)
def test_answers_that_cannot_carry_a_model_are_a_sentence_and_never_a_traceback(
    seed, rows, gaps, grades, estimator, missing
):
    rng = np.random.default_rng(seed)
    data = opinions(seed, rows=rows, gaps=gaps).round().clip(0, grades - 1)
    data["e"] = data["d"] if seed % 3 == 0 else data["e"]
    group = pd.Series(rng.integers(0, 2, rows), index=data.index) if seed % 2 else None
    try:
        told = fit_factor_model(
            data, FACTORS, group=group, estimator=estimator, missing=missing, modification=True
        ).warnings
    except AnalyticsError as error:
        told = (str(error),)
    assert told  # of forty respondents at most
    assert all("\n" not in text for text in told)


def over_waves(seed, rows=250):
    rng = np.random.default_rng(seed)
    lasting = rng.normal(size=(rows, 1))
    parts = []
    for wave in ("1", "2"):
        opinion = 0.8 * lasting + 0.6 * rng.normal(size=(rows, 1))
        y = 0.8 * opinion + 0.6 * rng.normal(size=(rows, 4))
        part = pd.DataFrame(y, columns=list("abcd")).assign(wave=wave, person=np.arange(rows))
        parts.append(part[rng.random(rows) < 0.85])
    return pd.concat(parts, ignore_index=True)


@given(SEEDS)
@examples(3, audit=6)
def test_neither_the_order_of_rows_nor_the_item_s_unit_decides_about_waves(seed):
    data = over_waves(seed)
    turned = data.assign(b=data["b"] * 20 + 50).sample(frac=1, random_state=seed)
    reached = []
    for own in (data, turned):
        found = longitudinal_invariance(
            own[list("abcd")], {"f": list("abcd")}, own["person"].astype(str), own["wave"],
            ["1", "2"], estimator="mlr", missing="fiml",
        )  # fmt: skip
        reached.append((found.reached, [step.fit.chi2 for step in found.steps]))
    assert reached[0][0] == reached[1][0]
    assert reached[1][1] == pytest.approx(reached[0][1], rel=1e-5, abs=1e-5)


@given(SEEDS)
@examples(3, audit=6)
def test_each_step_over_waves_fits_no_better_than_the_freer_one(seed):
    data = over_waves(seed)
    engine = longitudinal_engine(
        data[list("abcd")], {"f": list("abcd")}, data["person"].astype(str), data["wave"],
        ["1", "2"], missing="fiml",
    )  # fmt: skip
    steps = ("configural", "metric", "scalar")
    fits = [engine.fit(Equality(step)).fit for step in steps]
    assert fits[0].chi2 < fits[1].chi2 < fits[2].chi2
    # 8 items: 44 moments; 8 loadings, 1 correlation, 8 variances, 8 intercepts, 4 between waves;
    # then 3 loadings and 3 intercepts are given up
    assert [one.df for one in fits] == [15, 18, 21]


def test_a_person_twice_in_a_wave_is_named():
    data = over_waves(1)
    double = pd.concat([data, data.head(1)], ignore_index=True)
    with pytest.raises(AnalyticsError, match="stands twice in the wave '1'"):
        longitudinal_invariance(
            double[list("abcd")], {"f": list("abcd")}, double["person"].astype(str),
            double["wave"], ["1", "2"],
        )  # fmt: skip


@given(SEEDS, st.integers(3, 60), st.floats(0, 0.5), st.sampled_from(["listwise", "fiml"]))
@examples(6, audit=20)
def test_few_people_over_waves_are_a_verdict_or_a_sentence_and_never_a_traceback(
    seed, rows, gaps, missing
):
    data, rng = over_waves(seed, rows), np.random.default_rng(seed)
    items = data[list("abcd")].round(1).mask(rng.random((len(data), 4)) < gaps)
    try:
        told = longitudinal_invariance(
            items, {"f": list("abcd")}, data["person"].astype(str), data["wave"], ["1", "2"],
            estimator="mlr", missing=missing, releases=True,
        ).reason  # fmt: skip
    except AnalyticsError as error:
        told = str(error)
    assert told
    assert "nan" not in told
