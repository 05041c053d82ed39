"""The mail that reminds of an action: both halves, its language, and nothing that is not needed."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from survey_app.actions.reminder_mail import Notice, write_mail

BASE = "https://barometer.example.org"
NOW = datetime(2026, 5, 12, 5, 0, tzinfo=UTC)
NOTICE = Notice(
    reminder=uuid.UUID(int=7), action=uuid.UUID(int=9), kind="due",
    what="Ledermøtet skriver <tre> linjer.\nSamme dag.", day=date(2026, 5, 12),
    address="leader@example.org", language="nb", sender="HR i Ås <hr@example.org>", demo=False,
)  # fmt: skip
SUBJECTS = {
    "nb": "Tiltak med frist i dag: 12.\u00a0mai 2026",
    "nn": "Tiltak med frist i dag: 12.\u00a0mai 2026",
    "en": "Action due today: 12\u00a0May 2026",
}
ASKED = {"nb": "Skriv hvor langt", "nn": "Skriv kor langt", "en": "Say how far"}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_it_speaks_the_owners_language_in_both_halves(language):
    mail = write_mail(replace(NOTICE, language=language), base_url=BASE, now=NOW)
    assert mail["Subject"] == SUBJECTS[language]
    assert mail["Content-Language"] == language
    for half in ("plain", "html"):
        body = mail.get_body((half,)).get_content()
        assert ASKED[language] in body
        assert f"{BASE}/actions/{NOTICE.action}" in body
        assert "%(" not in body


def test_what_a_leader_wrote_is_text_in_the_html_half():
    body = write_mail(NOTICE, base_url=BASE, now=NOW).get_body(("html",)).get_content()
    assert "<tre>" not in body
    assert "&lt;tre&gt; linjer. Samme dag." in body


def test_a_long_action_is_cut_at_a_word():
    mail = write_mail(replace(NOTICE, what="ord " * 100), base_url=BASE, now=NOW)
    assert "ord …»" in mail.get_body(("plain",)).get_content()


def test_a_due_date_that_has_passed_is_called_so():
    mail = write_mail(replace(NOTICE, day=date(2026, 5, 8)), base_url=BASE, now=NOW)
    assert mail["Subject"] == "Tiltak der fristen har gått ut: 8.\u00a0mai 2026"
    assert "hadde frist 8.\u00a0mai 2026" in mail.get_body(("plain",)).get_content()


def test_it_says_of_nobody_that_they_made_the_action():
    """It goes to whoever edited it last, who may have taken it over."""
    body = write_mail(NOTICE, base_url=BASE, now=NOW).get_body(("plain",)).get_content()
    assert body.startswith("Et tiltak etter målingen har frist i dag, 12.\u00a0mai 2026:\n\n«")
    assert "du har laget" not in body


def test_a_demo_says_so_and_line_breaks_reach_no_header():
    mail = write_mail(
        replace(NOTICE, demo=True, sender="HR\r\nBcc: x <hr@example.org>"), base_url=BASE, now=NOW
    )
    assert "Bcc" not in mail
    assert "Demodata" in mail.get_body(("plain",)).get_content()
    assert "Demodata" in mail.get_body(("html",)).get_content()
