"""A few equal answers are no certainty: no error is 0 for want of information."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.estimation.assemble import Measures, assemble
from analytics.estimation.design import simple_design
from analytics.estimation.domains import Partition, whole
from analytics.estimation.shares import Share
from analytics.workbench.analyse import analyse
from tests.examples import examples

SCALE = {"minimum": 0, "maximum": 100}
SPEC = {
    "variables": {"means": ["x"], "shares": ["c"], "ratios": [["y", "x"]], "balances": ["b"]},
    "scales": {"s": SCALE | {"items": ["x"]}, "t": SCALE | {"items": ["y"]}},
    "indices": {"i": {"parts": {"s": 1, "t": 1}}},
    "domains": {"by": ["g"]},
}


def a_file(alike=8, others=(10.0, 30, 50, 90)):
    x = np.array([62.5] * alike + list(others))
    return pd.DataFrame({
        "x": x, "y": x / 2, "b": np.where(x > 60, 9, 3), "c": np.where(x == 62.5, "p", "q"),
        "g": ["a"] * alike + ["o"] * len(others),
    })  # fmt: skip


def rows(data, **changes):
    return analyse(data, SPEC | changes).result["estimates"]


def test_eight_equal_answers_out_of_nobody_knows_how_many_have_no_interval():
    found = rows(a_file(8, ()))
    assert {row["mean"] for row in found if row["index"] in {"x", "s"}} == {62.5}
    for row in found:
        if row["statistic"] == "share":  # the exact binomial bound of eight
            assert row["low"] == pytest.approx(0.025 ** (1 / 8))
            assert row["se"] > 0
        else:
            assert [row[name] for name in ("se", "low", "high")] == [None] * 3


def test_a_domain_of_equal_answers_borrows_the_deviation_of_everybody():
    data = a_file()
    found = {(r["index"], r["statistic"]): r for r in rows(data) if r["domain"] == {"g": "a"}}
    error = data["x"].std() / np.sqrt(8)
    assert found["x", "mean"]["se"] == pytest.approx(error)
    assert found["x", "mean"]["high"] - 62.5 == pytest.approx(2.36462 * error, rel=1e-5)
    assert found["i", "mean"]["se"] == pytest.approx(0.75 * error)
    finite = rows(data, design={"population": 24})
    (row,) = [r for r in finite if (r["index"], r["domain"]) == ("x", {"g": "a"})]
    assert row["se"] == pytest.approx(error * np.sqrt(0.5))


def test_who_were_all_heard_are_known():
    for row in rows(a_file(), design={"population": 12}):
        assert row["se"] == 0
        assert row["low"] == row["high"] == row["mean"]


@examples(8, audit=25)
@given(
    st.lists(st.tuples(st.sampled_from([25.0, 50.0]), st.sampled_from("aab")), min_size=2),
    st.sampled_from([None, "h"]),
)
def test_no_interval_has_the_length_0_before_everybody_was_heard(answers, strata):
    data = pd.DataFrame(answers, columns=["x", "g"])
    data = data.assign(
        y=75 - data["x"], b=data["x"] / 25, c=data["x"].astype(str), h=data.index % 2
    )
    spec = SPEC | {"design": {"lonely": "certainty"} | ({"strata": strata} if strata else {})}
    spec["comparison"] = {"by": "g", "pairs": True}
    result = analyse(data, spec).result
    told = [*result["estimates"], *(result["comparison"]["rest"] or ())]
    fixed = {"x", "s", "t", "i", "y/x", "b", "c"} if strata else {"i"}
    for row in told:
        if row["index"] in fixed:  # strata of one value each fix a figure, and so does x + y
            continue
        assert row["low"] is None or row["low"] < row["high"], row
        assert row["se"] != 0, row


def test_who_all_moved_alike_move_as_unlike_as_everybody():
    people = [f"p{n}" for n in range(12)]
    then = pd.DataFrame({"id": people, "w": 1, "g": ["a"] * 4 + ["o"] * 8})
    then["x"] = [10.0, 30, 50, 70, 20, 40, 60, 80, 30, 50, 70, 90]
    now = then.assign(w=2)
    now["x"] += [5.0] * 4 + [-10, 20, 5, 0, 30, -5, 10, -10]
    spec = {
        "variables": {"means": ["x"]},
        "domains": {"by": ["g"], "wave": "w", "person": "id"},
        "change": {"composition": True},
    }
    result = analyse(pd.concat([then, now], ignore_index=True), spec).result
    found = {tuple(row["domain"].values()): row for row in result["changes"]}
    paired = (now["x"] - then["x"]).std() / np.sqrt(4)
    assert found[("a",)]["difference"] == 5
    assert found[("a",)]["se"] == pytest.approx(paired)
    assert found[("a",)]["verdict"] == "uncertain"
    part = next(row for row in result["composition"] if row["domain"] == {"g": "a"})
    assert part["stayers"]["difference"] == 5
    assert part["stayers"]["se"] is part["stayers"]["p"] is None
    only = analyse(pd.concat([then, now])[lambda d: d["g"] == "a"], spec).result["changes"][0]
    assert (only["se"], only["low"], only["p"], only["verdict"]) == (None, None, None, "uncertain")


def test_other_sections_say_nothing_of_chance_where_all_answered_alike():
    others = [(), (), (), (), (10.0, 50, 90)]
    waves = [a_file(8, more).assign(w=wave) for wave, more in enumerate(others, start=1)]
    asked = {
        "domains": {"wave": "w"},
        "precision": {"quantiles": [0.5], "replicates": "jackknife", "shares": "beta"},
        "nonresponse": {"response": 0.5, "gaps": [0]},
        "trend": {"measure": "x", "dates": {str(n): f"202{n}-03-01" for n in range(1, 6)}},
    }
    result = analyse(pd.concat(waves, ignore_index=True), SPEC | asked).result
    for wave in result["precision"]:
        varies = wave["wave"] == "5"
        assert all((row["se"] is not None) is varies for row in wave["replicates"])
        assert varies or all(row["low"] is row["high"] is None for row in wave["quantiles"])
    gaps = [row["gaps"][0] for row in result["nonresponse"] if row["index"] == "s"]
    assert [gap["low"] is None for gap in gaps] == [True] * 4 + [False]
    assert any("left out of the trend" in text for text in result["warnings"])


def published(values, *, population):
    """Assemble a wave of two groups as publishing does: a mean, an index of it, and a share."""
    n = len(values)
    code = (np.arange(n) >= 6).astype(np.int64)
    groups = Partition("group", ("a", "b"), ("", ""), (None, None), code)
    hit = np.where(np.arange(n) < 6, 1.0, 0.0)
    shares = [Share("q", "item", "share", "1", hit, "all")]
    measures = Measures(pd.DataFrame({"s": values}), {"s": "scale"}, {"i": {"s": 1.0}}, shares)
    design = simple_design(
        np.full(n, 3.0), np.zeros(n, dtype=np.int64),
        None if population is None else np.array([float(population)]),
    )  # fmt: skip
    table = assemble(design, measures, [whole(n, None), groups], corrected=population is not None)
    return table.frame.set_index(["measure", "level", "domain"])


@pytest.mark.parametrize("population", [None, 36])
def test_a_published_group_of_equal_answers_has_the_error_of_everybody(population):
    values = np.array([62.5] * 6 + [10.0, 30, 50, 70, 90, 40])
    found = published(values, population=population)
    left = 1.0 if population is None else 2 / 3
    expected = values.std(ddof=1) / np.sqrt(6)
    for measure in ("s", "i"):
        row = found.loc[(measure, "group", "a")]
        assert row["se"] == pytest.approx(expected * np.sqrt(left))
        assert row["se_model"] == pytest.approx(expected)
        assert row["low"] < 62.5 < row["high"]
    assert found.loc[("q", "group", "a"), "se"] > 0
    # who all answered alike still is known to disclosure control
    assert found.loc[("s", "group", "a"), "all_equal"]


def test_a_published_wave_of_equal_answers_has_no_interval():
    found = published(np.full(12, 62.5), population=None)
    assert found.loc[["s", "i"], ["se", "low", "high"]].isna().all(axis=None)
