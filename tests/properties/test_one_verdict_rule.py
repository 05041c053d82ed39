"""There is one verdict rule, and every way to a verdict takes it."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analytics.comparison.change import decide
from analytics.comparison.verdict import FALSE_DISCOVERY, discovered, verdicts
from analytics.disclosure.output.rounding import round_changes
from analytics.tables import CHANGE_COLUMNS
from tests.examples import examples

HOMES = {Path("analytics/comparison/verdict.py"), Path("analytics/tables.py")}  # rule, and words
tenths = st.integers(-200, 200).map(lambda value: value / 10)
changes = st.lists(
    st.tuples(
        tenths,
        st.integers(0, 150),
        st.integers(0, 150),
        st.sampled_from(["agency", "unit"]),
        st.integers(0, 10_000),
    ),
    min_size=1,
    max_size=8,
)


def a_frame(rows):
    return pd.DataFrame(
        {
            "measure": "KI", "statistic": "mean", "level": level, "domain": str(number),
            "since": "w", "role": "previous", "difference": difference, "se": 1.0,
            "low": round(difference - below / 10, 1), "high": round(difference + above / 10, 1),
            "p": p / 10_000,
        }
        for number, (difference, below, above, level, p) in enumerate(rows)
    )  # fmt: skip


@examples(12, audit=100)
@given(changes)
def test_what_is_computed_and_what_is_protected_get_the_same_verdict(rows):
    computed = decide(a_frame(rows)).frame
    protected = round_changes(
        computed[list(CHANGE_COLUMNS)],
        np.full(len(rows), 50.0),
        shown=computed["difference"].to_numpy(dtype=np.float64),
        bases=np.zeros(len(rows)),
    )
    # One change of the agency is not among many: its p is not asked for a second time.
    asked = (computed["level"] == "unit") | (computed["p"] <= FALSE_DISCOVERY)
    assert protected["verdict"][asked].tolist() == computed["verdict"][asked].tolist()
    assert protected["under_limit"].tolist() == computed["under_limit"].tolist()


@given(tenths, st.integers(0, 150), st.integers(0, 150), st.sampled_from([3.0, 5.0]), st.booleans())
def test_turning_the_scale_turns_up_and_down_and_nothing_else(diff, below, above, margin, real):
    low, high = diff - below / 10, diff + above / 10
    one = verdicts(*(np.array([x]) for x in (diff, low, high, margin, real)))
    other = verdicts(*(np.array([x]) for x in (-diff, -high, -low, margin, real)))
    turned = {"up": "down", "down": "up"}
    assert turned.get(one[0][0], one[0][0]) == other[0][0]
    assert one[1] == other[1]


def test_a_missing_figure_is_uncertain_and_never_steady():
    nothing = np.array([np.nan])
    found, under = verdicts(np.array([0.1]), nothing, nothing, np.array([3.0]), np.array([True]))
    assert (found[0], bool(under[0])) == ("uncertain", False)
    assert not discovered(nothing, 4)[0]


def test_no_other_module_names_the_four_verdicts():
    for path in Path("analytics").rglob("*.py"):
        words = {
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert path in HOMES or not {"up", "down", "steady", "uncertain"} <= words, path
