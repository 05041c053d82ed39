"""What is held about people on a page: what goes when, and what is held of one of them."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta

import pytest

from survey_app.accounts.roles import Role
from survey_app.administration.privacy.declared import DECLARED
from survey_app.administration.privacy.overview import VIEWS
from survey_app.administration.privacy.person import TOLD, WITHHELD
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.clock import today
from survey_app.shared.database import Login, fetch
from tests.builders_answering import an_open_wave, without_pools

PAGE = "/settings/privacy"


def test_all_that_is_held_about_people_is_told_on_request_or_the_page_says_why_not():
    people = {held.table for held in DECLARED if held.personal and held.table not in VIEWS}
    assert people == set(TOLD) | set(WITHHELD)
    assert not set(TOLD) & set(WITHHELD)


@pytest.fixture
async def wave(web, settings):
    bind_worker()
    opened = await an_open_wave(settings)
    bind_web()
    return opened


@pytest.fixture
async def admin(web, sign_in):
    await sign_in(Role.ADMIN)

    async def look(sought, **data):
        csrf = re.search(r'name="csrf" value="([^"]+)"', (await web.get(PAGE)).text)[1]
        return await web.post(f"{PAGE}/person", data={"csrf": csrf, "sought": sought, **data})

    return look


async def rows(statement, *values):
    with without_pools():
        return await fetch(Login.MIGRATOR, statement, *values)


async def somebody():
    [row] = await rows(
        "SELECT p.id, p.number, p.email FROM asking.person p JOIN asking.invitation i"
        " ON i.person = p.id WHERE p.email <> '' ORDER BY p.number LIMIT 1"
    )
    return row


async def test_only_administrators_see_it(web, sign_in):
    await sign_in(Role.HR)
    assert (await web.get(PAGE)).status_code == 403
    assert (await web.post(f"{PAGE}/person", data={"sought": "x"})).status_code == 403


async def test_an_account_is_found_however_its_address_is_written(admin):
    await rows("UPDATE accounts.account SET email = $1", "g\u00e5rd@example.org")
    for written in ("g\u00e5rd@example.org", "Ga\u030ard@example.org"):
        assert "g\u00e5rd@example.org" in (await admin(written)).text.split("<main", 1)[1]


async def test_the_page_says_who_goes_next_and_when(web, admin, wave):
    left = today() - timedelta(days=3)
    await rows("UPDATE asking.person SET active = false, left_on = $1", left)
    await rows(
        "DELETE FROM asking.invitation"
        " WHERE person = (SELECT person FROM asking.invitation ORDER BY person LIMIT 1)"
    )
    page = (await web.get(PAGE)).text
    [row] = await rows("SELECT count(*) AS all FROM asking.person")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert f"{row['all']} er ikke slettet ennå" in text
    assert f"{row['all'] - 1} stående til invitasjonen" in text
    last = left + timedelta(days=90)
    assert f"De første slettes {last.day}." in text
    assert "Ingen venter på å bli slettet" in text  # accounts
    assert "90 dager etter at personen sluttet" in text


async def test_somebody_is_found_by_address_and_by_number_with_the_unit_and_the_invitation(
    web, admin, wave
):
    person = await somebody()
    for sought in (person["email"].upper(), person["number"]):
        page = (await admin(sought)).text
        assert person["number"] in page
        assert person["email"] in page
        assert wave.key in page


@pytest.mark.parametrize(
    ("stored", "sought"),
    [("n@xn--b-5ga.example", "N@Bø.example"), ("n@bø.example", "n@xn--b-5ga.example")],
)
async def test_somebody_is_found_by_a_domain_however_it_is_stored(web, admin, wave, stored, sought):
    person = await somebody()
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.person SET email = $2 WHERE number = $1",
        person["number"],
        stored,
    )
    page = (await admin(sought)).text
    assert person["number"] in page
    assert wave.key in page


async def test_neither_page_nor_file_tells_whether_somebody_answered_was_reminded_or_said_no(
    web, admin, wave
):
    person = await somebody()

    async def told():
        file = json.loads((await admin(person["email"], **{"as": "file"})).text)
        page = (await admin(person["email"])).text
        # the log grows by each look, and the page has a token of its own
        main = re.sub(r'name="csrf" value="[^"]+"', "", page[page.index("<h1") :])
        main = re.sub(r"<h2[^>]*>\s*Loggen.*?</section>", "", main, flags=re.DOTALL)
        return {name: rows for name, rows in file.items() if name not in {"log", "made_at"}}, main

    before = await told()
    invitation = "(SELECT id FROM asking.invitation WHERE person = $1)"
    await rows(
        "UPDATE asking.invitation SET marked = true, opted_out = true WHERE person = $1",
        person["id"],
    )
    await rows(
        "INSERT INTO asking.credential (id, invitation, wave, blinded_hash, blind_signature)"
        f" VALUES (gen_random_uuid(), {invitation}, $2, '\\x00', '\\x00')",
        person["id"], wave.id,
    )  # fmt: skip
    await rows(
        "INSERT INTO asking.outbox (id, invitation, kind, state, due_at, sent_at, attempts,"
        f" problem, retries) VALUES (gen_random_uuid(), {invitation}, 'reminder-1', 'sent', now(),"
        " now(), 1, '', 0)",
        person["id"],
    )
    # the log says of which wave a link was replaced, and when; the record how many had been used
    await rows(
        "UPDATE asking.invitation SET generation = generation + 1 WHERE person = $1", person["id"]
    )
    await rows(
        "UPDATE asking.outbox SET state = 'sent', sent_at = now() WHERE kind = 'invitation'"
        f" AND invitation = {invitation}",
        person["id"],
    )
    assert await told() == before


async def test_who_looked_at_whom_is_in_the_log_by_a_number_that_goes_with_the_person(
    web, admin, wave
):
    person = await somebody()
    await admin(person["email"])
    await admin(person["email"], **{"as": "file"})
    await admin("nobody@example.org")
    found = await rows(
        "SELECT actor, action, subject, facts FROM audit.event WHERE action LIKE 'person %'"
        " ORDER BY at"
    )
    assert [(row["action"], row["subject"]) for row in found] == [
        ("person looked up", str(person["id"])),
        ("person taken out", str(person["id"])),
        ("person looked up", ""),
    ]
    assert all(person["email"] not in str(row) and "nobody@" not in str(row) for row in found)
    # and whoever asks to see what we hold, sees that, too
    page = (await admin(person["number"])).text
    assert "Slo opp det vi har om en person" in page


async def test_the_file_has_the_account_what_it_asked_for_and_its_log_and_no_secret(web, admin):
    [account] = await rows("SELECT id, email, password FROM accounts.account")
    await rows(
        "INSERT INTO asking.campaign_act (id, campaign, act, asked_at, asked_by, actor, content,"
        " state, outcome) VALUES ($1, 'k', 'texts', now(), $2, $3, '', 'done', '[]')",
        uuid.uuid4(), account["id"], account["email"],
    )  # fmt: skip
    await rows(
        "INSERT INTO subscriptions.subscription (id, account, population, place, language,"
        " attachment, created_at) VALUES ($1, $2, 'staff', '', 'nb', '', now())",
        uuid.uuid4(), account["id"],
    )  # fmt: skip
    reply = await admin(account["email"], **{"as": "file"})
    assert reply.headers["content-disposition"] == 'attachment; filename="person.json"'
    assert reply.headers["cache-control"] == "no-store"
    told = json.loads(reply.text)
    assert told["format"] == "verdibarometer-person/1"
    assert [one["role"] for one in told["accounts"]] == ["admin"]
    assert [(one["held"], one["of"]) for one in told["acts"]] == [("asking.campaign_act", "k")]
    assert [one["population"] for one in told["subscriptions"]] == ["staff"]
    assert "signed in" in {one["action"] for one in told["log"]}
    assert account["password"] not in reply.text
    assert {one["table"] for one in told["not_here"]} == set(WITHHELD)


async def test_the_file_has_what_somebody_signs_in_with_and_the_mails_of_it_and_no_key(web, admin):
    [account] = await rows("SELECT id, email FROM accounts.account")
    await rows(
        "INSERT INTO accounts.second_step (id, account, sealed, last_step, since)"
        " VALUES (gen_random_uuid(), $1, '\\xabab', 7, current_date)",
        account["id"],
    )
    await rows(
        "INSERT INTO accounts.passkey (id, account, credential, public_key, sign_count, name,"
        " added_on) VALUES"
        " (gen_random_uuid(), $1, '\\xcdcd', '\\xefef', 0, 'Telefonen', current_date)",
        account["id"],
    )
    await rows(
        "INSERT INTO accounts.recovery_code (id, account, digest)"
        " VALUES (gen_random_uuid(), $1, 'fedcba')",
        account["id"],
    )
    await rows(
        "INSERT INTO accounts.notice (id, email, language, what, created_at, state, due_at,"
        " attempts, problem) VALUES"
        " (gen_random_uuid(), $1, 'nb', 'on', now(), 'due', now(), 0, '')",
        account["email"],
    )
    reply = await admin(account["email"], **{"as": "file"})
    told = json.loads(reply.text)
    assert [(one["held"], one["name"]) for one in told["ways_in"]] == [
        ("accounts.passkey", "Telefonen"),
        ("accounts.recovery_code", "1"),
        ("accounts.second_step", ""),
    ]
    assert [one["what"] for one in told["account_notices"]] == ["on"]
    assert {*told["ways_in"][0]} == {"held", "name", "added_on", "last_used_on"}
    assert "siden når, står i filen" in (await admin(account["email"])).text


async def test_without_an_address_or_number_nobody_is_looked_for(web, admin):
    for sought in ("", "   ", "x" * 300):
        reply = await admin(sought)
        assert reply.status_code == 422
        assert "Skriv en e-postadresse, eller nummeret" in reply.text
    assert await rows("SELECT FROM audit.event WHERE action LIKE 'person %'") == []


async def test_of_somebody_unknown_the_page_says_so_and_what_a_letter_leaves(web, admin):
    page = (await admin("nobody@example.org")).text
    assert "Ingenting. Er personen trukket ut" in page
    assert "Det vi ikke kan finne" in page


async def test_the_officer_s_documents_are_files_in_the_reader_s_language(web, admin):
    for kind in ("register", "dpia"):
        reply = await web.get(f"{PAGE}/{kind}?lang=nn")
        assert reply.status_code == 200
        assert reply.headers["content-disposition"] == f'attachment; filename="{kind}-nn.html"'
        assert '<html lang="nn"' in reply.text
