"""Replicates where there is little to replicate."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import DesignError
from analytics.estimation.design import Design, Stage
from analytics.estimation.variance import domain_variance
from analytics.weighting.rake import margin_from_column
from analytics.workbench.methods.estimation.replicate_weights import bootstrap, jackknife
from analytics.workbench.methods.estimation.replicates import replicate_errors
from analytics.workbench.methods.weighting.recalibration import calibrated_again, raked_again


def a_design(*sizes, lonely="merge", fraction=0.0):
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    stage = Stage(
        np.arange(len(stratum)), stratum, np.full(len(sizes), fraction), np.ones(len(sizes))
    )
    return Design(np.ones(len(stratum)), (stage,), lonely)


def mean_of(y):
    return lambda weight: np.array([weight @ y / weight.sum()])


def test_a_lonely_stratum_is_left_out_with_its_neighbours():
    y = np.array([1.0, 4.0, 6.0, 8.0, 3.0])
    design = a_design(1, 3, 1)
    made = jackknife(design)
    assert made.size == 5
    total = replicate_errors(design, made, lambda w: np.array([w @ y]), centre="estimate").se[0]
    # all five in one stratum
    assert total**2 == pytest.approx(5 * y.var(ddof=1))


def test_a_lonely_stratum_under_certainty_is_never_left_out():
    y = np.array([1.0, 4.0, 6.0, 8.0])
    design = a_design(1, 3, lonely="certainty")
    for made in (jackknife(design), bootstrap(design, np.random.default_rng(1), 30)):
        assert all(made.factor(number)[0] == 1 for number in range(made.size))
    total = replicate_errors(design, jackknife(design), lambda w: np.array([w @ y]))
    exact = domain_variance(design, y[:, None], np.zeros(4, dtype=np.int64), 1).corrected[0, 0]
    assert total.se[0] ** 2 == pytest.approx(exact)


def test_a_complete_count_has_no_error():
    y = np.array([1.0, 4.0, 6.0, 8.0])
    design = a_design(4, fraction=1.0)
    for made in (jackknife(design), bootstrap(design, np.random.default_rng(1), 30)):
        assert replicate_errors(design, made, mean_of(y)).se[0] == pytest.approx(0, abs=1e-12)


def test_a_stratum_whose_only_cluster_was_certain_to_be_drawn_is_never_left_out():
    y = np.array([10.0, 1.0, 2.0, 3.0])
    stage = Stage(np.arange(4), np.array([0, 1, 1, 1]), np.array([1.0, 0.5]), np.ones(2))
    design = Design(np.array([1.0, 2.0, 2.0, 2.0]), (stage,), "merge")
    for made in (jackknife(design), bootstrap(design, np.random.default_rng(1), 30)):
        assert all(made.factor(number)[0] == 1 for number in range(made.size))
    found = replicate_errors(design, jackknife(design), lambda w: np.array([w @ y]))
    # A total of six persons of whom three were drawn: 6^2 (1 - 1/2) s^2 / 3, s^2 = 1.
    assert found.se[0] ** 2 == pytest.approx(6)


def test_what_cannot_be_replicated_is_refused():
    with pytest.raises(DesignError, match="nothing can be left out"):
        jackknife(a_design(1))
    with pytest.raises(DesignError, match='choose lonely = "merge"'):
        jackknife(a_design(1, 3, lonely="centre"))
    with pytest.raises(DesignError, match="at least two replicates"):
        bootstrap(a_design(4), np.random.default_rng(1), 1)


def test_replicates_without_a_figure_are_counted_and_left_out():
    y = np.array([1.0, 4.0, 6.0, 8.0])

    def picky(weight):
        return np.array([np.nan if weight[0] == 0 else weight @ y / weight.sum()])

    found = replicate_errors(a_design(4), jackknife(a_design(4)), picky)
    assert found.left_out == 1
    assert found.se[0] > 0
    nothing = replicate_errors(a_design(4), jackknife(a_design(4)), lambda _: np.array([np.nan]))
    assert nothing.left_out == 4
    assert np.isnan(nothing.se[0])


def test_weights_of_zero_stay_zero_when_raked_or_calibrated_again():
    group = margin_from_column("g", pd.Series(["a", "a", "b", "b", "c"]), {"a": 2, "b": 2, "c": 1})
    weight = np.array([1.0, 2.0, 1.0, 1.0, 0.0])
    raked = raked_again([group], 10.0)(weight)
    assert raked[4] == 0
    assert raked.sum() == pytest.approx(10)
    assert raked[:2].sum() == pytest.approx(5)  # nobody is left in c
    columns = np.column_stack([np.ones(5), [0, 1, 0, 1, 1]])
    again = calibrated_again(columns, np.array([10.0, 6.0]))(weight)
    assert again @ columns == pytest.approx([10, 6])
    assert again[4] == 0
    impossible = calibrated_again(columns, np.array([10.0, 60.0]), bounds=(0.5, 2.0))(weight)
    assert np.isnan(impossible[:4]).all()


def test_trimmed_weights_are_trimmed_again_or_the_replicate_is_left_out():
    rng = np.random.default_rng(1)
    columns, weight = np.column_stack([np.ones(40), np.arange(40) % 2]), rng.uniform(1, 4, 40)
    weight[4] = 0
    totals, limits = np.array([100.0, 60.0]), {"trim": (0.5, 1.4)}
    again = calibrated_again(columns, totals, distance="raking", **limits)(weight)
    used = weight > 0
    plain = calibrated_again(columns, totals, distance="raking")(weight)
    assert again @ columns == pytest.approx(totals)
    assert again.max() == pytest.approx(1.4 * np.median(plain[used]))
    assert plain.max() > again.max()
    assert again[4] == 0
    negative = calibrated_again(np.arange(40.0)[:, None], np.array([-5.0]), **limits)(weight)
    assert np.isnan(negative[used]).all()
