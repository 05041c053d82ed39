"""The texts around the questionnaires that ship."""

import re

import pytest

from questionnaires.checks_of_messages import check_messages
from questionnaires.content import SHIPPED
from questionnaires.loader import load_library
from questionnaires.messages import PLACEHOLDERS, placeholders

LIBRARY = load_library(SHIPPED)
MESSAGES = LIBRARY.messages
# those that nothing stands in for
LANGUAGES = tuple(one for one in LIBRARY.agency.languages if one not in LIBRARY.agency.partial)
# word for word from anonymity-design 1
PROMISED = {
    "trustees": {
        "nb": (
            "Ingen kan se hva du har svart, heller ikke de som drifter systemet. Systemet "
            "vet at lenken er brukt, ikke hva svaret var."
        ),
        "nn": (
            "Ingen kan sjå kva du har svart, heller ikkje dei som driftar systemet. "
            "Systemet veit at lenkja er brukt, ikkje kva svaret var."
        ),
        "en": (
            "Nobody can see what you have answered, not even the people who run the system."
            " The system knows that the link has been used, not what the answer was."
        ),
    },
    "worker": {
        "nb": (
            "Svaret ditt blir låst når du sender det inn, og blir først åpnet når "
            "undersøkelsen er stengt, blandet med svarene fra alle andre. Etter det kan "
            "ingen finne ut hva du svarte, heller ikke de som drifter systemet."
        ),
        "nn": (
            "Svaret ditt blir låst når du sender det inn, og blir først opna når "
            "undersøkinga er stengd, blanda med svara frå alle andre. Etter det kan ingen "
            "finne ut kva du svarte, heller ikkje dei som driftar systemet."
        ),
        "en": (
            "Your answer is locked when you submit it, and is not opened until the survey "
            "has closed, mixed with the answers from everyone else. After that, nobody can "
            "find out what you answered, not even the people who run the system."
        ),
    },
    "card": {
        "nb": (
            "Kortet har ikke navn, og ingen vet hvem som fikk det. Svaret blir låst når du "
            "sender det inn, og blir først åpnet når undersøkelsen er stengt."
        ),
        "nn": (
            "Kortet har ikkje namn, og ingen veit kven som fekk det. Svaret blir låst når "
            "du sender det inn, og blir først opna når undersøkinga er stengd."
        ),
        "en": (
            "The card has no name on it, and nobody knows who got it. Your answer is locked"
            " when you submit it, and is not opened until the survey has closed."
        ),
    },
    "open": {
        "nb": (
            "Vi vet ikke hvem du er, og lagrer verken nettadresse eller klokkeslett. Ingen "
            "kan spore svaret tilbake til deg."
        ),
        "nn": (
            "Vi veit ikkje kven du er, og lagrar verken nettadresse eller klokkeslett. "
            "Ingen kan spore svaret tilbake til deg."
        ),
        "en": (
            "We do not know who you are, and store neither network address nor time. Nobody"
            " can trace the answer back to you."
        ),
    },
}

# GSM 03.38 basic character set and its extension (3GPP TS 23.038, 6.2.1).
GSM7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def test_every_message_exists_in_every_language():
    assert tuple(MESSAGES.texts) == LIBRARY.agency.languages
    assert all(set(MESSAGES.texts[one]) == MESSAGES.keys for one in LANGUAGES)


def test_the_messages_of_the_design_are_all_there():
    parts = ["1", "2", "2_open", "3", "3_worker", "4a", "4b", "5", "6", "7", "8", "9"]
    promises = {f"landing.pp{part}" for part in parts}
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
    grades = {f"promise.{name}" for name in (*PROMISED, "count", "mended", "link")}
    marks = {key for key in MESSAGES.keys if key.startswith("mark.")}
    assert promises | mails | letters | grades <= MESSAGES.keys
    assert {"sms.staff", "help.staff", "help.victims"} <= MESSAGES.keys
    assert {"used.body", "screened_out.body", "notice.whistleblowing"} <= MESSAGES.keys
    assert len(marks) == 7


@pytest.mark.parametrize("name", PROMISED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_promise_is_in_the_words_of_the_anonymity_design(language, name):
    assert MESSAGES.text(f"promise.{name}", language) == PROMISED[name][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_key_holders_no_sentence_says_that_the_system_does_not_know_the_answer(language):
    first, _second = re.split(r"(?<=\.) ", MESSAGES.text("landing.pp3", language))
    assert MESSAGES.text("landing.pp3_worker", language) == first


NOBODY = {"nb": "ingen kan se hva", "nn": "ingen kan sjå kva", "en": "nobody can see what"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_nobody_can_see_the_answer_is_said_by_one_message_alone(language):
    """No mail, letter, card or page of thanks says more; one tells what was wrong before."""
    said = {key for key in MESSAGES.keys if NOBODY[language] in MESSAGES.raw(key, language).lower()}
    assert said == {"promise.trustees", "promise.mended"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_to_everybody_does_not_say_that_the_link_is_unused(language):
    personal = MESSAGES.raw("mail.reminder.body", language)
    everybody = MESSAGES.raw("mail.reminder_all.body", language)
    unused = {"nb": "ikke brukt", "nn": "ikkje brukt", "en": "not been used"}[language]
    assert unused in personal
    assert unused not in everybody


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("whom", ["", "list_"])
def test_the_reminder_letter_differs_in_its_first_paragraph_only(language, whom):
    first = MESSAGES.raw(f"letter.{whom}invitation.body", language).split("\n\n")
    second = MESSAGES.raw(f"letter.{whom}reminder.body", language).split("\n\n")
    assert first[0] != second[0]
    assert first[1:] == second[1:]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["invitation", "reminder", "list_invitation", "list_reminder"])
def test_a_letter_has_its_code_in_one_paragraph_and_its_sender_at_the_end(language, kind):
    paragraphs = MESSAGES.raw(f"letter.{kind}.body", language).strip().split("\n\n")
    assert [text.count("{{kode}}") for text in paragraphs].count(1) == 1
    assert paragraphs[-1] == "{{avsender}}"
    # nobody on a list was found in the population register
    register = {"en": "National Population Register"}.get(language, "Folkeregisteret")
    assert any(register in text for text in paragraphs) == (not kind.startswith("list_"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_is_one_part_of_plain_characters(language):
    link = "https://svar.example.no/abcdef"
    assert len(link) == 30
    values = {"lenke": link, "stopp": link, "minutter": 5, "frist": "29. september"}
    message = MESSAGES.text("sms.staff", language, **values)
    assert set(message) <= set(GSM7)
    assert len(message) <= 160


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_noun_stands_in_one_number_beside_minutes_that_may_be_one(language):
    bare = [t for t in MESSAGES.texts[language].values() if re.search(r"\{\{minutter\}\} min\w", t)]
    assert bare == []


def test_every_placeholder_is_one_the_programme_fills_in():
    used = {
        name
        for texts in MESSAGES.texts.values()
        for t in texts.values()
        for name in placeholders(t)
    }
    assert used == PLACEHOLDERS


def test_what_ships_has_every_text_that_people_need():
    assert not list(check_messages(LIBRARY))
