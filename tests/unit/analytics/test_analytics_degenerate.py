"""Files with next to nothing in them: a right result with a warning, or one clear sentence."""

import json

import numpy as np
import pandas as pd
import pytest

from analytics.errors import AnalyticsError
from analytics.planning.power import smallest_detectable
from analytics.planning.precision import Precision
from analytics.workbench.analyse import analyse

SCALE = {"items": ["a", "b"], "minimum": 1, "maximum": 5}
SPEC = {
    "scales": {"s": SCALE},
    "variables": {"means": ["x"], "totals": ["x"], "shares": ["g"], "ratios": [["x", "a"]]},
    "domains": {"by": ["g"]},
}


def people(n=8, **columns):
    rng = np.random.default_rng(5)
    given = {name: rng.integers(1, 6, n).astype(float) for name in "abx"}
    return pd.DataFrame(given | {"g": ["k", "m"] * (n // 2)} | columns)


def result(data, **more):
    found = analyse(data, SPEC | more).result
    json.dumps(found, allow_nan=False)
    return found


def sentence(data, **more):
    with pytest.raises(AnalyticsError) as caught:
        analyse(data, SPEC | more)
    return str(caught.value)


def test_a_division_without_any_value_has_no_domains_and_says_so():
    found = result(people(g=np.nan))
    assert [row for row in found["estimates"] if row["domain"]] == []
    assert any("8 rows have no 'g' and count in no domain" in text for text in found["warnings"])


def test_a_division_may_be_silent_in_one_wave_alone():
    data = people(16, wave=[1] * 8 + [2] * 8)
    data.loc[data["wave"] == 2, "g"] = None
    found = result(data, domains={"by": ["g"], "wave": "wave"})
    assert [row for row in found["changes"] if row["domain"]] == []


def renaming(*units, **more):
    """Tell what is said of the names that units have in one wave after the other."""
    data = pd.concat(
        [people(4 * len(own), wave=at, g=[*own] * 4) for at, own in enumerate(units, start=1)]
    )
    found = result(data, domains={"by": ["g"], "wave": "wave"}, **more)
    return [text for text in found["warnings"] if "one name" in text]


@pytest.mark.parametrize("more", [{}, {"disclosure": {"minimum": 3}}])
def test_where_one_name_ends_and_another_begins_it_is_said_that_no_change_leads_over(more):
    [told] = renaming("ABC", "ABC", "ABZ", "ABZ", **more)
    assert told == (
        "[domains] by: 'g' has 'C' for the last time in wave '2' and 'Z' for the first time in "
        "'3', and no change leads from one name to another: give what was renamed one name in "
        "all waves"
    )
    [told] = renaming("ABCDE", "VWXYZ")
    assert "'A', 'B', 'C' and 2 more for the last time in wave '1'" in told


@pytest.mark.parametrize("units", [("ABC", "AB", "ABC"), ("AB", "ABC"), ("ABC", "AB"), ("ABC",)])
def test_a_place_that_is_silent_for_a_wave_or_ends_or_begins_alone_was_not_renamed(units):
    assert renaming(*units) == []


def test_everything_missing_gives_empty_figures_and_no_number():
    found = result(people(a=np.nan, b=np.nan, x=np.nan))
    assert {row["status"] for row in found["estimates"] if row["index"] in {"s", "x"}} == {"empty"}


def test_rows_without_a_domain_are_counted_in_a_warning():
    found = result(people(g=["k", None, "m", "m", "k", "k", "m", "k"]))
    assert any("1 row has no 'g'" in text for text in found["warnings"])


def test_blanks_make_no_category_and_no_number():
    found = result(people(g=["k", "k ", " m", "m", "k", " ", "m", "k"], x=[*"123456", " ", ""]))
    assert {row["domain"].get("g") for row in found["estimates"]} == {None, "k", "m"}
    assert next(row["n"] for row in found["estimates"] if row["index"] == "x") == 6
    assert any("1 row has no 'g'" in text for text in found["warnings"])


def test_a_denominator_of_nothing_is_said():
    found = result(people(a=np.nan, b=np.nan, z=0.0), variables={"ratios": [["x", "z"]]})
    assert any("denominator of 'x/z' adds up to 0" in text for text in found["warnings"])


@pytest.mark.parametrize(
    ("data", "more", "told"),
    [
        (people(x=["ten"] + ["1"] * 7), {}, "no number in 1 row, the first is row 1 with 'ten'"),
        (people(a=[9.0] + [1.0] * 7), {}, "outside 1 to 5 in 1 row, the first is row 1"),
        (people(x=1e200), {}, "impossibly large value, the first in row 1"),
        (
            people(w=[1, 1, 0, 1, np.nan, 1, 1, 1]),
            {"design": {"weight": "w"}},
            "2 rows have none such, the first is row 3",
        ),
        (people(w=1e200), {"design": {"weight": "w"}}, "8 rows have none such"),
        (people(w=1.0), {"design": {"weight": "W"}}, "does not have: did you mean 'w'?"),
        (people(), {"variables": {"means": ["s"]}, "scales": {"s": SCALE}}, "also a scale"),
        (people(x=pd.Timestamp("2026-01-01")), {}, "'x' holds dates"),
        (people(f=0.5), {"design": {"fpc": "f"}}, "holds sampling fractions"),
        (people(), {"design": {"population": 0.5}}, "population is a sampling fraction"),
        (people(), {"domains": {"by": ["g", "g"]}}, "names g more than once"),
        (people(), {"domains": {"by": [3]}}, "must name columns"),
        (people(), {"scales": {"s": SCALE | {"items": ["a", "a"]}}}, "names 'a' more than once"),
        (people(), {"change": {"margin": -1}}, "must not be below 0"),
        (people(), {"change": {"margin": float("nan")}}, "must be a number"),
        (people(), {"planning": {"population": 10**400}}, "[planning] population must be a number"),
        (people(), {"trend": {"events": [{"half_life": np.inf}]}}, "[trend.events] half_life must"),
        (people(), {"rake": {"g": {"k": 1e300}}}, "[rake.g] k must be a number"),
        (people(), {"comparison": {"by": "g", "adjust": ["holm"]}}, "adjust must be one of"),
        (
            people(),
            {"drivers": {"outcome": "a", "predictors": ["b"], "imputations": 10**6}},
            "1000",
        ),
        (people(), {"scales": {"s": SCALE | {"dont_know": 3}}}, "must lie outside"),
        (
            people(v=[1] * 7 + [2]),
            {"domains": {"wave": "v"}},
            "in wave '2': only one respondent",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence_that_says_where(data, more, told):
    assert told in sentence(data, **more)


@pytest.mark.parametrize(("count", "told"), [(-3, "row 2"), (np.nan, "row 2"), (0, "'m'")])
def test_a_count_that_is_none_is_named(count, told):
    counts = pd.DataFrame({"g": ["k", "m"], "count": [30, count]})
    spec = SPEC | {"poststratify": {"by": ["g"], "counts": "c.csv"}}
    with pytest.raises(AnalyticsError, match=told):
        analyse(people(), spec, {"c.csv": counts})


def test_a_row_without_a_cell_says_in_which_file():
    counts = pd.DataFrame({"g": ["k", "m", None], "count": [30, 20, 1]})
    spec = SPEC | {"poststratify": {"by": ["g"], "counts": "c.csv"}}
    with pytest.raises(AnalyticsError, match=r"c\.csv: 1 row has no category of 'g'"):
        analyse(people(), spec, {"c.csv": counts})


@pytest.mark.parametrize(
    "more",
    [
        {"comparison": {"by": "g"}},
        {"precision": {"quantiles": [0.5], "shares": "beta", "design_effects": True}},
        {"nonresponse": {"response": 0.5}},
        {"planning": {"respondents": [50], "margin": 2.0, "change": 3.0}},
    ],
    ids=lambda more: next(iter(more)),
)
def test_every_section_bears_a_division_that_nobody_belongs_to(more):
    result(people(g=None), **more)


def test_a_sentence_of_a_section_begins_with_its_name():
    told = sentence(people(), planning={"respondents": [50], "population": 20.0})
    assert told.startswith("[planning] ")


@pytest.mark.parametrize(
    ("copies", "told"),
    [
        ([people(m=1)], "'m' numbers fewer than two copies"),
        ([people(m=1), people(6, m=2)], "equally long: '2' has fewer rows than '1'"),
        ([people(m=1), people(m="1"), people(m=2)], "equally long: '2' has fewer rows than '1'"),
        # an empty row is no copy's, and counted as a row of the file
        (
            [people(m=1), pd.DataFrame({"m": [None]}), people(m=2), people(m=None)],
            "8 rows have no 'm', the first is row 18",
        ),
        (
            [people(m=0, b=[np.nan] * 2 + [3.0] * 6), people(m=1), people(m=2)],
            "'0' lacks values of 'b' that '1' has",
        ),
    ],
)
def test_what_is_pooled_are_completed_copies_of_one_file(copies, told):
    """The file before imputation stands in the same table in mice, as copy 0."""
    assert told in sentence(pd.concat(copies), missing={"imputation": "m"})


def test_a_domain_that_is_alike_within_strata_does_not_stop_the_plan_of_the_others():
    """Of the one domain's two strata, one answers 1 and the other 5: a spread, and no error."""
    data = people(12, h=[1, 3, 2, 3] * 3, x=[1.0, 4, 5, 2, 1, 3, 5, 5, 1, 5, 5, 3])
    asked = {"design": {"strata": "h"}, "planning": {"respondents": [50]}}
    planned = [row["domain"] for row in result(data, **asked)["planning"] if row["index"] == "x"]
    assert planned == [{}, {"g": "m"}]


def test_so_few_respondents_that_no_change_is_found_have_no_smallest_one():
    found = smallest_detectable(Precision(1.0, 0.02, 0.0), chance=0.8)
    assert np.isnan(found)


def test_a_protected_file_does_not_count_the_few_without_a_domain():
    data = people(40, g=[None, *["k"] * 20, *["m"] * 19])
    told = result(data, disclosure={"minimum": 5, "hierarchy": ["g"]})["warnings"]
    assert "[domains] by: rows without 'g' count in the whole alone" in told
    assert not any("1 row" in text for text in told)


def test_rows_of_empty_fields_are_nobody_and_keep_the_count_of_the_others():
    data = people(a=[np.nan, *[1.0] * 7])
    blank = pd.DataFrame(np.nan, index=[0], columns=data.columns)
    more = pd.concat([blank, data, blank, blank], ignore_index=True)
    found = analyse(more, SPEC)
    assert found.result["warnings"][0] == "3 rows are empty and left out"
    assert found.result["estimates"] == analyse(data, SPEC).result["estimates"]
    assert found.weight.isna().tolist() == [True, *[False] * 8, True, True]
    more.loc[3, "a"] = 9.0
    assert "the first is row 4" in sentence(more)


def test_uneven_weights_few_degrees_of_freedom_and_items_at_an_end_are_told():
    rng = np.random.default_rng(2)
    data = pd.DataFrame({
        "a": rng.choice([1, 2, 3, 4, 5], 60, p=[0.6, 0.1, 0.1, 0.1, 0.1]),
        "b": rng.integers(1, 6, 60), "w": [1000.0, *[1.0] * 59], "c": np.arange(60) % 5,
    })  # fmt: skip
    told = analyse(data, {"scales": {"s": SCALE}, "design": {"weight": "w", "cluster": "c"}})
    text = "\n".join(told.result["warnings"])
    assert "60 rows are worth 1.12 equally weighted ones" in text
    assert "errors rest on 4 degrees of freedom" in text
    assert "[scales.s] more than 40 % chose the first or the last answer to 'a':" in text


@pytest.mark.parametrize("protected", [{}, {"disclosure": {"minimum": 3}}])
def test_a_category_that_nobody_chose_in_one_wave_has_a_share_of_nothing_there(protected):
    data = people(48, wave=[1] * 24 + [2] * 24, g=["k", "m", "rare", "k"] * 6 + ["k", "m"] * 12)
    given = {"domains": {"wave": "wave"}, "variables": {"shares": ["g"]}, "scales": {}}
    found = result(data, **given, **protected)
    rows = {(row["wave"], row["category"]): row for row in found["estimates"]}
    assert set(rows) == {(wave, one) for wave in "12" for one in ("k", "m", "rare")}
    if not protected:
        rare = rows["2", "rare"]
        assert (rare["mean"], rare["n"], rare["low"]) == (0.0, 24, 0.0)
        assert rare["high"] > 0
        (change,) = [one for one in found["changes"] if one["category"] == "rare"]
        assert change["difference"] == pytest.approx(-0.25)


@pytest.mark.parametrize("value", [0.1, 50.0, 1e9])
def test_a_total_of_what_is_the_same_for_all_has_no_design_effect(value):
    # a total of one value w times over: no row differs from another, so there is nothing to compare
    rng = np.random.default_rng(9)
    data = people(60, x=value, w=rng.uniform(0.5, 2.0, 60).round(3), g=rng.choice([*"abcd"], 60))
    found = result(data, design={"weight": "w"})
    totals = [row for row in found["estimates"] if row["statistic"] == "total"]
    assert [(row["deff"], row["n_eff"]) for row in totals] == [(None, None)] * 5
