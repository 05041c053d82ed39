import numpy as np
import pytest

from analytics.errors import FrameError
from analytics.estimation.design import simple_design
from analytics.workbench.methods.drivers.effects import average_effects
from analytics.workbench.methods.drivers.ordinal import cumulative, fit_proportional_odds
from analytics.workbench.methods.drivers.ordinal_logit import ordinal_logit

NAMES = ("answer", "pull", "flag")


def answers(n=600, seed=2, thresholds=(-1.0, 0.5, 1.5)):
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=n), rng.integers(0, 2, n)]).astype(float)
    latent = x @ [0.8, -0.5] + rng.logistic(size=n)
    return np.column_stack([1.0 + np.searchsorted(thresholds, latent), x])


def run(values, **choice):
    n = len(values)
    design = simple_design(np.ones(n), np.zeros(n, dtype=np.int64))
    return ordinal_logit(design, values, NAMES[: values.shape[1]], n - 1.0, **choice)


def test_slopes_are_recovered_and_lie_in_their_intervals():
    found = run(answers(4000))
    assert found.slope == pytest.approx([0.8, -0.5], abs=0.12)
    assert found.threshold == pytest.approx([-1.0, 0.5, 1.5], abs=0.12)
    assert (found.low < found.slope).all()
    assert (found.slope < found.high).all()
    assert (found.p < 1e-6).all()
    assert found.category.tolist() == [1, 2, 3, 4]
    assert found.warnings == ()


def test_effects_over_all_answers_add_up_to_nothing_and_to_points():
    found = run(answers())
    assert found.effect.sum(axis=1) == pytest.approx([0, 0], abs=1e-12)
    assert found.points == pytest.approx(found.effect @ [1, 2, 3, 4])
    assert found.points[0] > 0 > found.points[1]


def test_an_effect_is_what_moving_everybody_a_little_does():
    values = answers(200)
    x, code = values[:, 1:], values[:, 0].astype(np.int64) - 1
    model = fit_proportional_odds(np.ones(200), code, x)
    effect, _ = average_effects(model, np.full(200, 1 / 200), x)

    def shares(moved):
        return np.diff(cumulative(model.threshold, moved @ model.slope), axis=1).mean(axis=0)

    little = np.array([1e-5, 0.0])
    slope = (shares(x + little) - shares(x - little)) / 2e-5
    assert effect[0] == pytest.approx(slope, abs=1e-8)
    with_flag, without = x * [1, 0] + [0, 1], x * [1, 0]
    assert effect[1] == pytest.approx(shares(with_flag) - shares(without), abs=1e-12)


def test_errors_are_those_of_the_jackknife():
    values = answers(120)
    found = run(values)
    each = []
    for left_out in range(120):
        rest = np.delete(values, left_out, axis=0)
        model = fit_proportional_odds(np.ones(119), rest[:, 0].astype(np.int64) - 1, rest[:, 1:])
        effect, _ = average_effects(model, np.full(119, 1 / 119), rest[:, 1:])
        each.append(np.concatenate([model.slope, effect.ravel(), effect @ [1, 2, 3, 4]]))
    spread = np.array(each) - np.mean(each, axis=0)
    jackknife = np.sqrt(119 / 120 * (spread**2).sum(axis=0))
    errors = np.concatenate([found.se, found.effect_se.ravel(), found.points_se])
    assert errors == pytest.approx(jackknife, rel=0.1)


def test_units_of_weights_order_of_rows_and_codes_do_not_matter():
    values, rng = answers(150), np.random.default_rng(3)
    weight, order = rng.uniform(0.5, 2, 150), rng.permutation(150)
    stratum = np.arange(150) % 2
    found = ordinal_logit(simple_design(weight, stratum), values, NAMES, 148.0)
    again = ordinal_logit(
        simple_design(7 * weight[order], stratum[order]),
        values[order] * [10, 1, 1],
        NAMES,
        148.0,
    )
    assert again.slope == pytest.approx(found.slope)
    assert again.se == pytest.approx(found.se)
    assert again.points == pytest.approx(10 * found.points)


def test_turning_the_outcome_turns_the_slopes():
    values = answers(200)
    turned = run(values * [-1, 1, 1] + [5, 0, 0])
    found = run(values)
    assert turned.slope == pytest.approx(-found.slope)
    assert turned.threshold == pytest.approx(-found.threshold[::-1])
    assert turned.effect == pytest.approx(found.effect[:, ::-1])


def test_those_who_lack_a_value_are_outside_the_domain():
    values = answers(200)
    extra = np.vstack([values, np.column_stack([np.full(40, np.nan), values[:40, 1:]])])
    found, whole = run(extra), run(values)
    assert found.n == 200
    assert found.slope == pytest.approx(whole.slope)
    # they still count as drawn
    assert found.se == pytest.approx(whole.se * np.sqrt(240 / 239 * 199 / 200))


def test_slopes_that_differ_between_thresholds_are_found():
    rng = np.random.default_rng(5)
    pull = rng.normal(size=3000)
    first = rng.uniform(size=3000) < 1 / (1 + np.exp(-(1 + 2 * pull)))
    second = first & (rng.uniform(size=3000) < 0.5)
    values = np.column_stack([1.0 + first + second, pull, rng.integers(0, 2, 3000)])
    found = run(values)
    assert found.unequal_p[0] < 0.001
    assert "pull: the slope is not the same at every threshold" in found.warnings[-1]
    assert run(answers(3000)).unequal_p.min() > 0.01


def test_two_answers_are_a_logit_and_have_no_thresholds_to_compare():
    values = answers(300, thresholds=(0.0,))
    found = run(values)
    assert found.threshold.shape == (1,)
    assert np.isnan(found.unequal_p).all()
    assert found.slope == pytest.approx([0.8, -0.5], abs=0.5)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda v: v[:1], "only 1 respondents"),
        (lambda v: v[:0], "only 0 respondents"),
        (lambda v: v * [0, 1, 1], "^answer: the same for everybody"),
        (lambda v: v * [1, 0, 1], "^pull: the same for everybody"),
        (lambda v: v[:, [0, 1, 1]], "follows from the others"),
        (lambda v: np.column_stack([v[:, 1], v[:, 1:]]), "at most 11"),
        (lambda v: np.column_stack([v[:, 0], v[:, 0] + 0.01 * v[:, 1]]), "parts the categories"),
    ],
)
def test_what_has_no_answer_is_said_in_one_sentence(change, sentence):
    with pytest.raises(FrameError, match=sentence):
        run(change(answers(80)))


def test_rare_answers_are_warned_of():
    found = run(answers(40, seed=9, thresholds=(-3.0, 0.5)))
    assert any("the rarest answer was given" in text for text in found.warnings)
