"""What a protected file prints beside its tables: nothing that no rule is stated for."""

import re

import numpy as np
import pandas as pd
import pytest

from analytics.errors import AnalyticsError, FrameError
from analytics.workbench.analyse import analyse
from analytics.workbench.protection.cleared import BY_ITSELF, cleared
from analytics.workbench.protection.people import People
from analytics.workbench.protection.sentences import LEFT_OUT, printed_sentence
from analytics.workbench.protection.stated import STATED
from analytics.workbench.sections.dispatch import SECTIONS

ENDS = {"minimum": 1, "maximum": 5}
PROTECTED = {"disclosure": {"minimum": 5}}
DATES = {f"{year}-03": f"{year}-03-15" for year in range(2020, 2028)}
# How each section is asked for so that it gives all its tables.
ASKED = {
    "drivers": {"outcome": "a", "predictors": ["s", "t"], "ordinal": True},
    "missing": {"form": "form"},
    "nonresponse": {"response": 0.7, "gaps": [5, 10]},
    "comparison": {
        "by": ["unit"], "pairs": True, "adjust": "tukey", "equality": True,
        "contrasts": {"c": {"u1": 1, "u2": -1}, "d": {"u1": 1, "u3": -1}},
        "rank_tests": ["wilcoxon", "median"],
    },
    "association": {"tables": [["gender", "c"]]},
    "small_areas": {"by": ["unit"]},
    "planning": {
        "respondents": 100, "margin": 3, "change": 3,
        "allocation": {"by": ["gender"], "measure": "s"},
    },
    "quality": {
        "models": {"m": ["s", "t"]}, "invariance": ["gender"], "screen": ["gender"],
        "modification_indices": True,
    },
    "trend": {"measure": "s", "dates": DATES, "margin": 3, "breaks": {}},
}  # fmt: skip
REFUSED = {"precision": {}, "mixed": {"outcome": "s", "unit": "unit"}}
LINKED = {"domains": {"by": ["unit", "gender"], "wave": "wave", "person": "id"}}
BESIDE = [
    {"quality": {"models": {"m": ["s", "t"]}, "invariance": ["gender"], "ordinal": True}},
    {"quality": {"models": {"m": ["s", "t"]}, "missing": "fiml", "estimator": "mlr"}},
    {"change": {"margin": 3, "rule": "differences"}},
    {"small_areas": {"by": ["unit"], "method": "unit"}},
]


def a_file(waves=8, per=120):
    """Answers of waves, from three units and a few people of a fourth."""
    rng = np.random.default_rng(1)
    n = waves * per
    wave = np.repeat(list(DATES)[:waves], per)
    opinion = rng.normal(size=(n, 1)) + 0.1 * np.repeat(np.arange(waves), per)[:, None]
    answers = np.clip(np.round(3 + opinion + rng.normal(size=(n, 9))), 1, 5)
    data = pd.DataFrame(answers, columns=list("pqrxyzabc")).assign(
        unit=rng.choice(["u1", "u2", "u3", "u4"], n, p=[0.4, 0.3, 0.28, 0.02]),
        gender=rng.choice(["f", "m"], n), form="A", wave=wave,
        id=np.tile(np.arange(per), waves), grade=rng.integers(0, 11, n),
    )  # fmt: skip
    data.loc[::17, "x"], data.loc[::19, "q"] = 9, np.nan
    return data


SMALL = {
    "scales": {
        "s": ENDS | {"items": list("pqr")},
        "t": ENDS | {"items": list("xyz"), "dont_know": 9},
    },
    "domains": {"by": ["unit", "gender"], "wave": "wave"},
    **PROTECTED,
}  # fmt: skip
EVERYTHING = SMALL | {
    "indices": {"i": {"parts": {"s": 1, "t": 1}}},
    "variables": {
        "means": ["a", "b"], "shares": ["c"], "totals": ["a"], "ratios": [["a", "b"]],
        "balances": ["grade"], "ranges": {"a": [1, 5]},
    },
    "change": {"margin": 3},
    **ASKED,
}  # fmt: skip


def tables(value, path=""):
    """List the tables of a result by the keys that lead to them."""
    if isinstance(value, list):
        return {found for part in value for found in tables(part, path)}
    if not isinstance(value, dict):
        return set()
    inside = {found for key, part in value.items() for found in tables(part, f"{path}.{key}")}
    return inside | {path.strip(".")}


def test_every_section_is_asked_for_here_or_refused():
    assert set(ASKED) | set(REFUSED) == set(SECTIONS)


@pytest.mark.parametrize("section", [*REFUSED, "change"])
def test_a_section_that_is_not_protected_is_refused(section):
    asked = (REFUSED | {"change": {"composition": True}})[section]
    with pytest.raises(AnalyticsError, match=r"\[disclosure\] does not protect"):
        analyse(a_file(2, 40), SMALL | LINKED | {section: asked})


@pytest.fixture(scope="module")
def printed():
    return analyse(a_file(), EVERYTHING).result


def test_of_every_table_that_can_be_made_it_is_stated_what_protects_it(printed):
    more = [analyse(a_file(2), SMALL | section).result for section in BESIDE]
    for result in [printed, *more]:
        assert not [text for text in result["warnings"] if "no rule says" in text]
    made = {re.sub(r"^scales\.\w+", "scales.*", path) for path in tables(printed)}
    made = {re.sub(r"(items)\.\w+$", r"\1.*", path) for path in made}
    # all but what this file has no reason for
    rare = {"two_answers", "trend.effects", "trend.season", "trend.splices",
            "quality.models.modification_indices", "quality.models.scaled",
            "quality.invariance.steps.releases"}  # fmt: skip
    assert set(STATED) - made == rare


def people(**more):
    return People(5, frozenset({100}), frozenset({90}), frozenset({4, 12}), **more)


def test_a_table_that_nobody_stated_a_protector_for_is_left_out_and_said(printed):
    row = {"index": "s", "domain": {"unit": "u4"}, "n": 4}
    result = printed | {"medians": [row], "trend": printed["trend"] | {"waves": [{"raw": 1.0}]}}
    found = cleared(result, people(), sum_known=True)
    assert "medians" not in found
    assert found["trend"]["waves"] == [{}]
    assert found["trend"]["slope"] == printed["trend"]["slope"]
    (text,) = [text for text in found["warnings"] if "no rule says" in text]
    assert "trend.waves.raw, medians" in text


def test_a_sentence_that_nobody_looked_at_is_left_out_and_said(printed):
    told = "[rake.unit] 3 rows have no category: the factor of this margin is 1 there"
    found = cleared(printed | {"warnings": [told]}, people(), sum_known=True)
    assert found["warnings"] == [LEFT_OUT, BY_ITSELF]
    assert printed_sentence("3 rows are empty and left out") is not None


def test_numbers_of_people_leave_no_small_group_and_no_hidden_one():
    whole = people(whole=100)
    assert [whole.told(n) for n in (100, 90, 50, 4, 12, 97, 93, 88, 78, 86)] == [
        100, 90, 50, None, None, None, None, None, None, None
    ]  # fmt: skip
    assert [whole.told_lacking(n) for n in (0, 4, 12, 10, 30, 50)] == [
        None, None, None, 10, 30, 50
    ]  # fmt: skip


def waves_of(sizes):
    parts = [a_file(1, n).assign(wave=wave) for wave, n in enumerate(sizes)]
    return pd.concat(parts, ignore_index=True)


ONE = {"scales": {"s": ENDS | {"items": list("pqr")}}, "domains": {"wave": "wave"}} | PROTECTED


def numbers_in(value):
    """List the numbers that stand outside the estimates."""
    if isinstance(value, dict):
        return [n for part in value.values() for n in numbers_in(part)]
    if isinstance(value, list):
        return [n for part in value for n in numbers_in(part)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_a_hidden_wave_is_counted_nowhere():
    result = analyse(waves_of([60, 50, 3]), ONE).result
    assert [row["status"] for row in result["estimates"]][-1] == "suppressed_primary"
    assert result["respondents"] is None
    assert result["weights"]["sum"] is None
    assert not {3, 113} & set(numbers_in({k: v for k, v in result.items() if k != "estimates"}))


def test_a_file_of_few_tells_not_how_few():
    result = analyse(a_file(1, 4), {"scales": ONE["scales"]} | PROTECTED).result
    assert result["respondents"] is None
    assert not any(re.search(r"\b4\b", text) for text in result["warnings"])


def test_weights_of_two_hidden_groups_are_not_added_up():
    """Of 9 people who weigh 7 or 3 their sum, 43, would leave 4 of the first and 5 of the other."""
    data = a_file(1, 109).assign(unit=["a"] * 4 + ["b"] * 5 + ["c"] * 50 + ["d"] * 50)
    data["w"] = data["unit"].map({"a": 7.0, "b": 3.0, "c": 2.0, "d": 2.0})
    spec = {"scales": ONE["scales"], "domains": {"by": ["unit"]}, "design": {"weight": "w"}}
    assert analyse(data, spec).result["weights"]["sum"] == 43 + 200
    assert analyse(data, spec | PROTECTED).result["weights"]["sum"] is None


def test_warnings_count_nobody_who_is_hidden():
    data = waves_of([60, 50, 3])
    data.loc[data.index[:2], "gender"] = None
    data.loc[data.index[-1], "gender"] = "m"
    spec = ONE | {"rake": {"gender": {"f": 0.5, "m": 0.5}}}
    plain = {name: part for name, part in spec.items() if name != "disclosure"}
    with_counts = analyse(data, plain).result["warnings"]
    assert any(text.startswith("[rake.gender] 2 rows have") for text in with_counts)
    told = analyse(data, spec).result["warnings"]
    assert LEFT_OUT in told
    assert not any("rows have" in text for text in told)


@pytest.mark.parametrize("section", ["nonresponse", "trend"])
def test_a_section_about_the_whole_gives_no_figure_of_a_wave_that_hides_it(section):
    """It gave the mean of three people between its bounds, and their error in the trend."""
    asked = {
        "nonresponse": {"response": 0.5, "gaps": [0]},
        "trend": {"measure": "s", "dates": {"0": "2024-01-01", "1": "2025-01-01",
                                            "2": "2026-01-01"}},
    }  # fmt: skip
    result = analyse(waves_of([60, 50, 3]), ONE | {section: asked[section]}).result
    if section == "nonresponse":
        assert [row["wave"] for row in result["nonresponse"]] == ["0", "1"]
    else:
        last = result["trend"]["waves"][-1]
        assert (last["unlinked"], last["unlinked_se"]) == (None, None)


def test_drivers_of_a_wave_that_hides_the_outcome_are_refused():
    data = waves_of([60, 50])
    data.loc[data.index[60:], list("pqr")] = 3.0  # all alike: hidden, though they are many
    data = data.iloc[:90]
    asked = {"drivers": {"outcome": "s", "predictors": ["a", "b"]}}
    with pytest.raises(FrameError, match="it shows nothing"):
        analyse(data, ONE | asked)
