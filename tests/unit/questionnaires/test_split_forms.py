"""A split form holds a core and modules, of which each person is asked one."""

import json

import pytest
from click.testing import CliRunner

from questionnaires.answers import decode_answers, encode_answers
from questionnaires.errors import AnswerError, OverlapError, QuestionnaireErrors
from questionnaires.identity import identities, same
from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED, NOT_ASKED, Questionnaire
from questionnaires.parts import (
    has_modules,
    is_of_one_part,
    part,
    part_numbers,
    part_places,
    parts_asked,
)
from survey_app.cli import barometer
from tests.split_form import (
    CORE,
    FORM,
    MODULES,
    SAFETY,
    TOML,
    WITHOUT_AN_INDEX,
    WORKPLACE,
    a_split_agency,
    split_questionnaire,
)
from tests.split_form import SIK as ASKED

SPLIT = split_questionnaire()
ALL = {one.id: [SPLIT.option_set(one).options[0].code] for one in SPLIT.items}


@pytest.fixture(scope="module")
def agency(tmp_path_factory):
    return a_split_agency(tmp_path_factory.mktemp("split") / "content")


def own(number, fields=ALL):
    asked = {one.id for one in part(SPLIT, number).items}
    return {name: codes for name, codes in fields.items() if name in asked}


def test_a_form_names_a_core_and_modules(agency):
    asked = load_library(agency).questionnaire(FORM)
    assert asked.form.modules == (SAFETY, WORKPLACE)
    assert [set(one) for one in asked.form.items_by_part] == [
        set(CORE),
        *map(set, MODULES.values()),
    ]
    assert {index.code for index in asked.indices} >= {"KI", "KI-kjerne", "SIK", "AAI", "AMB"}


def test_each_person_sees_the_core_and_one_module_and_is_promised_that_many_questions():
    assert part_numbers(SPLIT) == (1, 2)
    for number, items in enumerate(MODULES.values(), start=1):
        shown = part(SPLIT, number)
        assert tuple(one.id for one in shown.items) == (*CORE, *items) == shown.form.items
        assert shown.question_count == len(CORE) + len(items)
    assert SPLIT.question_count == len(CORE) + 9


def test_each_part_carries_the_indices_that_it_asks_whole():
    found = [{one.code for one in part(SPLIT, number).indices} for number in (None, 1, 2)]
    core, safety, workplace = found
    assert {"KI", "KI-kjerne"} <= core
    assert safety - core == {"SIK"}
    assert workplace - core == {"AAI", "AMB"}


def test_what_a_form_without_modules_is_frozen_as_has_not_changed():
    plain = load_library().questionnaire("verdipuls.main")
    assert b"module" not in plain.to_json()
    assert Questionnaire.from_json(plain.to_json()) == plain
    assert not has_modules(plain)
    assert part_numbers(plain) == ()
    assert part(plain, None) == plain


def test_a_split_form_is_frozen_with_its_modules_and_read_back():
    assert Questionnaire.from_json(SPLIT.to_json()) == SPLIT
    blocks = json.loads(SPLIT.to_json())["form"]["blocks"]
    assert [block.get("module") for block in blocks] == [None, *[SAFETY] * 2, *[WORKPLACE] * 2]


def test_what_another_module_asks_is_stored_as_not_asked():
    places = part_places(SPLIT)
    for number in (1, 2):
        stored = encode_answers(SPLIT, own(number), arm=number)
        assert parts_asked(places, stored) == (number,)
        assert {stored[at] for at in places[3 - number]} == {NOT_ASKED}
        assert NOT_ASKED not in {stored[at] for at in places[number]}
        assert decode_answers(SPLIT, stored).keys() == ALL.keys()
        empty = encode_answers(SPLIT, {}, arm=number)
        assert {empty[at] for at in places[number]} == {NOT_ANSWERED}
        assert parts_asked(places, empty) == (number,)


@pytest.mark.parametrize("arm", [None, 0, 3])
def test_a_ballot_of_no_module_is_refused(arm):
    with pytest.raises(AnswerError, match="not told which part"):
        encode_answers(SPLIT, {}, arm=arm)


def test_answers_to_another_module_are_refused():
    with pytest.raises(AnswerError, match="only others are asked"):
        encode_answers(SPLIT, ALL, arm=1)
    with pytest.raises(AnswerError, match="only others are asked"):
        encode_answers(SPLIT, own(2), arm=1)


def test_stored_answers_are_of_one_module_no_more_and_no_fewer():
    places = part_places(SPLIT)
    one, two = (encode_answers(SPLIT, own(number), arm=number) for number in (1, 2))
    both = [a if a != NOT_ASKED else b for a, b in zip(one, two, strict=True)]
    none = [*one[: len(CORE)], *[NOT_ASKED] * (len(one) - len(CORE))]
    told = [is_of_one_part(SPLIT, places, values) for values in (one, two, both, none)]
    assert told == [True, True, False, False]


def test_modules_and_both_wordings_do_not_go_together(agency):
    with pytest.raises(OverlapError, match="one of several modules"):
        load_library(agency).questionnaire(FORM, overlap="v1")


def listed(*items):
    return ", ".join(f'"{item}"' for item in items)


PLACE = f"forms.toml: {FORM} block module: "
AAM = listed("aa.6", "aa.7", "aa.8")
SIK = listed(*ASKED)
MOVED = TOML.replace(f", {AAM}]", "]").replace(SIK, f"{SIK}, {AAM}")
APART = TOML.replace(listed(*CORE), listed(*CORE, "vp.sik.1")).replace(SIK, listed(*ASKED[1:]))
SPREAD = "put it in one place, or name it in without_indices"
FEW = "«trygghet» asks 2 of the 5 items of SIK, and a module has 3 of a scale or none"
BROKEN = {
    "a split form has two or three modules, not 1; put them together anew": TOML.replace(
        f'module = "{WORKPLACE}"\n', ""
    ),
    f"nobody is asked all of SIK, which lies in the core and «trygghet»; {SPREAD}": APART,
    f"{FEW}; add some, or put them in the core": TOML.replace(SIK, listed("vp.sik.1", "vp.sik.2")),
    f"nobody is asked all of AAI, which lies in «trygghet» and «arbeidsplass»; {SPREAD}": MOVED,
    "«bg.rolle» is background, which all must tell; put it in the core": TOML.replace(
        SIK, f'{SIK}, "bg.rolle"'
    ),
}


@pytest.mark.parametrize("told", BROKEN)
def test_a_split_form_that_cannot_be_scored_is_refused_in_one_sentence(told, tmp_path):
    with pytest.raises(QuestionnaireErrors) as caught:
        load_library(a_split_agency(tmp_path / "content", BROKEN[told]))
    assert f"{PLACE}{told}" in [str(problem) for problem in caught.value.problems]


def test_an_index_over_two_modules_is_left_out_where_the_form_says_so(tmp_path):
    asked = load_library(a_split_agency(tmp_path / "content", WITHOUT_AN_INDEX)).questionnaire(FORM)
    assert "AAI" not in {one.code for one in asked.indices}
    assert {"AAT", "AAS", "AAM"} <= {one.code for one in asked.scales}
    library = load_library(tmp_path / "content")
    assert [one.code for one in library.spread_indices(FORM)] == ["AAI"]
    assert not [form for form in library.forms if form != FORM and library.spread_indices(form)]
    told = CliRunner().invoke(barometer, ["questionnaire", "check", str(tmp_path / "content")])
    assert f"nobody is asked all of AAI in {FORM}" in told.output
    assert "no mistakes" in told.output
    needless = TOML.replace("minutes = 3", 'minutes = 3\nwithout_indices = ["KI"]')
    with pytest.raises(QuestionnaireErrors, match="KI does not lie in several parts"):
        load_library(a_split_agency(tmp_path / "other", needless))


def test_a_module_is_asked_in_the_words_of_other_forms():
    main, split = (
        identities(one) for one in (load_library().questionnaire("verdipuls.main"), SPLIT)
    )
    assert all(same(split[code], main[code]) for code in ("KI", "SIK", "AAI", "AMB", "vp.hen.1"))
