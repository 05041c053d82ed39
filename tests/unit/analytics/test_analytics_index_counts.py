import numpy as np
import pytest

from analytics.estimation.design import simple_design
from analytics.estimation.domains import Partition
from analytics.estimation.means import compose, domain_means, errors
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


def test_the_design_effect_of_an_index_is_one_in_a_simple_random_sample_with_gaps():
    design, values, whole = one_answer_each()
    index = compose(domain_means(design, values, whole), ["a", "b"], [HALVES])
    assert errors(design, index, whole).deff == pytest.approx(1)


def test_the_effective_size_of_an_index_counts_all_who_add_to_it():
    # instruments.md 9.5 counts so: with equal weights it is the 12 persons, though n is 8
    design, values, whole = one_answer_each()
    index = compose(domain_means(design, values, whole), ["a", "b"], [HALVES])
    assert index.n.tolist() == [[8]]
    assert errors(design, index, whole).n_eff == pytest.approx(12)


def test_the_file_analysis_gives_its_index_the_n_of_the_smallest_part():
    data = a_file().astype({"x": float})
    data.loc[:9, "x"] = np.nan
    scales = {"a": SCALE | {"items": ["x"]}, "b": SCALE | {"items": ["y"]}}
    result = run(data, scales=scales, indices={"i": {"parts": {"a": 1, "b": 1}}})
    row = next(row for row in result["estimates"] if row["index"] == "i")
    assert row["n"] == 30
    assert row["n_eff"] == pytest.approx(30 / row["deff"])
