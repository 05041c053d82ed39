"""A unit where nobody answered is counted like one where a few did."""

from survey_app.publishing.generalise import generalise_units
from survey_app.publishing.homes import homes_of

REGIONS = {"a": "r", "b": "r", "c": "r", "d": "s"}


def homes(*answers):
    stored = generalise_units(answers, REGIONS, minimum_group=5) or {}
    moved = {code: home for code, home in stored.items() if code != home}
    return homes_of(REGIONS, REGIONS, [stored[code] for code in answers], moved)


def test_nobody_s_answers_are_counted_where_one_person_s_would_be():
    others = ["b"] * 8 + ["c"] * 7 + ["d"] * 9
    assert homes(*others) == homes("a", *others) == {"a": "c", "b": "b", "c": "c", "d": "d"}


def test_nobody_s_answers_follow_those_of_a_small_sibling():
    others = ["b"] * 2 + ["c"] * 7 + ["d"] * 9
    assert homes(*others) == homes("a", *others) == {"a": "c", "b": "c", "c": "c", "d": "d"}


def test_a_unit_without_siblings_is_counted_with_its_region():
    assert homes(*["b"] * 8)["d"] == "s"
