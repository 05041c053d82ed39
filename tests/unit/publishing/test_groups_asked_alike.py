"""A group of people outside that other words made is compared with none of before."""

from __future__ import annotations

import json

import pytest

from questionnaires.loader import load_library
from survey_app.publications.regrouped import GROUP, regrouped_rows, told_apart, unlike_waves
from survey_app.publishing.inputs.asked import AskedSeries
from tests.regrouped_survey import CONTACT, NAMES, regrouped

ONE, OTHER = {"nb": "1"}, {"nb": "2"}


@pytest.fixture(scope="module")
def contents():
    return [json.loads(one) for one in regrouped()]


def since(content, variable):
    """The waves that groups of a variable are compared with."""
    rows = [*content["changes"], *(content["nonresponse"] or {}).get("tipping", ())]
    return {row["since"] for row in rows if row["domain"].partition(":")[0] == variable}


def test_groups_of_other_words_are_compared_with_none_of_before_and_all_others_are(contents):
    first, second, third = contents
    assert since(second, "contact") == set()
    # whom a register knows are the same whatever words ask for them
    assert since(second, "gender") == since(second, "channel") == {NAMES[0]}
    assert since(second, "") == {NAMES[0]}
    assert since(third, "contact") == {NAMES[1]}
    assert "regrouped" not in first
    for content in (second, third):
        assert content["regrouped"] == [
            {"variable": "contact", "before": NAMES[0], "since": NAMES[1], "waves": [NAMES[0]]}
        ]
        assert {NAMES[0], NAMES[1]} <= content["since_labels"].keys()


def test_groups_of_a_wave_of_which_nothing_is_known_are_compared_with_none():
    groups = {"a": {"contact": ONE}, "b": {}, "c": {"channel": ONE}, "d": {"contact": ONE}}
    series = AskedSeries("d", groups=groups)
    assert series.regrouped("a") == {"channel"}
    assert series.regrouped("b") == {"contact", "channel"}
    # what was asked and taken back is a group again, and the wave between is not
    [out, back] = regrouped_rows(groups, ["contact"])
    assert (out["before"], out["since"]) == ("a", "b")
    assert (back["before"], back["since"], back["waves"]) == ("b", "d", ["b"])


def test_points_of_other_people_have_other_numbers_beside_those_of_other_words():
    head = {"regrouped": [{"variable": "contact", "waves": ["a", "b"]}]}
    assert unlike_waves(head, GROUP, "contact:yes") == {"a", "b"}
    assert unlike_waves(head, GROUP, "channel:yes") == unlike_waves(head, "agency", "") == set()
    none, some = frozenset(), frozenset({"a", "b"})
    points = [("a", none), ("b", none), ("c", some), ("d", some)]
    assert told_apart([0, 0, 0, 0], points) == [0, 0, 1, 1]
    assert told_apart([0, 1, 1, 1], points) == [0, 1, 2, 2]
    assert told_apart([0, 1, 0], [("a", none), ("b", none), ("c", none)]) == [0, 1, 0]
    # asked as at first again: what lies between is another group
    back = [("a", none), ("b", frozenset({"a"})), ("c", frozenset({"b"}))]
    assert told_apart([0, 0, 0], back) == [0, 1, 0]


def test_whom_words_name_is_known_by_the_question():
    form = load_library().questionnaire("omdomme")
    named = load_library().background.named_by_words(form)
    assert named == {"knowledge": "om.fil.1", "contact": CONTACT, "channel": "om.fil.3"}
