"""Odd files under every section: a figure that can be, or one sentence that says what is wrong."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.errors import AnalyticsError
from analytics.workbench.analyse import analyse
from survey_app.commands.analyse import table_lines

PEOPLE = 48
LONGEST = 500  # signs of a sentence
LARGEST_EFFECT = PEOPLE**2  # of a design: no more than all rows being one, squared
GRADES = "q1", "q2", "q3"
PLAIN = {
    "variables": {
        "means": ["y", "q1"], "totals": ["y"], "shares": ["unit"], "ratios": [["y", "q1"]],
        "ranges": {"q1": [1, 5]},
    },
    "scales": {"s": {"items": list(GRADES), "minimum": 1, "maximum": 5}},
    "indices": {"i": {"parts": {"s": 1.0}}},
    "domains": {"by": ["unit"]},
}  # fmt: skip
WAVES = {"domains": {"by": ["unit"], "wave": "wave"}, "change": {"margin": 3}}
SECTIONS = {
    "protected": WAVES | {"disclosure": {"minimum": 5}},
    "weights": {"design": {"weight": "w"}},
    "clusters": {
        "design": {"strata": "wave", "cluster": "unit"},
        "precision": {"quantiles": [0.5], "shares": "beta"},
    },
    "quality": WAVES | {"quality": {"screen": ["unit"]}},
    "comparison": {
        "comparison": {
            "by": "unit", "pairs": True, "equality": True, "rank_tests": ["wilcoxon", "median"],
            "model_based": True,
        }
    },
}  # fmt: skip


def people(**columns):
    rng = np.random.default_rng(9)
    given = {name: rng.integers(1, 6, PEOPLE).astype(float) for name in GRADES}
    given |= {
        "unit": rng.choice([*"abcd"], PEOPLE),
        "wave": np.repeat(["2026-03", "2026-09"], PEOPLE // 2),
        "w": rng.uniform(0.5, 2.0, PEOPLE).round(3),
        "y": rng.normal(50, 10, PEOPLE).round(2),
    }
    return pd.DataFrame(given | columns)


ENDS = np.where(np.arange(PEOPLE) % 2, 1.0, 5.0)
ODD = {
    "a column without answers": {"y": np.nan},
    "an item without answers": {"q1": np.nan},
    "a constant": {"y": 50.0},
    "sums of equal numbers": {"y": 0.1 + 0.2},
    "what differs in its last digits": {"y": 1e9 + np.arange(PEOPLE) % 2 * 1e-6},
    "everybody agrees": dict.fromkeys(GRADES, 3.0),
    "nobody in the middle": dict.fromkeys(GRADES, ENDS),
    "items that contradict": {"q1": ENDS, "q2": 6 - ENDS, "q3": ENDS},
    "one unit": {"unit": "a"},
    "a unit for each": {"unit": [f"u{at}" for at in range(PEOPLE)]},
    "a unit of one": {"unit": ["a"] * (PEOPLE - 1) + ["b"]},
    "no unit": {"unit": None},
    "one person in a wave": {"wave": ["2026-03"] * (PEOPLE - 1) + ["2026-09"]},
    "a weight above all": {"w": [1e15] + [1.0] * (PEOPLE - 1)},
    "a weight of nothing": {"w": [0.0] + [1.0] * (PEOPLE - 1)},
    "a number beyond any measure": {"y": [1e308] * PEOPLE},
    "words among numbers": {"y": ["12"] * (PEOPLE - 1) + ["tolv"]},
    "names that look alike": {"unit": ["A", "a", " a", "a "] * (PEOPLE // 4)},
    "names of many lines": {"unit": ["a\nb", "c\td"] * (PEOPLE // 2)},
}


def figures(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """List every value of a result with its place, tables before what they hold."""
    yield path, value
    inside = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        inside = enumerate(value)
    for name, one in inside:
        yield from figures(one, f"{path}.{name}")


def cannot_be(path: str, value: object) -> str:
    """Say what is absurd of a value; empty where it can be."""
    if isinstance(value, float) and (not math.isfinite(value) or str(value) == "-0.0"):
        return f"{path} is {value}"
    if isinstance(value, dict) and (value.get("deff") or 0.0) > LARGEST_EFFECT:
        return f"{path} has a design effect of {value['deff']}"
    if path.startswith(".estimates") and isinstance(value, dict) and value.get("low") is not None:
        return _beyond(path, value)
    return ""


def _beyond(path: str, row: dict[str, Any]) -> str:
    low, mean, high = (row[name] for name in ("low", "mean", "high"))
    if not low - 1e-9 <= mean <= high + 1e-9:
        return f"{path} has a mean of {mean} beside {low} to {high}"
    ends = {"s": 100.0, "i": 100.0, "unit": 1.0}
    beyond = row["index"] in ends and not 0 <= low <= high <= ends[row["index"]]
    return f"{path} has {low} to {high}" if beyond else ""


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_file_has_figures_that_can_be_or_one_sentence(odd, section):
    try:
        result = analyse(people(**ODD[odd]), PLAIN | SECTIONS[section]).result
    except AnalyticsError as error:
        refused = str(error)
    else:
        plain = json.loads(json.dumps(result, allow_nan=False))
        assert [told for place in figures(plain) if (told := cannot_be(*place))] == []
        assert not re.search(r"\bnan\b|\binf\b|-0\.0+\b(?!\d)", "\n".join(table_lines(result)))
        return
    assert re.fullmatch(rf"[^\n]{{10,{LONGEST}}}", refused)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([1, 2, 5, 99], "holds 99, and otherwise whole numbers from 1 to 5"),
        ([1, 4, 9], "holds 9, and otherwise whole numbers from 1 to 4"),
        ([-1, 0, 3], "holds -1, and otherwise whole numbers from 0 to 3"),
        # "don't know" and no answer, each with a code of its own
        ([1, 2, 5, 98, 99], "holds 98 and 99, and otherwise whole numbers from 1 to 5"),
        ([1, 4, 88, 99], "holds 88 and 99, and otherwise whole numbers from 1 to 4"),
        ([-9, -8, 0, 5], "holds -9 and -8, and otherwise whole numbers from 0 to 5"),
        # a scale that goes on to 9 or beyond zero, amounts, decimals, and 99 alone
        ([6, 7, 9], None),
        ([-2, -1, 0], None),
        ([-1, 0, 1], None),
        ([10, 40, 99], None),
        ([1.5, 2.0, 99], None),
        ([99, 99, 99], None),
        # amounts: a code that recurs below zero, or far above all of them
        ([0, 31.5, 80, -99], "holds -99, and otherwise amounts that are not below zero"),
        ([18, 45, 90, 999], "holds 999, and otherwise amounts of half of it at most"),
        ([0, 450, 800, 999], None),
        ([-2.5, 31.5, 80, -99], None),
        ([*range(PEOPLE - 1), -1], None),
    ],
)
def test_a_code_for_no_answer_that_counts_as_a_value_is_named(values, told):
    data = pd.DataFrame({"q": np.resize(values, PEOPLE)})
    result = analyse(data, {"variables": {"means": ["q"]}}).result
    found = [text for text in result["warnings"] if "code for no answer" in text]
    assert len(found) == (told is not None)
    assert told is None or told in found[0]
