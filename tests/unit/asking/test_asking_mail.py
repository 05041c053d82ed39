"""The mail that people get: both halves, their language, and nothing that should not be there."""

import asyncio
import re
import uuid
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from email.parser import BytesParser
from email.policy import default

import pytest
from aiosmtpd.smtp import SMTP

from questionnaires.checks_of_messages import filled_in
from questionnaires.loader import load_library
from survey_app.asking.delivery.compose import Envelope, Recipient, compose, values_of
from survey_app.asking.delivery.html_mail import html_mail
from survey_app.asking.delivery.mail_server import MailServer, Verdict
from survey_app.asking.delivery.one_by_one import became, is_last
from survey_app.asking.errors import NoSender
from survey_app.shared.agency import agency_in_sentence
from tests.split_form import split_questionnaire

LIBRARY = load_library()
ENVELOPE = Envelope(
    campaign="verdipuls",
    population="staff",
    sender="HR-avdelingen i Ås <hr@example.org>",
    contact="hr@example.org",
    demo=False,
    remind_everybody=False,
    minimum_group=5,
    closes_on=date(2026, 5, 26),
    results_on=date(2026, 6, 9),
    questionnaire=LIBRARY.questionnaire("verdipuls.k2").to_json(),
    wave="verdipuls-2026-k2",
    key_list_hash="1f" * 32,
)
TOKEN = "abcdefghijklmnopqrstuvwxyz01234567"
RECIPIENT = Recipient(uuid.UUID(int=7), "invitation", "kari@example.org", "nb", TOKEN)
NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


def a_mail(envelope=ENVELOPE, **changes):
    mail = compose(
        envelope, replace(RECIPIENT, **changes), LIBRARY.messages,
        base_url="https://svar.example.org", now=NOW,
    )  # fmt: skip
    return BytesParser(policy=default).parsebytes(bytes(mail))


def halves(mail):
    return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def test_an_invitation_says_how_much_how_long_and_until_which_day_of_the_week():
    mail = a_mail()
    plain, html = halves(mail)
    assert mail["Subject"] == "Verdipuls: 16 korte spørsmål om arbeidshverdagen din"
    assert str(mail["From"]) == "HR-avdelingen i Ås <hr@example.org>"
    assert "omtrent 2 minutter" in plain
    assert "Fristen er tirsdag 26.\u00a0mai." in plain
    assert "de tillitsvalgte 9.\u00a0juni." in plain
    # what is shown, not k: design.md 8.2
    assert "færre enn 10 har svart" in plain
    assert f"https://svar.example.org/answer/{TOKEN}" in plain
    assert f'href="https://svar.example.org/answer/{TOKEN}"' in html
    assert "{{" not in plain + html


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("nb", "Verdipuls: inntil 24 korte spørsmål om arbeidshverdagen din"),
        ("nn", "Verdipuls: inntil 24 korte spørsmål om arbeidskvardagen din"),
        ("en", "Verdipuls: up to 24 short questions about your working day"),
    ],
)
def test_of_modules_that_are_not_as_long_an_invitation_says_the_most(language, subject):
    split = replace(ENVELOPE, questionnaire=split_questionnaire().to_json())
    assert a_mail(split, language=language)["Subject"] == subject


def test_the_check_of_messages_knows_what_a_mail_fills_in():
    values = values_of(ENVELOPE, RECIPIENT, "https://svar.example.org", "nb", "HR")
    assert values.keys() == filled_in("mail.invitation.body")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nb", "de tillitsvalgte 9.\u00a0juni eller før."),
        ("nn", "dei tillitsvalde 9.\u00a0juni eller før."),
        ("en", "representatives on 9\u00a0June or earlier."),
    ],
)
def test_results_that_wait_for_no_day_are_said_to_come_on_it_or_earlier(language, told):
    for half in halves(a_mail(replace(ENVELOPE, at_once=True), language=language)):
        assert told in half.replace("\n", " ").replace("&nbsp;", "\u00a0")


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("nb", "omtrent 1 minutt", "omtrent 2 minutter"),
        ("nn", "omtrent 1 minutt", "omtrent 2 minutt"),
        ("en", "about 1 minute", "about 2 minutes"),
    ],
)
@pytest.mark.parametrize("kind", ["invitation", "reminder-1", "reminder-3"])
def test_how_long_it_takes_is_said_in_the_number_of_its_noun(language, one, two, kind):
    short = ENVELOPE.questionnaire.replace(b'"minutes":2', b'"minutes":1')
    for content, told in ((ENVELOPE.questionnaire, two), (short, one)):
        envelope = replace(ENVELOPE, questionnaire=content)
        for half in halves(a_mail(envelope, language=language, kind=kind)):
            assert re.search(rf"{told}\b", half)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("kind", ["invitation", "reminder-1", "reminder-3"])
def test_both_halves_say_the_same_in_every_language(language, kind):
    mail = a_mail(language=language, kind=kind)
    assert mail["Content-Language"] == language
    plain, html = halves(mail)
    spoken = re.sub(r"<a [^>]*inline-block[^>]*>.*?</a>", "", html.split("<body", 1)[1])
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", "<" + spoken)).split()
    assert words == [word.replace("&", "&amp;") for word in plain.split()]
    assert f'<html lang="{language}" dir="ltr">' in html


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("kind", ["invitation", "reminder-1"])
def test_every_mail_carries_the_checksum_of_the_key_list_in_its_head_and_not_in_its_text(
    language, kind
):
    mail = a_mail(language=language, kind=kind)
    listed = "https://svar.example.org/keys/verdipuls-2026-k2.json"
    assert "".join(mail["Key-List"].split()) == f"sha-256={'1f' * 32};{listed}"
    for half in halves(mail):
        assert "1f1f" not in half
        assert not re.search(r"[0-9a-f]{32}", half)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("population", ["staff", "stakeholders"])
def test_every_mail_says_how_to_tell_that_it_is_genuine(language, population):
    named = {
        "vert": "svar.example.org",
        "kontakt": "hr@example.org",
        "etat": agency_in_sentence(language),
    }
    told = LIBRARY.messages.text("mail.genuine", language, **named)
    assert all(word in told for word in named.values())
    for half in halves(a_mail(replace(ENVELOPE, population=population), language=language)):
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", half))
        assert told in words


def test_the_button_says_what_it_does():
    _, html = halves(a_mail())
    assert re.search(r'inline-block[^>]*">Svar på undersøkelsen</a>', html)


def test_a_wave_without_a_key_list_has_no_checksum_in_its_mails():
    mail = a_mail(replace(ENVELOPE, key_list_hash=""))
    assert mail["Key-List"] is None
    assert "/keys/" not in halves(mail)[0]


def test_the_deadline_and_the_results_are_whole_english_expressions():
    plain, _ = halves(a_mail(language="en"))
    assert "The deadline is Tuesday 26\u00a0May." in plain
    assert "on 9\u00a0June." in plain
    assert f"/answer/{TOKEN}?lang=en" in plain


def test_a_reminder_offers_to_stop_and_says_that_the_link_is_unused():
    plain, _ = halves(a_mail(kind="reminder-1"))
    assert "er ikke brukt ennå" in plain
    assert f"https://svar.example.org/stop/{TOKEN}" in plain


def test_a_reminder_to_everybody_does_not_say_that_the_link_is_unused():
    plain, _ = halves(a_mail(replace(ENVELOPE, remind_everybody=True), kind="reminder-1"))
    assert "er ikke brukt" not in plain
    assert "Har du allerede svart" in plain


def test_the_same_message_has_the_same_id_whenever_it_is_sent():
    assert a_mail()["Message-ID"] == f"<{uuid.UUID(int=7)}@svar.example.org>"


def test_a_demonstration_says_so_in_both_halves():
    plain, html = halves(a_mail(replace(ENVELOPE, demo=True)))
    assert plain.startswith("Demodata – ikke ekte resultater")
    assert "Demodata – ikke ekte resultater" in html


def test_a_mail_loads_nothing_and_carries_no_script():
    _, html = halves(a_mail())
    assert not re.search(r"<(img|script|link|iframe|style)|url\(|\bsrc=", html)


def test_a_sender_without_an_address_is_told_how_to_mend_it():
    with pytest.raises(NoSender, match="sender ="):
        a_mail(replace(ENVELOPE, sender="HR-avdelingen"))


def test_a_line_break_in_the_sender_cannot_add_a_header():
    mail = a_mail(replace(ENVELOPE, sender="HR\r\nBcc <hr@example.org>"))
    assert mail["Bcc"] is None
    assert str(mail["From"]) == "HR Bcc <hr@example.org>"


def test_a_text_with_markup_is_shown_and_not_obeyed():
    html = html_mail(
        "t", "Tom & <b>Jerry</b> **og** du", "nb", button=("https://x.example", "Start")
    )
    assert "Tom &amp; &lt;b&gt;Jerry&lt;/b&gt; <strong>og</strong> du" in html


@pytest.mark.parametrize("attempts", [0, 5, 100])
def test_a_mail_of_no_campaign_waits_for_as_long_as_its_sender_is_refused(attempts):
    assert became(Verdict.LATER, "sender 553", attempts=attempts).state == "due"
    put_off = became(Verdict.LATER, "451", attempts=attempts).state
    assert put_off == ("failed" if is_last(attempts) else "due")
    assert became(Verdict.NEVER, "550", attempts=attempts).state == "failed"


class ThreeAtOnce:
    """A server that says only once a mail is there that it takes no more of one user."""

    def __init__(self):
        self.now = 0
        self.together = asyncio.Barrier(1)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.now += 1
        try:
            await self.together.wait()
            await asyncio.sleep(0.05)
            return "432 4.3.2 sender thread limit exceeded" if self.now > 3 else "250 OK"
        finally:
            self.now -= 1


async def test_a_server_that_takes_few_mails_at_once_gets_as_many_as_it_takes():
    loop, crowd = asyncio.get_running_loop(), ThreeAtOnce()
    listening = await loop.create_server(
        lambda: SMTP(crowd, hostname="localhost", loop=loop), "127.0.0.1", 0
    )
    port = listening.sockets[0].getsockname()[1]

    async def ten(server):
        told = await asyncio.gather(*(server.send(a_mail()) for _ in range(10)))
        return Counter(verdict for verdict, _ in told)

    async with listening, MailServer(f"smtp://127.0.0.1:{port}", 10) as server:
        await server.send(a_mail())
        # a machine that is busy opens connections too slowly for ten mails to meet by themselves
        crowd.together = asyncio.Barrier(10)
        first = await ten(server)
        assert first[Verdict.LATER] > 0
        crowd.together = asyncio.Barrier(1)
        assert await ten(server) == {Verdict.ACCEPTED: 10}
        assert 1 <= server.connections <= 3
