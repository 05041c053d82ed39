"""No figure of a place tells how many answered there where the number itself is kept back."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure.output.changes import _compared
from analytics.disclosure.output.withheld_counts import as_if_k_were_silent
from analytics.disclosure.protect import protect
from analytics.disclosure.releases import PublishedCells
from analytics.disclosure.releases.published_cells import ShownMean
from analytics.disclosure.table import DomainTree
from tests.unit.analytics.disclosure.by_hand import a_figure, a_plan, a_table, no_changes
from tests.unit.analytics.disclosure.trees import units

K = 5
UNIT = ("unit", "d")
TREE = DomainTree.staff(units(
    ("a", "ost", "hoy", 40), ("b", "ost", "hoy", 40), ("c", "ost", "hoy", 90),
    ("d", "vest", "hoy", 30), ("e", "vest", "hoy", 90), ("f", "vest", "hoy", 90),
))  # fmt: skip
SPREAD = 18.0


def figure(level, domain, n, people, mean):
    model = SPREAD / np.sqrt(n)
    se = model * np.sqrt(1 - n / people)
    return a_figure(
        level, domain, n=n, population=people, mean=mean, se=se, se_model=model, df=n - 1.0,
        low=mean - 2 * se, high=mean + 2 * se, n_eff=float(n),
    )  # fmt: skip


def published(answered, mean=61.37):
    """Show a unit of 30 of whom so many answered, all others being as they are."""
    others = {"a": 25, "b": 26, "c": 60, "e": 60, "f": 61}
    people = {"a": 40, "b": 40, "c": 90, "d": 30, "e": 90, "f": 90}
    rows = [figure("unit", code, n, people[code], 60.0) for code, n in others.items()]
    rows.append(figure("unit", "d", answered, 30, mean))
    vest = others["e"] + others["f"] + answered
    rows += [
        figure("region", "ost", 111, 170, 60.0),
        figure("region", "vest", vest, 210, 60.2),
        figure("unit_type", "hoy", 111 + vest, 380, 60.1),
        figure("agency", "", 111 + vest, 380, 60.1),
    ]
    frame = protect(
        a_table(*rows),
        no_changes(),
        plan=a_plan(TREE, population="staff"),
        withheld_counts={UNIT: 30},
    ).estimates.frame
    return frame[(frame["level"] == "unit") & (frame["domain"] == "d")].iloc[0]


def test_with_the_same_mean_nobody_can_tell_how_few_were_silent():
    seen = [published(n)[["mean", "low", "high", "se", "deff", "status"]] for n in (26, 28, 30)]
    assert seen[0]["status"] == "published"
    assert seen[0]["low"] < seen[0]["mean"] < seen[0]["high"]
    for other in seen[1:]:
        pd.testing.assert_series_equal(seen[0], other, check_names=False, check_index=False)


def test_a_mean_stands_on_whole_points_or_coarser():
    assert published(30, mean=61.37)["mean"] % 1 == 0


def test_figures_that_need_twenty_answers_do_not_say_that_twenty_came():
    """A unit of 24 that shows what 20 must have answered for would have at most 4 silent."""
    frame = pd.DataFrame([figure("unit", "d", 22, 24, 60.0)])
    frame = a_table(*frame.to_dict("records")).frame
    assert as_if_k_were_silent(frame, {UNIT: 24}, K)["n"].tolist() == [19]


@given(st.integers(12, 60), st.integers(0, 40), st.integers(1, 4))
def test_an_interval_is_never_narrower_and_equal_for_all_whom_fewer_than_k_kept_away(
    invited, away, silent
):
    people = invited + away
    rows = []
    for missing in (0, silent):
        n = invited - missing
        frame = a_table(figure("unit", "d", n, people + 1, 55.0)).frame
        rows.append((frame.iloc[0], as_if_k_were_silent(frame, {UNIT: invited}, K).iloc[0]))
    for before, after in rows:
        assert after["high"] - after["low"] >= before["high"] - before["low"]
        assert after["n"] == max(invited - K, 1)
    widths = [after["high"] - after["low"] for _, after in rows]
    assert widths[0] == pytest.approx(widths[1])


def test_other_places_are_left_alone():
    frame = a_table(figure("unit", "d", 20, 30, 60.0), figure("unit", "e", 28, 30, 60.0)).frame
    after = as_if_k_were_silent(frame, {("unit", "x"): 30}, K)
    pd.testing.assert_frame_equal(after, frame)


def test_a_change_gives_the_digits_of_an_index_back_in_no_later_wave():
    """Beside an exact mean of today, an exact change would be the exact mean of then."""
    place = {"measure": "I", "statistic": "mean", "category": "", "level": "unit", "domain": "d"}
    key = tuple(place.values())
    then = PublishedCells("w", frozenset([key]), frozenset(), {key: ShownMean(61.0, 28.0, True)})
    now = pd.DataFrame([place | {"status": "published", "low": 60.0, "n": 25, "mean": 63.4}])
    plan = a_plan(
        TREE, population="staff", scales={"X": tuple("uvwxyz")}, indices={"I": {"X": 1.0}}
    )
    changes = pd.DataFrame([{**place, "since": "w"}]).drop(columns="category")
    beside = _compared(changes, now, np.zeros(1), plan, [then])
    assert beside["base"].tolist() == [1.0]
