"""The texts around the questionnaires are filled in."""

import pytest

from questionnaires.agency import load_agency
from questionnaires.errors import MessageError, Problem
from questionnaires.languages import written_in
from questionnaires.loader import load_library
from questionnaires.messages import fill, parse_messages
from survey_app.shared.i18n import languages

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
