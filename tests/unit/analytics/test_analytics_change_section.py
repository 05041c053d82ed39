"""The [change] section: who was invited, both questions, and who came and went."""

import numpy as np
import pandas as pd
import pytest

from analytics.comparison.multiplicity import benjamini_hochberg
from analytics.errors import AnalyticsError
from analytics.workbench.analyse import analyse

SPEC = {
    "variables": {"means": ["x"]},
    "domains": {"by": ["u"], "wave": "w"},
    "design": {"strata": "u", "fpc": "N"},
}


def staff(seed=1, answered=0.7):
    """Three units of 60, everybody invited twice; a person's answers correlate .7."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(0, 1, 180)
    parts = []
    for wave in (1, 2):
        x = 60 + 20 * (np.sqrt(0.7) * trait + np.sqrt(0.3) * rng.normal(0, 1, 180))
        own = pd.DataFrame({"w": wave, "id": np.arange(180), "u": np.arange(180) // 60, "x": x})
        parts.append(own[rng.random(180) < answered])
    return pd.concat(parts, ignore_index=True).assign(N=60)


def changes(data, design=None, **change):
    person = change.pop("person", None)
    domains = SPEC["domains"] | ({"person": person} if person else {})
    spec = SPEC | {"domains": domains, "change": {"margin": 3} | change}
    return analyse(data, spec if design is None else spec | {"design": design}).result


def estimates(result):
    return {(row["wave"], tuple(row["domain"].values())): row for row in result["estimates"]}


def test_panels_kept_apart_have_the_error_of_independent_waves_without_correction():
    told, free = changes(staff(), invited="apart"), changes(staff(), design={"strata": "u"})
    for row, other in zip(told["changes"], free["changes"], strict=True):
        if row["domain"]:  # the whole is weighted by N where fpc is given
            assert row["se"] == pytest.approx(other["se"])


def test_where_everybody_was_invited_the_error_is_that_of_the_published_changes():
    data = staff()
    row = next(r for r in changes(data, invited="everybody")["changes"] if r["domain"])
    one, two = (data[(data["u"] == 0) & (data["w"] == wave)]["x"] for wave in (1, 2))
    v = [own.var() / len(own) for own in (one, two)]
    f = [len(own) / 60 for own in (one, two)]
    expected = np.sqrt(sum(v) - np.sqrt(f[0] * v[0] * f[1] * v[1]))  # docs/adr/0012
    assert row["se"] == pytest.approx(expected)
    assert row["se_low"] < row["se"]


def test_a_higher_correlation_makes_a_change_surer():
    sure = changes(staff(), invited="everybody", correlation=0.9)["changes"][0]["se"]
    assert sure < changes(staff(), invited="everybody", correlation=0.5)["changes"][0]["se"]


def test_both_questions_stand_beside_each_other():
    rows = changes(staff(), questions=True)["changes"]
    plain = changes(staff(), design={"strata": "u"})["changes"]
    for row, free in zip(rows, plain, strict=True):
        if row["domain"]:
            assert row["as_such"]["se"] == pytest.approx(free["se"])
            assert row["se"] < row["as_such"]["se"]


def test_linked_persons_without_correction_are_those_of_a_population_without_end():
    rows = changes(staff(), person="id", questions=True)["changes"]
    free = changes(staff(), person="id", design={"strata": "u"})["changes"]
    for row, other in zip(rows, free, strict=True):
        if row["domain"]:
            assert row["as_such"]["se"] == pytest.approx(other["se"])


def test_a_change_is_what_stayed_joined_and_left():
    found = changes(staff(), person="id", composition=True)
    told = {tuple(r["domain"].values()): r for r in found["changes"]}
    assert len(found["composition"]) == 4
    for row in found["composition"]:
        change = told[tuple(row["domain"].values())]
        parts = [row[name]["difference"] for name in ("stayers", "joiners", "leavers")]
        assert parts[0] + parts[1] - parts[2] == pytest.approx(change["difference"])
        for figure in ("se", "low", "high", "p"):
            assert row["total"][figure] == pytest.approx(change[figure])
        assert 0 < row["joined"] < 1


def test_a_whole_panel_has_only_stayers():
    row = changes(staff(answered=1.0), person="id", composition=True)["composition"][0]
    assert row["stayers"] == row["total"]
    assert (row["joined"], row["left"]) == (0, 0)


def test_what_is_assumed_of_unlinked_people_is_told_where_it_matters():
    assert any("go together by at least 0.5" in text for text in changes(staff())["warnings"])
    for told in ({"invited": "everybody"}, {"invited": "independent"}, {"person": "id"}):
        found = changes(staff(), **told)["warnings"]
        assert not any("go together" in text for text in found)
    assert any("these very people" in text for text in changes(staff(), person="id")["warnings"])
    free = changes(staff(), design={"strata": "u"})["warnings"]
    assert not any("go together" in text or "these very people" in text for text in free)


def test_a_finite_staff_that_nobody_links_is_compared_as_published_changes_are():
    told = changes(staff(), invited="everybody")["changes"]
    for row, other in zip(changes(staff())["changes"], told, strict=True):
        assert row["verdict"] == other["verdict"]
        # units are counted one by one; over all of them, everybody counts as answering alike
        slack = 1e-9 if row["domain"] else 0.01
        for figure in ("se", "low", "high"):
            assert row[figure] == pytest.approx(other[figure], rel=slack)
    surer = changes(staff(), correlation=0.8)["changes"]
    assert surer[0]["se"] < changes(staff())["changes"][0]["se"]


def test_independent_samples_of_a_finite_population_are_those_of_two_surveys():
    found = changes(staff(), invited="independent", questions=True)
    level = estimates(found)
    for row in found["changes"]:
        where = tuple(row["domain"].values())
        both = np.hypot(level["1", where]["se"], level["2", where]["se"])
        assert row["se"] == row["current_staff"]["se"] == pytest.approx(both)


def test_panels_kept_apart_know_the_staff_no_better_than_anybody():
    row = changes(staff(), invited="apart", questions=True)["changes"][0]
    assert row["current_staff"] == row["as_such"]
    assert row["se"] == row["as_such"]["se"]


@pytest.mark.parametrize("design", ["finite clusters", "two stages", "raked"])
def test_the_careful_error_lies_between_both_questions_under_any_design(design):
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"h": np.repeat([0, 1], 48), "c": np.arange(96) // 8, "p": np.arange(96)})
    data = pd.concat([data.assign(w=wave, x=rng.normal(50, 9, 96)) for wave in (1, 2)])
    data = data.assign(H=8, M=12, P=60, sex=rng.integers(0, 2, 192))
    sections = {
        "finite clusters": {"design": {"strata": "h", "cluster": "c", "fpc": "H"}},
        "two stages": {"design": {"strata": "h", "cluster": ["c", "p"], "fpc": ["H", "M"]}},
        "raked": {
            "design": {"strata": "h", "fpc": "P"}, "rake": {"sex": {"0": 0.4, "1": 0.6}}
        },
    }[design]  # fmt: skip
    spec = SPEC | {"domains": {"by": ["sex"], "wave": "w"}, "change": {"questions": True}}
    for row in analyse(data, spec | sections).result["changes"]:
        staff, free = row["current_staff"]["se"], row["as_such"]["se"]
        assert staff <= row["se"] <= free
        assert design == "two stages" or staff < row["se"] < free


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"invited": "some"}, "must be one of everybody, apart"),
        ({"invited": "apart", "person": "id"}, "links nobody"),
        ({"correlation": 2}, "between 0 and 1"),
        ({"composition": True}, "needs"),
        ({"questions": "yes"}, "true or false"),
    ],
)
def test_what_the_section_may_not_hold_is_one_sentence(change, told):
    with pytest.raises(AnalyticsError, match=told):
        changes(staff(), **change)


@pytest.mark.parametrize("asked", ["composition", "questions"])
def test_what_could_give_small_groups_away_is_refused_in_a_protected_file(asked):
    spec = SPEC | {
        "domains": {"by": ["u"], "wave": "w", "person": "id"},
        "change": {asked: True},
        "disclosure": {"minimum": 5, "hierarchy": ["u"]},
    }
    with pytest.raises(AnalyticsError, match="does not protect"):
        analyse(staff(), spec)


def test_a_protected_change_has_one_error_and_no_more():
    spec = SPEC | {
        "change": {"invited": "everybody"}, "disclosure": {"minimum": 5, "hierarchy": ["u"]}
    }  # fmt: skip
    assert all("se_low" not in row for row in analyse(staff(), spec).result["changes"])


def two_waves_of_a_small_unit():
    """Four units, of which d has too few to be shown; who is in none of them covers it."""
    rng = np.random.default_rng(4)
    unit = np.array(["a"] * 40 + ["b"] * 40 + ["c"] * 40 + ["d"] * 4 + [None] * 60, dtype=object)
    parts = [
        pd.DataFrame({"w": wave, "u": unit, "x": rng.normal(50, 10, len(unit))}) for wave in (1, 2)
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("rise", [0.0, 5.0, 80.0])
def test_what_is_hidden_counts_among_no_other_changes(rise):
    """Its p stood as the adjusted one of the next, and told the mean of a hidden unit."""
    data = two_waves_of_a_small_unit()
    data.loc[(data["w"] == 2) & (data["u"] == "d"), "x"] += rise
    spec = {
        "variables": {"means": ["x"]},
        "domains": {"by": ["u"], "wave": "w"},
        "change": {"rule": "differences"},
        "disclosure": {"minimum": 5},
    }
    rows = [row for row in analyse(data, spec).result["changes"] if row["domain"]]
    assert [row["domain"]["u"] for row in rows] == ["a", "b", "c"]
    alone = [row["p"] for row in rows]
    adjusted = benjamini_hochberg(np.array(alone)).tolist()
    assert [row["p_adjusted"] for row in rows] == pytest.approx(adjusted, abs=4e-4)


def test_the_change_of_an_index_is_taken_apart_as_its_scales_are():
    data = staff()
    data["y"] = data["x"].where(data.index % 5 > 0)
    spec = {
        "scales": {n: {"items": [n], "minimum": -50, "maximum": 150} for n in "xy"},
        "indices": {"i": {"parts": {"x": 1, "y": 3}}},
        "domains": {"wave": "w", "person": "id"},
        "change": {"composition": True},
    }
    found = analyse(data, spec).result
    rows = {row["index"]: row for row in found["composition"]}
    change = next(row for row in found["changes"] if row["index"] == "i")
    assert rows["i"]["total"]["se"] == pytest.approx(change["se"])
    for part in ("stayers", "joiners", "leavers"):
        x, y, i = (rows[name][part]["difference"] for name in "xyi")
        assert i == pytest.approx(0.25 * x + 0.75 * y)


def test_changes_that_are_asked_of_one_wave_are_said_to_be_none():
    one = staff().query("w == 1")
    told = changes(one)
    assert told["changes"] == []
    assert sum("[change] the file has one wave" in text for text in told["warnings"]) == 1
    assert not any("one wave" in text for text in changes(staff())["warnings"])
    # there the margin is for domains that are compared
    compared = SPEC | {"change": {"margin": 3}, "comparison": {"by": "u"}}
    assert not any("one wave" in text for text in analyse(one, compared).result["warnings"])
