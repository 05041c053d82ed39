"""A year of pulses as one figure, worked by hand; and the units that may not have one."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.disclosure.protect import protect_year
from analytics.disclosure.releases import ReleasedWave, intervals_across_waves
from analytics.disclosure.releases.yearly import decide_year
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree, PriorRelease
from analytics.estimation.yearly import pool_year
from analytics.tables import ESTIMATE_COLUMNS, EstimateTable
from analytics.waves import WaveMeta

FRAME = pd.DataFrame(
    [("a", "n", "x"), ("b", "n", "x"), ("c", "n", "y"), ("d", "n", "y")],
    columns=["unit", "region", "unit_type"],
)
PULSES = [WaveMeta(f"k{one}", "pulse", "staff", False, one) for one in "ABC"]


def table(*rows, measure="KI"):
    """Lay out level, domain, n, population, mean, se."""
    frame = pd.DataFrame(rows, columns=["level", "domain", "n", "population", "mean", "se"])
    filled = frame.assign(
        measure=measure, kind="index", statistic="mean", category="", parent="", low=0.0,
        high=100.0, se_model=frame["se"], df=frame["n"] - 1.0, deff=1.0, n_eff=frame["n"],
        weight=frame["population"], all_equal=False,
    )  # fmt: skip
    return EstimateTable(filled[list(ESTIMATE_COLUMNS)])


def test_the_mean_weighs_each_pulse_by_the_persons_of_the_unit():
    waves = [
        (PULSES[0], table(("unit", "a", 8, 20, 60.0, 4.0))),
        (PULSES[1], table(("unit", "a", 9, 40, 70.0, 3.0))),
    ]
    row = pool_year(waves).frame.iloc[0]
    assert row["mean"] == pytest.approx((20 * 60 + 40 * 70) / 60)
    # sqrt((1/3 * 4)^2 + (2/3 * 3)^2); Satterthwaite with 7 and 8 degrees of freedom
    first, second = (4 / 3) ** 2, 2.0**2
    assert row["se"] == pytest.approx(np.sqrt(first + second))
    df = (first + second) ** 2 / (first**2 / 7 + second**2 / 8)
    assert row["df"] == pytest.approx(df)
    assert row["high"] - row["mean"] == pytest.approx(stats.t.ppf(0.975, df) * row["se"])
    assert (row["n"], row["waves"], row["population"]) == (17, 2, 20)


def test_a_unit_that_is_silent_in_one_pulse_has_no_figure_for_the_year():
    waves = [
        (PULSES[0], table(("unit", "a", 8, 20, 60.0, 4.0), ("unit", "b", 8, 20, 60.0, 4.0))),
        (PULSES[1], table(("unit", "a", 0, 20, np.nan, np.nan), ("unit", "b", 8, 20, 50.0, 4.0))),
    ]
    assert pool_year(waves).frame["unit"].tolist() == ["b"]


@pytest.mark.parametrize(
    "metas",
    [
        PULSES[:1],
        [PULSES[0], PULSES[0]],
        [PULSES[0], dataclasses.replace(PULSES[1], panel=None, invited_everybody=True)],
        [PULSES[0], dataclasses.replace(PULSES[1], kind="main")],
        [dataclasses.replace(PULSES[at], panel=name) for at, name in enumerate(["1+2/3", "2+3/3"])],
        [PULSES[0], dataclasses.replace(PULSES[1], panel="1/2")],
    ],
    ids=[
        *("one pulse", "one panel twice", "everybody", "a main wave"),
        *("panels that share people", "a third and a half"),
    ],
)
def test_the_same_few_people_are_never_counted_twice(metas):
    one = table(("unit", "a", 9, 20, 60.0, 4.0))
    assert pool_year([(meta, one) for meta in metas]).frame.empty


def test_panels_of_any_number_that_share_nobody_are_one_figure_a_year():
    one = table(("unit", "a", 9, 20, 60.0, 4.0))
    halves = [
        (dataclasses.replace(PULSES[at], panel=name), one) for at, name in enumerate(["1/2", "2/2"])
    ]
    assert pool_year(halves).frame["n"].tolist() == [18]


def told_waves(*waves, shown):
    """Let each pulse have told the same cells."""
    tree = DomainTree.staff(FRAME)
    told = []
    for meta, one in zip(PULSES, waves, strict=False):
        status = [
            "published" if key in shown else "suppressed_primary"
            for key in zip(one.frame["level"], one.frame["domain"], strict=True)
        ]
        told.append(
            ReleasedWave(
                meta.key, one, (PriorRelease.of("1", tree, one.frame.assign(status=status)),)
            )
        )
    return told


def told_year(*waves, shown=(("agency", ""), ("region", "n"))):
    """Decide a year of pulses that showed the same cells each time."""
    told = told_waves(*waves, shown=shown)
    pooled = pool_year(list(zip(PULSES, waves, strict=False)))
    frame = decide_year(pooled, told, rules=DisclosureRules(), indices={"KI": ("KI",)})
    return dict(zip(frame["unit"], frame["status"], strict=True))


def a_pulse(**n):
    """Let units of 24 people answer, with means that differ."""
    units = [
        ("unit", code, count, 24, 50.0 + 5 * at, 4.0) for at, (code, count) in enumerate(n.items())
    ]
    total, people = sum(n.values()), 24 * len(n)
    mean = float(np.mean([row[4] for row in units]))
    kinds = [
        ("unit_type", kind, sum(row[2] for row in rows), 24 * len(rows), rows[0][4] + 2.5, 4.0)
        for kind, rows in (("x", units[:2]), ("y", units[2:]))
    ]
    top = [("agency", "", total, people, mean, 2.0), ("region", "n", total, people, mean, 2.0)]
    return table(*top, *kinds, *units)


def test_units_that_no_pulse_showed_get_a_figure_when_the_year_is_large_enough():
    waves = [a_pulse(a=6, b=7, c=6, d=2) for _ in PULSES]
    assert told_year(*waves) == {
        "a": "published", "b": "published", "c": "published", "d": "suppressed_primary",
    }  # fmt: skip


def test_a_unit_that_one_pulse_showed_has_none():
    waves = [a_pulse(a=12, b=7, c=6, d=6) for _ in PULSES]
    shown = (("agency", ""), ("region", "n"), ("unit", "a"))
    assert "a" not in told_year(*waves, shown=shown)


def test_a_figure_that_would_give_a_pulse_away_is_withheld():
    # a and b cover one another in the second pulse; in the first b is alone hidden beside a
    first, second = a_pulse(a=6, b=7, c=6, d=6), a_pulse(a=6, b=7, c=6, d=6)
    every = (("agency", ""), ("region", "n"), ("unit_type", "x"), ("unit", "c"), ("unit", "d"))
    # x = a + b is told in both: one of the two figures tells the other, and no pulse by itself
    assert told_year(first, second, shown=every) == {"a": "published", "b": "published"}
    tree = DomainTree.staff(FRAME)
    pooled = pool_year([(PULSES[0], first), (PULSES[1], second)])
    waves = []
    for meta, one, more in ((PULSES[0], first, ("unit", "b")), (PULSES[1], second, None)):
        cells = zip(one.frame["level"], one.frame["domain"], strict=True)
        shown = {*every, more}
        status = ["published" if key in shown else "suppressed_primary" for key in cells]
        told = PriorRelease.of("1", tree, one.frame.assign(status=status))
        waves.append(ReleasedWave(meta.key, one, (told,)))
    # the first pulse tells a by way of x - b: a's year would tell the second pulse
    frame = decide_year(pooled, waves, rules=DisclosureRules(), indices={"KI": ("KI",)})
    assert frame["status"].tolist() == ["suppressed_secondary"]


def test_few_answers_to_one_item_have_a_mean_for_the_year_and_no_interval():
    """Mean and spread of few answers to one item leave hardly any distribution to choose from."""
    rows = [
        ("unit", code, n, 24, 60.0, 4.0) for code, n in (("a", 6), ("b", 9), ("c", 7), ("d", 8))
    ]
    waves = [table(("agency", "", 30, 96, 60.0, 2.0), *rows) for _ in PULSES[:2]]
    told = told_waves(*waves, shown=())
    pooled = pool_year(list(zip(PULSES, waves, strict=False)))
    for single in ((), ("KI",)):
        frame = protect_year(
            pooled, told, rules=DisclosureRules(), indices={"KI": ("KI",)}, few_scores=single
        ).frame
        few = frame["status"].eq("published") & frame["n"].lt(20)
        assert few.any()
        assert frame.loc[few, "mean"].notna().all()
        assert frame.loc[few, ["se", "low", "high"]].isna().all(axis=None) == bool(single)


def test_a_mean_near_the_end_of_the_scale_leaves_a_pulse_too_little_room():
    high = [("unit", code, 7, 24, 97.0, 2.0) for code in "abcd"]
    low = [("unit", code, 7, 24, 60.0, 2.0) for code in "abcd"]
    for rows, status in ((high, "suppressed_secondary"), (low, "published")):
        whole = [("agency", "", 28, 96, rows[0][4], 1.0)]
        waves = [table(*whole, *rows) for _ in PULSES]
        assert set(told_year(*waves, shown=()).values()) == {status}


def test_a_unit_that_was_seen_to_have_room_takes_no_programme_of_its_own(monkeypatch):
    solved, least = [], intervals_across_waves.linprog
    monkeypatch.setattr(
        intervals_across_waves,
        "linprog",
        lambda goal, **known: solved.append(goal) or least(goal, **known),
    )
    rows = [("unit", code, 7, 24, 60.0, 2.0) for code in "abcd"]
    waves = [table(("agency", "", 28, 96, 60.0, 1.0), *rows) for _ in PULSES]
    assert set(told_year(*waves, shown=()).values()) == {"published"}
    assert len(solved) < 2 * len(rows) * len(waves)


def test_that_all_answered_alike_for_a_year_has_the_word_of_what_is_hidden_for_others():
    waves = [a_pulse(a=6, b=7, c=6, d=2) for _ in PULSES]
    for one in waves:
        one.frame.loc[one.frame["domain"] == "a", "all_equal"] = True
    assert told_year(*waves) == {
        "a": "suppressed_secondary", "b": "published", "c": "published", "d": "suppressed_primary",
    }  # fmt: skip
