"""Merging small units: design.md 8.3, instruments.md 5.2 and the planted case 7.8.6."""

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.unit_types import SEVERAL_TYPES
from survey_app.asking.errors import FrameTooSmall
from survey_app.asking.people.reporting_units import keep_groups, reporting_units


@dataclass(frozen=True)
class AUnit:
    code: str
    kind: str
    parent: str

    @property
    def name(self):
        return f"Enhet {self.code}"


def merged(units, counts):
    return {
        unit.code: (unit.name, unit.kind, unit.population)
        for unit in reporting_units(units, counts)
    }


def test_a_unit_of_twelve_is_merged_before_anybody_is_invited():
    units = [
        AUnit("a", "fengsel", "nord"),
        AUnit("b", "overgangsbolig", "nord"),
        AUnit("c", "friomsorg", "nord"),
    ]
    assert merged(units, {"a": 75, "b": 12, "c": 30}) == {
        "a": ("Enhet a", "fengsel", 75),
        "b+c": ("Enhet b og Enhet c", SEVERAL_TYPES, 42),
    }


def test_a_unit_merged_of_several_types_is_of_none_of_them():
    # its answers would else be in the figures of a type that some of its people do not work in
    units = [AUnit("a", "bolig", "nord"), AUnit("b", "bolig", "nord"), AUnit("c", "fengsel", "sor")]
    assert merged(units, {"a": 9, "b": 9, "c": 40})["a+b"] == ("Enhet a og Enhet b", "bolig", 18)
    units[1] = AUnit("b", "friomsorg", "nord")
    assert merged(units, {"a": 9, "b": 9, "c": 40})["a+b"][1] == SEVERAL_TYPES


def test_small_units_are_merged_with_each_other_before_a_large_one_is_touched():
    # the demo's region Vest: two of 14 and siblings from 28 up
    units = [
        AUnit("nd", "nd_senter", "vest"),
        AUnit("ob", "overgangsbolig", "vest"),
        AUnit("adm", "regionadm", "vest"),
    ]
    assert set(merged(units, {"nd": 14, "ob": 14, "adm": 28})) == {"nd+ob", "adm"}


def test_a_sibling_of_the_same_type_is_preferred_to_a_smaller_one():
    units = [
        AUnit("a", "friomsorg", "nord"),
        AUnit("b", "fengsel", "nord"),
        AUnit("c", "friomsorg", "nord"),
    ]
    assert set(merged(units, {"a": 9, "b": 20, "c": 60})) == {"a+c", "b"}


def test_three_merged_units_are_named_in_one_breath():
    units = [AUnit(code, "avdeling", "nord") for code in "abc"]
    assert merged(units, dict.fromkeys("abc", 6))["a+b+c"][0] == "Enhet a, Enhet b og Enhet c"


def test_an_agency_of_fourteen_cannot_be_reported():
    with pytest.raises(FrameTooSmall, match="14 people"):
        reporting_units([AUnit("a", "fengsel", "nord")], {"a": 14})


agencies = st.lists(
    st.tuples(
        st.sampled_from("øsvn"),
        st.sampled_from(["fengsel", "friomsorg", "bolig"]),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=14,
)


@given(agencies)
def test_everybody_is_in_one_reporting_unit_of_at_least_fifteen(rows):
    units = [AUnit(f"u{at}", kind, region) for at, (region, kind, _) in enumerate(rows)]
    counts = {unit.code: people for unit, (_, _, people) in zip(units, rows, strict=True)}
    if sum(counts.values()) < 15:
        with pytest.raises(FrameTooSmall):
            reporting_units(units, counts)
        return
    found = reporting_units(units, counts)
    members = Counter(code for unit in found for code in unit.members)
    assert members == {code: 1 for code, people in counts.items() if people}
    assert all(unit.population >= 15 for unit in found)
    assert all(unit.population == sum(counts[code] for code in unit.members) for unit in found)
    people_in = Counter()
    for unit in found:
        people_in[unit.region] += unit.population
    assert all(people >= 15 for people in people_in.values())
    # a region that is large enough by itself keeps its people
    own = {region: sum(c for r, _, c in rows if r == region) for region in "øsvn"}
    assert {region for region, people in own.items() if people >= 15} <= set(people_in)


@given(agencies)
def test_the_order_of_the_units_does_not_matter_for_who_is_merged(rows):
    units = [AUnit(f"u{at}", kind, region) for at, (region, kind, _) in enumerate(rows)]
    counts = {unit.code: people for unit, (_, _, people) in zip(units, rows, strict=True)}
    if sum(counts.values()) < 15:
        return
    forwards = {frozenset(unit.members) for unit in reporting_units(units, counts)}
    assert forwards == {frozenset(unit.members) for unit in reporting_units(units[::-1], counts)}


def test_units_are_merged_once_a_year_though_people_come_and_go():
    units = [
        AUnit("a", "fengsel", "nord"),
        AUnit("b", "bolig", "nord"),
        AUnit("c", "bolig", "nord"),
    ]
    groups = [("nord", ("b", "c")), ("nord", ("a",))]
    kept = keep_groups(units, {"a": 40, "b": 16, "c": 15}, groups)
    assert [unit.code for unit in kept] == ["a", "b+c"]
    assert keep_groups(units, {"a": 14, "b": 16, "c": 15}, groups) is None
    assert keep_groups(units, {"a": 40, "b": 31}, groups) is None
    moved = [AUnit("a", "fengsel", "sor"), *units[1:]]
    assert keep_groups(moved, {"a": 40, "b": 16, "c": 15}, groups) is None


def test_a_merged_unit_never_carries_the_code_of_one_of_its_members():
    units = [AUnit("x" * 40, "fengsel", "nord"), AUnit("ø" * 40, "fengsel", "nord")]
    (unit,) = reporting_units(units, {"x" * 40: 9, "ø" * 40: 9})
    assert len(unit.code.encode()) <= 60
    assert unit.code not in unit.members
