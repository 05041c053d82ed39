"""A merged mail is, to the byte, the one that would have been composed."""

import asyncio
import secrets
import uuid
from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest
from aiosmtpd.smtp import SMTP
from aiosmtplib.email import extract_sender, flatten_message
from hypothesis import given, settings
from hypothesis import strategies as some

from survey_app.asking.delivery.compose import compose
from survey_app.asking.delivery.mail_merge import MailMerge
from survey_app.asking.delivery.mail_server import MailServer, WrittenMail
from survey_app.asking.delivery.returned import mail_key
from survey_app.asking.errors import NoSender
from tests.unit.asking.test_asking_mail import ENVELOPE, LIBRARY, NOW, RECIPIENT

BASE_URL = "https://svar.example.org"
KEYED = replace(RECIPIENT, key=mail_key(uuid.UUID(int=7), bytes(32)))
SIGNS = "ABCXYZabcxyz0189-_"
tokens = some.text(SIGNS, min_size=34, max_size=34)
keys = some.text(SIGNS, min_size=43, max_size=43)
atoms = some.text("abcxyzABC019_+-", min_size=1, max_size=12)
hosts = some.text("abcXYZ019-", min_size=1, max_size=12)
addresses = some.builds(
    "{}@{}.no".format, some.lists(atoms, min_size=1, max_size=4).map(".".join), hosts
)


@pytest.fixture
def same_boundary(monkeypatch):
    """Let nothing differ but what must."""
    monkeypatch.setattr(secrets, "token_hex", lambda size: "5e" * size)


def both(envelope, recipient, *, base_url=BASE_URL, now=NOW, messages=LIBRARY.messages, merge=None):
    merged = (merge or MailMerge(messages, base_url)).write(envelope, recipient, now=now)
    composed = compose(envelope, recipient, messages, base_url=base_url, now=now)
    return merged, composed


def assert_the_same(merged, composed):
    assert isinstance(merged, WrittenMail)
    assert merged.content == flatten_message(composed)
    assert merged.sender == extract_sender(composed)
    assert merged.recipient == composed["To"]


@pytest.mark.usefixtures("same_boundary")
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("population", ["staff", "stakeholders"])
@pytest.mark.parametrize("kind", ["invitation", "reminder-1"])
def test_a_merged_mail_is_the_composed_one_in_every_language(language, population, kind):
    envelope = replace(ENVELOPE, population=population)
    for demo, example in ((False, False), (True, False), (False, True)):
        to = replace(KEYED, language=language, kind=kind, example=example)
        assert_the_same(*both(replace(envelope, demo=demo), to))


@pytest.mark.usefixtures("same_boundary")
@pytest.mark.parametrize(
    "envelope",
    [
        replace(ENVELOPE, sender='"Hansen, Åse: HR" <ase.hansen@example.org>'),
        replace(ENVELOPE, sender="hr@example.org", contact="Kari Ødegård = 100 %, tlf. 22 33"),
        replace(ENVELOPE, sender=f"{'Avdelingen for ' * 12}<hr@example.org>", contact="å" * 200),
        replace(ENVELOPE, key_list_hash="", wave="", remind_everybody=True),
    ],
)
@pytest.mark.parametrize(
    "base_url",
    [BASE_URL, "http://localhost:8000", f"https://{'undersokelse.' * 9}example.org/svar"],
)
def test_odd_senders_and_long_links_are_merged_as_they_are_composed(envelope, base_url):
    for kind in ("invitation", "reminder-2"):
        assert_the_same(*both(envelope, replace(KEYED, kind=kind), base_url=base_url))


def test_whatever_a_recipient_is_called_the_merged_mail_is_the_composed_one():
    merge = MailMerge(LIBRARY.messages, BASE_URL)
    whole = timezone(timedelta(hours=-3, minutes=-30))
    times = some.datetimes(NOW.replace(tzinfo=None), timezones=some.sampled_from([UTC, whole]))

    @settings(max_examples=60, deadline=None)
    @given(addresses, tokens, keys, some.sampled_from(["nb", "nn", "en"]), times)
    def holds(address, token, key, language, now):
        to = replace(KEYED, address=address, token=token, key=key, language=language)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(secrets, "token_hex", lambda size: "5e" * size)
            assert_the_same(*both(ENVELOPE, to, now=now, merge=merge))

    holds()


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "kåre@example.org"},
        {"address": "Kari <kari@example.org>"},
        {"address": '"odd one"@example.org'},
        {"address": f"{'k' * 60}@example.org"},
        {"address": "=?utf-8?q?kari?=@example.org"},
        {"key": ""},
        {"token": "="},
    ],
)
def test_what_is_rare_is_composed(changes):
    merged, composed = both(ENVELOPE, replace(KEYED, **changes))
    assert not isinstance(merged, WrittenMail)
    assert merged["To"] == composed["To"]
    assert merged["Message-ID"] == composed["Message-ID"]


def test_a_text_that_bends_around_its_link_is_composed():
    texts = {one: dict(known) for one, known in LIBRARY.messages.texts.items()}
    for known in texts.values():
        known["mail.invitation.subject"] = "Å svare tar to minutter: {{lenke}} er lenken din"
    merged, composed = both(ENVELOPE, KEYED, messages=replace(LIBRARY.messages, texts=texts))
    assert not isinstance(merged, WrittenMail)
    assert merged["Subject"] == composed["Subject"]


def test_one_recipients_link_is_never_in_the_mail_of_another():
    merge = MailMerge(LIBRARY.messages, BASE_URL)
    written = []
    for number in range(40):
        token, key = f"T{number:033d}", f"K{number:042d}"
        to = replace(KEYED, token=token, key=key, address=f"p{number}@example.org")
        plain = merge.write(ENVELOPE, to, now=NOW).content.replace(b"=\r\n", b"")
        assert plain.count(token.encode()) == 5  # text, its link and its button; stop
        assert plain.count(key.encode()) == 1
        written.append(plain)
    assert len({one.split(b'boundary="')[1][:30] for one in written}) == len(written)


def test_a_changed_campaign_is_in_the_next_mail():
    merge = MailMerge(LIBRARY.messages, BASE_URL)
    assert b"<hr@example.org>" in merge.write(ENVELOPE, KEYED, now=NOW).content
    moved = merge.write(replace(ENVELOPE, sender="HR <ny@example.org>"), KEYED, now=NOW)
    assert moved.sender == "ny@example.org"
    with pytest.raises(NoSender):
        merge.write(replace(ENVELOPE, sender="HR"), KEYED, now=NOW)


class Kept:
    """A server that keeps what it is told."""

    def __init__(self):
        self.told = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.told.append(
            (envelope.mail_from, envelope.mail_options, envelope.rcpt_tos, envelope.content)
        )
        return "250 OK"


@pytest.mark.usefixtures("same_boundary")
async def test_a_server_cannot_tell_a_merged_mail_from_a_composed_one():
    loop, kept = asyncio.get_running_loop(), Kept()
    listening = await loop.create_server(
        lambda: SMTP(kept, hostname="localhost", loop=loop), "127.0.0.1", 0
    )
    port = listening.sockets[0].getsockname()[1]
    async with listening, MailServer(f"smtp://127.0.0.1:{port}") as server:
        for sender in (None, "retur+k@example.org"):
            for mail in both(ENVELOPE, KEYED):
                await server.send(mail, sender=sender, envelope_id="k")
    first, second, third, fourth = kept.told
    assert first == second
    assert third == fourth
    assert (first[0], third[0]) == ("hr@example.org", "retur+k@example.org")
