"""Sums and places by group agree with numpy's plain ways, whatever the keys."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.estimation.grouping import group_sums, positions, runs, sum_by

keys = st.integers(0, 40) | st.integers(0, 10**12)


@given(st.lists(keys, max_size=30).map(lambda given: np.array(given, dtype=np.int64)))
def test_places_of_keys_are_those_of_numpy(key):
    unique, code = np.unique(key, return_inverse=True)
    found, place = positions(key)
    assert found.tolist() == unique.tolist()
    assert place.tolist() == code.tolist()


@given(arrays(np.int64, st.integers(0, 30), elements=st.integers(-1, 5)))
def test_rows_of_a_group_lie_between_its_bounds(code):
    order, bounds = runs(code, 6)
    assert sorted(order.tolist()) == list(range(len(code)))
    for group in range(6):
        part = order[bounds[group] : bounds[group + 1]]
        assert part.tolist() == np.flatnonzero(code == group).tolist()


@given(arrays(np.int64, st.integers(1, 30), elements=st.integers(0, 5)))
def test_sums_of_keys_are_sums_of_groups(key):
    values = np.arange(float(2 * len(key))).reshape(-1, 2)
    found, sums = group_sums(key, values)
    assert np.array_equal(sums, sum_by(key, values, 6)[found])


@given(arrays(np.int64, st.integers(0, 30), elements=st.integers(-1, 5)), st.integers(0, 10**6))
def test_many_columns_are_added_up_to_the_last_bit_as_one_row_after_the_other(code, seed):
    values = np.random.default_rng(seed).normal(0, 1e6, (len(code), 20))
    one_by_one = np.zeros((6, 20))
    for group, row in zip(code.tolist(), values, strict=True):
        if group >= 0:
            one_by_one[group] += row
    assert sum_by(code, values, 6).tobytes() == one_by_one.tobytes()
    assert sum_by(code, np.asfortranarray(values), 6).tobytes() == one_by_one.tobytes()
