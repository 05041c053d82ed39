"""A lost link or code is replaced on a page, which tells nobody who is invited or has answered."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.remind import remind_wave
from survey_app.asking.delivery.send_due import send_due
from survey_app.asking.delivery.sink import start_sink
from survey_app.asking.invitations.listed import read_list
from survey_app.asking.invitations.tokens import token_for
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.running.carry_out import carry_out_acts
from survey_app.shared.clock import now
from survey_app.shared.database import Login, fetch
from tests import letters
from tests.asking_builders import import_campaign, open_wave
from tests.blind_client import get_credential
from tests.builders_answering import an_open_wave, some_answers
from tests.builders_publication import words
from tests.flow.test_listed_waves import LIST, STAKEHOLDERS
from tests.urn_reading import change, marks
from tests.web.running import test_letters_on_a_page as on_a_page

EMAIL = "nord-1-0@example.org"
GROUP = "nord-1"


@pytest.fixture
async def hr(web, settings, sign_in):
    web.wave = await an_open_wave(settings)
    await letters.still_open()
    return await sign_in(Role.HR)


def page_of(web):
    return f"/waves/{web.wave.key}/new-link"


async def ask_for(web, page, **fields):
    token = re.search(r'name="csrf" value="([^"]+)"', (await web.get(page)).text)[1]
    return await web.post(page, data={"csrf": token} | fields)


async def work():
    bind_worker()
    await carry_out_acts({})
    bind_web()


async def invitation(email=EMAIL):
    [row] = await fetch(
        Login.MIGRATOR,
        "SELECT i.* FROM asking.invitation i JOIN asking.person p ON p.id = i.person"
        " WHERE p.email = $1",
        email,
    )
    return row


async def link_of(settings, wave, email=EMAIL):
    row = await invitation(email)
    return token_for(settings.secret(), wave.id, row["pid"], row["generation"])


async def due():
    rows = await fetch(Login.MIGRATOR, "SELECT invitation FROM asking.outbox WHERE state = 'due'")
    return [row["invitation"] for row in rows]


async def logged():
    return await fetch(
        Login.MIGRATOR,
        "SELECT action, actor, subject, facts FROM audit.event"
        " WHERE action IN ('relink asked', 'link replaced') ORDER BY id",
    )


async def test_whoever_lost_a_link_gets_a_new_one_by_mail_and_the_old_opens_nothing(
    hr, settings, tmp_path
):
    old = await link_of(settings, hr.wave)
    await get_credential(hr, hr.wave.key, GROUP, old)
    await change("UPDATE asking.outbox SET state = 'sent', attempts = 1")
    assert f'href="{page_of(hr)}"' in (await hr.get(f"/waves/{hr.wave.key}")).text
    assert "sendes en lenke dit" in words(await ask_for(hr, page_of(hr), address=EMAIL.upper()))
    await work()
    sink = start_sink(tmp_path / "mail")
    bind_worker()
    try:
        async with MailServer(sink.url) as server:
            tally = await send_due(
                server,
                load_library().messages,
                secret=settings.secret(),
                base_url="https://svar.example.org",
                clock=now,
            )
    finally:
        sink.stop()
        bind_web()
    assert tally.sent == 1
    [mail] = [path.read_text() for path in (tmp_path / "mail").glob("*.eml")]
    assert EMAIL in mail
    new = await link_of(settings, hr.wave)
    assert new != old
    assert (await hr.get(f"/answer/{old}")).status_code == 404
    assert "Lenken er brukt" not in (await hr.get(f"/answer/{new}")).text
    [row] = await fetch(Login.MIGRATOR, "SELECT replaced FROM asking.wave")
    assert (row["replaced"], await marks(hr.wave)) == (1, 0)


async def test_the_page_says_the_same_whoever_is_asked_for_and_whatever_they_did(hr, settings):
    await change("UPDATE asking.outbox SET state = 'sent', attempts = 1")
    # one that was not used, one that signed a credential, one that sent the plain form, nobody
    credential, plain = "nord-1-2@example.org", "nord-1-3@example.org"
    await get_credential(hr, hr.wave.key, GROUP, await link_of(settings, hr.wave, credential))
    token = await link_of(settings, hr.wave, plain)
    await hr.post(f"/answer/{token}", data=some_answers(), follow_redirects=False)
    said = set()
    for who in (EMAIL, credential, plain, "nobody@example.org"):
        reply = await ask_for(hr, page_of(hr), address=who)
        said.add((reply.status_code, re.sub(r'value="[^"]+"', "", reply.text)))
        await work()
        shown = (await hr.get(f"{page_of(hr)}?asked=address")).text
        said.add((200, re.sub(r'value="[^"]+"', "", shown)))
    assert len(said) == 1
    # a mail goes to all who are invited; whose ballot lies in the urn keeps the link that is used
    people = [await invitation(who) for who in (EMAIL, credential, plain)]
    assert sorted(await due()) == sorted(one["id"] for one in people)
    assert [one["generation"] for one in people] == [1, 1, 0]
    assert await link_of(settings, hr.wave, plain) == token
    assert await marks(hr.wave) == 1
    # the log has one line for each, and no act keeps whom it was for
    assert {tuple(row.values()) for row in await logged()} == {
        ("relink asked", "hr@example.org", hr.wave.key, "{}")
    }
    assert len(await logged()) == 4
    acts = await fetch(Login.MIGRATOR, "SELECT state, content, outcome FROM asking.wave_act")
    assert {tuple(row.values()) for row in acts} == {("done", b"", "[]")}


async def test_who_had_used_the_old_link_is_reminded_in_words_that_allow_for_it(
    hr, settings, tmp_path
):
    """Who had not used it is reminded in the same: nobody learns who had."""
    await change("UPDATE asking.outbox SET state = 'sent', attempts = 1, sent_at = due_at")
    unused = "nord-1-2@example.org"
    await get_credential(hr, hr.wave.key, GROUP, await link_of(settings, hr.wave))
    said = words(await hr.get(page_of(hr)))
    assert "Påminnelser går til personen så lenge den nye lenken ikke er brukt" in said
    for who in (EMAIL, unused):
        await ask_for(hr, page_of(hr), address=who)
        await work()
    sink = start_sink(tmp_path / "mail")
    bind_worker()
    try:
        assert await sent_by(sink.url, settings, now()) == 2  # their new links
        later = now() + timedelta(days=2)
        await remind_wave(hr.wave.key, now=later)
        await sent_by(sink.url, settings, later)
    finally:
        sink.stop()
        bind_web()
    found = [message_from_bytes(path.read_bytes(), policy=default)
             for path in (tmp_path / "mail").glob("*.eml")]  # fmt: skip
    told = {mail["To"]: mail.get_body().get_content() for mail in found
            if mail["Subject"].startswith("Påminnelse")}  # fmt: skip
    asked = {EMAIL, unused}
    assert asked < set(told)
    may = {who for who, text in told.items() if "Har du allerede svart" in text}
    assert may == asked
    assert not any("er ikke brukt ennå" in told[who] for who in asked)


async def sent_by(url, settings, at):
    async with MailServer(url) as server:
        tally = await send_due(
            server,
            load_library().messages,
            secret=settings.secret(),
            base_url="https://svar.example.org",
            clock=lambda: at,
        )
    return tally.sent


async def test_a_text_message_goes_to_whoever_is_reached_by_number(hr):
    await change("UPDATE asking.outbox SET state = 'sent', attempts = 1")
    one = await invitation()
    await change("UPDATE asking.invitation SET channel = 'sms' WHERE id = $1", one["id"])
    await change("UPDATE asking.person SET mobile = '+4791234567' WHERE id = $1", one["person"])
    await ask_for(hr, page_of(hr), address="912 34 567")
    await work()
    assert await due() == [one["id"]]


@pytest.mark.parametrize("address", ["", "nobody", "12", "22 05 00 00", "@example.org"])
async def test_what_is_no_address_and_no_number_is_told_beside_the_field(hr, address):
    reply = await ask_for(hr, page_of(hr), address=address)
    assert reply.status_code == 422
    assert "Skriv en e-postadresse, eller et mobilnummer på åtte sifre." in words(reply)
    assert f'value="{address}"' in reply.text
    assert await fetch(Login.MIGRATOR, "SELECT 1 FROM asking.wave_act") == []


async def test_of_a_wave_that_closed_meanwhile_nothing_is_replaced(hr):
    await ask_for(hr, page_of(hr), address=EMAIL)
    await change("UPDATE asking.wave SET state = 'closed'")
    await work()
    assert (await invitation())["generation"] == 0
    [act] = await fetch(Login.MIGRATOR, "SELECT state, content FROM asking.wave_act")
    assert tuple(act.values()) == ("refused", b"")
    reply = await hr.get(page_of(hr), follow_redirects=False)
    assert reply.headers["location"].startswith("/campaigns/")


async def test_who_may_not_run_the_wave_gives_no_link(web, settings, sign_in):
    web.wave = await an_open_wave(settings)
    await sign_in(Role.COMMUNICATIONS)
    for reply in (await web.get(page_of(web)), await web.post(page_of(web), data={"csrf": "x"})):
        assert reply.status_code == 403
    await sign_in(Role.HR)
    reply = await web.post(page_of(web), data={"csrf": "x", "address": EMAIL})
    assert reply.status_code == 403
    assert await fetch(Login.MIGRATOR, "SELECT 1 FROM asking.wave_act") == []


async def test_a_lost_letter_is_made_again_alone_with_a_new_code(
    web, settings, sign_in, tmp_path, monkeypatch
):
    monkeypatch.setattr("survey_app.running.make_requested_letters.settings", lambda: settings)
    web.wave = await letters.a_sampled_wave(settings)
    await letters.letters(settings, tmp_path / "first.csv")
    [before] = [
        row for row in letters.rows_of((tmp_path / "first.csv").read_bytes()) if row["row"] == "4"
    ]
    await sign_in(Role.COMMUNICATIONS)
    assert (await ask_for(web, page_of(web), row="x")).status_code == 422
    assert "må brevet lages på nytt" in words(await ask_for(web, page_of(web), row="4"))
    await work()
    await on_a_page.announce(settings)
    wanted = {"what": "again-first", "form": "csv", "again": "a lost code", "rows": "4"}
    file = await on_a_page.made(web, **wanted)
    [after] = letters.rows_of(file.content)
    assert after["row"] == "4"
    assert (after["url"], after["code"]) != (before["url"], before["code"])
    assert (await web.get(before["url"])).status_code == 404
    assert (await web.get(after["url"])).status_code == 200


@pytest.mark.parametrize(
    ("what", "rows", "sentence"),
    [
        ("again-first", "four", "Skriv linjenumre"),
        ("again-first", "0", "Skriv linjenumre"),
        ("second", "4", "Enkelte linjer kan bare velges"),
        ("second-silent", "4", "Enkelte linjer kan bare velges"),
    ],
)
async def test_of_single_lines_no_letter_tells_who_has_answered(
    web, settings, sign_in, tmp_path, what, rows, sentence
):
    web.wave = await letters.a_sampled_wave(settings)
    await letters.letters(settings, tmp_path / "first.csv")
    await sign_in(Role.COMMUNICATIONS)
    key = str(on_a_page.HOUSE.to_public())
    fields = {"what": what, "form": "pdf", "again": "x", "rows": rows, "sealed_to": key}
    reply = await on_a_page.send(web, on_a_page.PAGE, **fields)
    assert reply.status_code == 422
    assert sentence in words(reply)


async def test_of_a_list_one_of_both_names_somebody(web, settings, sign_in):
    bind_worker()
    await import_campaign(STAKEHOLDERS)
    await open_wave("samarbeid-1", form="interessent.sam", sample=read_list(LIST))
    await fetch(Login.WORKER, "UPDATE asking.outbox SET state = 'sent'")
    bind_web()
    await sign_in(Role.COMMUNICATIONS)
    page = "/waves/samarbeid-1/new-link"
    both = await ask_for(web, page, address="p3@example.org", row="5")
    assert "Fyll ut bare ett av feltene." in words(both)
    await ask_for(web, page, address="p3@example.org")
    await ask_for(web, page, row="8")
    await work()
    rows = await fetch(
        Login.MIGRATOR, "SELECT sample_row FROM asking.invitation WHERE generation = 1 ORDER BY 1"
    )
    assert [row["sample_row"] for row in rows] == [5, 8]
    assert len(await due()) == 1
