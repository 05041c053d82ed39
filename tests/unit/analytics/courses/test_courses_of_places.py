"""Courses against the textbook: dense Gaussian conditioning, a Kalman smoother and brute force."""

import itertools

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm
from statsmodels.tsa.statespace.structural import UnobservedComponents

from analytics.courses.alike import ASSUMED
from analytics.courses.course import Courses, courses, weigh_correlations
from analytics.courses.priors import ALONE, CORRELATIONS, MOVED, TOGETHER, UNIT, Prior
from analytics.courses.series import NO_FIGURE, Correlations, Series

DIFFUSE = 1e4  # variance of the level, around the mean of the figures
NEVER = 1e-200
UNCORRELATED = Correlations((0.0,), (1.0,))
BEFOREHAND = ASSUMED
VALUE = np.array([61.0, 58.5, 63.0, 70.0, 69.0])
DEVIATION = np.array([2.0, 3.0, 2.5, 1.5, 4.0])


def series(value, deviation, place=None, shared=0.0, whole=0.0):
    """Lay figures out; a deviation that is missing is a wave without a figure."""
    value, deviation = np.atleast_2d(value).astype(float), np.atleast_2d(deviation).astype(float)
    count, waves = value.shape
    error, both = np.zeros((2, count, waves, waves))
    diagonal = np.arange(waves)
    error[:, diagonal, diagonal] = np.where(np.isnan(deviation), NO_FIGURE, deviation**2)
    known = np.nan_to_num(deviation)
    both[:] = shared * known[:, :, None] * known[:, None, :]
    both[:, diagonal, diagonal] = 0.0
    place = np.arange(count) if place is None else np.array(place)
    people = whole * known[:, :, None] * known[:, None, :]
    return Series(value, error, both, people, place.astype(np.int64))


def still(wander):
    return Prior((wander,), (1.0,), (NEVER,), (5.0,))


def change(found: Courses, pair=0):
    return found.lasting[pair].middle(), found.lasting[pair].spread()


def conditioned(value, error, level, contrast):
    """Mean and variance of a contrast of levels, given figures with errors: dense matrices."""
    value = value - value.mean()
    gain = level @ np.linalg.inv(level + error)
    left = level - gain @ level
    return contrast @ gain @ value, contrast @ left @ contrast


def walk(waves, wander, passing=0.0):
    steps = np.minimum.outer(np.arange(waves), np.arange(waves))
    return wander**2 * steps + passing**2 * np.eye(waves) + DIFFUSE


def contrast(waves, pair):
    found = np.zeros(waves)
    found[pair[1]], found[pair[0]] = 1.0, -1.0
    return found


PAIRS = list(itertools.combinations(range(5), 2))


@pytest.mark.parametrize("wander", [0.1, 1.0, 4.0])
def test_without_jumps_a_change_is_that_of_dense_conditioning(wander):
    found = courses(series(VALUE, DEVIATION), still(wander), PAIRS, UNCORRELATED)
    for number, pair in enumerate(PAIRS):
        expected = conditioned(VALUE, np.diag(DEVIATION**2), walk(5, wander), contrast(5, pair))
        assert change(found, number) == pytest.approx(
            (expected[0], expected[1]), rel=1e-6, abs=1e-6
        )


@pytest.mark.parametrize("missing", [None, 2, 4])
def test_without_jumps_levels_are_those_of_the_local_level_smoother(missing):
    wander, error = 1.5, 2.0
    value, deviation = VALUE.copy(), np.full(5, error)
    if missing is not None:
        value[missing] = deviation[missing] = np.nan
    model = UnobservedComponents(value, "local level", use_exact_diffuse=True)
    smoothed = model.smooth([error**2, wander**2])
    level = smoothed.level["smoothed"]
    shown = series(np.where(np.isnan(value), 60.0, value), deviation)
    found = courses(shown, still(wander), [(0, 4), (1, 3), (2, 4)], UNCORRELATED)
    expected = [level[4] - level[0], level[3] - level[1], level[4] - level[2]]
    # the smoother knows nothing of the level beforehand; here its variance is 1e4
    assert [float(change(found, at)[0][0]) for at in range(3)] == pytest.approx(expected, abs=2e-3)


def test_a_persons_answers_that_go_together_make_a_change_surer():
    both = series(VALUE, DEVIATION, shared=0.8)
    for number, correlation in enumerate(CORRELATIONS):
        weights = tuple(1.0 if at == number else NEVER for at in range(3))
        found = courses(both, still(1.0), [(0, 4)], Correlations(CORRELATIONS, weights))
        error = both.error[0] + correlation * both.shared[0]
        expected = conditioned(VALUE, error, walk(5, 1.0), contrast(5, (0, 4)))
        assert change(found) == pytest.approx((expected[0], expected[1]), rel=1e-6)
        assert found.correlation.weights[number] == pytest.approx(1.0)


@pytest.mark.parametrize("number", range(3))
def test_what_all_people_said_is_the_level_and_what_their_answers_vary_by(number):
    # of the variance of a figure's error, 60 % is that of what everybody would have answered
    shown = series(VALUE, DEVIATION, shared=0.6, whole=0.6)
    rho = CORRELATIONS[number]
    found = courses(shown, still(1.0), PAIRS, Correlations((rho,), (1.0,)))
    day = 0.6 * np.outer(DEVIATION, DEVIATION) * np.where(np.eye(5), 1.0, rho)
    error = shown.error[0] + rho * shown.shared[0]
    # what was said is the level and the day's own; the rest of a figure's error is sampling
    for at, pair in enumerate(PAIRS):
        said = conditioned(VALUE, error - day, walk(5, 1.0) + day, contrast(5, pair))
        assert (found.said[at].middle()[0], found.said[at].spread()[0]) == pytest.approx(
            said, rel=1e-6
        )
        lasting = conditioned(VALUE, error, walk(5, 1.0), contrast(5, pair))
        assert (found.lasting[at].middle()[0], found.lasting[at].spread()[0]) == pytest.approx(
            lasting, rel=1e-6
        )


def test_what_everybody_said_is_what_was_measured_where_everybody_was_asked():
    shown = series(VALUE, DEVIATION, shared=1.0, whole=1.0)
    found = courses(shown, UNIT, PAIRS, BEFOREHAND)
    for at, (earlier, later) in enumerate(PAIRS):
        measured = VALUE[later] - VALUE[earlier]
        assert found.said[at].middle() == pytest.approx([measured], abs=1e-6)
        assert found.said[at].spread() == pytest.approx([0.0], abs=1e-6)
        assert found.lasting[at].spread()[0] > 0.01


def test_courses_are_weighed_once_where_no_correlation_of_answers_plays_a_part():
    apart = series(VALUE, DEVIATION)
    found = courses(apart, UNIT, PAIRS, BEFOREHAND)
    once = courses(apart, UNIT, PAIRS, UNCORRELATED)
    both = zip((*found.lasting, *found.said), (*once.lasting, *once.said), strict=True)
    for ours, theirs in both:
        for name in ("weight", "mean", "variance"):
            np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
    assert found.correlation == BEFOREHAND  # nothing was learned of it


def test_changes_of_what_places_are_inside_are_added_to_both():
    inner = courses(series(VALUE, DEVIATION, whole=0.3), UNIT, [(0, 4)], BEFOREHAND)
    outer = courses(
        series([[0] * 5, VALUE + 1], [DEVIATION / 2] * 2, whole=0.2), UNIT, [(0, 4)], BEFOREHAND
    )
    found = inner.moved_by(outer, np.array([1]))
    for name in ("lasting", "said"):
        (one,), (own,), (around,) = (getattr(of, name) for of in (found, inner, outer))
        assert one.middle() == pytest.approx(own.middle() + around.middle()[1])
        assert one.spread() == pytest.approx(own.spread() + around.spread()[1])


@pytest.mark.parametrize("size", [4.0, 12.0])
def test_a_jump_at_a_known_wave_is_that_of_dense_conditioning(size):
    # two waves: it can only happen between them; and it is as good as certain beforehand
    prior = Prior((0.7,), (1.0,), (1.0 - 1e-12,), (size,))
    value, deviation = np.array([60.0, 71.0]), np.array([2.0, 3.0])
    found = courses(series(value, deviation), prior, [(0, 1)], UNCORRELATED)
    after = np.array([0.0, 1.0])
    plain, jumping = walk(2, 0.7), walk(2, 0.7) + size**2 * np.outer(after, after)
    parts = [
        conditioned(value, np.diag(deviation**2), level, contrast(2, (0, 1)))
        for level in (plain, jumping)
    ]
    away = value - value.mean()
    ratio = np.exp(
        multivariate_normal.logpdf(away, cov=jumping + np.diag(deviation**2))
        - multivariate_normal.logpdf(away, cov=plain + np.diag(deviation**2))
    )
    # the odds of an event are its chance beside one without
    weight = np.array([1.0, prior.event[0] * ratio])
    weight /= weight.sum()
    middle = weight @ [part[0] for part in parts]
    assert change(found)[0] == pytest.approx([middle], rel=1e-6)
    second = weight @ [part[1] + part[0] ** 2 for part in parts]
    assert change(found)[1] == pytest.approx([second - middle**2], rel=1e-5)


def brute_force(shown, prior, pairs, beforehand, *, together):
    """Compute weights as densities, component by component, as course.py says in words.

    Returns
    -------
    For each pair and series a list of (weight, mean, variance), and the weights of correlations.
    """
    count, waves = shown.value.shape
    steps = range(1, waves)
    shapes = shapes_by_hand(waves, prior)
    members = {place: np.flatnonzero(shown.place == place) for place in set(shown.place.tolist())}
    counted = counted_by_hand(shown, members) if together else dict.fromkeys(members, TOGETHER)
    fits, score = [], []
    for (number, rho), (at, tau), (alone_at, kappa), event in itertools.product(
        enumerate(CORRELATIONS), enumerate(prior.wander), enumerate(prior.passing), prior.event
    ):
        alone, shared = (ALONE * event, event) if together else (event, 0.0)
        error = shown.error + rho * shown.shared
        levels = {None: walk(waves, tau, kappa)} | {
            (shape, size): walk(waves, tau, kappa)
            + size**2 * np.outer(lifted(shape), lifted(shape))
            for shape in shapes
            for size in prior.jump
        }
        log = {
            (row, part): multivariate_normal.logpdf(
                shown.value[row] - shown.value[row].mean(), cov=level + error[row]
            )
            for row in range(count)
            for part, level in levels.items()
        }
        ratio = {key: np.exp(value - log[key[0], None]) for key, value in log.items()}
        sizes = len(prior.jump)
        own = {
            (row, shape): sum(ratio[row, (shape, size)] for size in prior.jump) / sizes
            for row in range(count)
            for shape in shapes
        }
        moved = {key: 1 - MOVED + MOVED * value for key, value in own.items()}
        joint = {
            (place, shape): np.prod([moved[row, shape] for row in rows]) ** counted[place]
            for place, rows in members.items()
            for shape in shapes
        }
        total = np.log(beforehand.weights[number] / sum(beforehand.weights))
        total += np.log(prior.wander_weight[at] / sum(prior.wander_weight))
        total += np.log(prior.passing_weight[alone_at] / sum(prior.passing_weight))
        total += sum(counted[int(shown.place[row])] * log[row, None] for row in range(count))
        independent = len(members) if together else TOGETHER * count
        total += len(steps) * independent * np.log(1 - event)
        for place, rows in members.items():
            by_each = [
                1 + alone * sum(share * own[row, shape] for shape, share in shapes.items())
                for row in rows
            ]
            happened = shared * sum(share * joint[place, one] for one, share in shapes.items())
            total += np.log(np.prod(by_each) ** counted[place] + happened)
        score.append(total)
        mixtures = []
        for row in range(count):
            at_place = [shared * joint[int(shown.place[row]), shape] for shape in shapes]
            events = {
                shape: np.array([ratio[row, (shape, size)] for size in prior.jump])
                for shape in shapes
            }
            mixtures.append(mixture(events, at_place, shapes, prior, alone))
        fits.append((number, error, levels, mixtures))
    over = np.exp(np.array(score) - logsumexp(score))
    found = {(pair, row): [] for pair in pairs for row in range(count)}
    correlation = np.zeros(len(CORRELATIONS))
    for weight, (number, error, levels, mixtures) in zip(over, fits, strict=True):
        correlation[number] += weight
        for (pair, row), parts in found.items():
            for part, level in levels.items():
                known = conditioned(shown.value[row], error[row], level, contrast(waves, pair))
                parts.append((weight * mixtures[row][part], *known))
    return found, correlation


def shapes_by_hand(waves, prior):
    """List which waves an event may lift, with its share: it stays, or goes back before a wave."""
    shapes = {}
    for first in range(1, waves):
        here = 1.0
        for back in range(first + 1, waves):
            shapes[tuple(range(first, back))] = (
                prior.transient * prior.hazard * (1 - prior.hazard) ** (back - first - 1)
            )
            here -= shapes[tuple(range(first, back))]
        shapes[tuple(range(first, waves))] = here
    return shapes


def lifted(shape):
    return np.isin(np.arange(3), shape).astype(float)


def mixture(events, at_place, shapes, prior, alone):
    """Weigh no event of a measure against each, given those of its place."""
    weight = {None: 1.0}
    for (shape, ratio), here in zip(events.items(), at_place, strict=True):
        moved = 1 - MOVED + MOVED * ratio.mean()
        weight[None] += shapes[shape] * here * (1 - MOVED) / moved
        for size, one in zip(prior.jump, ratio / len(ratio), strict=True):
            weight[shape, size] = shapes[shape] * (alone + here * MOVED / moved) * one
    return {part: one / sum(weight.values()) for part, one in weight.items()}


def counted_by_hand(shown, members):
    """One over 1 + (m - 1) r, r the correlation of two measures' steps, in errors of theirs."""
    variance = np.diagonal(shown.error, axis1=1, axis2=2)
    known = variance < NO_FIGURE
    products, squares = 0.0, 0.0
    for rows in members.values():
        for one, other in itertools.permutations(rows, 2):
            for wave in range(shown.value.shape[1] - 1):
                if known[[one, one, other, other], [wave, wave + 1, wave, wave + 1]].all():
                    steps = [
                        (shown.value[row, wave + 1] - shown.value[row, wave])
                        / np.sqrt(variance[row, wave + 1] + variance[row, wave])
                        for row in (one, other)
                    ]
                    products += steps[0] * steps[1]
                    squares += (steps[0] ** 2 + steps[1] ** 2) / 2
    alike = min(max(products / squares, 0.0), 1.0) if squares else 1.0
    return {place: 1 / (1 + (len(rows) - 1) * alike) for place, rows in members.items()}


SMALL = Prior((0.5, 2.0), (0.6, 0.4), (0.01, 0.2), (4.0, 9.0), (0.0, 1.5), (0.7, 0.3))
FIGURES = {
    "a place that jumps": [[60, 61, 72], [55, 54, 63], [70, 69, 70], [48, 50, 49]],
    "one measure that jumps": [[60, 61, 60], [55, 67, 66], [70, 69, 70], [48, 50, 49]],
    "a place that is back": [[60, 72, 61], [55, 65, 54], [70, 69, 70], [48, 50, 49]],
    "nothing": [[60, 61, 60], [55, 54, 56], [70, 69, 70], [48, 50, 49]],
}
DEVIATIONS = np.array([[1.5, 2.0, 1.8], [2.2, 1.7, 2.0], [1.9, 2.1, 1.6], [2.5, 2.0, 1.5]])


@pytest.mark.parametrize("gap", [False, True])
@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("figures", FIGURES)
def test_all_weights_are_ratios_of_densities_times_what_was_thought_before(figures, together, gap):
    deviations = DEVIATIONS.copy()
    if gap:
        deviations[1, 0] = deviations[3, 1] = np.nan
    shown = series(FIGURES[figures], deviations, place=[0, 0, 1, 1], shared=0.6)
    pairs = [(0, 2), (1, 2)]
    found = courses(shown, SMALL, pairs, BEFOREHAND, together=together)
    expected, correlation = brute_force(shown, SMALL, pairs, BEFOREHAND, together=together)
    assert found.correlation.weights == pytest.approx(correlation, rel=1e-6)
    alone = weigh_correlations(shown, SMALL, BEFOREHAND, together=together)
    assert alone.weights == pytest.approx(correlation, rel=1e-6)
    for (pair, row), parts in expected.items():
        weight, mean, variance = np.array(parts).T
        one = found.lasting[pairs.index(pair)]
        middle = weight @ mean
        assert one.middle()[row] == pytest.approx(middle, abs=1e-4)
        assert one.spread()[row] == pytest.approx(
            weight @ (variance + mean**2) - middle**2, rel=1e-4
        )
        for limit in (-2.0, 0.0, 2.5, 6.0):
            above = weight @ norm.sf(limit, mean, np.sqrt(variance))
            assert one.above(np.full(4, limit))[row] == pytest.approx(above, abs=1e-5)


@pytest.mark.parametrize("figures", FIGURES)
def test_waves_that_err_by_themselves_tell_one_after_the_other_what_they_tell_at_once(figures):
    deviations = DEVIATIONS.copy()
    deviations[1, 0] = deviations[3, 1] = np.nan
    apart, nearly = (
        series(FIGURES[figures], deviations, place=[0, 0, 1, 1], shared=shared)
        for shared in (0.0, 1e-12)
    )
    assert (apart.independent, nearly.independent) == (True, False)
    one, other = (
        courses(shown, SMALL, [(0, 2)], Correlations((0.5,), (1.0,)), together=True)
        for shown in (apart, nearly)
    )
    assert change(one) == pytest.approx(np.array(change(other)), rel=1e-8)


def test_what_moves_a_place_is_told_by_all_its_measures():
    rng = np.random.default_rng(2)
    value = 60 + 3 * rng.normal(size=(30 * 4, 4))
    value[:4, 2:] = value[:4, :2].mean(axis=1, keepdims=True)
    place = np.repeat(np.arange(30), 4)
    chances = []
    for moved in (1, 2, 4):
        shown = value.copy()
        shown[:moved, 2:] += 9
        found = courses(
            series(shown, np.full_like(shown, 3.0), place),
            UNIT,
            [(1, 3)],
            BEFOREHAND,
            together=True,
        )
        chances.append(found.lasting[0].above(np.full(len(value), 5.0))[0])
    assert chances == sorted(chances)
    assert chances[0] < 0.4
    assert chances[2] > 0.65


@pytest.mark.parametrize("wave", [0, 5])
@pytest.mark.parametrize("together", [False, True])
def test_an_outermost_wave_without_a_figure_changes_next_to_nothing(wave, together):
    figures = np.array([
        [60.0, 61, 62, 71, 70, 72], [55, 54, 56, 66, 67, 65], [70, 69, 70, 71, 68, 70],
    ])  # fmt: skip
    deviations = np.full((3, 6), 2.0)
    deviations[:, wave] = np.nan
    inner = [at for at in range(6) if at != wave]
    pairs = [(1, 4), (2, 3)]
    place = [0, 0, 1]
    found = courses(
        series(figures, deviations, place, 0.5), UNIT, pairs, BEFOREHAND, together=together
    )
    left_out = courses(
        series(figures[:, inner], deviations[:, inner], place, 0.5),
        UNIT,
        [(inner.index(one), inner.index(other)) for one, other in pairs],
        BEFOREHAND,
        together=together,
    )
    # what began before a place was heard may go back in one of its waves
    near = 0.02 if wave else 0.1
    for pair in range(2):
        assert change(found, pair)[0] == pytest.approx(change(left_out, pair)[0], abs=near)
        assert np.sqrt(change(found, pair)[1]) == pytest.approx(
            np.sqrt(change(left_out, pair)[1]), abs=near
        )


@pytest.mark.parametrize("anything", [0.0, 62.0, 100.0])
def test_a_figure_that_is_missing_between_others_is_a_longer_step(anything):
    deviation = np.where(np.arange(5) == 2, np.nan, DEVIATION)
    found = courses(
        series(np.where(np.arange(5) == 2, anything, VALUE), deviation),
        still(1.3),
        PAIRS,
        UNCORRELATED,
    )
    kept = [0, 1, 3, 4]
    for number, pair in enumerate(PAIRS):
        level = walk(5, 1.3)
        gain = level[:, kept] @ np.linalg.inv(
            level[np.ix_(kept, kept)] + np.diag(DEVIATION[kept] ** 2)
        )
        along = contrast(5, pair)
        away = VALUE[kept] - VALUE[kept].mean()
        assert change(found, number)[0] == pytest.approx([along @ gain @ away], abs=5e-3)
        left = along @ (level - gain @ level[kept]) @ along
        assert change(found, number)[1] == pytest.approx([left], rel=1e-4)


def test_what_nobody_could_doubt_is_told_of_the_right_wave():
    # far more likely than 1e260 to 1, at the third wave; and at the second than nothing at all
    rng = np.random.default_rng(1)
    value = 60 + rng.normal(size=(200 * 8, 6))
    value[:8, 3:] += 25
    shown = series(value, np.ones_like(value), np.repeat(np.arange(200), 8))
    found = courses(shown, UNIT, [(1, 2), (2, 3), (3, 4)], BEFOREHAND, together=True)
    for pair, size in enumerate((0.0, 25.0, 0.0)):
        assert change(found, pair)[0][:8] == pytest.approx(np.full(8, size), abs=2.5)
        assert (change(found, pair)[1][:8] < 1.5**2).all()


def test_one_series_that_nobody_could_doubt_is_told_of_the_right_wave():
    shown = series([60.0, 60.1, 60.0, 80.1, 80.0, 79.9], np.full(6, 0.2))
    prior = Prior((0.1,), (1.0,), (0.01,), (4.0, 8.0))
    found = courses(shown, prior, [(1, 2), (2, 3), (3, 4)], UNCORRELATED)
    for pair, size in enumerate((0.0, 20.0, 0.0)):
        assert change(found, pair)[0] == pytest.approx([size], abs=0.5)


def test_measures_of_one_place_are_told_one_by_one_where_they_are_not_looked_at_together():
    # nearly complete counts of a small agency, of which one measure did not move
    moved = np.repeat([[60.0, 95.0], [60.0, 60.1]], [7, 1], axis=0)
    found = courses(series(moved, np.full((8, 2), 0.05), place=[0] * 8), UNIT, [(0, 1)], BEFOREHAND)
    middle, _ = change(found)
    assert middle == pytest.approx(moved[:, 1] - 60.0, abs=0.2)


def test_a_correlation_that_has_been_ruled_out_stays_so():
    shown = series(VALUE, DEVIATION, shared=0.8)
    sure, nearly = (
        courses(shown, still(1.0), [(0, 4)], Correlations(CORRELATIONS, (one, one, 1.0)))
        for one in (0.0, NEVER)
    )
    assert sure.correlation.weights == (0.0, 0.0, 1.0)
    assert change(sure) == pytest.approx(change(nearly))
