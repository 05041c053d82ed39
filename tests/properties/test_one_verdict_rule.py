"""The verdict rule stands twice, so that the shelf needs no estimation code: they never part."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure.rounding import decide
from analytics.estimation.change import P_DECIMALS, discovered, verdicts

tenths = st.integers(-200, 200).map(lambda value: value / 10)


@given(tenths, st.integers(0, 150), st.integers(0, 150), st.sampled_from([3.0, 5.0]),
       st.integers(0, 10_000))  # fmt: skip
def test_what_is_computed_and_what_is_protected_get_the_same_verdict(
    difference, below, above, margin, p
):
    low = np.array([round(difference - below / 10, 1)])
    high = np.array([round(difference + above / 10, 1)])
    values, margins, adjusted = np.array([difference]), np.array([margin]), np.array([p / 10_000])
    computed, under = verdicts(values, low, high, margins, discovered(adjusted, P_DECIMALS))
    protected, also_under = decide(values, (low, high), adjusted, margins)
    assert list(computed) == protected
    assert list(under) == list(also_under)
