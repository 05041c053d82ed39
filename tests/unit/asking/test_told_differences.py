"""What a page says of a register's changes names every part of a unit that is divided."""

from survey_app.asking.people.differences import differences
from survey_app.asking.people.plan import Change, FieldChange, Plan
from survey_app.asking.people.register import Register

NAMES = {code: code.upper() for code in "abcdefgh"}


def told(act, moves, *, code="a"):
    """Put together what is said of one unit, from how many people go from where to where."""
    people = tuple(
        Change("person", "changed", f"{target}-{n}", "", (FieldChange("unit", origin, target),))
        for (origin, target), number in moves.items()
        for n in range(number)
    )  # fmt: skip
    plan = Plan(
        Register((), ()), (Change("unit", act, code, NAMES[code]), *people), known_people=0
    )  # fmt: skip
    [line] = differences(plan, NAMES, "nb", {}).units
    return line.people


def test_of_a_unit_that_was_divided_each_part_is_named_the_largest_first():
    assert told("ended", {("a", "b"): 3, ("a", "c"): 5}) == "5 går til C, 3 går til B"


def test_of_many_units_the_smallest_are_told_together():
    moves = {("a", "b"): 9, ("a", "c"): 8, ("a", "d"): 7, ("a", "e"): 2, ("a", "f"): 1}
    named = "9 går til B, 8 går til C, 7 går til D"
    assert told("ended", moves) == f"{named}, 3 går til andre enheter"
    del moves["a", "f"]
    assert told("ended", moves) == f"{named}, 2 går til E"


def test_a_new_unit_says_from_where_all_its_people_come():
    found = told("added", {("b", "a"): 2, ("c", "a"): 4})
    assert found.endswith("4 kommer fra C, 2 kommer fra B")
