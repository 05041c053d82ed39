"""What formats of others have that ours has not is told, and answers that they make are kept."""

import json
import re

import pytest

from questionnaires.formats.from_limesurvey import read_limesurvey
from questionnaires.formats.read import read_foreign
from questionnaires.formats.take_in import take_in
from questionnaires.loader import load_library
from tests import foreign_files

LIBRARY = load_library()


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
        ({"attribute": "alphasort", "value": "1"}, "alphasort 1"),
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
    assert (
        found.carried.items == take_in(*foreign_files.files()["limesurvey"], LIBRARY).carried.items
    )
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
        ("answer", {"Image": {"ImageLocation": "IM_1"}}, "pictures, sound or film (Image)"),
        ("text", {"Graphics": "IM_1"}, "pictures, sound or film (Graphics)"),
        ("survey", {"Header": "On privacy", "Footer": ""}, "Header"),
        ("survey", {"Header": "<script src='https://cdn.example/a.js'></script>"}, "Header"),
        ("survey", {"Header": "<div><br></div>"}, None),
    ],
)
def test_what_qualtrics_asks_otherwise_than_we_do_is_told(where, more, what):
    survey = json.loads(foreign_files.qualtrics())
    before = _qualtrics_losses(survey)
    elements = survey["SurveyElements"]
    (blocks,) = [one["Payload"] for one in elements if one["Element"] == "BL"]
    block = blocks[0] if isinstance(blocks, list) else next(iter(blocks.values()))
    asked = [one["Payload"] for one in elements if one["Element"] == "SQ"]
    question, text = (
        next(one for one in asked if one["QuestionType"] == kind) for kind in ("MC", "DB")
    )
    around = {}
    elements.append({"Element": "SO", "Payload": around})
    {
        "survey": around,
        "text": text,
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


def test_texts_in_a_language_that_limesurvey_does_not_offer_any_more_are_told_as_lost():
    """It leaves the rows of a language that is taken out of a survey where they are."""
    words = "<question_l10ns><rows><row><qid>1</qid><question>Wie?</question>"
    words += "<language>de</language></row></rows></question_l10ns></document>"
    content = foreign_files.limesurvey().decode().replace("</document>", words)
    lost = take_in("trivsel.lss", content.encode(), LIBRARY).carried.losses
    assert ("all texts in «de»", "they had been deleted") in [
        (str(one.what), str(one.why)) for one in lost
    ]
    was = take_in("trivsel.lss", foreign_files.limesurvey(), LIBRARY).carried.losses
    assert not any("all texts" in str(one.what) for one in was)
    # nor where the file does not say what its survey is offered in
    silent = (
        "<document><LimeSurveyDocType>Survey</LimeSurveyDocType><questions><rows><row><qid>1</qid>"
        "<gid>1</gid><parent_qid>0</parent_qid><type>L</type><title>q</title></row></rows>"
        "</questions><question_l10ns><rows><row><qid>1</qid><question>Hei?</question>"
        "<language>nb</language></row></rows></question_l10ns></document>"
    )
    assert not any("all texts" in str(one.what) for one in read_limesurvey(silent).losses)


def test_what_a_group_of_limesurvey_is_called_is_told_as_lost():
    """LimeSurvey shows it above the questions; a form of ours has words there and no headings."""
    words = "<group_l10ns><rows><row><gid>1</gid><group_name>Your work</group_name>"
    words += "<language>en</language></row></rows></group_l10ns></document>"
    content = foreign_files.limesurvey().decode().replace("</document>", words)
    lost = take_in("trivsel.lss", content.encode(), LIBRARY).carried.losses
    assert "groups › 1: «Your work»" in [f"{one.place}: {one.what}" for one in lost]


def _lime_with_help():
    row = r"(<question><!\[CDATA\[Finally:\]\]></question>.*?<help><!\[CDATA\[)"
    return re.sub(row, r"\1Nearly there.", foreign_files.limesurvey().decode(), count=1).encode()


def _xlsform_with_a_hint():
    rows = [["type", "name", "label", "hint"], ["note", "x1", "Finally:", "Nearly there."]]
    rows += [["select_one yn", "a", "How?", ""]]
    choices = [["list_name", "name", "label"], ["yn", "y", "Yes"], ["yn", "n", "No"]]
    return foreign_files.workbook({"survey": rows, "choices": choices})


@pytest.mark.parametrize(
    ("name", "made"), [("a.lss", _lime_with_help), ("a.xlsx", _xlsform_with_a_hint)]
)
def test_the_small_print_of_a_text_stands_after_it(name, made):
    blocks = read_foreign(name, made()).blocks
    said = [words for block in blocks for words in block.intro.values()]
    assert "Finally: Nearly there." in said


def _lime_with_conditions(title="x1"):
    row = rf"(<title><!\[CDATA\[{title}]]></title>.*?<relevance><!\[CDATA\[)1"
    content, changed = re.subn(row, r"\1q2 == 'ute'", foreign_files.limesurvey().decode(), count=1)
    assert changed
    return content


def _surveyjs_with_a_condition():
    told = {"type": "html", "name": "x1", "html": "Wait.", "visibleIf": "{a} = 1"}
    asked = [
        {"type": "radiogroup", "name": name, "title": "How?", "choices": [1, 2]} for name in "ab"
    ]
    return json.dumps({"locale": "en", "elements": [asked[0], told, asked[1]]})


def _qualtrics_with_a_condition():
    survey = json.loads(foreign_files.qualtrics())
    asked = [one["Payload"] for one in survey["SurveyElements"] if one["Element"] == "SQ"]
    (told,) = [one for one in asked if one["QuestionType"] == "DB"]
    told["DisplayLogic"] = {"0": {}}
    return json.dumps(survey)


def _xlsform_with_a_condition():
    rows = [["type", "name", "label", "relevant"], ["select_one yn", "a", "How?", ""]]
    rows += [["note", "x1", "Wait.", "${a} = 'y'"], ["select_one yn", "b", "How?", ""]]
    choices = [["list_name", "name", "label"], ["yn", "y", "Yes"], ["yn", "n", "No"]]
    return foreign_files.workbook({"survey": rows, "choices": choices})


@pytest.mark.parametrize(
    ("name", "made", "condition"),
    [
        ("a.lss", _lime_with_conditions, "q2 == 'ute'"),
        ("a.json", _surveyjs_with_a_condition, "{a} = 1"),
        ("a.qsf", _qualtrics_with_a_condition, "DisplayLogic"),
        ("a.xlsx", _xlsform_with_a_condition, "${a} = 'y'"),
    ],
)
def test_that_a_text_was_shown_to_some_is_told_and_counted(name, made, condition):
    content = made()
    found = read_foreign(name, content if isinstance(content, bytes) else content.encode())
    told = [str(one) for one in found.losses if "of a text" in str(one)]
    assert len(told) == 1
    assert f"x1: condition «{condition}» of a text: everybody may see it" in told[0]
    asked = [one for one in found.items if one.condition is not None]
    assert found.conditions == len(asked) + 1


def test_that_a_text_was_shown_to_nobody_is_told():
    survey = json.loads(_surveyjs_with_a_condition())
    (told,) = [one for one in survey["elements"] if one["name"] == "x1"]
    told |= {"visibleIf": "", "visible": False}
    found = read_foreign("a.json", json.dumps(survey).encode())
    assert [str(one) for one in found.losses] == ["x1: visible: what a form has is shown"]
    assert found.conditions == 0


def test_that_a_text_was_shown_to_some_is_told_of_an_old_condition_too():
    """Of LimeSurvey before expressions, whose conditions stand in a table of their own."""
    qid = 6 + len(foreign_files.THINGS)
    what = [str(loss.what) for loss in _changed(qid=qid, cqid=1, method="==", value="A1")]
    assert "condition «== A1» of a text: everybody may see it" in what


def test_that_an_answer_of_several_was_offered_to_some_is_told():
    code = foreign_files.THINGS[0][0]
    losses = read_foreign("a.lss", _lime_with_conditions(code).encode()).losses
    told = f"q3 › {code}: condition of an answer: every answer is shown to everybody"
    assert told in [str(one) for one in losses]
