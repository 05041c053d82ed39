"""Mails about accounts: what they say, and how a false one is told from them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from survey_app.accounts.notices import AccountEvent
from survey_app.administration.notice_mail import write_notice
from survey_app.shared.i18n import languages

BASE = "https://barometer.example.org"
NOW = datetime(2026, 5, 12, 5, 0, tzinfo=UTC)


def a_notice(what, language="nb"):
    return write_notice(
        uuid.UUID(int=7), what, address="leader@example.org", language=language,
        sender="Barometer <post@example.org>", base_url=BASE, now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("what", AccountEvent)
def test_a_mail_that_asks_for_a_new_password_says_how_to_tell_it_from_a_false_one(what, language):
    mail = a_notice(what, language)
    for half in ("plain", "html"):
        body = mail.get_body((half,)).get_content()
        assert f"{BASE}/sign-in/forgotten" in body
        last = body[body.rindex("/sign-in/forgotten") :]
        assert BASE in last
    assert "%(" not in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("language", "known"),
    [
        ("nb", "en adresse du kjenner fra før, ikke en som står her."),
        ("nn", "ei adresse du kjenner frå før, ikkje ei som står her."),
        ("en", "address that you already know, not one from this e-mail."),
    ],
)
def test_nobody_is_told_to_hold_a_mail_against_what_stands_in_it_alone(language, known):
    """A false one names its own address, and the link begins with that."""
    assert known in " ".join(a_notice(AccountEvent.ON, language).get_body().get_content().split())


def test_who_may_have_lost_a_password_reads_so_in_the_subject_and_is_not_told_it_for_sure():
    mail = a_notice(AccountEvent.GUESSED)
    assert mail["Subject"] == "Kan noen andre passordet ditt til Verdibarometer?"
    # the owner may have lost the codes: then nobody else knows anything
    assert "var det ikke du, kan de passordet ditt" in mail.get_body(("plain",)).get_content()
    assert a_notice(AccountEvent.ON)["Subject"] == "Innloggingen til kontoen din i Verdibarometer"
