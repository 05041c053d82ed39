"""Waves counted before format 3: a unit where nobody answered is counted like one with a few."""

from survey_app.publishing.computing.homes import homes_of

REGIONS = {"a": "r", "b": "r", "c": "r", "d": "s"}


def homes(stored, **moved):
    return homes_of(REGIONS, REGIONS, [code for code, n in stored.items() for _ in range(n)], moved)


def test_nobody_s_answers_are_counted_where_one_person_s_would_be():
    silent = homes({"b": 8, "c": 7, "d": 9})
    assert (
        silent == homes({"b": 8, "c": 8, "d": 9}, a="c") == {"a": "c", "b": "b", "c": "c", "d": "d"}
    )


def test_nobody_s_answers_follow_those_of_a_small_sibling():
    silent = homes({"c": 9, "d": 9}, b="c")
    assert silent == {"a": "c", "b": "c", "c": "c", "d": "d"}


def test_a_unit_without_siblings_is_counted_with_its_region():
    assert homes({"b": 8})["d"] == "s"
