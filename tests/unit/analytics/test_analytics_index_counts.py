import numpy as np
import pytest

from analytics.estimation.domains import Partition
from analytics.estimation.means import compose, domain_means, errors
from analytics.estimation.variance import simple_design
from tests.unit.analytics.test_analytics_analyse import SCALE, a_file, run

HALVES = {"a": 0.5, "b": 0.5}


def one_answer_each(people=12, population=48):
    """Make a simple random sample where everybody is scored on one of two scales at least."""
    rng = np.random.default_rng(3)
    values = rng.uniform(0, 100, (people, 2))
    values[:4, 0] = np.nan
    values[-3:, 1] = np.nan
    design = simple_design(
        np.full(people, population / people),
        np.zeros(people, dtype=np.int64),
        np.array([float(population)]),
    )
    everybody = np.zeros(people, dtype=np.int64)
    return design, values, Partition("agency", ("",), ("",), (None,), everybody)


def test_an_index_counts_as_many_equally_weighted_as_its_smallest_part():
    design, values, whole = one_answer_each()
    weight = np.linspace(1, 3, 12)
    design = simple_design(weight, np.zeros(12, dtype=np.int64))
    index = compose(domain_means(design, values, whole), ["a", "b"], [HALVES])
    # (sum w)^2 / sum w^2 of those scored on each part, written out
    kish = [
        weight[rows].sum() ** 2 / (weight[rows] ** 2).sum()
        for rows in (slice(4, None), slice(None, -3))
    ]
    assert index.n.tolist() == [[8]]
    assert index.n_eff == pytest.approx(min(kish))
    assert errors(design, index, whole).n_eff == pytest.approx(min(kish))


def test_with_equal_weights_an_index_has_no_more_effective_answers_than_answers():
    design, values, whole = one_answer_each()
    index = compose(domain_means(design, values, whole), ["a", "b"], [HALVES])
    assert index.n_eff == pytest.approx(index.n)


def test_the_design_effect_of_an_index_is_one_in_a_simple_random_sample_with_gaps():
    design, values, whole = one_answer_each()
    index = compose(domain_means(design, values, whole), ["a", "b"], [HALVES])
    assert errors(design, index, whole).deff == pytest.approx(1)


def test_a_part_nobody_answered_leaves_an_index_without_effective_answers():
    design, values, whole = one_answer_each()
    values[:, 1] = np.nan
    index = compose(domain_means(design, values, whole), ["a", "b"], [HALVES])
    assert np.isnan(index.n_eff).all()


def test_the_file_analysis_gives_its_index_the_n_of_the_smallest_part():
    data = a_file().astype({"x": float})
    data.loc[:9, "x"] = np.nan
    scales = {"a": SCALE | {"items": ["x"]}, "b": SCALE | {"items": ["y"]}}
    result = run(data, scales=scales, indices={"i": {"parts": {"a": 1, "b": 1}}})
    row = next(row for row in result["estimates"] if row["index"] == "i")
    assert row["n"] == 30
    assert row["n_eff"] == pytest.approx(30 / row["deff"])
