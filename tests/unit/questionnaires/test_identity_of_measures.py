"""What stood behind a figure has a name: it moves with what people were asked, and with no more."""

from dataclasses import replace

import pytest

from questionnaires.identity import (
    Discontinuity,
    breaks_in,
    first_intros,
    identities,
    item_identities,
    makeups,
    same,
)
from questionnaires.loader import load_library

LIBRARY = load_library()
MAIN, PULSE = LIBRARY.questionnaire("verdipuls.main"), LIBRARY.questionnaire("verdipuls.k1")
NOW = identities(MAIN)
OF_TRY_1 = {"vp.try.1", "TRY", "TRY-kjerne", "KI", "KI-kjerne", "KI-lik", "KI-kjerne-lik"}
A, B = {"nb": "a", "en": "a"}, {"nb": "b", "en": "a"}


def changed(questionnaire):
    found = identities(questionnaire)
    return {code for code in NOW if not same(NOW[code], found.get(code))}


def item(name, **fields):
    """The main form with an item that is put to people otherwise."""
    items = tuple(replace(one, **fields) if one.id == name else one for one in MAIN.items)
    return replace(MAIN, items=items)


def words(name, tag):
    return {**MAIN.item(name).text, tag: "Noe annet."}


def test_every_measure_has_a_name_in_every_language():
    codes = {one.code for one in (*MAIN.indices, *MAIN.scales)}
    codes |= {one.id for one in MAIN.items if one.purpose != "background"}
    assert codes <= NOW.keys()
    assert {tuple(one) for one in NOW.values()} == {("nb", "nn", "en")}


def test_a_pulse_asks_the_core_as_a_main_wave_does():
    pulse = identities(PULSE)
    assert all(same(NOW[code], pulse[code]) for code in pulse.keys() & NOW.keys())
    assert "KI-kjerne" in pulse


@pytest.mark.parametrize(
    "fields",
    [
        {"text": words("vp.try.1", "nb")},
        {"text": words("vp.try.1", "en")},
        {"help": {"nb": "Tenk på det siste året."}},
        {"options": "inntrykk5"},
        {"reversed": True},
        {"version": 2},
    ],
    ids=["words", "one language", "help", "options", "direction", "version"],
)
def test_what_an_item_is_asked_with_names_it_and_all_that_it_is_part_of(fields):
    form = item("vp.try.1", **fields)
    form = replace(form, options=MAIN.options | {"inntrykk5": LIBRARY.options["inntrykk5"]})
    assert changed(form) == OF_TRY_1 & NOW.keys()


def test_whoever_is_asked_by_other_words_is_somebody_else():
    public = LIBRARY.questionnaire("omdomme")

    def with_version(name, version):
        items = tuple(
            replace(one, version=version) if one.id == name else one for one in public.items
        )
        return identities(replace(public, items=items))

    now = identities(public)
    again = with_version("om.fil.3", 2)
    followed = {code for code in now if not same(now[code], again[code])}
    # the channels that were used decide who is asked of platforms
    assert {"om.fil.3", "om.pla.1", "om.pla.4", "PLA", "OI"} <= followed
    assert not {"om.pla.1", "PLA"} & {
        code for code, found in again.items() if same(found, with_version("om.fil.3", 3)[code])
    }
    assert not {"TI", "om.evn.1", "om.fil.1"} & followed
    # and what they say is as it was: that alone is told (`survey_app.publications.breaks`)
    reworded = replace(
        public,
        items=tuple(
            replace(one, version=2) if one.id == "om.fil.3" else one for one in public.items
        ),
    )
    before, after = makeups(public)["om.pla.1"], makeups(reworded)["om.pla.1"]
    assert before.words == after.words
    assert before.whom != after.whom
    # what the agency asks of somebody's work is no measure, and decides all the same
    assert not same(now["ea.2"], with_version("d.arbeid", 2)["ea.2"])


def test_another_label_of_an_answer_is_another_question():
    options = LIBRARY.options["enig5"]
    first = replace(options.options[0], label={**options.options[0].label, "nb": "Uenig"})
    form = replace(
        MAIN,
        options=MAIN.options | {"enig5": replace(options, options=(first, *options.options[1:]))},
    )
    assert {"vp.try.1", "KI", "SIK"} <= changed(form)
    assert "vp.amb.1" not in changed(form)


def test_other_weights_name_the_index_and_leave_its_scales():
    indices = tuple(
        replace(one, parts={"TRY": 0.5, "APN": 0.25, "NYT": 0.25}) if one.code == "KI" else one
        for one in MAIN.indices
    )
    assert changed(replace(MAIN, indices=indices)) == {"KI"}


def test_an_item_that_is_left_out_names_the_scale():
    scales = tuple(
        replace(one, items=one.items[:-1]) if one.code == "NYT" else one for one in MAIN.scales
    )
    assert changed(replace(MAIN, scales=scales)) == {"NYT", "KI"} | ({"KI-lik"} & NOW.keys())


def test_titles_order_traces_and_strategy_names_nothing():
    indices = tuple(replace(one, title={"nb": "Noe annet"}) for one in MAIN.indices)
    items = tuple(replace(one, statements=(), tradition="X") for one in MAIN.items)
    form = replace(MAIN, indices=indices, items=items[::-1], strategy_revision="2027-1")
    assert changed(form) == set()


def test_a_language_that_comes_later_breaks_nothing():
    items = tuple(replace(one, text={**one.text, "se": "Dovdameahttun"}) for one in MAIN.items)
    form = replace(MAIN, items=items)
    assert changed(form) == set()
    assert "se" in identities(form)["KI"]


@pytest.mark.parametrize("one", [None, {}, {"nn": "a"}])
def test_what_is_not_known_is_not_the_same(one):
    assert not same(one, A)
    assert not same(A, one)
    assert not same(one, one if one == {} else None)


def test_a_series_breaks_where_a_wave_asked_otherwise():
    assert breaks_in([]) == breaks_in([("w1", A), ("w2", A)]) == ()
    assert breaks_in([("w1", A), ("w2", A), ("w3", B), ("w4", B)]) == (
        Discontinuity("w2", "w3", ("w1", "w2")),
    )
    # back to the words of before: like is held beside like again
    assert breaks_in([("w1", A), ("w2", B), ("w3", A)]) == (
        Discontinuity("w1", "w2", ()),
        Discontinuity("w2", "w3", ("w2",)),
    )
    assert breaks_in([("w1", A), ("w2", None)]) == (Discontinuity("w1", "w2", ("w1",)),)


def under(**said):
    """The main form with this before its first block, by language."""
    first, *rest = MAIN.form.blocks
    form = replace(MAIN.form, blocks=(replace(first, intro=said or None), *rest))
    return replace(MAIN, form=form)


YEAR = under(nb="De siste 12 månedene.", nn="Dei siste 12 månadene.", en="The past 12 months.")
MONTHS = under(nb="De siste 3 månedene.", nn="Dei siste 3 månadene.", en="The past 3 months.")
FIRST_BLOCK = set(MAIN.form.blocks[0].items)


def like_year(form):
    """The codes that a wave asks as an earlier one under `YEAR`, and its items that it does not."""
    first = first_intros([YEAR])
    then, now = identities(YEAR, first), identities(form, first)
    unlike = {code for code in then if not same(then[code], now[code])}
    return then.keys() - unlike, unlike & set(form.form.items)


@pytest.mark.parametrize(
    "form",
    [MONTHS, under(), under(**YEAR.form.blocks[0].intro | {"nn": "Dei siste 3 månadene."})],
    ids=["other words", "none", "one language"],
)
def test_what_stands_before_questions_is_part_of_them_where_it_is_not_what_it_was(form):
    alike, unlike = like_year(form)
    assert unlike == FIRST_BLOCK
    assert {"TRY", "KI", "KI-lik"} & alike == set()
    assert "AAI" in alike


def test_what_stood_there_first_names_nothing_so_that_what_was_published_keeps_its_name():
    assert identities(YEAR, first_intros([YEAR, MONTHS])) == identities(YEAR) == NOW
    assert identities(MONTHS, first_intros([])) == NOW
    assert like_year(YEAR)[1] == set()


def test_words_that_come_back_are_the_same_again_and_a_new_language_is_no_change():
    first = first_intros([YEAR, MONTHS])
    assert same(identities(MONTHS, first)["KI"], identities(MONTHS, first)["KI"])
    assert identities(YEAR, first)["KI"] == NOW["KI"]
    old = replace(YEAR, items=tuple(
        replace(one, text={"nb": one.text["nb"]}) for one in YEAR.items
    ))  # fmt: skip
    later = first_intros([old, YEAR])
    assert same(identities(old, later)["KI"], identities(YEAR, later)["KI"])
    assert not same(identities(MONTHS, later)["KI"], identities(YEAR, later)["KI"])


def test_a_question_that_makes_groups_is_named_with_what_stands_before_it():
    first = first_intros([YEAR])
    then, now = item_identities(YEAR, first), item_identities(MONTHS, first)
    assert {name for name in then if not same(then[name], now[name])} == FIRST_BLOCK


FILTER, BEHIND = "om.fil.3", {"om.pla.1", "om.pla.2", "om.pla.3", "om.pla.4"}
OUTSIDE = LIBRARY.questionnaire("omdomme")


def defined(**more):
    """The form for the public with other words before the questions that its filters look at."""
    blocks = tuple(
        replace(block, intro={**block.intro, **more}) if FILTER in block.items else block
        for block in OUTSIDE.form.blocks
    )
    return replace(OUTSIDE, form=replace(OUTSIDE.form, blocks=blocks))


def test_who_is_asked_by_an_answer_under_another_text_is_somebody_else():
    first = first_intros([OUTSIDE])
    then, other = (identities(one, first) for one in (OUTSIDE, defined(nb="Noe annet.")))
    assert {code for code in BEHIND if not same(then[code], other[code])} == BEHIND
    assert not same(then["PLA"], other["PLA"])
    # in the language in which it changed, and it comes back
    assert {tag for tag in ("nb", "nn", "en") if then["PLA"][tag] != other["PLA"][tag]} == {"nb"}
    assert identities(OUTSIDE, first) == identities(OUTSIDE)


def test_that_others_are_asked_is_told_apart_from_other_words_of_an_item():
    first = first_intros([OUTSIDE])
    made = [makeups(one, first) for one in (OUTSIDE, defined(nb="Noe annet."))]
    before, since = (one["om.pla.1"] for one in made)
    assert before.words == since.words
    assert before.whom != since.whom
    assert made[0] == makeups(OUTSIDE)
    before, since = (one[FILTER] for one in made)
    assert before.words != since.words
    assert before.whom == since.whom
