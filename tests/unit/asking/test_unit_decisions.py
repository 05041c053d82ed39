"""What somebody chooses of a unit on a page, written as the rows of the command's file."""

from datetime import date, timedelta

import pytest

from survey_app.asking.people.change_links import CrosswalkRow, ToldLink
from survey_app.asking.people.decisions import UnitThen, decisions, told_of

DAY = date(2026, 8, 10)
BEFORE, LAST = date(2020, 1, 1), DAY - timedelta(days=1)
UNITS = {
    "a": UnitThen("a", "A", BEFORE, LAST),
    "b": UnitThen("b", "B", BEFORE, LAST),
    "old": UnitThen("old", "Old", BEFORE, None),
    "new": UnitThen("new", "New", DAY, None),
    "other": UnitThen("other", "Other", DAY, None),
}


def row(origin, target, kind, *, day=DAY, fixed=False):
    name = UNITS[target].name if target else ""
    return CrosswalkRow(day, origin, origin.upper(), target, name, kind, 0.9, "hr", fixed)


def told(rows, origin, choice, *targets):
    known = decisions(rows, UNITS)
    [mine] = [one for one in known if one.origin == origin]
    found = told_of(mine, choice, targets, known, UNITS)
    assert all(isinstance(one, ToldLink) for one in found)
    return [(one.origin, one.target, one.kind) for one in found]


def test_rows_of_a_unit_and_day_are_one_decision_and_what_stays_itself_is_none():
    found = decisions(
        [
            row("old", "old", "merged"), row("a", "old", "merged"),
            row("b", "new", "split"), row("b", "other", "split", fixed=True),
            row("old", "old", "renamed", day=BEFORE), row("old", "old", "moved"),
        ],
        UNITS,
    )  # fmt: skip
    assert [(one.origin, one.kind, tuple(one.targets), one.fixed, one.gone) for one in found] == [
        ("a", "merged", ("old",), False, True),
        ("b", "split", ("new", "other"), True, True),
    ]


@pytest.mark.parametrize(
    ("choice", "targets", "rows"),
    [
        ("closed", (), [("a", "", "closed")]),
        ("on", ("new",), [("a", "new", "renamed")]),
        ("on", ("old",), [("a", "old", "merged")]),
        ("parts", ("new", "other"), [("a", "new", "split"), ("a", "other", "split")]),
    ],
)
def test_one_unit_becomes_a_new_one_by_name_and_an_old_one_by_merger(choice, targets, rows):
    assert told([row("a", "", "closed")], "a", choice, *targets) == rows


def test_two_units_that_become_one_are_merged_both():
    known = [row("a", "", "closed"), row("b", "new", "renamed")]
    assert told(known, "a", "on", "new") == [("a", "new", "merged"), ("b", "new", "merged")]


def test_the_one_that_is_left_of_a_merger_has_a_new_name():
    known = [row("a", "new", "merged"), row("b", "new", "merged")]
    assert told(known, "a", "closed") == [("a", "", "closed"), ("b", "new", "renamed")]


def test_what_does_not_change_of_others_is_not_decided_anew():
    known = [
        row("a", "", "closed"),
        row("b", "old", "merged"),
        row("other", "new", "renamed", day=BEFORE),
    ]
    assert told(known, "a", "on", "old") == [("a", "old", "merged")]
    assert told(known, "a", "on", "new") == [("a", "new", "renamed")]
