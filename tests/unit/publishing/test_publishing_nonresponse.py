"""What a publication says of the silent follows from what it and those before it tell."""

import copy
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.comparison.margins import UNIT_MARGIN
from analytics.nonresponse.assumption import NORMAL, SIGMA, WITHIN
from survey_app.publishing.computing.nonresponse import nonresponse_facts
from survey_app.publishing.computing.who_answered import indicators
from survey_app.publishing.inputs.past import told_rate
from tests.builders_publication import public_series, staff_series
from tests.builders_publication.silent import past_of, read_back, silent_of

SERIES = staff_series()
MAIN, LAST = SERIES[3], SERIES[-1]
KEY = ("measure", "level", "domain")


def key_of(row):
    return tuple(row[name] for name in KEY)


def told(content):
    rates = (told_rate(row, content["response"]) for row in content["domains"])
    return {(rate[0], rate[1]): rate[3] / rate[4] for rate in rates if rate}


@pytest.mark.parametrize("series", [SERIES, public_series()], ids=["staff", "public"])
def test_whoever_has_the_publications_can_make_it_again(series):
    stored = [json.loads(json.dumps(content)) for content in series]
    now = stored.pop()
    said = now.pop("nonresponse")
    assert silent_of(now, stored) == said
    assert said["ranges"]


def test_figures_that_are_hidden_change_nothing():
    content, poisoned = copy.deepcopy(LAST), copy.deepcopy(LAST)
    hidden = [row for row in poisoned["estimates"] if row["status"] != "published"]
    assert hidden
    for row in hidden:
        row |= {"mean": 99999.0, "low": 99999.0, "high": 99999.0, "n": 99999}
    for row in poisoned["domains"]:
        if row["bound"] or row["answered"] is None:
            row |= {"rate": 0.999}
    assert silent_of(poisoned, SERIES[:-1]) == silent_of(content, SERIES[:-1])


@pytest.mark.parametrize("content", [MAIN, LAST], ids=["main", "pulse"])
def test_only_where_a_place_tells_how_many_answered_is_there_a_range_or_a_tipping_point(content):
    known, silent = told(content), content["nonresponse"]
    places = {(row["level"], row["domain"]) for row in silent["ranges"] + silent["tipping"]}
    assert places <= known.keys()
    kept = copy.deepcopy(content)
    region = next(row for row in kept["domains"] if row["level"] == "region")
    region |= {"answered": None, "rate": None}
    before = [one for one in SERIES if one["wave"]["sequence"] < content["wave"]["sequence"]]
    again = silent_of(kept, before)
    left = {(row["level"], row["domain"]) for row in again["ranges"] + again["tipping"]}
    assert left == places - {("region", region["code"])}


def test_a_range_is_the_interval_and_what_the_silent_may_make_of_it():
    rates = told(LAST)
    shown = {key_of(row): row for row in LAST["estimates"] if row["statistic"] == "mean"}
    for row in LAST["nonresponse"]["ranges"]:
        cell = shown[key_of(row)]
        beyond = NORMAL * SIGMA * (1 - rates[row["level"], row["domain"]])
        reach = np.hypot(cell["high"] - cell["mean"], beyond)
        assert row["high"] == pytest.approx(min(cell["mean"] + reach, 100), abs=0.051)
        assert row["low"] <= cell["low"] <= cell["high"] <= row["high"]


def test_verdicts_have_tipping_points_and_what_is_uncertain_has_none():
    verdicts = {(*key_of(row), row["since"], row["role"]): row for row in LAST["changes"]}
    found = LAST["nonresponse"]["tipping"]
    assert found
    for row in found:
        change = verdicts[(*key_of(row), row["since"], row["role"])]
        ways = {"up": (True, False), "down": (False, True), "steady": (True, True)}
        assert (row["lower"] is not None, row["higher"] is not None) == ways[change["verdict"]]
        assert (row["gone"] is None) == (change["verdict"] == "steady")
        assert 0 < row["plausible"] < 4 * WITHIN
        assert change["margin"] <= UNIT_MARGIN


def test_the_assumption_is_told_with_what_units_say_of_it():
    assumed = LAST["nonresponse"]["assumption"]
    assert (assumed["within"], assumed["rests_on"]) == (WITHIN, "judgement")
    assert assumed["estimate"]["places"] > 10
    assert public_series()[-1]["nonresponse"]["assumption"]["estimate"] is None


def test_an_open_link_says_nothing_of_those_who_might_have_answered():
    assert public_series("open")[-1]["nonresponse"] is None


def staff(units, regions):
    whole = [sum(row[at] for row in units) for at in (3, 4)]
    rows = [
        {"level": "unit", "code": code, "parent": parent, "kind": kind, "population": asked,
         "answered": n, "invited": asked, "bound": ""}
        for code, parent, kind, n, asked in units
    ]  # fmt: skip
    rows += [
        {"level": "region", "code": code, "parent": "", "kind": "", "population": asked,
         "answered": n, "invited": asked, "bound": ""}
        for code, n, asked in regions
    ]  # fmt: skip
    response = {"answers": whole[0], "invited": whole[1]}
    return {"campaign": {"population": "staff"}, "domains": rows, "response": response}


UNITS = [
    ("a1", "a", "hall", 40, 60), ("a2", "a", "hall", 30, 60), ("a3", "a", "office", 35, 40),
    ("a4", "a", "office", 38, 42), ("b1", "b", "hall", 50, 80), ("b2", "b", "office", 20, 30),
]  # fmt: skip


def test_units_that_are_not_counted_stand_together_as_what_their_region_leaves():
    content = staff(UNITS, [("a", 143, 202), ("b", 70, 110)])
    for row in content["domains"]:
        if row["code"] in {"a3", "a4"}:
            row["answered"] = None
    found = indicators(content)
    by_name = {one["variable"]: one for one in found["variables"]}
    [a, b] = by_name["region"]["categories"]
    # of the region everybody is told, of the two units nobody by itself
    assert (a["invited"], a["answered"]) == (202, 143)
    assert (b["invited"], b["answered"]) == (110, 70)
    kinds = {one["category"]: one["invited"] for one in by_name["unit_type"]["categories"]}
    assert kinds == {"hall": 200, "office": 30}
    hidden = json.dumps(found)
    assert "73" not in hidden
    assert found["response"] == pytest.approx(213 / 312, abs=0.001)


def test_of_the_public_counties_that_are_shown_are_held_against_who_was_asked():
    estimates = [
        {"level": "group", "domain": f"county:{code}", "measure": "TI", "n": n}
        for code, n in (("03", 60), ("11", 90), ("15", None), ("18", 60))
    ]
    content = {
        "campaign": {"population": "public"}, "estimates": estimates,
        "limits": {"minimum_group": 5}, "response": {"answers": 230, "invited": 964},
    }  # fmt: skip
    codes = ["03", "11", "15", "18"]
    counties = pd.DataFrame({"county": codes, "invited": [300, 300, 300, 64]})
    found = indicators(content, counties)
    [part] = found["variables"]
    assert [(one["category"], one["answered"]) for one in part["categories"]] == [
        ("03", 60), ("11", 90),
    ]  # fmt: skip
    # 20 and 30 % of two halves: S is 5 points, and chance takes a little of it away
    assert found["r_unadjusted"] == pytest.approx(0.9, abs=0.001)
    assert found["r_unadjusted"] < found["r"] < 1
    assert indicators(content) is None


def of_counties(asked, answered, versions=()):
    """Say who answered in counties of so many invited, of which so many answered, all shown."""
    codes = [f"{number:02d}" for number in range(len(asked))]
    content = {
        "campaign": {"population": "public"}, "limits": {"minimum_group": 5},
        "response": {"answers": sum(answered), "invited": sum(asked)},
        "estimates": [{"level": "group", "domain": f"county:{code}", "measure": "TI", "n": n}
                      for code, n in zip(codes, answered, strict=True)],
    }  # fmt: skip
    return indicators(content, pd.DataFrame({"county": codes, "invited": asked}), versions)


def listed(found):
    [part] = found["variables"]
    return [(one["category"], one["invited"], one["answered"]) for one in part["categories"]]


def test_a_county_that_is_left_out_takes_the_next_smallest_with_it():
    found = of_counties([400, 300, 120, 24], [110, 80, 30, 22])
    assert listed(found) == [("00", 400, 110), ("01", 300, 80)]
    # nobody is left out where every county may be listed
    assert len(listed(of_counties([400, 300, 120, 24], [110, 80, 30, 12]))) == 4
    assert of_counties([400, 300, 24], [110, 80, 22]) is None


@given(st.lists(st.tuples(st.integers(5, 60), st.integers(0, 40)), min_size=2, max_size=6))
def test_the_whole_less_the_listed_counties_tells_of_no_few_who_were_silent(counties):
    answered = [n for n, _ in counties]
    asked = [n + silent for n, silent in counties]
    found = of_counties(asked, answered)
    if found is None:
        return
    own = listed(found)
    left = len(counties) - len(own)
    silent = sum(asked) - sum(answered) - sum(invited - n for _, invited, n in own)
    assert all(invited - n >= 5 for _, invited, n in own)
    assert left == 0 or (left >= 2 and silent >= 5)


def test_a_correction_lists_no_county_that_the_version_before_left_out():
    first = of_counties([400, 300, 120, 24], [110, 80, 30, 22])
    before = [{"nonresponse": {"indicators": first}}, {"nonresponse": None}]
    again = of_counties([400, 300, 120, 24], [110, 80, 30, 12], before)
    assert [row[0] for row in listed(again)] == ["00", "01"]


def with_a_path(rows):
    """The public's last wave, with steps of its path that are no changes since named waves."""
    content = copy.deepcopy(public_series()[-1])
    content["changes"] = [row for row in content["changes"] if row["role"] == "previous"]
    step = {"measure": "TI", "until": content["wave"]["key"], "chance": 0.99, "margin": 3.0,
            "under_limit": False}  # fmt: skip
    content["path"] = [step | row for row in rows]
    return content


def test_steps_of_the_path_to_this_wave_have_tipping_points_and_falls_before_it_have_none():
    up = {"difference": 5.0, "low": 3.6, "high": 6.4, "verdict": "up"}
    steady = {"difference": 0.2, "low": -0.6, "high": 1.0, "verdict": "steady"}
    content = with_a_path([
        up | {"role": "since", "since": "2025-03"},
        steady | {"role": "year", "since": "2024-09"},
        steady | {"role": "since", "since": "2025-09"},  # the previous wave: stands in changes
        up | {"role": "rise", "since": "2024-09", "until": "2025-03"},
    ])  # fmt: skip
    silent = silent_of(content, public_series()[:-1])
    found = {
        (row["since"], row["role"]): row for row in silent["tipping"] if row["measure"] == "TI"
    }
    assert set(found) == {("2025-03", "since"), ("2024-09", "year"), ("2025-09", "previous")}
    response = content["response"]["answers"] / content["response"]["invited"]
    # above the margin by 2 points, of which the silent make 1 - response
    margin = np.floor(10 * 2.0 / (1 - response)) / 10
    assert found["2025-03", "since"]["lower"] == pytest.approx(margin, abs=0.11)
    read = read_back(content | {"nonresponse": silent})
    step = read.since("TI", "2025-03")
    assert step.tipping_lower == found["2025-03", "since"]["lower"]
    assert step.tipping_plausible is not None
    assert all(one.tipping_lower is None for one in read.path("TI") if one.leg)


def test_a_change_that_had_to_be_surer_turns_sooner():
    # 3.2 points with a deviation of .6: .98 of the half margin, where one of two needs .90
    up = {"difference": 3.4, "low": 2.2, "high": 4.6, "chance": 0.97, "verdict": "up"}
    named = with_a_path([up | {"role": "year", "since": "2024-09"}])
    picked = with_a_path([
        up | {"role": "since", "since": key} for key in ("2024-09", "2025-03")
    ])  # fmt: skip

    def turns(content):
        rows = silent_of(content, public_series()[:-1])["tipping"]
        return next(
            row["lower"] for row in rows if (row["measure"], row["since"]) == ("TI", "2024-09")
        )

    assert turns(picked) <= turns(named)


def test_a_wave_without_earlier_ones_has_ranges_and_no_tipping_points():
    content = copy.deepcopy(SERIES[0])
    found = nonresponse_facts(content, past_of([]), content["wave"]["key"])
    assert found["ranges"]
    assert found["tipping"] == []
    assert found["assumption"]["estimate"] is None


def test_units_of_which_some_answered_and_others_hardly_have_an_indicator():
    asked = {"a1": (390, 400), "a2": (290, 300), "b1": (5, 40)}
    units = [(code, code[0], "hall", *of) for code, of in asked.items()]
    told = indicators(staff(units, []))
    assert told is not None
    assert 0 < told["r"] < 1
