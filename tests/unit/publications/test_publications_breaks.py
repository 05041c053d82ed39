"""Where a series is broken, and what a publication that did not know of it may still say."""

import copy

from questionnaires.identity import Makeup
from survey_app.publications.breaks import (
    WAS_COMPARED,
    break_rows,
    kept_apart,
    without_waves,
    wordings,
)
from tests.builders_publication import staff_series

A, B = {"nb": "a", "nn": "a"}, {"nb": "b", "nn": "a"}
MEASURES = [{"code": "I", "items": ["i.1", "i.2"]}, {"code": "i.1", "items": ["i.1"]}]
CODE, ITEM = "KI-kjerne", "vp.try.1"


def row(**changed):
    return {"measure": "I", "before": "w1", "since": "w2", "waves": ["w1"], **changed}


def test_a_break_names_the_items_that_were_reworded():
    waves = [("w1", {"I": A, "i.1": A, "i.2": A}), ("w2", {"I": B, "i.1": B, "i.2": A})]
    assert break_rows(MEASURES, waves) == [
        row(why="reworded", items=["i.1"]),
        row(measure="i.1", why="reworded", items=["i.1"]),
    ]


def test_an_index_of_other_parts_is_recomposed_and_an_unknown_one_is_unknown():
    other = [("w1", {"I": A, "i.1": A}), ("w2", {"I": B, "i.1": A})]
    assert break_rows(MEASURES, other) == [row(why="recomposed", items=[])]
    unknown = [("w1", {"I": {}, "i.1": A}), ("w2", {"I": B, "i.1": A})]
    assert break_rows(MEASURES, unknown) == [row(why="unknown", items=[])]


def made(items, weights=None):
    return {"I": Makeup({"S": frozenset(items)}, weights or {"S": 1.0})}


def test_the_same_items_under_another_rule_or_with_other_weights_are_told_as_that():
    waves = [("w1", {"I": A, "i.1": A}), ("w2", {"I": B, "i.1": A})]
    alike = {"w1": made(["i.1"]), "w2": made(["i.1"])}
    assert break_rows(MEASURES, waves, made=alike) == [row(why="rescored", items=[])]
    heavier = alike | {"w2": made(["i.1"], {"S": 2.0})}
    assert break_rows(MEASURES, waves, made=heavier) == [row(why="reweighted", items=[])]
    more = alike | {"w2": made(["i.1", "i.2"])}
    assert break_rows(MEASURES, waves, made=more) == [row(why="recomposed", items=[])]


def test_an_item_that_says_what_it_said_and_is_put_to_others_is_told_as_that():
    waves = [("w1", {"I": A, "i.1": A}), ("w2", {"I": B, "i.1": B})]

    def asked_of(whom, words=A):
        return made(["i.1"]) | {"i.1": Makeup({}, {}, words, whom)}

    def why(then, now):
        told = break_rows(MEASURES, waves, made={"w1": then, "w2": now})
        assert {(one["measure"], *one["items"]) for one in told} == {("I", "i.1"), ("i.1", "i.1")}
        [said] = {one["why"] for one in told}
        return said

    assert why(asked_of(()), asked_of((("i.0", 2),))) == "redirected"
    # other words as well, nothing that is known, or a version without a reason
    assert why(asked_of(()), asked_of((("i.0", 2),), B)) == "reworded"
    assert why(asked_of(()), {}) == "reworded"
    assert why(asked_of(()), asked_of(())) == "reworded"


def test_a_wave_that_did_not_ask_breaks_nothing():
    assert break_rows(MEASURES, [("w1", {"I": A}), ("w2", {}), ("w3", {"I": A})]) == []


def test_wordings_are_counted_measure_by_measure():
    points = [("I", A), ("J", A), ("I", A), ("J", B), ("I", B), ("J", B), ("I", A)]
    # what is asked as it was before is compared with that, and has its number again
    assert wordings(points) == [0, 0, 0, 1, 1, 1, 0]
    # an unknown one is the same as nothing, itself included
    assert wordings([("I", {}), ("I", {}), ("I", A)]) == [0, 1, 2]


def test_a_language_that_went_and_came_back_in_other_words_leaves_the_first_waves_behind():
    first, without, now = {"nb": "a", "en": "a"}, {"nb": "a"}, {"nb": "a", "en": "b"}
    asked = {"w1": first, "w2": without, "w3": now}
    waves = [(key, {"I": own, "i.1": own}) for key, own in asked.items()]
    assert break_rows(MEASURES, waves) == [
        row(why="reworded", items=["i.1"]),
        row(measure="i.1", why="reworded", items=["i.1"]),
    ]
    assert wordings([("I", own) for own in asked.values()]) == [0, 1, 1]
    # the words of before have their number again
    assert wordings([("I", own) for own in (*asked.values(), now, first)]) == [0, 1, 1, 1, 0]
    # and while nothing but the language is gone, nothing is left behind
    assert break_rows(MEASURES, waves[:2]) == []


def leads(content, waves):
    """What a publication says of the two measures that leads to one of the waves."""
    named = {CODE, ITEM}
    rows = [*content["changes"], *content["path"], *content["nonresponse"]["tipping"]]
    rows += content["trends"]
    rows += [one | {"measure": ITEM} for s in content["statements"] if ITEM in s["items"]
             for one in s["changes"]]  # fmt: skip
    return [one for one in rows if one["measure"] in named and one["since"] in waves]


def test_a_publication_of_before_says_nothing_across_a_break_that_it_did_not_know():
    content = copy.deepcopy(staff_series()[-1])
    before = [one["wave"]["key"] for one in staff_series()[:4]]
    assert leads(content, before)
    kept = kept_apart(content, [row(measure=code, waves=before) for code in (CODE, ITEM)])
    assert not leads(kept, before)
    assert [one["measure"] for one in kept["breaks"]] == [CODE, ITEM]
    others = [one for one in content["changes"] if one["measure"] not in {CODE, ITEM}]
    assert [one for one in kept["changes"] if one["measure"] not in {CODE, ITEM}] == others
    assert content == staff_series()[-1]
    assert kept["estimates"] == content["estimates"]


def test_what_was_never_compared_with_a_wave_does_not_say_so_where_that_is_taken_back():
    content = staff_series()[-1]
    since = content["changes"][0]["since"]
    assert without_waves(content, [since])[WAS_COMPARED]
    alone = content | {"changes": [one for one in content["changes"] if one["since"] != since]}
    assert not without_waves(alone, [since])[WAS_COMPARED]
