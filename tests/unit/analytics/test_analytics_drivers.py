import numpy as np
import pytest

from analytics.drivers.collinearity import collinearity
from analytics.drivers.correlations import weighted_correlations
from analytics.drivers.covariance import linearised_covariance
from analytics.drivers.dominance import lmg
from analytics.drivers.importance import importance
from analytics.drivers.shares import divided
from analytics.errors import FrameError
from analytics.estimation.design import Design, Stage, simple_design
from analytics.estimation.variance import domain_variance
from analytics.workbench.methods.drivers.imputation import imputed_importance
from analytics.workbench.methods.drivers.imputed_values import impute
from analytics.workbench.methods.estimation.replicate_weights import bootstrap

BETA = np.array([0.6, 0.4, 0.2])
NAMES = ("outcome", "much", "some", "little")


def a_sample(n=400, seed=3):
    rng = np.random.default_rng(seed)
    predictors = rng.normal(size=(n, 3)) + 0.6 * rng.normal(size=(n, 1))
    return np.column_stack([predictors @ BETA + rng.normal(size=n), predictors])


def a_design(n, strata=1):
    return simple_design(np.ones(n), (np.arange(n) % strata).astype(np.int64))


def run(values, **choice):
    names = NAMES[: values.shape[1]]
    return importance(a_design(len(values)), values, names, len(values) - 1.0, **choice)


@pytest.mark.parametrize("method", ["lmg", "relative"])
def test_the_slopes_of_the_parts_are_those_of_small_steps(method):
    matrix = np.corrcoef(a_sample(60).T)
    _, gradient = divided(matrix, method)
    for one, other in ((0, 1), (0, 3), (1, 2), (2, 3)):
        step = np.zeros_like(matrix)
        step[one, other] = step[other, one] = 1e-6
        ahead, behind = divided(matrix + step, method)[0], divided(matrix - step, method)[0]
        assert gradient[one, other] == pytest.approx((ahead - behind) / 2e-6, abs=1e-6)


@pytest.mark.parametrize("missing", ["complete", "pairwise"])
def test_errors_are_those_of_the_jackknife(missing):
    values = a_sample(120)
    if missing == "pairwise":
        values[np.random.default_rng(1).uniform(size=values.shape) < 0.1] = np.nan
    left_out = [run(np.delete(values, i, axis=0), missing=missing).share for i in range(120)]
    spread = np.asarray(left_out) - np.mean(left_out, axis=0)
    jackknife = np.sqrt(119 / 120 * (spread**2).sum(axis=0))
    assert run(values, missing=missing).se == pytest.approx(jackknife, rel=0.1)


def test_rows_given_four_times_in_one_cluster_tell_no_more_than_once():
    values = a_sample(100)
    once = run(values)
    cluster = np.tile(np.arange(100), 4).astype(np.int64)
    nothing, one = np.zeros(1), np.ones(1)
    stage = Stage(cluster, np.zeros(100, dtype=np.int64), nothing, one)
    again = importance(Design(np.ones(400), (stage,)), np.tile(values, (4, 1)), NAMES, 99.0)
    assert again.share == pytest.approx(once.share)
    # all but the correction for the slopes taken out, which counts respondents
    assert again.se == pytest.approx(once.se * np.sqrt(399 / 396 * 96 / 99))


def test_the_order_is_read_from_the_ranks_that_chance_leaves_open():
    found = run(a_sample(4000))
    assert found.share.argsort()[::-1].tolist() == [0, 1, 2]
    assert found.rank_low.tolist() == found.rank_high.tolist() == [1, 2, 3]
    assert found.warnings == ()
    few = run(a_sample(25))
    assert few.rank_low.min() == 1
    assert few.rank_high.max() == 3
    assert any("only 25 respondents for 3 predictors" in text for text in few.warnings)
    assert any("beyond chance" in text for text in few.warnings)


def test_ranks_are_all_open_where_predictors_are_exchangeable():
    rng = np.random.default_rng(8)
    predictors = rng.normal(size=(300, 3))
    values = np.column_stack([predictors.sum(axis=1) + rng.normal(size=300), predictors])
    found = run(values)
    assert found.rank_low.tolist() == [1, 1, 1]
    assert found.rank_high.tolist() == [3, 3, 3]
    assert "no predictor differs from another beyond chance: the order means nothing" in (
        found.warnings
    )


@pytest.mark.parametrize("fill", ["complete", "pairwise", "imputed"])
def test_parts_stay_true_where_predictors_are_missing_at_random(fill):
    values = a_sample(4000)
    expected = run(values).share
    values[np.random.default_rng(2).uniform(size=values.shape) < 0.2] = np.nan
    if fill == "imputed":
        rng = np.random.default_rng(5)
        found = imputed_importance(a_design(4000), values, NAMES, 3999.0, rng, draws=5)
    else:
        found = run(values, missing=fill)
    assert found.share == pytest.approx(expected, abs=0.04)


def test_imputation_keeps_shares_that_complete_cases_bend():
    # a predictor is often missing where the outcome is high: complete cases see less of its range
    values = a_sample(6000, seed=4)
    expected = run(values)
    often = np.random.default_rng(1).uniform(size=6000) < 0.8
    values[often & (values[:, 0] > 0.5), 1] = np.nan
    bent = run(values)
    found = imputed_importance(
        a_design(6000), values, NAMES, 5999.0, np.random.default_rng(6), draws=5
    )
    assert bent.r_squared < expected.r_squared - 0.05
    assert found.r_squared == pytest.approx(expected.r_squared, abs=0.02)
    assert found.share == pytest.approx(expected.share, abs=0.03)
    assert found.se[0] > expected.se[0]  # the predictor that is missing


def test_the_same_seed_imputes_the_same_and_leaves_what_is_there():
    values = a_sample(80)
    values[::5, 2] = np.nan
    values[3, 0] = np.nan
    one, two = (impute(a_design(80), values, NAMES, 2, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one, two, equal_nan=True)
    kept = np.isfinite(values)
    kept[3] = False  # outcomes are not filled in
    assert one[0][kept] == pytest.approx(values[kept])
    assert np.isnan(one[0][3]).all()
    assert np.isfinite(np.delete(one[0], 3, axis=0)).all()
    assert not np.allclose(one[0][::5, 2], one[1][::5, 2])


def test_the_bootstrap_within_strata_has_the_errors_of_linearisation():
    values, design = a_sample(400), a_design(400, strata=4)
    again = bootstrap(design, np.random.default_rng(9), 300)
    shares = []
    for number in range(300):
        weight = again.factor(number)[again.cluster]
        matrix = weighted_correlations(weight, values, NAMES, pairwise=False).value
        shares.append(lmg(matrix) / lmg(matrix).sum())
    found = importance(design, values, NAMES, 396.0)
    assert found.se == pytest.approx(np.std(shares, axis=0), rel=0.12)


def test_nothing_explained_gives_no_shares_and_says_so():
    sign = np.tile([1.0, 1.0, -1.0, -1.0], 8)
    values = np.column_stack([np.tile([1.0, -1.0], 16), sign, np.repeat([1.0, -1.0], 16)])
    found = importance(a_design(32), values, NAMES[:3], 31.0)
    assert found.r_squared == pytest.approx(0)
    assert np.isnan(found.share).all()
    assert np.isnan(found.low).all()
    assert any("explain nothing of outcome" in text for text in found.warnings)


def test_overlap_is_measured_and_a_sum_of_others_is_infinite():
    predictors = a_sample(50)[:, 1:]
    found = collinearity(np.corrcoef(predictors.T))
    assert found.inflation.min() > 1
    whole = np.column_stack([predictors[:, :2], predictors[:, :2].sum(axis=1), predictors[:, 2]])
    found = collinearity(np.corrcoef(whole.T))
    assert np.isinf(found.inflation).tolist() == [True, True, True, False]
    assert np.isinf(found.condition)


def test_pairs_that_contradict_each_other_are_moved_and_it_is_said():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(90, 4))
    x[:30, 2] = x[:30, 1] + 0.01 * x[:30, 2]  # a with b as one,
    x[30:60, 3] = x[30:60, 1] + 0.01 * x[30:60, 3]  # a with c as one,
    x[60:, 3] = -x[60:, 2] + 0.01 * x[60:, 3]  # b with c as opposites
    x[:30, 3] = x[30:60, 2] = x[60:, 1] = np.nan
    found = weighted_correlations(np.ones(90), x, NAMES, pairwise=True)
    assert found.repaired
    assert np.linalg.eigvalsh(found.value).min() > 0
    assert any("contradict each other" in text for text in run(x, missing="pairwise").warnings)


@pytest.mark.parametrize(
    ("change", "choice", "sentence"),
    [
        (lambda v: v[:5], {}, "only 4 respondents have the outcome and all predictors"),
        (lambda v: v[:1], {}, "only 1 respondent has the outcome and all predictors"),
        (lambda v: v[:0], {}, "only 0 respondents"),
        (lambda v: v * [1, 1, 0, 1], {}, "^some: the same for everybody"),
        (lambda v: v * [0, 1, 1, 1], {"missing": "pairwise"}, "^outcome: the same for everybody"),
        (lambda v: v[:, [0, 1, 1, 3]], {"method": "relative"}, "much and some follow from"),
        (lambda v: np.tile(v, 5), {}, "at most 18"),
        (lambda v: v[:1], {"missing": "pairwise"}, "^only 1 respondent has outcome: too few"),
    ],
)
def test_what_cannot_be_divided_is_said_in_one_sentence(change, choice, sentence):
    values = change(a_sample(60))
    if len(values) == 5:
        values[0, 1] = np.nan
    names = tuple(f"x{i}" for i in range(values.shape[1])) if values.shape[1] > 4 else NAMES
    design = a_design(len(values)) if len(values) else Design(np.ones(0), a_design(1).stages)
    with pytest.raises(FrameError, match=sentence):
        importance(design, values, names, 10.0, **choice)


def test_pairs_with_too_few_in_common_are_named():
    values = a_sample(60)
    values[:30, 1] = np.nan
    values[27:, 2] = np.nan
    with pytest.raises(FrameError, match="only 0 respondents have both much and some"):
        run(values, missing="pairwise")
    late = a_sample(60)
    late[4:, 3] = np.nan
    with pytest.raises(FrameError, match="too few respondents have each predictor"):
        impute(a_design(60), late, NAMES, 2, np.random.default_rng(0))


def test_fourteen_drivers_are_divided_exactly_at_once():
    rng = np.random.default_rng(2)
    matrix = np.corrcoef((rng.normal(size=(99, 15)) @ rng.normal(size=(15, 15))).T)
    everything = 1 - 1 / np.linalg.inv(matrix)[0, 0]
    assert lmg(matrix).sum() == pytest.approx(everything)


def test_slopes_hold_where_predictors_nearly_follow_from_each_other():
    # a small step from such correlations leaves them, and was refused as "follows from the others"
    values = a_sample(400)
    values[:, 2] = values[:, 1] + 1e-3 * np.random.default_rng(2).normal(size=400)
    found = run(values, method="relative")
    assert np.isfinite(found.se).all()
    assert found.share[:2] == pytest.approx(np.full(2, found.share[:2].mean()), rel=0.01)
    assert "much, some overlap so much" in found.warnings[0]


def test_what_chance_would_explain_is_called_that():
    rng = np.random.default_rng(8)
    assert any("no more than chance" in text for text in run(rng.normal(size=(300, 4))).warnings)
    assert not any("no more than chance" in text for text in run(a_sample()).warnings)


def designs():
    rng = np.random.default_rng(2)
    n, zero, one = 120, np.zeros(1), np.ones(1)
    weight = rng.uniform(0.5, 2, n)
    stratum = (np.arange(n) % 4).astype(np.int64)
    plain = simple_design(weight, stratum, np.full(4, 90.0))
    cluster = (np.arange(n) // 6).astype(np.int64)
    first = Stage(cluster, (np.arange(20) % 3).astype(np.int64), np.full(3, 0.2), np.ones(3))
    second = Stage(np.arange(n), cluster, np.full(20, 0.5), np.full(20, 0.2))
    margins = (np.arange(n) % 3)[:, None] == np.arange(3)
    lonely = simple_design(weight, np.where(np.arange(n) == 7, 1, 0).astype(np.int64))
    return {
        "strata": plain,
        "clusters": Design(weight, (first,)),
        "stages": Design(weight, (first, second)),
        "raked": Design(weight, plain.stages, calibration=margins.astype(float), base=np.ones(n)),
        "lonely": lonely,
        "alone": Design(weight, (Stage(np.arange(n), np.zeros(n, dtype=np.int64), zero, one),)),
    }


@pytest.mark.parametrize("kind", ["strata", "clusters", "stages", "raked", "lonely", "alone"])
def test_the_covariance_is_that_of_the_one_variance(kind):
    design = designs()[kind]
    influence = np.random.default_rng(5).normal(size=(120, 4)) * design.weight[:, None] / 120
    found = linearised_covariance(design, influence)
    weights = np.random.default_rng(6).normal(size=(4, 9))
    everybody = np.zeros(120, dtype=np.int64)
    expected = domain_variance(design, influence @ weights, everybody, 1).corrected[0]
    assert np.einsum("ij,ik,kj->j", weights, found, weights) == pytest.approx(expected, rel=1e-9)
