"""Questionnaires made elsewhere: what a file holds, what comes along, what is told."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from questionnaires.formats.conditions import Compared, filters
from questionnaires.formats.foreign import LONGEST, Foreign
from questionnaires.formats.lay_out import to_fill_in
from questionnaires.formats.our_languages import our_languages
from questionnaires.formats.read import read_foreign
from questionnaires.formats.sentences import ForeignFileError, NotSaidError, What, Why
from questionnaires.formats.take_in import take_in
from questionnaires.loader import load_library
from questionnaires.parsing.options import WIDEST_RANGE
from survey_app.cli import barometer
from tests import foreign_files

LIBRARY = load_library()
FILES = foreign_files.files()
each_format = pytest.mark.parametrize("form", FILES)


def taken(form, **more):
    return take_in(*FILES[form], LIBRARY, **more)


@each_format
def test_everything_that_a_file_holds_is_counted(form):
    found = read_foreign(*FILES[form])
    assert sum(found.types.values()) == foreign_files.QUESTIONS[form]
    assert (len(found.items), found.conditions) == (foreign_files.ITEMS, 1)
    assert sum(len(item.options) for item in found.items) == foreign_files.OPTIONS


@each_format
def test_questions_languages_and_the_condition_come_along(form):
    carried = taken(form).carried
    assert carried.languages == ("nb", "en")
    assert [item.text["en"] for item in carried.items] == [
        "I am doing well.", "We help each other.", "Where do you work?", "What do you need there?",
        "How are you?",
    ]  # fmt: skip
    assert [item.text["nb"] for item in carried.items][:2] == [
        "Jeg trives.", "Vi hjelper hverandre.",
    ]  # fmt: skip
    (only,) = [item for item in carried.items if item.filter]
    (condition,) = only.filter
    first = next(one for one in carried.options if one.id == carried.items[2].options).options[0]
    assert condition.item == carried.items[2].id
    assert (condition.codes, condition.negate) == ((first.code,), False)
    assert first.label == {"nb": "Ute", "en": "Outside"}
    assert only.presentation == "checkbox"


@each_format
def test_answers_that_the_agency_has_already_are_the_agencys(form):
    carried = taken(form).carried
    assert [item.options for item in carried.items[:2]] == ["enig5", "enig5"]
    assert carried.reused == ("enig5",)


@each_format
def test_who_would_rather_not_answer_is_missing_and_no_answer(form):
    carried = taken(form).carried
    (places,) = [one for one in carried.options if one.id == carried.items[2].options]
    assert [option.missing for option in places.options] == [None, None, "prefer_not"]
    assert places.options[-1].label["nb"] == "Ønsker ikke å svare"


def test_a_text_that_is_far_too_long_is_left_out_and_told_and_the_rest_comes_along():
    text = {"nb": "<p>" + "å" * LONGEST, "en": foreign_files.ONE["en"]}
    carried = take_in("a.lss", foreign_files.limesurvey(text=text), LIBRARY).carried
    assert len(carried.items) == foreign_files.ITEMS
    assert carried.items[2].text == {"en": foreign_files.ONE["en"]}
    assert f"q2: a text of more than {LONGEST} signs: {Why.LENGTH()}" in map(str, carried.losses)


@pytest.mark.parametrize(
    ("questions", "told"),
    [
        ([{"type": "comment"}, {"type": "text"}, {"type": "text"}], "asks (comment: 1, text: 2)"),
        ([{"type": "rating", "rateMax": 900}], f"a row of at most {WIDEST_RANGE} numbers"),
        ([{"type": "boolean", "title": {"da": "Er du?"}}], "(q0) have no words in a language"),
    ],
)
def test_where_nothing_comes_along_the_sentence_says_what_there_was(questions, told):
    asked = [{"name": f"q{at}", "title": {"nb": "Hva?"}} | one for at, one in enumerate(questions)]
    content = json.dumps({"title": {"nb": "Trivsel"}, "elements": asked}).encode()
    with pytest.raises(ForeignFileError, match=re.escape(told)):
        take_in("a.json", content, LIBRARY)


@each_format
def test_what_no_form_of_ours_has_is_told_with_its_place_and_the_reason(form):
    losses = [loss for loss in taken(form).carried.losses if "q5" in loss.place]
    assert [loss.why for loss in losses] == [Why.CHOICES()]


@each_format
def test_a_text_that_stands_before_a_question_stands_there_still(form):
    carried = taken(form).carried
    assert carried.blocks[-1].intro == {"nb": "Til slutt:", "en": "Finally:"}
    assert carried.blocks[-1].items == (carried.items[-1].id,)
    assert carried.blocks[0].intro == foreign_files.ABOVE
    assert carried.blocks[0].items == tuple(item.id for item in carried.items[:2])


@each_format
def test_the_check_asks_for_nothing_but_what_a_person_has_to_add(form):
    """Statements of each item, the note of the filtered one, and the words in nynorsk."""
    found = taken(form)
    asked = [str(problem) for problem in found.to_fill_in]
    statements = [one for one in asked if "measures no statement of the strategy" in one]
    assert len(statements) == foreign_files.ITEMS
    assert all("name at least one, or set purpose" in one for one in statements)
    notes = [one for one in asked if "write the note in the text files" in one]
    assert len(notes) == 1
    rest = set(asked) - set(statements) - set(notes)
    nynorsk = re.compile(
        r"in nn is missing; write it$|^messages/nn\.toml: .* is missing here; translate it$"
    )
    english = re.compile("title: the text in en is missing")  # XLSForm's title has one language
    assert not [one for one in rest if not nynorsk.search(one) and not english.search(one)]


def _filled_in(found):
    """Do what a person does: statements, notes, and words in the languages that lack them."""
    statement = next(iter(LIBRARY.strategy.statements))
    done = dict(found.files)
    for path in found.changed:
        old = LIBRARY.agency.folder / path
        before = old.read_text(encoding="utf-8") if old.exists() else ""
        text = found.files[path].decode().removeprefix(before)
        text = text.replace("statements = [] #", f'statements = ["{statement}"] #')
        text = re.sub(r'^# (before_\d+ = "" # to fill in)', r"\1", text, flags=re.MULTILINE)
        text = re.sub(r'= "" # to fill in.*', '= "Skrevet av noen."', text)
        text = re.sub(r"\{ nb = (\"[^\"]*\"), en =", r"{ nb = \1, nn = \1, en =", text)
        text = re.sub(r"\{ nb = (\"[^\"]*\") \}", r"{ nb = \1, nn = \1, en = \1 }", text)
        done[path] = (before + text).encode()
    return done


@each_format
def test_once_that_is_added_the_check_accepts_it(form):
    assert to_fill_in(_filled_in(taken(form))) == ()


def test_a_file_of_version_3_says_the_same_as_one_of_today():
    new, old = taken("limesurvey"), taken("limesurvey 3")
    assert old.carried.items == new.carried.items
    assert old.carried.options == new.carried.options


def test_the_content_with_it_is_written_into_a_new_folder_and_nothing_else_is_touched(tmp_path):
    file = tmp_path / "trivsel.lss"
    file.write_bytes(FILES["limesurvey"][1])
    folder = tmp_path / "new"
    said = _run("import", str(file), "--output", str(folder))
    assert said.exit_code == 0
    assert "not carried over: " in said.output
    instrument = tomllib.loads((folder / "instruments/trivsel/v1/instrument.toml").read_text())
    assert [item["statements"] for item in instrument["item"]] == [[]] * foreign_files.ITEMS
    before = LIBRARY.agency.folder
    for path in (before / "strategy").rglob("*.toml"):
        assert (folder / path.relative_to(before)).read_bytes() == path.read_bytes()
    options = (folder / "response_options.toml").read_bytes()
    assert options.startswith((before / "response_options.toml").read_bytes())
    assert sorted(tmp_path.iterdir()) == [folder, file]
    checked = CliRunner().invoke(barometer, ["questionnaire", "check", str(folder)])
    assert checked.exception is not None


def test_a_dry_run_writes_nothing_and_says_the_same_as_json(tmp_path, monkeypatch):
    file = tmp_path / "trivsel.qsf"
    file.write_bytes(FILES["qualtrics"][1])
    monkeypatch.chdir(tmp_path)
    said = json.loads(_run("import", str(file), "--dry-run", "--json").output)
    assert list(tmp_path.iterdir()) == [file]
    assert said["held"]["items"] == said["carried"]["items"] == foreign_files.ITEMS
    assert said["held"]["options"] == said["carried"]["options"] == foreign_files.OPTIONS
    assert said["carried"]["languages"] == {"NO": "nb", "EN": "en"}
    assert said["carried"]["asked_of_some"] == said["held"]["conditions"] == 1
    assert {"place", "what", "why"} == set(said["lost"][0])
    assert said["folder"] is None


def test_nothing_is_ever_written_over(tmp_path):
    file = tmp_path / "trivsel.json"
    file.write_bytes(FILES["surveyjs"][1])
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "ours.toml").write_text("ours")
    said = _run("import", str(file), "--output", str(tmp_path / "taken"))
    assert "nothing is written over: name a new folder" in str(said.exception)
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["ours.toml"]


def _run(*arguments):
    return CliRunner().invoke(barometer, ["questionnaire", *arguments])


def test_a_name_that_something_else_has_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match="«omdomme» is the name of something else already"):
        taken("xlsform", key="omdomme")


def test_content_of_an_agency_with_other_languages_gets_the_texts_in_those():
    found = take_in(*FILES["surveyjs"], load_library(Path("questionnaires/template")))
    assert found.carried.languages == ("nb", "en")


def _asked(*elements):
    """Take in a survey of questions that are answered with «ja» or «nei»."""
    pages = [
        {"type": "radiogroup", "name": name, "title": f"Om {name}?", "choices": choices}
        | ({"visibleIf": only} if only else {})
        for name, only, choices in elements
    ]
    content = json.dumps({"locale": "nb", "elements": pages}).encode()
    return take_in("nytt.json", content, LIBRARY).carried


YES_NO = ["ja", "nei", "kanskje"]


def _filters(carried):
    return {
        item.code: [(one.item, one.codes, one.negate) for one in item.filter]
        for item in carried.items
    }


@pytest.mark.parametrize(
    ("only", "said"),
    [
        ("{a} = 'ja'", [("nytt.a", ("ja",), False)]),
        ("{a} <> 'ja'", [("nytt.a", ("ja",), True)]),
        ("{a} anyof ['ja', 'nei']", [("nytt.a", ("ja", "nei"), False)]),
        ("{a} = 'ja' or {a} = 'nei'", [("nytt.a", ("ja", "nei"), False)]),
        ("not ({a} = 'ja' or {a} = 'nei')", [("nytt.a", (one,), True) for one in YES_NO[:2]]),
        ("{a} notempty", [("nytt.a", tuple(YES_NO), False)]),
        ("{a} empty", [("nytt.a", tuple(YES_NO), True)]),
        ("{a} = 'ja' and {c} != 'nei'",
         [("nytt.a", ("ja",), False), ("nytt.c", ("nei",), True)]),
    ],
)  # fmt: skip
def test_a_condition_that_a_filter_can_say_is_a_filter(only, said):
    carried = _asked(("a", "", YES_NO), ("b", only, YES_NO), ("c", "", YES_NO))
    assert _filters(carried)["b"] == said
    assert not [loss for loss in carried.losses if "condition" in str(loss.what)]


def test_who_did_not_answer_is_asked_what_those_below_a_number_are_not():
    """Nothing is less than three: not less than three are those from three on, and the silent."""
    rest = [(f"rest{at}", only, YES_NO) for at, only in enumerate(["!({a} < 3)", "{a} >= 3"])]
    carried = _asked(("a", "", [1, 2, 3, 4]), *rest)
    below, above = ("1", "2"), ("3", "4")
    assert _filters(carried)["rest0"] == [("nytt.a", below, True)]
    assert _filters(carried)["rest1"] == [("nytt.a", above, False)]


def test_one_answer_of_several_has_no_size():
    """Whether it is chosen is asked with a word for it; what is more than 0 had become «is not»."""
    with pytest.raises(NotSaidError):
        filters(Compared("a_1", ">", "0"), lambda *_: ("a", ("1", "2"), "1"))


@pytest.mark.parametrize(
    ("only", "why"),
    [
        ("{a} = 'ja' or {c} = 'ja'", Why.JOINED()),
        ("{a} = 'aldri'", Why.NO_ANSWER(value="aldri")),
        ("{z} = 'ja'", Why.NOT_CARRIED(name="z")),
        ("age({a}) > 3", Why.UNKNOWN()),
        ("{d} = 'ja'", Why.CHAIN(name="d")),
    ],
)
def test_a_condition_that_no_filter_can_say_is_told_and_everybody_is_asked(only, why):
    carried = _asked(
        ("a", "", YES_NO), ("d", "{a} = 'nei'", YES_NO), ("b", only, YES_NO), ("c", "", YES_NO)
    )
    assert _filters(carried)["b"] == []
    assert [loss.why for loss in carried.losses if "condition" in str(loss.what)] == [why]


def test_an_answer_after_which_nothing_is_asked_ends_the_form():
    rest = [(name, "{b} <> 'ja'", YES_NO) for name in "cde"]
    carried = _asked(("a", "", YES_NO), ("b", "", YES_NO), *rest)
    assert carried.screen_out is not None
    assert (carried.screen_out.item, carried.screen_out.codes) == ("nytt.b", ("ja",))
    assert not carried.screen_out.negate
    assert set(map(len, _filters(carried).values())) == {0}


def test_answers_that_are_numbers_one_after_another_are_a_row_of_numbers():
    (options,) = _asked(("a", "", [*range(11), "Vet ikke"])).options
    assert (options.range, options.scale) == ((0, 10), True)
    assert [one.missing for one in options.options] == ["not_applicable"]
    (options,) = _asked(("a", "", [1, 2, 4])).options
    assert options.range is None


def test_answers_that_are_called_as_figures_call_the_sides_of_a_scale_get_their_numbers():
    """A share of «agree» is of the two upper grades; an answer of that code would be a second."""
    names = ("strongly_disagree", "disagree", "neutral", "agree", "strongly_agree")
    asked = [{"value": one, "text": f"Svar {one}"} for one in names]
    carried = _asked(("a", "", asked), ("b", "{a} = 'agree'", YES_NO))
    assert [one.code for one in carried.options[0].options] == ["1", "2", "3", "4", "5"]
    assert _filters(carried)["b"] == [("nytt.a", ("4",), False)]


def test_a_second_answer_that_stands_for_none_counts_and_is_told():
    """«Vet ikke» and «Ikke relevant» are of one kind, and «Ønsker ikke å svare» of another."""
    carried = _asked(("a", "", ["Ja", "Nei", "Vet ikke", "Ikke relevant", "Ønsker ikke å svare"]))
    (options,) = carried.options
    found = [(one.label["nb"], one.missing) for one in options.options]
    assert ("Ikke relevant", None) in found
    assert sum(missing is not None for _, missing in found) == 2
    (loss,) = [one for one in carried.losses if one.why == Why.ONE_NONE()]
    assert loss.what == What.NONE(text="Ikke relevant")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("nb", "nb"), ("nb-NO", "nb"), ("NO", "nb"), ("nob", "nb"), ("Norsk nynorsk (nn)", "nn"),
        ("nno", "nn"), ("EN", "en"), ("en_GB", "en"), ("English", "en"), ("eng", "en"),
        ("sv", None), ("Deutsch (de)", None), ("klingon", None), ("", None),
    ],
)  # fmt: skip
def test_a_language_is_known_by_its_code_or_its_own_name(theirs, ours):
    foreign = Foreign("x", {}, (theirs,), (), {}, 0, {}, ())
    found = our_languages(foreign, LIBRARY.agency.styles, None)
    assert found == ({theirs: ours} if ours else {"": "nb"} if not theirs else {})
