"""A wave that goes over other items of a scale asks everybody the items of both, each once."""

from dataclasses import replace

import pytest

from questionnaires.arms import NEW, OLD, has_arms, has_both
from questionnaires.both_sets import both_sets, recomposed, rescored
from questionnaires.errors import OverlapError
from questionnaires.halves import asked_before, asked_now, in_words_of, touched_by_words
from questionnaires.identity import first_intros, identities, same
from questionnaires.loader import load_library
from questionnaires.model import Block, Condition, Questionnaire
from questionnaires.parts import part_numbers
from tests.builders_questionnaire import an_item, text
from tests.first_versions import first_versions

LIBRARY = load_library(first_versions())
OLD_FORM = LIBRARY.questionnaire("verdipuls.main")
GONE, CAME = "vp.nyt.4", "vp.nyt.6"
ITEMS = ("vp.nyt.1", "vp.nyt.2", "vp.nyt.3", "vp.nyt.5")


def with_other_items(form: Questionnaire) -> Questionnaire:
    """One item is taken out of a scale, and another one comes in at its end."""
    came = replace(form.item("vp.nyt.5"), id=CAME, text=text("Her får nye ideer en sjanse."))
    blocks = tuple(
        replace(
            block,
            items=tuple(
                name
                for one in block.items
                for name in ((one, CAME) if one == "vp.nyt.5" else (one,))
                if name != GONE
            ),
        )
        for block in form.form.blocks
    )
    items = {one.id: one for one in (*form.items, came)}
    asked = tuple(name for block in blocks for name in block.items)
    scales = tuple(
        replace(one, items=(*ITEMS, CAME)) if one.code == "NYT" else one for one in form.scales
    )
    return replace(
        form,
        form=replace(form.form, blocks=blocks),
        items=tuple(items[name] for name in asked),
        scales=scales,
    )


def scales(form):
    return {one.code: one for one in form.scales}


def items(form):
    return {one.id: one for one in form.items}


NEW_FORM = with_other_items(OLD_FORM)
BOTH = both_sets(NEW_FORM, scales(OLD_FORM), items(OLD_FORM), LIBRARY.options)


def test_everybody_is_asked_the_items_of_both_and_nothing_before_them_moves():
    expected = []
    for item in NEW_FORM.items:
        expected += [item.id, GONE] if item.id == "vp.nyt.5" else [item.id]
    assert [item.id for item in BOTH.items] == list(BOTH.form.items) == expected
    assert has_both(BOTH)
    assert not has_arms(BOTH)
    assert part_numbers(BOTH) == ()


def test_the_scale_and_what_is_made_of_it_stand_twice():
    assert recomposed(scales(OLD_FORM), NEW_FORM.scales) == ("NYT",)
    assert scales(BOTH)["NYT"].items == (*ITEMS, CAME)
    assert scales(BOTH)["NYT@1"].items == scales(OLD_FORM)["NYT"].items
    indices = {one.code: one for one in BOTH.indices}
    assert {code for code in indices if "@" in code} == {"KI@1"}
    assert set(indices["KI@1"].parts) == {"TRY", "APN", "NYT@1"}


def test_another_rule_of_who_has_a_score_is_asked_of_nobody_in_two_ways():
    stricter = [replace(one, min_answered=0.8) for one in OLD_FORM.scales if one.code == "NYT"]
    assert recomposed(scales(OLD_FORM), stricter) == ()
    assert rescored(scales(OLD_FORM), stricter) == ("NYT",)
    ruled = replace(OLD_FORM, scales=tuple(stricter))
    with pytest.raises(OverlapError, match="NYT has the same items") as refused:
        both_sets(ruled, scales(OLD_FORM), items(OLD_FORM), LIBRARY.options)
    assert (refused.value.hinders, refused.value.items) == ("rule", ("NYT",))


def test_each_version_is_read_as_a_wave_that_asks_it_alone():
    before, after = identities(OLD_FORM), identities(NEW_FORM)
    touched = touched_by_words(BOTH)
    assert (touched.items, touched.scales) == (frozenset(), {"NYT"})
    assert touched.indices == {"KI"}
    assert all(same(asked_before(BOTH)[code], before[code]) for code in ("NYT", "KI"))
    assert all(same(asked_now(BOTH)[code], after[code]) for code in after)
    # what is out of the scale was asked all the same, and its own series goes on
    assert same(asked_now(BOTH)[GONE], before[GONE])
    for number, version in ((OLD, OLD_FORM), (NEW, NEW_FORM)):
        read = in_words_of(BOTH, number)
        assert scales(read) == scales(version)
        assert {one.code: one for one in read.indices} == {one.code: one for one in version.indices}


def test_a_frozen_questionnaire_of_both_sets_is_read_back():
    assert Questionnaire.from_json(BOTH.to_json()) == BOTH


def test_an_item_that_is_answered_otherwise_stands_under_its_own_stem():
    other = replace(LIBRARY.options["enig5"], id="annet5", stem=text("Hvor ofte?"))
    old = items(OLD_FORM)[GONE]
    both = both_sets(
        NEW_FORM, scales(OLD_FORM), items(OLD_FORM) | {GONE: replace(old, options="annet5")},
        LIBRARY.options | {"annet5": other},
    )  # fmt: skip
    [own] = [block for block in both.form.blocks if GONE in block.items]
    assert own == Block(other.stem, (GONE,), None)
    assert list(both.form.items) == list(BOTH.form.items)
    assert both.option_set(GONE).stem == other.stem


def under(intro, form):
    """The form with a text before the block of the scale, of which the scale is a part."""
    blocks = tuple(
        replace(one, intro=intro) if "vp.nyt.5" in one.items else one for one in form.form.blocks
    )
    return replace(form, form=replace(form.form, blocks=blocks))


def test_a_text_before_a_block_stands_before_all_that_the_block_is_parted_into():
    year = text("Tenk på de siste 12 månedene.")
    new, old = under(year, NEW_FORM), under(year, OLD_FORM)
    other = items(OLD_FORM) | {GONE: replace(OLD_FORM.item(GONE), options="inntrykk5")}
    both = both_sets(new, scales(OLD_FORM), other, LIBRARY.options)
    [block] = [one for one in new.form.blocks if one.intro == year]
    first, gone, rest = [one.items for one in both.form.blocks if one.intro == year]
    assert gone == (GONE,)
    assert first + rest == block.items
    # so that nothing that is asked as before is another question in this wave alone
    stood = first_intros([old])
    before, now = identities(old, stood), asked_now(both, stood)
    known = [one for one in rest if one != CAME]
    assert known
    assert all(same(before[one], now[one]) for one in known)


def test_a_scale_that_keeps_no_item_is_asked_behind_what_came_in_its_place():
    old, came = LIBRARY.questionnaire("verdipuls.k1"), "vp.amb.9"
    [scale] = [one for one in old.scales if one.code == "AMB"]
    [gone] = scale.items
    blocks = tuple(
        replace(block, items=tuple(came if one == gone else one for one in block.items))
        for block in old.form.blocks
    )
    new = replace(
        old,
        form=replace(old.form, blocks=blocks),
        items=tuple(
            replace(one, id=came, text=text("Ville du søkt her igjen?")) if one.id == gone else one
            for one in old.items
        ),
        scales=tuple(
            replace(one, items=(came,)) if one.code == "AMB" else one for one in old.scales
        ),
    )
    both = both_sets(new, scales(old), items(old), LIBRARY.options)
    asked = [item.id for item in both.items]
    assert asked.index(gone) == asked.index(came) + 1
    assert [one for one in asked if one != gone] == [item.id for item in new.items]
    assert same(asked_before(both)["AMB"], identities(old)["AMB"])


def test_what_cannot_be_asked_of_everybody_is_refused_with_its_reason():
    with pytest.raises(OverlapError, match="has other items; leave the overlap out"):
        both_sets(OLD_FORM, scales(OLD_FORM), items(OLD_FORM), LIBRARY.options)
    with pytest.raises(OverlapError, match=r"vp\.nyt\.4 was asked of some alone") as refused:
        both_sets(NEW_FORM, scales(OLD_FORM), asked_by("vp.gone.1"), LIBRARY.options)
    assert (refused.value.hinders, refused.value.items) == ("filtered", (GONE,))


def asked_by(item):
    """The items of before, of which the one that is gone was asked by the answer to another."""
    only = (Condition(item, ("1",), negate=False),)
    return items(OLD_FORM) | {GONE: replace(an_item(GONE), filter=only)}


def test_an_item_that_was_asked_by_an_answer_is_asked_by_it_still():
    both = both_sets(NEW_FORM, scales(OLD_FORM), asked_by("vp.nyt.1"), LIBRARY.options)
    [condition] = both.item(GONE).filter
    assert condition.item == "vp.nyt.1"


def test_an_item_that_a_form_asked_of_everybody_is_asked_of_everybody_in_both_sets():
    # its filter looks at a question of another instrument, which this form never asked
    form = LIBRARY.forms["interessent.off"]
    blocks = tuple(
        replace(block, items=tuple(one for one in block.items if one != "om.pla.1"))
        for block in form.blocks
    )
    [short] = [code for code, one in LIBRARY.scales.items() if "om.pla.1" in one.items[3:]]
    less = tuple(one for one in LIBRARY.scales[short].items if one != "om.pla.1")
    first = LIBRARY.versions["interessent"][1]
    second = replace(LIBRARY, versions={**LIBRARY.versions, "interessent": {1: first, 2: first}},
        forms={**LIBRARY.forms, form.id: replace(form, blocks=blocks)},
        scales={**LIBRARY.scales, short: replace(LIBRARY.scales[short], items=less)},
        unfiltered={**LIBRARY.unfiltered, form.id: ()},
    )  # fmt: skip
    both = second.questionnaire(form.id, overlap="v1")
    before = LIBRARY.questionnaire(form.id)
    assert (both.item("om.pla.1").filter, both.item("om.pla.1").note) == ((), None)
    assert same(asked_before(both)[short], identities(before)[short])


def test_an_item_beside_others_that_share_no_stem_stays_without_one():
    other = replace(LIBRARY.options["enig5"], id="annet5")
    beside = {"vp.nyt.5": "annet5"}

    def mixed(form):
        changed = tuple(replace(one, options=beside.get(one.id, one.options)) for one in form.items)
        blocks = tuple(
            replace(block, stem=None if "vp.nyt.5" in block.items else block.stem)
            for block in form.form.blocks
        )
        known = form.options | {"annet5": other}
        return replace(form, form=replace(form.form, blocks=blocks), items=changed, options=known)

    old, new = mixed(OLD_FORM), mixed(NEW_FORM)
    both = both_sets(new, scales(old), items(old), old.options)
    assert same(asked_before(both)["NYT"], identities(old)["NYT"])
    assert same(asked_now(both)["NYT"], identities(new)["NYT"])


@pytest.mark.parametrize(("promised", "told"), [(5, 5), (20, 21)])
def test_the_longer_form_promises_as_long_for_each_question(promised, told):
    new = replace(NEW_FORM, form=replace(NEW_FORM.form, minutes=promised))
    both = both_sets(new, scales(OLD_FORM), items(OLD_FORM), LIBRARY.options)
    # one question more than the newest alone has
    assert both.question_count == new.question_count + 1
    assert both.form.minutes == told
