"""What a page says of a register's changes names every part of a unit that is divided."""

from survey_app.asking.people.differences import differences
from survey_app.asking.people.plan import Change, FieldChange, Plan
from survey_app.asking.people.register import PersonRow, Register

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


def lines_told(addresses):
    people = tuple(PersonRow(n, str(n), one, "nb", "a") for n, one in enumerate(addresses, start=2))
    found = differences(Plan(Register((), people), (), known_people=0), NAMES, "nb", {})
    return found.without, found.shared


def test_lines_without_an_address_of_their_own_are_named_those_of_one_address_together():
    own = [f"p{n}@example.org" for n in range(40)]
    assert lines_told(own) == ("", "")
    assert lines_told([*own[:3], "", "", "", own[3], "", "V@example.org", "v@example.org"]) == (
        "5–7, 9",
        "10, 11",
    )


def test_of_many_lines_the_first_are_named_and_how_many_more_there_are():
    every_other = [one for n in range(13) for one in ("", f"p{n}@example.org")]
    first = ", ".join(str(2 * n) for n in range(1, 11))
    assert lines_told(every_other) == (f"{first} og 3 til", "")
    twice = [f"p{n}@example.org" for n in (0, 1, 2, 3, 4, 5)] * 2
    assert lines_told(twice) == ("", "2, 8; 3, 9; 4, 10; 5, 11; 6, 12 og 2 til")
    three = ["a@example.org"] * 3 + ["b@example.org"] * 3
    assert lines_told(three) == ("", "2–4; 5–7")
