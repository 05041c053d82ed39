"""How many answered stands beside a figure where the row of the place tells it, and only there."""

import json
from collections import Counter
from types import SimpleNamespace

import pandas as pd
import pytest

from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree
from questionnaires.loader import load_library
from survey_app.publications.formats import FORMAT, mark_foreign, read_content
from survey_app.publishing.computing.domain_rows import counted_in, staff_domains
from survey_app.publishing.computing.told_counts import with_told_counts
from survey_app.publishing.inputs.counted import RECORD_FORMAT
from survey_app.publishing.inputs.stored import (
    published_cells,
    read_table,
    told_before,
    write_table,
)
from survey_app.publishing.inputs.wave_inputs import STAFF_COLUMNS
from tests.unit.analytics.disclosure.by_hand import a_figure, a_table

WHOLE, NORTH, A, B = ("agency", ""), ("region", "n"), ("unit", "a"), ("unit", "b")


def place(key, answered, bound=""):
    parents = {NORTH: "", A: "n", B: "n"}
    return {
        "level": key[0], "code": key[1], "parent": parents.get(key, ""), "kind": "",
        "answered": answered, "bound": bound,
    }  # fmt: skip


def figure(key, n, **more):
    cell = {"measure": "x", "statistic": "mean", "category": "", "level": key[0], "domain": key[1]}
    shown = {"n": n, "mean": 50.0, "se": 2.0, "low": 46.0, "high": 54.0, "status": "published"}
    return cell | shown | more


def stored(domains, figures):
    content = {
        "format": FORMAT, "domains": domains, "estimates": figures, "changes": [],
        "since_labels": {}, "campaign": {"population": "staff"}, "nonresponse": None,
    }  # fmt: skip
    return json.dumps(content).encode()


def test_where_nearly_all_answered_no_figure_says_how_many():
    frame = pd.DataFrame(
        {
            "level": ["agency", "region", "unit", "unit"],
            "domain": ["", "n", "a", "b"],
            "n": pd.array([100, 60, 28, 32], dtype="Int64"),
            "n_eff": [99.0, 58.0, 28.0, 32.0],
            "deff": [1.1, 1.0, 1.0, 1.0],
            "mean": [50.0, 51.0, 52.0, 53.0],
        }
    )
    domains = [place(WHOLE, 95, "at_least"), place(NORTH, 60), place(A, None), place(B, None)]
    told = with_told_counts(frame, "staff", domains)
    # of the whole the response table tells it
    assert told["n"].isna().tolist() == [False, False, True, True]
    # what weights cost in the whole would give the n of the units inside
    assert told["n_eff"].isna().all()
    assert told["deff"].isna().all()
    assert told["mean"].tolist() == [50.0, 51.0, 52.0, 53.0]


def test_what_weights_cost_is_told_where_every_unit_inside_is_counted():
    frame = pd.DataFrame(
        {
            "level": ["agency", "region", "region", "unit"],
            "domain": ["", "n", "s", "c"],
            "n": pd.array([100, 60, 40, 40], dtype="Int64"),
            "n_eff": 30.0,
            "deff": 1.2,
        }
    )
    south, c = ("region", "s"), ("unit", "c")
    domains = [
        place(WHOLE, 100), place(NORTH, 60), place(A, None), place(B, 32), place(south, 40),
        place(c, 40) | {"parent": "s"},
    ]  # fmt: skip
    told = with_told_counts(frame, "staff", domains)
    for name in ("n_eff", "deff"):
        assert told[name].notna().tolist() == [False, False, True, True]
    assert told["n"].notna().all()


def test_what_stood_beside_a_figure_once_is_known_for_good():
    old = {
        "domains": [place(WHOLE, 95, "at_least"), place(NORTH, 60), place(A, None)],
        "estimates": [figure(WHOLE, 95), figure(A, 28), figure(B, None)],
    }
    assert counted_in(old) == {WHOLE, NORTH, A}


def exact():
    counts = {WHOLE: 100, NORTH: 60, A: 28, B: 32}
    return a_table(
        *(a_figure(level, code, measure="x", n=n) for (level, code), n in counts.items())
    )


def test_of_exact_figures_those_that_changes_are_told_of_may_be_read_alone():
    both = a_table(
        a_figure("unit", "a", measure="x", n=28),
        a_figure("unit", "a", measure="x", statistic="share", category="2", mean=0.25, n=28),
    )
    stored = write_table(both)
    pd.testing.assert_frame_equal(read_table(stored).frame, both.frame)
    alone = read_table(stored, plain=True).frame
    pd.testing.assert_frame_equal(alone, both.frame[both.frame["category"] == ""])


def test_counts_that_were_kept_back_are_read_from_the_exact_figures():
    content = stored(
        [place(WHOLE, 100), place(NORTH, 60), place(A, None), place(B, None)],
        [figure(WHOLE, 100), figure(NORTH, 60), figure(A, None), figure(B, None)],
    )
    n = {("agency", ""): 100, ("region", "n"): 60, ("unit", "a"): 28, ("unit", "b"): 32}
    assert told_before("first", read_content(content), exact()).n["x", "mean", ""] == n
    shown = published_cells(SimpleNamespace(key="w"), content, exact())
    assert shown.means["x", "mean", "", "unit", "a"].n == 28


def test_nothing_is_compared_with_answers_from_elsewhere():
    content = stored(
        [place(WHOLE, 100), place(NORTH, 60), place(A, 28), place(B, 32)],
        [figure(WHOLE, 100), figure(NORTH, 60), figure(A, 28), figure(B, 32)],
    )
    shown = published_cells(SimpleNamespace(key="w"), content, exact(), {A})
    assert {key[3:] for key in shown.shown} == {WHOLE, NORTH, B}
    # and its place is not taken for one that was hidden
    assert shown.hidden == frozenset()


def test_places_with_answers_from_elsewhere_are_marked_wherever_they_are_read():
    content = json.loads(stored([place(A, 28), place(B, 32)], [figure(A, 28), figure(B, 32)]))
    marked = mark_foreign(content, {A})
    for table, name in (("domains", "code"), ("estimates", "domain")):
        found = {row[name]: row.get("foreign_answers", False) for row in marked[table]}
        assert found == {"a": True, "b": False}


FORM = load_library().questionnaire("verdipuls.k1")
UNITS = [("a1", "a", 60), ("a2", "a", 50), ("b1", "b", 40)]
ANSWERED = {"a1": 30, "a2": 25, "b1": 20}


def rows_of(regions, versions=()):
    """List the domains of a wave whose units stand in these regions."""
    units = [(unit, regions.get(unit, region), "prison", n) for unit, region, n in UNITS]
    return rows_beside(units, ANSWERED, versions=versions)


def rows_beside(units, answered, *, record=(), versions=(), seen=None):
    """List the domains of a wave of some units: code, region, type and invited."""
    frame = pd.DataFrame([(*unit, unit[-1]) for unit in units], columns=list(STAFF_COLUMNS))
    answers = pd.Series([code for code, n in answered.items() for _ in range(n)], dtype="str")
    data = SimpleNamespace(frame=frame, minimum_group=5, domains=answers, questionnaire=FORM)
    inputs = SimpleNamespace(data=data, record=dict(record), domains=(), versions=versions)
    plan = SimpleNamespace(tree=DomainTree.staff(frame), rules=DisclosureRules(minimum_group=5))
    return staff_domains(inputs, plan, seen)


def test_a_correction_may_leave_a_region_without_any_unit():
    before = stored(rows_of({}), [])
    rows = rows_of({"b1": "a"}, [before])
    told = {row["code"]: row["answered"] for row in rows if row["level"] == "region"}
    assert told == {"a": 75}


def test_what_is_said_of_a_unit_that_covers_a_small_one_bounds_no_count_beside_it():
    units = [("u", "r", "", 15), ("j", "r", "", 16), ("s", "r", "", 11)]
    units += [(f"{region}{at}", region, "", 60) for region in "pq" for at in (1, 2)]
    stored = {"u": 11, "r": 12} | {code: 30 for code, region, _, _ in units if region != "r"}
    record = {"format": RECORD_FORMAT, "moved": {"j": "r", "s": "r"}}
    rows = [
        rows_beside(units, stored, record=record | {"joined": joined}, seen={("unit", "u"): 10})
        for joined in ([], ["j"])
    ]
    told = [{row["code"]: row["answered"] for row in one} for one in rows]
    assert [one["u"] for one in told] == [None, None]
    # of 23 in the region 5 at least are stored without a unit: u has from 10 to all 15
    assert told[0]["r"] == 23
    # and 10 at least where j is said to cover a small one: u has 10, 11, 12 or 13
    assert told[1]["r"] is None


@pytest.mark.parametrize(
    ("inside", "region"),
    [
        (11, None),  # of j ten or eleven, and of 74 in s none or one
        (14, 14),  # none to four
        (38, 38),
        (39, None),  # j is 38 at most, so that some of s answered
    ],
)
def test_what_is_said_of_a_unit_that_covers_leaves_k_numbers_of_the_unit_that_it_covers(
    inside, region
):
    units = [("j", "r", "", 38), ("s", "r", "", 74)]
    units += [(f"{place}{at}", place, "", 60) for place in "pq" for at in (1, 2)]
    answered = {"r": inside} | {code: 30 for code, place, _, _ in units if place != "r"}
    record = {"format": RECORD_FORMAT, "moved": {"j": "r", "s": "r"}, "joined": ["j"]}
    told = {row["code"]: row["answered"] for row in rows_beside(units, answered, record=record)}
    assert told["r"] == region


def seen_in(units, answered):
    """Say of units and regions that ten came where a mean may show, and twenty where shares may."""
    n = Counter()
    for code, region, *_ in units:
        n["unit", code] += answered[code]
        n["region", region] += answered[code]
    return {place: 20 if came >= 20 else 10 for place, came in n.items() if came >= 10}


def moved_beside(units, answered, to):
    """List what a version and its correction tell, in which the first unit stands elsewhere."""
    first = rows_beside(units, answered, seen=seen_in(units, answered))
    moved = [(units[0][0], to, *units[0][2:]), *units[1:]]
    seen = seen_in(moved, answered)
    then = rows_beside(moved, answered, versions=[stored(first, [])], seen=seen)
    return [
        {row["code"]: row["answered"] for row in one if row["answered"] is not None}
        for one in (first, then)
    ]


def test_what_a_version_hid_of_a_region_is_no_sum_of_what_its_correction_tells():
    units = [("m", "a", "x", 31), ("b1", "b", "x", 20), ("b2", "b", "x", 33)]
    units += [("a1", "a", "x", 15), ("c1", "c", "x", 26)]
    first, then = moved_beside(units, {"m": 20, "b1": 11, "b2": 22, "a1": 11, "c1": 15}, "b")
    # how many answered in b and in b1 was held back, and b was b1 and the 22 of b2
    assert first == {"": 79, "x": 79, "b2": 22}
    assert then["b2"] == 22
    assert "b1" not in then
    assert not {"b", "m"} <= then.keys()


def test_what_a_version_told_of_a_region_bounds_what_its_correction_tells_of_its_units():
    units = [("m", "c", "x", 19), ("b1", "b", "x", 36), ("b2", "b", "x", 31)]
    units += [("b3", "b", "y", 15), ("b4", "b", "y", 14), ("c1", "c", "x", 31)]
    units += [("c2", "c", "x", 23), ("c3", "c", "y", 14), ("a1", "a", "x", 25)]
    answered = {
        "m": 18,
        "b1": 21,
        "b2": 13,
        "b3": 13,
        "b4": 10,
        "c1": 15,
        "c2": 16,
        "c3": 5,
        "a1": 21,
    }
    first, then = moved_beside(units, answered, "b")
    # of the 57 of b 21 and 13 are others', and ten or more each of b3 and b4: from 10 to 13
    assert (first["b"], first["b1"]) == (57, 21)
    assert {"b3", "b4"} & (first.keys() | then.keys()) == set()
    assert "b2" not in then
