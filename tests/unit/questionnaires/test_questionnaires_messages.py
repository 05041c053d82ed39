"""The texts around the questionnaires."""

import re

import pytest

from questionnaires.errors import MessageError, Problem
from questionnaires.loader import load_library
from questionnaires.messages import PLACEHOLDERS, fill, parse_messages, placeholders
from questionnaires.model import LANGUAGES

MESSAGES = load_library().messages

# GSM 03.38 basic character set and its extension (3GPP TS 23.038, 6.2.1).
GSM7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def test_every_message_exists_in_three_languages():
    assert tuple(MESSAGES.texts) == LANGUAGES
    assert all(set(texts) == MESSAGES.keys for texts in MESSAGES.texts.values())


def test_the_messages_of_the_design_are_all_there():
    promises = {
        f"landing.pp{part}" for part in ["1", "2", "3", "4a", "4b", "5", "6", "7", "8", "9"]
    }
    mails = {
        f"{kind}.{part}"
        for kind in ("mail.invitation", "mail.reminder", "mail.reminder_all")
        for part in ("subject", "body")
    }
    letters = {
        f"letter.{kind}.{part}"
        for kind in ("invitation", "reminder")
        for part in ("heading", "body")
    }
    grades = {
        "promise.grade_a",
        "promise.grade_b",
        "promise.trustees",
        "promise.limit",
        "promise.link",
    }
    marks = {key for key in MESSAGES.keys if key.startswith("mark.")}
    assert promises | mails | letters | grades <= MESSAGES.keys
    assert {"sms.staff", "sms.public", "help.staff", "help.victims"} <= MESSAGES.keys
    assert {"used.body", "screened_out.body", "notice.whistleblowing"} <= MESSAGES.keys
    assert len(marks) == 7


@pytest.mark.parametrize(
    ("language", "promise"),
    [
        (
            "nb",
            (
                "Ingen kan se hva du har svart, heller ikke de som drifter systemet."
                " Systemet vet at lenken er brukt, ikke hva svaret var."
            ),
        ),
        (
            "nn",
            (
                "Ingen kan sjå kva du har svart, heller ikkje dei som driftar systemet."
                " Systemet veit at lenkja er brukt, ikkje kva svaret var."
            ),
        ),
        (
            "en",
            (
                "Nobody can see what you have answered, not even the people who run the system."
                " The system knows that the link has been used, not what the answer was."
            ),
        ),
    ],
)
def test_the_promise_of_grade_a_is_in_the_words_of_the_anonymity_design(language, promise):
    assert MESSAGES.text("promise.grade_a", language) == promise
    assert MESSAGES.text("promise.trustees", language) == promise


@pytest.mark.parametrize("language", LANGUAGES)
def test_grade_b_does_not_claim_that_the_system_is_ignorant_of_the_answer(language):
    whole = MESSAGES.text("landing.pp3", language)
    first, _second = re.split(r"(?<=\.) ", whole)
    assert MESSAGES.text("landing.pp3_grade_b", language) == first


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_to_everybody_does_not_say_that_the_link_is_unused(language):
    personal = MESSAGES.raw("mail.reminder.body", language)
    everybody = MESSAGES.raw("mail.reminder_all.body", language)
    unused = {"nb": "ikke brukt", "nn": "ikkje brukt", "en": "not been used"}[language]
    assert unused in personal
    assert unused not in everybody


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reminder_letter_differs_in_its_first_paragraph_only(language):
    first = MESSAGES.raw("letter.invitation.body", language).split("\n\n")
    second = MESSAGES.raw("letter.reminder.body", language).split("\n\n")
    assert first[0] != second[0]
    assert first[1:] == second[1:]


@pytest.mark.parametrize("key", ["sms.staff", "sms.public"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_is_one_part_of_plain_characters(key, language):
    link = "https://svar.example.no/abcdef"
    assert len(link) == 30
    values = {"lenke": link, "stopp": link, "minutter": 5, "frist": "29. september"}
    message = MESSAGES.text(key, language, **values)
    assert set(message) <= set(GSM7)
    assert len(message) <= 160


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


def test_every_placeholder_is_one_the_programme_fills_in():
    used = {
        name
        for texts in MESSAGES.texts.values()
        for t in texts.values()
        for name in placeholders(t)
    }
    assert used == PLACEHOLDERS


def test_an_unknown_placeholder_is_a_problem():
    problems: list[Problem] = []
    parse_messages({one: {"a": "Hei {{navn}}"} for one in LANGUAGES}, problems)
    assert [problem.sentence for problem in problems] == [
        "nothing fills in {{navn}}; use a known placeholder"
    ]
