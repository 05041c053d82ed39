"""A wave that asks halves in different words holds both versions, and each half sees its own."""

from dataclasses import replace

import pytest

from questionnaires.answers import decode_answers, encode_answers
from questionnaires.arms import arm, arm_of, in_arm, without_arm
from questionnaires.errors import AnswerError, OverlapError
from questionnaires.identity import identities, same
from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED, NOT_ASKED, Block, Condition, Questionnaire
from questionnaires.overlap import both_wordings
from questionnaires.parts import part_places, parts_asked
from tests.builders_questionnaire import a_questionnaire, a_scale, an_index, an_item, graded, text
from tests.first_versions import first_versions
from tests.reworded_version import a_second_version, in_other_words

OLD = load_library(first_versions()).questionnaire("verdipuls.main")


NEW = in_other_words(OLD, "vp.apn.1", "vp.apn.2")
BOTH = both_wordings(OLD, NEW)


def test_an_item_in_other_words_stands_twice_at_the_same_place():
    ids = [item.id for item in BOTH.items]
    expected = []
    for item in NEW.items:
        twice = item.id in {"vp.apn.1", "vp.apn.2"}
        expected += [f"{item.id}@1", f"{item.id}@2"] if twice else [item.id]
    assert ids == expected == list(BOTH.form.items)
    assert BOTH.item("vp.apn.1@1").text == OLD.item("vp.apn.1").text
    assert BOTH.item("vp.apn.1@2").text == NEW.item("vp.apn.1").text


def test_what_is_made_of_it_stands_twice_and_the_rest_once():
    scales = {scale.code: scale for scale in BOTH.scales}
    assert [code for code in scales if "@" in code] == ["APN@1", "APN-kjerne@1"]
    assert scales["APN"].items[:3] == ("vp.apn.1@2", "vp.apn.2@2", "vp.apn.3")
    assert scales["APN@1"].items[:3] == ("vp.apn.1@1", "vp.apn.2@1", "vp.apn.3")
    assert scales["TRY"] == next(one for one in OLD.scales if one.code == "TRY")
    indices = {index.code: index for index in BOTH.indices}
    assert {code for code in indices if "@" in code} == {"KI@1", "KI-kjerne@1"}
    assert indices["KI"] == next(one for one in NEW.indices if one.code == "KI")
    assert set(indices["KI@1"].parts) == {"TRY", "APN@1", "NYT"}


def test_each_half_is_asked_what_its_version_asks():
    for number, version in ((1, OLD), (2, NEW)):
        asked = arm(BOTH, number)
        assert [without_arm(item.id) for item in asked.items] == [one.id for one in version.items]
        assert [one.text for one in asked.items] == [one.text for one in version.items]
        assert in_arm(BOTH.columns, number) == asked.columns
        assert len(asked.indices) == len(version.indices)
    assert {index.code for index in arm(BOTH, 2).indices} == {one.code for one in NEW.indices}


def test_measures_of_a_half_have_the_names_of_its_version():
    found = identities(BOTH)
    for code, name in identities(OLD).items():
        old = {"vp.apn.1": "vp.apn.1@1", "vp.apn.2": "vp.apn.2@1"}.get(code, f"{code}@1")
        old = "KI@1-lik" if code == "KI-lik" else old
        assert same(found.get(old, found.get(code)), name)
    for code, name in identities(NEW).items():
        new = f"{code}@2" if code in {"vp.apn.1", "vp.apn.2"} else code
        assert same(found[new], name)


def test_options_that_changed_under_their_name_are_kept_apart():
    other = graded("enig5", 1, 5)
    new = replace(NEW, options=NEW.options | {"enig5": other})
    both = both_wordings(OLD, new)
    assert both.option_set("vp.apn.1@1").options == OLD.options["enig5"].options
    assert both.option_set("vp.apn.1@2") == other
    assert both.option_set("vp.apn.1@1").id == "enig5@1"


def test_old_words_under_another_stem_stand_under_their_own():
    def under(stem, form):
        blocks = (Block(stem, form.form.items, None),)
        return replace(form, form=replace(form.form, blocks=blocks))

    old = a_questionnaire([an_item("a.1")], [a_scale("A", "a.1")], [an_index("A")])
    both = both_wordings(under(text("Før"), old), under(text("Nå"), old))
    assert [(block.stem, block.items) for block in both.form.blocks] == [
        (text("Før"), ("a.1@1",)),
        (text("Nå"), ("a.1@2",)),
    ]
    assert [block.stem for block in arm(both, 1).form.blocks] == [text("Før")]


def test_a_frozen_questionnaire_of_both_is_read_back():
    assert Questionnaire.from_json(BOTH.to_json()) == BOTH


@pytest.mark.parametrize(
    ("name", "number", "plain"),
    [
        ("vp.apn.1@1", 1, "vp.apn.1"),
        ("om.fil.3@2:7", 2, "om.fil.3:7"),
        ("KI@1-lik", 1, "KI-lik"),
        ("vp.apn.1", None, "vp.apn.1"),
    ],
)
def test_the_arm_is_told_by_the_name(name, number, plain):
    assert (arm_of(name), without_arm(name)) == (number, plain)


def test_an_overlap_that_cannot_link_is_refused_with_its_reason():
    small = a_questionnaire(
        [an_item("a.1"), an_item("a.2")], [a_scale("A", "a.1", "a.2")], [an_index("A")]
    )
    fewer = a_questionnaire([an_item("a.1")], [a_scale("A", "a.1")], [an_index("A")])
    with pytest.raises(OverlapError, match=r"every question alike"):
        both_wordings(small, small)
    with pytest.raises(OverlapError, match=r"a\.2 stands in A of one version alone"):
        both_wordings(small, in_other_words(fewer, "a.1"))
    item = replace(an_item("a.2"), filter=(Condition("a.1", ("1",), negate=False),))
    filtered = replace(small, items=(small.items[0], item))
    with pytest.raises(OverlapError, match=r"a\.1 decides who is asked"):
        both_wordings(filtered, in_other_words(filtered, "a.1"))


def test_a_question_that_no_scale_holds_may_be_added_or_go():
    old = a_questionnaire(
        [an_item("a.1"), an_item("gone.1")], [a_scale("A", "a.1")], [an_index("A")]
    )
    new = a_questionnaire(
        [an_item("a.1"), an_item("come.1")], [a_scale("A", "a.1")], [an_index("A")]
    )
    both = both_wordings(old, in_other_words(new, "a.1"))
    assert both.form.items == ("a.1@1", "a.1@2", "come.1")
    assert arm_of("come.1") is None


@pytest.fixture
def second_version(tmp_path):
    """The content with a second version of Verdipuls, in which one item has other words."""
    return a_second_version(tmp_path / "content")


def test_a_form_is_asked_in_both_versions_of_its_instrument(second_version):
    library = load_library(second_version)
    assert library.earlier("verdipuls.k1") == ("v1",)
    both = library.questionnaire("verdipuls.k1", overlap="v1")
    assert {item.id for item in both.items if arm_of(item.id)} == {"vp.try.1@1", "vp.try.1@2"}
    assert both.item("vp.try.1@1").text == OLD.item("vp.try.1").text
    assert arm(both, 2).items[0].version == 2
    with pytest.raises(OverlapError, match=r"«v3» is no earlier version of what .* there are v1"):
        library.questionnaire("verdipuls.k1", overlap="v3")
    with pytest.raises(OverlapError, match=r"there is only one"):
        library.questionnaire("omdomme", overlap="v1")


def test_an_earlier_version_whose_scale_had_another_item_is_no_overlap(second_version):
    instrument = second_version / "instruments/verdipuls/v2/instrument.toml"
    text = instrument.read_text(encoding="utf-8")
    items = 'items = ["vp.try.1", "vp.try.3"]'
    instrument.write_text(text.replace(items, 'items = ["vp.try.1", "vp.try.2", "vp.try.3"]'))
    library = load_library(second_version)
    with pytest.raises(OverlapError, match=r"vp\.try\.2 stands in TRY-kjerne of one version"):
        library.questionnaire("verdipuls.main", overlap="v1")


def test_a_half_answers_its_own_words_and_nothing_of_the_other():
    codes = {item.id: ["4"] for item in arm(BOTH, 1).items if item.options == "enig5"}
    values = dict(zip(BOTH.columns, encode_answers(BOTH, codes, arm=1), strict=True))
    assert (values["vp.apn.1@1"], values["vp.apn.1@2"], values["vp.try.1"]) == (4, NOT_ASKED, 4)
    assert decode_answers(BOTH, tuple(values.values()))["vp.apn.1@1"] == ("4",)
    with pytest.raises(AnswerError, match=r"only others are asked this"):
        encode_answers(BOTH, codes, arm=2)
    with pytest.raises(AnswerError, match=r"it is not told which"):
        encode_answers(BOTH, {})
    blank = encode_answers(BOTH, {}, arm=2)
    assert dict(zip(BOTH.columns, blank, strict=True))["vp.apn.1@2"] == NOT_ANSWERED
    assert parts_asked(part_places(BOTH), blank) == (2,)


def test_stored_answers_of_both_halves_are_none_that_can_be_answered():
    both = [NOT_ANSWERED] * len(BOTH.columns)
    with pytest.raises(AnswerError, match=r"none that can be answered"):
        decode_answers(BOTH, both)
