"""Ten thousand samples held against the chances they were drawn with."""

import numpy as np
import pytest
from scipy import stats

from analytics.errors import DesignError
from analytics.planning.drawing import drawn, sizes_of

PEOPLE = np.array([12, 30, 58])
STRATUM = np.repeat(np.arange(3), PEOPLE)
DRAWS = 10_000


@pytest.fixture(scope="module")
def draws():
    """Ten thousand samples of 4, 6 and 20, a row each."""
    rng = np.random.default_rng(20261128)
    sizes = np.array([4, 6, 20])
    return sizes, np.array([drawn(STRATUM, sizes, rng) for _ in range(DRAWS)])


def test_everybody_of_a_stratum_is_drawn_as_often(draws):
    sizes, samples = draws
    assert (np.add.reduceat(samples, [0, 12, 42], axis=1) == sizes).all()
    for at, (n, people) in enumerate(zip(sizes, PEOPLE, strict=True)):
        times, chance = samples[:, at == STRATUM].sum(axis=0), n / people
        # without replacement the counts vary by R p (1 - p) N / (N - 1), but for their sum
        spread = DRAWS * chance * (1 - chance) * people / (people - 1)
        found = ((times - DRAWS * chance) ** 2).sum() / spread
        assert stats.chi2.sf(found, people - 1) > 0.001


def test_every_pair_of_a_stratum_is_drawn_together_as_often(draws):
    sizes, samples = draws
    own = samples[:, STRATUM == 1].astype(int)
    together = (own.T @ own)[np.triu_indices(30, 1)] / DRAWS
    chance = sizes[1] * (sizes[1] - 1) / (30 * 29)
    error = np.sqrt(chance * (1 - chance) / DRAWS)
    assert np.abs(together - chance).max() < 5 * error
    # between strata, draws have nothing to do with each other
    across = (samples[:, STRATUM == 0].T.astype(int) @ own) / DRAWS
    assert np.abs(across - 4 / 12 * 6 / 30).max() < 5 * np.sqrt(1 / 15 * 14 / 15 / DRAWS)


def test_weighted_means_hit_the_truth_with_the_error_that_the_correction_says(draws):
    sizes, samples = draws
    score = np.random.default_rng(5).normal(60, 18, len(STRATUM)) + 10 * STRATUM
    weight = (PEOPLE / sizes)[STRATUM]
    means = (samples * weight * score).sum(axis=1) / PEOPLE.sum()
    spread = np.array([score[at == STRATUM].var(ddof=1) for at in range(3)])
    parts = PEOPLE / PEOPLE.sum()
    error = np.sqrt((parts**2 * spread / sizes * (1 - sizes / PEOPLE)).sum())
    assert means.mean() == pytest.approx(score.mean(), abs=4 * error / np.sqrt(DRAWS))
    assert means.std() == pytest.approx(error, rel=0.03)


def test_the_same_chance_draws_the_same_people():
    sizes = np.array([4, 6, 20])
    one, other = (drawn(STRATUM, sizes, np.random.default_rng(7)) for _ in range(2))
    assert (one == other).all()


def test_a_sample_is_shared_out_by_people_or_by_how_much_they_differ():
    # 12, 30 and 58 of a hundred, of fifty
    assert list(sizes_of(PEOPLE, [1.0] * 3, 50, "proportional")) == [6, 15, 29]
    # N S = 120, 300 and 1740: twice and more of the third, which holds 58
    found = sizes_of(PEOPLE, [10.0, 10.0, 30.0], 50, "neyman")
    assert list(found) == [3, 7, 40]


@pytest.mark.parametrize("total", [5, 101])
def test_less_than_two_of_each_or_more_than_there_are_is_refused(total):
    with pytest.raises(DesignError):
        sizes_of(PEOPLE, [1.0] * 3, total, "proportional")


def test_no_stratum_gives_more_than_it_holds():
    with pytest.raises(DesignError, match="fewer persons"):
        drawn(STRATUM, np.array([13, 6, 20]), np.random.default_rng(1))
