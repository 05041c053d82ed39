"""A questionnaire as bytes, its name, and what a new version does to the indices."""

import json
from dataclasses import replace

import pytest

from questionnaires.both_sets import both_sets
from questionnaires.canonical import UnreadableError
from questionnaires.differences import index_differences
from questionnaires.errors import OverlapError
from questionnaires.halves import asked_before
from questionnaires.identity import identities, same
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from questionnaires.overlap import both_wordings

LIBRARY = load_library()
PULSE = LIBRARY.questionnaire("verdipuls.k2")
MAIN = LIBRARY.questionnaire("verdipuls.main")


@pytest.mark.parametrize("form", sorted(LIBRARY.forms))
def test_a_frozen_questionnaire_comes_back_whole(form):
    q = LIBRARY.questionnaire(form)
    again = Questionnaire.from_json(q.to_json())
    assert again == q
    assert again.to_json() == q.to_json()
    assert again.hash == q.hash


def test_a_stored_questionnaire_is_read_once():
    stored = PULSE.to_json()
    assert Questionnaire.from_json(stored) is Questionnaire.from_json(bytes(bytearray(stored)))


def test_the_name_follows_the_content():
    item = replace(PULSE.items[0], version=2)
    changed = replace(PULSE, items=(item, *PULSE.items[1:]))
    assert PULSE.hash.startswith("sha256:")
    assert len(PULSE.hash) == 71
    assert changed.hash != PULSE.hash


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("form", "minutes"), "two", "Questionnaire.form.minutes holds a str"),
        (("form", "kind"), "daily", "Questionnaire.form.kind holds a str"),
        (("items", 0, "core"), None, "Questionnaire.items[0].core holds a NoneType"),
        (("indices", 0, "parts"), [], "Questionnaire.indices[0].parts holds a list"),
        (("scales", 0, "min_answered"), True, "Questionnaire.scales[0].min_answered holds a bool"),
        (("strategy_revision",), None, "Questionnaire.strategy_revision holds a NoneType"),
    ],
)
def test_a_spoilt_questionnaire_is_refused_with_the_place(path, value, sentence):
    plain = json.loads(PULSE.to_json())
    inner = plain
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(UnreadableError) as caught:
        Questionnaire.from_json(json.dumps(plain).encode())
    assert str(caught.value).startswith(sentence)


def test_an_unknown_field_and_a_truncated_file_are_refused():
    plain = json.loads(PULSE.to_json())
    plain["extra"] = 1
    with pytest.raises(UnreadableError, match="missing or unknown fields: extra"):
        Questionnaire.from_json(json.dumps(plain).encode())
    with pytest.raises(UnreadableError, match="not valid JSON"):
        Questionnaire.from_json(PULSE.to_json()[:-1])


def test_an_item_and_its_options_are_found_by_id():
    assert PULSE.item("vp.sik.3").reversed
    assert PULSE.option_set("vp.amb.1").values == tuple(range(11))
    assert PULSE.option_set(PULSE.item("vp.sik.1")).id == "enig5"
    with pytest.raises(KeyError):
        PULSE.item("vp.apn.2")


def test_the_library_is_read_once():
    assert load_library() is load_library()


def effects(old, new):
    return {difference.code: difference.effect for difference in index_differences(old, new)}


def reworded(q, item_id):
    items = tuple(
        replace(item, version=2, text={"nb": "Ny", "nn": "Ny", "en": "New"})
        if item.id == item_id
        else item
        for item in q.items
    )
    return replace(q, items=items)


def rescaled(q, code, items):
    scales = tuple(replace(one, items=items) if one.code == code else one for one in q.scales)
    return replace(q, scales=scales)


def test_the_same_questionnaire_changes_no_index():
    assert set(effects(MAIN, MAIN).values()) == {"unchanged"}


def test_a_new_wording_asks_for_a_split_ballot_in_the_indices_it_belongs_to():
    found = {one.code: one for one in index_differences(MAIN, reworded(MAIN, "vp.try.2"))}
    assert found["KI"].effect == "reworded"
    assert found["KI"].reworded == ("vp.try.2",)
    # One item of fifteen is new: 14/15 of the weight stands.
    assert found["KI"].unchanged_share == pytest.approx(14 / 15)
    assert "case A" in found["KI"].needs or "(A)" in found["KI"].needs
    assert found["KI-kjerne"].effect == found["AAI"].effect == "unchanged"


def test_a_scale_that_a_pulse_asks_without_its_index_is_told_of_by_itself():
    pulse = load_library().questionnaire("verdipuls.k1")
    assert effects(pulse, reworded(pulse, "vp.apn.2")) == {
        "KI-kjerne": "unchanged", "AMB": "unchanged", "APN": "reworded", "NYT": "unchanged",
    }  # fmt: skip
    # beside its index it is told of with that, also where only one version has the index
    alone = replace(MAIN, indices=tuple(one for one in MAIN.indices if one.code != "KI"))
    assert effects(MAIN, alone) == effects(MAIN, MAIN) | {"KI": "ended"}


def test_a_dropped_item_asks_for_both_sets_once():
    shorter = rescaled(MAIN, "NYT", ("vp.nyt.1", "vp.nyt.2", "vp.nyt.3", "vp.nyt.5"))
    found = {one.code: one for one in index_differences(MAIN, shorter)}
    assert found["KI"].effect == "recomposed"
    assert found["KI"].removed == ("vp.nyt.4",)
    assert found["KI-kjerne"].effect == "unchanged"


def test_an_item_that_goes_from_one_scale_of_an_index_to_another_asks_for_both_sets_once():
    new = rescaled(MAIN, "TRY", ("vp.try.1", "vp.try.3", "vp.try.4", "vp.try.5"))
    apn = next(one.items for one in MAIN.scales if one.code == "APN")
    new = rescaled(new, "APN", (*apn, "vp.try.2"))
    found = {one.code: one for one in index_differences(MAIN, new)}
    assert (found["KI"].effect, found["KI"].added, found["KI"].removed) == ("recomposed", (), ())
    scales, items = ({one.code: one for one in MAIN.scales}, {one.id: one for one in MAIN.items})
    both = both_sets(new, scales, items, MAIN.options)
    assert both.form == new.form  # everybody is asked both sets already
    assert same(asked_before(both)["KI"], identities(MAIN)["KI"])
    assert effects(MAIN, reworded(new, "vp.sik.1"))["KI"] == "mixed"


def test_another_share_that_must_be_answered_breaks_the_indices_of_the_scale():
    scales = tuple(
        replace(one, min_answered=0.8) if one.code == "NYT" else one for one in MAIN.scales
    )
    found = effects(MAIN, replace(MAIN, scales=scales))
    assert found["KI"] == "rescored"
    assert found["KI-kjerne"] == "unchanged"


def test_other_weights_are_told():
    indices = tuple(
        replace(one, parts={"TRY": 0.5, "APN": 0.25, "NYT": 0.25}) if one.code == "KI" else one
        for one in MAIN.indices
    )
    assert effects(MAIN, replace(MAIN, indices=indices))["KI"] == "reweighted"


def test_an_index_that_comes_or_goes_is_told():
    fewer = replace(MAIN, indices=MAIN.indices[1:])
    assert effects(MAIN, fewer)[MAIN.indices[0].code] == "ended"
    assert effects(fewer, MAIN)[MAIN.indices[0].code] == "new"


@pytest.mark.parametrize("revision", ["2021-1", "2027-1"])
def test_what_halves_can_link_is_told_as_that_in_a_new_strategy_too(revision):
    new = replace(MAIN, strategy_revision=revision)
    for item in ("vp.sik.1", "vp.sik.2", "vp.sik.3"):
        new = reworded(new, item)
    # two of five items stand: the halves of one wave tell all the same what the words did
    assert effects(MAIN, new)["SIK"] == "reworded"
    assert {"SIK", "SIK@1"} <= {one.code for one in both_wordings(MAIN, new).indices}


def test_words_and_items_that_change_at_once_are_told_as_what_no_wave_asks_both_ways():
    new = rescaled(MAIN, "NYT", ("vp.nyt.1", "vp.nyt.2", "vp.nyt.3", "vp.nyt.5"))
    new = reworded(new, "vp.sik.2")
    found = effects(MAIN, new)
    assert (found["KI"], found["SIK"], found["AAI"]) == ("mixed", "mixed", "unchanged")
    with pytest.raises(OverlapError, match="one of the two changes in a version of its own"):
        both_wordings(MAIN, new)


@pytest.mark.parametrize("more", [(), ("om.pla.2", "om.evn.1")])
def test_a_question_that_decides_who_is_asked_others_is_told_as_what_no_wave_asks_both_ways(more):
    public = load_library().questionnaire("omdomme")
    new = reworded(public, "om.fil.3")
    for name in more:
        new = reworded(new, name)
    found = effects(public, new)
    assert (found["PLA"], found["OI"]) == ("decided", "decided")
    assert found["TI"] == ("decided" if more else "unchanged")
    with pytest.raises(OverlapError, match=r"om\.fil\.3 decides who is asked"):
        both_wordings(public, new)
    # a background question, which is no measure, decides as well
    with pytest.raises(OverlapError, match=r"d\.arbeid decides who is asked"):
        both_wordings(public, reworded(reworded(public, "d.arbeid"), "om.evn.1"))


@pytest.mark.parametrize("change", ["words", "items"])
def test_what_a_divided_form_changes_is_told_as_what_no_wave_leads_on(change):
    new = reworded(MAIN, "vp.try.2")
    if change == "items":
        new = rescaled(MAIN, "NYT", ("vp.nyt.1", "vp.nyt.2", "vp.nyt.3", "vp.nyt.5"))
    blocks = tuple(
        replace(one, module=name)
        for one, name in zip(MAIN.form.blocks, ("", "", "a", "b"), strict=False)
    )
    divided = replace(new, form=replace(new.form, blocks=blocks))
    found = effects(MAIN, divided)
    # Library.questionnaire refuses to ask both versions of such a form
    assert (found["KI"], found["AMB"]) == ("divided", "unchanged")


def test_other_items_beside_another_share_to_answer_are_told_as_what_no_wave_asks_both_ways():
    new = rescaled(MAIN, "NYT", ("vp.nyt.1", "vp.nyt.2", "vp.nyt.3", "vp.nyt.5"))
    scales = tuple(
        replace(one, min_answered=1.0) if one.code == "SIK" else one for one in new.scales
    )
    new = replace(new, scales=scales)
    found = effects(MAIN, new)
    assert (found["KI"], found["SIK"]) == ("mixed", "rescored")
    before = {one.code: one for one in MAIN.scales}
    with pytest.raises(OverlapError, match="SIK has the same items and another share"):
        both_sets(new, before, {one.id: one for one in MAIN.items}, {})


def test_other_words_link_no_index_with_a_scale_of_which_another_share_must_be_answered():
    new = reworded(MAIN, "vp.try.1")
    for code, told in (("SIK", "reworded"), ("APN", "mixed")):
        scales = tuple(
            replace(one, min_answered=1.0) if one.code == code else one for one in new.scales
        )
        assert effects(MAIN, replace(new, scales=scales))["KI"] == told


@pytest.mark.parametrize("change", ["words", "items"])
def test_other_weights_besides_other_questions_are_told_as_what_no_wave_leads_on(change):
    new = reworded(MAIN, "vp.try.2")
    if change == "items":
        new = rescaled(MAIN, "NYT", ("vp.nyt.1", "vp.nyt.2", "vp.nyt.3", "vp.nyt.5"))
    told = {"words": "reworded", "items": "recomposed"}[change]
    assert effects(MAIN, new)["KI"] == told
    heavier = tuple(
        replace(one, parts={"TRY": 0.5, "APN": 0.25, "NYT": 0.25}) if one.code == "KI" else one
        for one in MAIN.indices
    )
    weighed = replace(new, indices=heavier)
    assert effects(MAIN, weighed)["KI"] == "broken"
    # a wave asks what was asked before by the indices of now (`Library.in_version`): it leads from
    # the old questions in the new weights, and no wave of before has been that
    then = replace(MAIN, indices=heavier)
    items, scales = {one.id: one for one in MAIN.items}, {one.code: one for one in MAIN.scales}
    both = (
        both_wordings(then, weighed)
        if change == "words"
        else both_sets(weighed, scales, items, MAIN.options)
    )
    assert not same(asked_before(both)["KI"], identities(MAIN)["KI"])


def test_an_index_of_other_scales_is_told_as_what_no_wave_leads_on():
    indices = tuple(
        replace(one, parts={"TRY": 0.5, "APN": 0.5}) if one.code == "KI" else one
        for one in MAIN.indices
    )
    found = {one.code: one for one in index_differences(MAIN, replace(MAIN, indices=indices))}
    assert found["KI"].effect == "broken"
    assert "made of other scales" in found["KI"].needs
    with pytest.raises(OverlapError):
        both_wordings(MAIN, replace(MAIN, indices=indices))
