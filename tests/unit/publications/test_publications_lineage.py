"""Which units of an earlier wave stand for a unit of now."""

import pytest

from survey_app.publications.lineage import (
    LineageStep,
    WaveUnit,
    Way,
    ancestry,
    between,
    way,
    ways,
    went_on_as,
)


def step(kind, origin, target, day="2026-05-01"):
    return LineageStep(day, kind, origin, target, origin.upper())


def place(code, *members):
    return WaveUnit(code, frozenset(members or (code,)), 40)


A_AND_B = (place("a"), place("b"))
MERGED = [step("merged", "a", "c"), step("merged", "b", "c")]


@pytest.mark.parametrize(
    ("steps", "then", "expected"),
    [
        # nothing happened
        ([], A_AND_B, Way("own", ("c",))),
        # a new name or place under the same code
        ([step("renamed", "c", "c"), step("moved", "c", "c")], (place("c"),), Way("own", ("c",))),
        # a new code
        ([step("renamed", "a", "c")], A_AND_B, Way("own", ("a",))),
        (MERGED, A_AND_B, Way("together", ("a", "b"))),
        # c was there before and took a in
        (
            [step("merged", "a", "c"), step("merged", "c", "c")],
            (*A_AND_B, place("c")),
            Way("together", ("a", "c")),
        ),
        # they were reported as one before they became one
        (
            MERGED,
            (place("a+b", "a", "b"),),
            Way("own", ("a+b",)),
        ),
        # one of them was reported with a third
        (
            MERGED,
            (place("a"), place("b+x", "b", "x")),
            Way("none"),
        ),
        ([step("split", "a", "c"), step("split", "a", "a")], A_AND_B, Way("reference", ("a",))),
        # part of one unit and a whole other one
        ([step("split", "a", "c"), step("merged", "b", "c")], A_AND_B, Way("none")),
        # a new name for one that gave a part of itself away the same day
        ([step("renamed", "a", "c"), step("split", "a", "d")], A_AND_B, Way("reference", ("a",))),
        # the code was used before, by another unit
        ([step("closed", "c", "")], (place("c"),), Way("absent")),
        # it was made of one that nobody asked then
        ([step("renamed", "a", "c")], (place("b"),), Way("absent")),
    ],
)  # fmt: skip
def test_an_earlier_wave_is_read_for(steps, then, expected):
    assert way(place("c"), steps, then) == expected


def test_what_stays_of_a_unit_that_was_split_is_no_more_the_whole_of_it():
    steps = [step("split", "a", "c"), step("split", "a", "a")]
    assert way(place("a"), steps, A_AND_B) == Way("reference", ("a",))


def test_a_chain_is_followed_from_day_to_day():
    steps = between(
        [
            step("renamed", "a", "b", "2024-01-09"),
            step("merged", "b", "d", "2025-02-01"),
            step("merged", "c", "d", "2025-02-01"),
        ],
        [],
    )
    found = ancestry(steps, {"d"})
    assert (found.codes, found.whole) == (frozenset({"a", "c"}), True)


def test_a_split_anywhere_on_the_way_leaves_a_reference():
    steps = between(
        [step("split", "a", "b", "2024-01-09"), step("renamed", "b", "c", "2025-02-01")], []
    )
    assert way(place("c"), steps, A_AND_B) == Way("reference", ("a",))


def test_two_units_that_changed_names_are_not_mistaken_for_one_another():
    steps = [step("renamed", "a", "b"), step("renamed", "b", "a")]
    assert way(place("a"), steps, A_AND_B) == Way("own", ("b",))


def test_what_both_publications_know_lies_before_the_earlier():
    row = {"day": "2026-05-01", "kind": "merged", "from": "a", "to": "c", "name": "A"}
    units = [{"level": "unit", "code": "c", "members": ["c"], "population": 40}]
    now = {"domains": units, "lineage": [row, row | {"from": "b"}]}
    assert ways(now, "c", [now]) == [Way("own", ("c",))]
    old = {"domains": [units[0] | {"code": one, "members": [one]} for one in "ab"]}
    assert ways(now, "c", [old]) == [Way("together", ("a", "b"))]


def test_of_two_that_were_merged_and_split_again_no_change_from_before_is_judged():
    """A unit of 14 and one of 6: who knows both pages learns nothing of the small one."""
    merged = [LineageStep("2026-03-01", "merged", one, "a", one) for one in "ab"]
    split = [LineageStep("2026-09-01", "split", "a", one, "a") for one in "ab"]
    first = [WaveUnit("a", frozenset("a"), 14), WaveUnit("b", frozenset("b"), 6)]
    second = [WaveUnit("a", frozenset("a"), 20)]
    together = WaveUnit("a", frozenset("a"), 20)
    assert way(together, between(merged, []), first).link == "together"
    # the small one had no figure of its own: then the two have none either
    assert way(together, between(merged, []), first[:1]).link == "none"
    for one in "ab":
        here = WaveUnit(one, frozenset(one), 14)
        assert way(here, between([*merged, *split], []), first).link == "none"
        assert way(here, between([*merged, *split], merged), second).link == "reference"


def test_a_unit_is_followed_forward_over_what_came_after():
    merged = [step("merged", "a", "c"), step("merged", "b", "c")]
    later = [step("split", "c", "c", "2026-09-01"), step("split", "c", "d", "2026-09-01")]
    steps = between([*merged, *later], [])
    assert went_on_as(steps, "a") == ("2026-05-01", {"c", "d"})
    # it stands beside what was split off, has another name, or was closed
    assert went_on_as(steps, "c") is None
    assert went_on_as([step("renamed", "a", "a"), step("moved", "a", "a")], "a") is None
    assert went_on_as([step("closed", "a", "")], "a") is None
    # merged and split again, it is a unit of its own
    back = [step("merged", "b", "a"), step("split", "a", "b", "2026-09-01")]
    assert went_on_as(between(back, []), "b") is None
