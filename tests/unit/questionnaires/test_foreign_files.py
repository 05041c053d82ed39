"""Questionnaires made elsewhere: what a file holds, what comes along, what is told."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from questionnaires.formats.foreign import Foreign
from questionnaires.formats.lay_out import to_fill_in
from questionnaires.formats.our_languages import our_languages
from questionnaires.formats.read import read_foreign
from questionnaires.formats.sentences import Why
from questionnaires.formats.take_in import take_in
from questionnaires.loader import load_library
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


def _changed(**more):
    """Take in the survey of LimeSurvey with one more setting of its question with one answer."""
    content = foreign_files.limesurvey().decode()
    rows = {"qid": 4, **more}
    cells = "".join(f"<{name}>{value}</{name}>" for name, value in rows.items())
    table = "conditions" if "cqid" in more else "question_attributes"
    content = content.replace("</document>", f"<{table}><rows><row>{cells}</row></rows></{table}>")
    return take_in("trivsel.lss", f"{content}</document>".encode(), LIBRARY).carried.losses


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"attribute": "random_order", "value": "1"}, "random_order 1"),
        ({"attribute": "hidden", "value": "1"}, "hidden 1"),
        ({"cqid": 1, "method": "==", "value": "A1"}, "condition «== A1»: everybody is asked"),
    ],
)
def test_settings_of_questions_that_change_what_is_asked_are_told(more, what):
    assert ("q2", what) in [(loss.place, str(loss.what)) for loss in _changed(**more)]


def _one(question, **survey):
    """Take in a survey of SurveyJS with one question, answered by 1 or 2 unless said."""
    asked = {"name": "a", "title": "How?", "type": "radiogroup", "choices": [1, 2]} | question
    content = json.dumps({"locale": "en", "elements": [asked], **survey}).encode()
    return take_in("hvor.json", content, LIBRARY)


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ({"showCommentArea": True}, "text of one's own beside the answers"),
        ({"allowCustomChoices": True}, "answer «other» with a text of one's own"),
        ({"maxSelectedChoices": 2}, "maxSelectedChoices"),
        ({"choicesFromQuestion": "b"}, "choicesFromQuestion"),
        (
            {"choices": [1, {"value": 2, "imageLink": "a.png"}]},
            "pictures, sound or film (imageLink)",
        ),
        ({"choices": [1, {"value": 2, "isExclusive": True}]}, "isExclusive"),
        ({"choicesOrder": "random"}, "choicesOrder"),
        ({"choicesOrder": "none"}, None),
        ({"choicesOrder": ["a list"]}, "choicesOrder"),
        ({"type": "checkbox", "hasNone": True, "noneText": "Nothing"}, "isExclusive"),
        ({"type": "boolean"}, "words of the answers"),
        ({"type": "boolean", "labelTrue": "Yes", "labelFalse": "No"}, None),
        ({"type": "rating", "rateValues": [1, 2], "minRateDescription": "Bad"}, "«Bad»"),
        ({"type": "rating", "minRateDescription": "Bad"}, None),
    ],
)
def test_what_surveyjs_asks_and_we_do_not_is_told(question, what):
    assert [str(one.what) for one in _one(question).carried.losses] == ([what] if what else [])


@pytest.mark.parametrize(
    "survey",
    [
        {"description": "Hello."},
        {"timeLimit": 60},
        {"questionOrder": "random"},
        {"navigateToUrl": "x"},
    ],
)
def test_what_surveyjs_says_of_the_whole_survey_is_told(survey):
    assert [str(one.what) for one in _one({}, **survey).carried.losses] == list(survey)


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ({"type": "rating", "rateMin": 0, "rateCount": 10}, range(10)),
        ({"type": "rating", "rateMax": 7, "rateCount": 7}, range(1, 8)),
        ({"type": "rating", "rateCount": 7}, range(1, 6)),
        ({"type": "rating", "rateMin": 0, "rateMax": 10, "rateCount": 3}, range(11)),
        ({"type": "dropdown", "choices": [], "choicesMin": 2, "choicesMax": 4}, range(2, 5)),
        ({"showRefuseItem": True, "showDontKnowItem": True}, [1, 2]),
    ],
)
def test_answers_that_surveyjs_makes_itself_are_those_that_it_shows(question, codes):
    """As the rows of numbers that survey-core 3.1.1 shows for the same settings."""
    (made,) = _one(question).carried.options
    if made.range:
        assert list(codes) == list(range(made.range[0], made.range[1] + 1))
        return
    assert [one.value for one in made.options if not one.missing] == list(codes)
    missing = {one.missing for one in made.options} - {None}
    assert missing == ({"prefer_not", "not_applicable"} if "showRefuseItem" in question else set())


def test_settings_that_are_off_are_not_told():
    assert _changed(attribute="hidden", value="0") == _changed(attribute="cssclass", value="x")


@pytest.mark.parametrize(("suffix", "kind"), [("lsg", "Group"), ("lsq", "Question")])
def test_a_group_or_a_question_of_limesurvey_is_read_as_a_survey_is(suffix, kind):
    content = foreign_files.limesurvey().decode().replace(">Survey<", f">{kind}<")
    content = re.sub("<surveys_languagesettings>.*</surveys_languagesettings>", "", content)
    if kind == "Question":
        content = re.sub("<groups>.*?</groups>", "", content)
    found = take_in(f"trivsel.{suffix}", content.encode(), LIBRARY)
    assert found.carried.items == taken("limesurvey").carried.items
    assert found.carried.title == {"nb": "trivsel"}


@pytest.mark.parametrize(
    ("where", "more", "what"),
    [
        ("block", {"Options": {"RandomizeQuestions": "RandomWithXPerPage"}}, "random order"),
        ("block", {"Options": {"RandomizeQuestions": "false", "Looping": "None"}}, None),
        ("block", {"Options": {"Looping": "Static"}}, "Looping"),
        ("element", {"SkipLogic": [{}]}, "condition «SkipLogic»: everybody is asked"),
        ("question", {"DynamicChoices": {"Locator": "x"}}, "DynamicChoices"),
        ("question", {"Validation": {"Settings": {"MaxChoices": "2"}}}, "MaxChoices"),
        ("answer", {"ExclusiveAnswer": True}, "ExclusiveAnswer"),
        ("answer", {"ExclusiveAnswer": False}, None),
    ],
)
def test_what_qualtrics_asks_otherwise_than_we_do_is_told(where, more, what):
    survey = json.loads(foreign_files.qualtrics())
    before = _qualtrics_losses(survey)
    elements = survey["SurveyElements"]
    (blocks,) = [one["Payload"] for one in elements if one["Element"] == "BL"]
    block = blocks[0] if isinstance(blocks, list) else next(iter(blocks.values()))
    question = next(
        one["Payload"] for one in elements if one.get("Payload", {}).get("QuestionType") == "MC"
    )
    {
        "block": block,
        "element": block["BlockElements"][0],
        "question": question,
        "answer": next(iter(question["Choices"].values())),
    }[where].update(more)
    assert [one for one in _qualtrics_losses(survey) if one not in before] == [what] * bool(what)


def _qualtrics_losses(survey):
    content = json.dumps(survey).encode()
    return [str(one.what) for one in take_in("trivsel.qsf", content, LIBRARY).carried.losses]


def test_what_qualtrics_stores_for_an_answer_is_stored_here():
    survey = json.loads(foreign_files.qualtrics())
    question = survey["SurveyElements"][2]["Payload"]
    question["RecodeValues"] = {"1": "7", "2": "9"}
    content = json.dumps(survey).encode()
    carried = take_in("trivsel.qsf", content, LIBRARY).carried
    (things,) = [one for one in carried.options if one.id == carried.items[3].options]
    assert [(one.code, one.value) for one in things.options] == [("1", 7), ("2", 9)]


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


def test_what_an_xlsform_keeps_of_how_it_was_filled_in_is_told_as_lost():
    """Rows of the sheet that the reference reader moves away from the questions."""
    rows = [["type", "name", "label"], ["audit", "audit", ""], ["select_one yn", "q", "Well?"]]
    choices = [["list_name", "name", "label"], ["yn", "y", "Yes"], ["yn", "n", "No"]]
    content = foreign_files.workbook({"survey": rows, "choices": choices})
    found = read_foreign("a.xlsx", content)
    assert found.types == {"audit": 1, "select one": 1}
    assert [one.place for one in found.losses] == ["survey 2 › audit"]


def test_answers_that_an_xlsform_mixes_for_each_person_come_along_and_that_is_told():
    rows = [["type", "name", "label", "parameters"]]
    rows += [["select_one yn", "q", "Well?", "randomize=true"]]
    choices = [["list_name", "name", "label"], ["yn", "y", "Yes"], ["yn", "n", "No"]]
    content = foreign_files.workbook({"survey": rows, "choices": choices})
    found = read_foreign("a.xlsx", content)
    assert [str(one.what) for one in found.losses] == ["random order"]
    assert [option.code for option in found.items[0].options] == ["y", "n"]


def test_what_limesurvey_says_of_privacy_is_told_as_lost():
    words = "<surveyls_policy_notice>We keep this.</surveyls_policy_notice>"
    content = foreign_files.limesurvey().decode()
    content = content.replace("<surveyls_title>", f"{words}<surveyls_title>", 1)
    lost = take_in("trivsel.lss", content.encode(), LIBRARY).carried.losses
    assert [one.place for one in lost if str(one.what) == "policy_notice"] == ["surveys"]
