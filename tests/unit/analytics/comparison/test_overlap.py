"""The covariance of overlapping samples, against every sample there can be."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from analytics.estimation.design import simple_design
from analytics.estimation.variance import domain_variance
from analytics.workbench.file.design import sampling_design
from analytics.workbench.methods.linked_waves.covariance import covariance
from analytics.workbench.methods.linked_waves.overlap import FEW, Names, link_samples
from analytics.workbench.specification.design import DesignSpec


def a_sample(people, population, finite=True):
    design = simple_design(
        np.full(len(people), population / len(people)),
        np.zeros(len(people), dtype=np.int64),
        np.array([float(population)]) if finite else None,
    )
    return design, Names(np.array([str(i) for i in people], dtype=object), np.array([""], object))


def estimated(one, other, y, z, finite=True):
    """Covariance of two sample means, by our formula."""
    (then, before), (now, after) = (a_sample(people, len(y), finite) for people in (one, other))
    u = (y[list(one)] - y[list(one)].mean())[:, None] / len(one)
    v = (z[list(other)] - z[list(other)].mean())[:, None] / len(other)
    return covariance(link_samples(then, now, [(before, after)]), then, now, u, v)[0]


def every_pair(size, first, second, shared):
    people = range(size)
    for one in combinations(people, first):
        for other in combinations(people, second):
            if len(set(one) & set(other)) == shared:
                yield one, other


def over_all(size, first, second, shared):
    rng = np.random.default_rng(size + shared)
    y = rng.normal(50, 10, size)
    z = 0.6 * y + rng.normal(20, 5, size)
    pairs = list(every_pair(size, first, second, shared))
    means = np.array([(y[list(a)].mean(), z[list(b)].mean()) for a, b in pairs])
    return np.cov(means.T, bias=True)[0, 1], [estimated(a, b, y, z) for a, b in pairs]


@pytest.mark.parametrize(
    ("size", "first", "second", "shared"), [(6, 3, 3, 2), (6, 4, 3, 2), (6, 5, 5, 5), (7, 3, 3, 3)]
)
def test_the_estimate_is_right_on_average_over_every_pair_of_samples(size, first, second, shared):
    true, found = over_all(size, first, second, shared)
    assert np.mean(found) == pytest.approx(true, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("shared", [0, 1])
def test_panels_kept_apart_are_never_taken_for_surer_than_they_are(shared):
    true, found = over_all(6, 3, 3, shared)
    assert true < 0
    assert np.mean(found) <= true  # the variance of the difference is V1 + V2 - 2 Cov


def test_panels_that_share_nobody_in_a_large_population_are_independent():
    rng = np.random.default_rng(0)
    y = rng.normal(50, 10, 40)
    assert estimated(range(20), range(20, 40), y, y, finite=False) == 0


def test_a_complete_count_twice_has_no_covariance_since_it_has_no_error():
    y = np.random.default_rng(0).normal(50, 10, 30)
    assert estimated(range(30), range(30), y, y) == 0


def test_people_who_stay_may_differ_from_all_others():
    # those in both are 20 points above the rest in both waves: that too makes the means go together
    y = np.where(np.arange(40) < FEW, 70.0, 50.0)
    assert estimated(range(25), [*range(FEW), *range(25, 40)], y, y, finite=False) > 0


def test_one_who_has_moved_makes_nobody_surer_within_a_finite_population():
    rng = np.random.default_rng(0)
    u = rng.normal(size=(24, 1))
    for population, counted in ((None, True), (np.array([30.0, 30.0]), False)):
        strata = np.arange(24, dtype=np.int64) % 2
        then = simple_design(np.ones(24), strata, population)
        now = simple_design(np.ones(24), 1 - strata, population)
        people, homes = np.arange(24).astype(str).astype(object), np.array(["a", "b"], object)
        links = link_samples(then, now, [(Names(people, homes), Names(people, homes))])
        assert bool(covariance(links, then, now, u, u)[0] > 0) is counted


def test_a_missing_name_is_nobody_s():
    design, _ = a_sample(range(5), 50, finite=False)
    unknown = Names(np.array(["1", None, None, "2", np.nan], object), np.array([""], object))
    (link,) = link_samples(design, design, [(unknown, unknown)])
    assert link.then.tolist() == link.now.tolist() == [0, 3]


def test_disjoint_panels_have_the_error_of_independent_ones_without_finite_population():
    rng = np.random.default_rng(5)
    y, z = rng.normal(50, 10, (2, 60))
    one, other = range(20), range(20, 40)
    spread = y[:20].var(ddof=1) / 20, z[20:40].var(ddof=1) / 20
    found = sum(spread) * (1 - 20 / 60) - 2 * estimated(one, other, y, z)
    assert found == pytest.approx(sum(spread))


def a_school_sample(seed, kind):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"h": rng.integers(0, 3, 12).repeat(8), "c": np.arange(12).repeat(8)})
    data = data.assign(p=np.arange(96), w=rng.uniform(1, 3, 96), y=rng.normal(50, 10, 96))
    data["H"] = data["h"].map(data.groupby("h")["c"].nunique() + 4)
    data["M"] = 20
    data["z"] = data["y"] * 0.7 + rng.normal(20, 6, 96)
    spec = {
        "persons": DesignSpec(weight="w"),
        "strata": DesignSpec(weight="w", strata="h"),
        "clusters": DesignSpec(weight="w", strata="h", cluster=("c",)),
        "finite clusters": DesignSpec(weight="w", strata="h", cluster=("c",), fpc=("H",)),
        "two stages": DesignSpec(weight="w", strata="h", cluster=("c", "p"), fpc=("H", "M")),
    }[kind]
    return data, sampling_design(data, spec).design


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["persons", "strata", "clusters", "finite clusters", "two stages"])
def test_with_everybody_in_both_it_is_the_variance_of_paired_differences(kind, seed):
    data, design = a_school_sample(seed, kind)
    names = []
    for stage in design.stages:
        units = np.arange(len(stage.stratum)).astype(str).astype(object)
        strata = np.arange(len(stage.fraction)).astype(str).astype(object)
        names.append((Names(units, strata),) * 2)
    links = link_samples(design, design, names)
    u, v = ((data["w"] * (data[c] - data[c].mean())).to_numpy()[:, None] for c in ("y", "z"))
    everybody = np.zeros(96, dtype=np.int64)

    def variance(influence):
        return domain_variance(design, influence, everybody, 1).corrected[0, 0]

    found = variance(u) + variance(v) - 2 * covariance(links, design, design, u, v)[0]
    assert found == pytest.approx(variance(v - u))
