"""The interval of omega holds without normal answers."""

import numpy as np
import pytest

from analytics.scale_quality.omega import omega_interval, omega_total

LOADINGS = np.array([0.8, 0.7, 0.6, 0.5])


def five_steps(rng, n):
    """Skewed answers on five steps to items of unlike strength."""
    trait = rng.standard_normal((n, 1))
    noise = rng.standard_normal((n, len(LOADINGS))) * np.sqrt(1 - LOADINGS**2)
    return np.digitize(trait * LOADINGS + noise, [-1.5, -0.9, -0.2, 0.8]).astype(np.float64)


@pytest.mark.slow
def test_it_covers_what_it_says_of_skewed_answers_on_five_steps():
    rng = np.random.default_rng(4)
    true = omega_total(np.cov(five_steps(rng, 300_000).T))
    found = [omega_interval(five_steps(rng, 150)) for _ in range(300)]
    covered = np.mean([low <= true <= high for low, high in found])
    # Monte Carlo error 1.3 points
    assert 0.91 <= covered <= 0.985


def test_its_error_is_that_of_the_jackknife():
    answers = five_steps(np.random.default_rng(3), 120)
    low, high = omega_interval(answers)
    kept = [omega_total(np.cov(np.delete(answers, at, 0).T)) for at in range(len(answers))]
    se = np.std(kept) * np.sqrt(len(answers) - 1)
    # half the interval over t of 119 degrees of freedom
    assert (high - low) / 2 / 1.980 == pytest.approx(se, rel=0.05)


def test_without_omega_there_is_no_interval():
    two = np.random.default_rng(1).normal(size=(50, 2))
    for values in (two, two[:2], np.ones((50, 4))):
        assert np.isnan(omega_interval(values)).all()


def test_of_a_handful_of_answers_there_may_be_no_bound():
    # omega is near 1 and its error many times what is left of it: exp() has no such number
    five = np.array([[4, 4, 3], [4, 3, 2], [4, 5, 3], [4, 1, 2], [1, 1, 3]], dtype=np.float64)
    assert np.isnan(omega_interval(five)).all()
