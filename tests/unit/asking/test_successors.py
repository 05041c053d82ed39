"""What is asked about units that are gone or new, and what an answer writes."""

from dataclasses import dataclass

from survey_app.asking.people.links import UnitStep, steps_of
from survey_app.asking.people.plan import Plan
from survey_app.asking.people.register import Register, read_register
from survey_app.asking.people.successors import Moves, UnitQuestion, moves_of, unit_questions


@dataclass
class Node:
    code: str
    kind: str
    parent: str | None


def nodes(*units, sections=()):
    tree = {"etaten": Node("etaten", "agency", None), "nord": Node("nord", "region", "etaten")}
    tree |= {code: Node(code, "fengsel", "nord") for code in units}
    return tree | {code: Node(code, "avdeling", above) for code, above in sections}


def moves(before, sections_before=(), sections_after=()):
    """Put moves together from what each unit's people were in, as {(was, now): people}."""
    was, now = sorted({a for a, _ in before if a}), sorted({b for _, b in before if b})
    known, told = nodes(*was, sections=sections_before), nodes(*now, sections=sections_after)
    places = {f"{pair}-{n}": pair for pair, people in before.items() for n in range(people)}
    names = {code: code.upper() for code in {*known, *told}}
    return moves_of(known, names, told, names, places)


def test_a_unit_that_is_gone_is_asked_about_where_most_of_its_people_are():
    found = moves({("a", "b"): 58, ("a", ""): 2, ("c", "c"): 40})
    assert unit_questions(found) == (UnitQuestion("b", "renamed", ("a",), new=True),)
    assert found.share("a", "b") == 0.97


def test_two_that_became_one_are_one_question():
    found = moves({("a", "c"): 20, ("b", "c"): 16, ("", "c"): 2})
    assert unit_questions(found) == (UnitQuestion("c", "merged", ("a", "b"), new=True),)


def test_one_that_was_taken_in_by_a_neighbour_is_a_question_about_the_neighbour():
    found = moves({("a", "b"): 12, ("a", ""): 2, ("b", "b"): 30})
    assert unit_questions(found) == (UnitQuestion("b", "merged", ("a",), new=False),)


def test_a_new_unit_of_people_from_one_that_stays_may_be_a_part_of_it():
    found = moves({("a", "a"): 170, ("a", "b"): 80, ("", "b"): 3})
    assert unit_questions(found) == (UnitQuestion("b", "split", ("a",), new=True),)


def test_nothing_is_asked_where_half_or_fewer_went_one_way():
    found = moves({("a", "b"): 10, ("a", "c"): 10, ("b", "b"): 30, ("c", "c"): 30})
    assert unit_questions(found) == ()


def test_a_unit_that_becomes_a_section_of_another_is_gone_as_a_unit():
    found = moves({("a", "a"): 12, ("b", "b"): 30}, sections_after=(("a", "b"),))
    assert unit_questions(found) == (UnitQuestion("b", "merged", ("a",), new=False),)


def test_sections_that_change_inside_a_unit_are_no_question():
    found = moves(
        {("a1", "a2"): 12, ("a", "a"): 30},
        sections_before=(("a1", "a"),), sections_after=(("a2", "a"),),
    )  # fmt: skip
    assert unit_questions(found) == ()


def plan_of(found: Moves, register=None):
    return Plan(register or Register((), ()), (), 0, (), found, dict(found.before))


def steps(found, answers, register=None):
    return steps_of(plan_of(found, register), answers)


def test_an_answer_writes_the_row_and_no_answer_closes_the_unit():
    found = moves({("a", "b"): 58, ("a", ""): 2})
    assert steps(found, {"b": "renamed"}) == (UnitStep("a", "b", "renamed", 0.97, "A"),)
    assert steps(found, {"b": "apart"}) == (UnitStep("a", "", "closed", None, "A"),)
    assert steps(found, {}) == steps(found, {"b": "apart"})


def test_a_unit_that_took_another_in_is_itself_one_of_those_that_became_it():
    found = moves({("a", "b"): 12, ("b", "b"): 30})
    assert steps(found, {"b": "merged"}) == (
        UnitStep("b", "b", "merged", 1.0, "B"),
        UnitStep("a", "b", "merged", 1.0, "A"),
    )


def test_both_parts_of_a_split_unit_have_a_row():
    found = moves({("a", "a"): 170, ("a", "b"): 80})
    assert steps(found, {"b": "split"}) == (
        UnitStep("a", "b", "split", 0.32, "A"),
        UnitStep("a", "a", "split", 0.68, "A"),
    )
    assert steps(found, {"b": "apart"}) == ()


def test_the_files_own_column_says_it_and_nothing_is_asked():
    text = (
        "kind,code,name,type,parent,email,language,unit,former\n"
        "unit,etaten,Etaten,agency,,,,,\nunit,nord,Nord,region,etaten,,,,\n"
        "unit,c,C,fengsel,nord,,,,merged:a b\nperson,1,,,,,nb,c,\n"
    )
    found = moves({("a", "c"): 20, ("b", "c"): 16})
    read = read_register(text)
    assert plan_of(found, read).questions == ()
    assert [(one.origin, one.kind) for one in steps(found, {}, read)] == [
        ("a", "merged"),
        ("b", "merged"),
    ]
