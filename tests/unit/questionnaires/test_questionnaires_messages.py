"""The texts around the questionnaires are filled in."""

import re

import pytest
from click.testing import CliRunner

from questionnaires.agency import load_agency
from questionnaires.checks_of_messages import check_messages
from questionnaires.errors import MessageError, Problem, QuestionnaireErrors
from questionnaires.languages import written_in
from questionnaires.loader import load_library
from questionnaires.messages import fill, parse_messages
from survey_app.cli import barometer
from survey_app.commands.init import write_content
from survey_app.shared.i18n import languages
from tests.agencies import FIRST, SECOND

MESSAGES = load_library().messages


def test_a_message_is_filled_in():
    text = MESSAGES.text("landing.pp5", "nn", min_n=10)
    assert text == "Vi viser aldri resultat for grupper der færre enn 10 har svart."


def test_a_placeholder_without_a_value_never_reaches_a_reader():
    with pytest.raises(MessageError, match="give a value for min_n"):
        MESSAGES.text("landing.pp5", "nb")
    assert "{{min_n}}" in MESSAGES.raw("landing.pp5", "nb")


def test_a_value_with_braces_is_not_filled_in_again():
    assert fill("Hei {{enhet}}", enhet="{{kode}}", kode="x") == "Hei {{kode}}"


def test_an_unknown_message_or_language_is_told():
    with pytest.raises(MessageError, match=r"there is no message «landing\.pp10»"):
        MESSAGES.text("landing.pp10", "nb")
    with pytest.raises(MessageError, match="in the language «se»"):
        MESSAGES.text("landing.pp1", "se")


def test_an_unknown_placeholder_is_a_problem():
    problems: list[Problem] = []
    with written_in(load_agency().styles):
        parse_messages({one: {"a": "Hei {{navn}}"} for one in languages()}, problems)
    assert [problem.sentence for problem in problems] == [
        "nothing fills in {{navn}}; use a known placeholder"
    ]


WRONG = (
    (r"\npp2_card = .*", "", "landing.pp2_card: the message is missing; take it from"),
    (r"\nreminder_all = .*", "", "sms.reminder_all: the message is missing; take it from"),
    (r"\{\{lenke\}\}", "", "mail.invitation.body: {{lenke}} is missing, and nobody can answer"),
    (r"\{\{kode\}\}", "", "letter.reminder.body: {{kode}} is missing, and nobody can answer"),
    (r"pp1 = \"", 'pp1 = "{{min_n}} ', "landing.pp1: nothing fills in {{min_n}} here; take it out"),
    (r"\{\{frist\}\}", "{frist}", "mail.reminder.subject: a place is written {{frist}}"),
    (r"\{\{resultat\}\}", "{{ resultat }}", "thanks.body: a place is written {{frist}}"),
)


def test_a_text_that_would_fail_who_answers_is_told_before_anybody_is_asked(tmp_path):
    root = tmp_path / "content"
    write_content(root)
    assert not list(check_messages(load_library(root)))
    for path in (root / "messages").iterdir():
        text = path.read_text(encoding="utf-8")
        for old, new, _ in WRONG:
            text = re.sub(old, new, text)
        path.write_text(text, encoding="utf-8")
    # with all of it the content is read: it is the check that tells
    assert load_library(root)
    done = CliRunner().invoke(barometer, ["questionnaire", "check", str(root)])
    assert isinstance(done.exception, QuestionnaireErrors)
    for _, _, told in WRONG:
        assert f"messages/nb.toml: {told}" in str(done.exception)


@pytest.mark.parametrize("root", [FIRST, SECOND])
def test_every_agency_of_the_tests_has_the_texts_that_people_need(root):
    assert not list(check_messages(load_library(root)))
