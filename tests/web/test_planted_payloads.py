"""What people write is text wherever it is read: on pages, in mails, in files.

The corpus and what shows its effects stand in `tests/attack/payloads.py`.
"""

import io
import itertools
import random
import re
import uuid
from datetime import UTC, date, datetime
from email import message_from_bytes
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from questionnaires.loader import load_library
from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.actions.reminder_mail import Notice, write_mail
from survey_app.asking.delivery.compose import Envelope, Recipient, compose
from survey_app.asking.delivery.returned import mail_key, read_returned
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.reading.exports.book import book_of
from survey_app.reading.exports.delimited import csv_bytes
from survey_app.reading.exports.workbook import xlsx_bytes
from survey_app.shared import clock
from tests import foreign_files
from tests.asking_builders import register
from tests.attack.odd_requests import odd_forms, odd_gets
from tests.attack.pages_learnt import Routes, learn
from tests.attack.payloads import (
    MARK,
    PAYLOADS,
    in_a_mail,
    in_a_table,
    in_an_archive,
    labelled,
    on_a_page,
)
from tests.attack.planted import PAGES, planted
from tests.builders_publication import staff_series
from tests.exported import few, part

SEED = 11
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


MARKUP = [one for one in PAYLOADS if one.lstrip("-\"' ").startswith(("<s", "<i", "<a", "<b", "</"))]


@pytest.mark.parametrize("text", MARKUP)
def test_what_would_do_something_is_seen_where_nobody_escapes_it(text):
    assert on_a_page(f"<title>{text}</title><p>{text}</p><textarea>{text}</textarea>")


def test_a_formula_is_seen_however_the_line_is_split():
    assert in_a_table(f"a,=1+{MARK}\n")
    assert in_a_table(f'a,"b;-{MARK}"\n')


async def test_no_page_does_what_was_written_into_it(web, sign_in, settings):
    await planted(settings)
    routes, done, shown = Routes(web.app), {}, 0
    for role, most in ((Role.HR, 45), (Role.COMMUNICATIONS, 20)):
        await sign_in(role)
        learnt = await learn(web, routes, PAGES, most=most)
        for address, text in learnt.pages.items():
            shown += MARK in text
            if found := on_a_page(text):
                done[address] = found
    assert done == {}
    assert shown > 7, "hardly anything was planted"


async def test_no_reply_does_what_stands_in_its_address_or_form(web, sign_in, settings):
    await planted(settings)
    routes, chance, done = Routes(web.app), random.Random(SEED), {}
    await sign_in(Role.HR)
    learnt = await learn(web, routes, PAGES, most=14)
    encoded = tuple(quote(one, safe="") for one in PAYLOADS)
    requests = (
        *odd_gets(routes, learnt, chance, 1, encoded),
        *odd_forms(learnt, chance, 1, PAYLOADS),
    )
    for one in chance.sample(requests, 60):
        reply = await web.request(one.method, one.address, follow_redirects=False, **one.sent)
        assert not {f"x-{MARK}", "bcc"} & set(reply.headers), one
        assert f"//{MARK}" not in reply.headers.get("location", ""), one
        page = reply.headers.get("content-type", "").startswith("text/html")
        if found := on_a_page(reply.text if page else ""):
            done[str(one)] = found
    assert done == {}


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_mail_keeps_its_heads_and_its_page_whatever_the_sender_is_called(text):
    library = load_library()
    named = text.replace("\\", "").replace('"', '\\"')
    sender = f'"{named}" <hr@example.org>'
    envelope = Envelope(
        campaign="verdipuls", population="staff", sender=sender, contact=text,
        demo=False, remind_everybody=False, minimum_group=5, closes_on=date(2026, 5, 26),
        results_on=date(2026, 6, 9), wave="two", key_list_hash="1f" * 32,
        questionnaire=library.questionnaire("verdipuls.k2").to_json(),
    )  # fmt: skip
    to = Recipient(uuid.UUID(int=7), "invitation", "kari@example.org", "nb", "a" * 34)
    mail = compose(envelope, to, library.messages, base_url="https://svar.example.org", now=NOW)
    assert in_a_mail(bytes(mail)) == []
    notice = Notice(
        reminder=uuid.UUID(int=7), action=uuid.UUID(int=9), kind="due", what=text,
        day=date(2026, 5, 12), address="leader@example.org", language="nb",
        sender=sender, demo=False,
    )  # fmt: skip
    assert in_a_mail(bytes(write_mail(notice, base_url="https://svar.example.org", now=NOW))) == []


def test_no_file_reckons_or_runs_what_somebody_called_a_unit():
    book = book_of([part(labelled(few(staff_series()[-1])))], "nb")
    text = csv_bytes(book.table("estimates")).decode()
    assert MARK in text
    assert in_a_table(text) == []
    workbook = xlsx_bytes(book)
    assert in_an_archive(workbook) == []
    cells = [cell for sheet in load_workbook(io.BytesIO(workbook)) for row in sheet for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    leads = [cell.hyperlink.target for cell in cells if cell.hyperlink]
    assert not [one for one in leads if MARK in str(one)]


ODD_WORDS = f"{PAYLOADS[9]} {PAYLOADS[11]} {PAYLOADS[12]} {PAYLOADS[15].partition('<')[0]}"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.lss", foreign_files.limesurvey(text={"nb": ODD_WORDS, "en": ODD_WORDS})),
        ("a.xlsx", foreign_files.xlsform(text={"nb": ODD_WORDS, "en": ODD_WORDS})),
        ("a.json", foreign_files.surveyjs(text={"nb": ODD_WORDS, "en": ODD_WORDS})),
        ("a.qsf", foreign_files.qualtrics(text={"nb": ODD_WORDS, "en": ODD_WORDS})),
        ("=1+1;<svg onload=zqxran()>.lss", PAYLOADS[0].encode()),
    ],
    ids=["LimeSurvey", "XLSForm", "SurveyJS", "Qualtrics", "none of these"],
)
async def test_a_questionnaire_from_elsewhere_is_looked_at_and_does_nothing(
    web, sign_in, name, content
):
    await sign_in(Role.HR)
    page = (await web.get("/questionnaires/import")).text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    reply = await web.post(
        "/questionnaires/import", data={"csrf": token}, files={"file": (name, content)}
    )
    assert reply.status_code in {200, 422}
    assert on_a_page(reply.text) == []


async def token_of(web, address):
    page = (await web.get(address)).text
    return page.partition('name="csrf" value="')[2].partition('"')[0]


async def test_a_register_that_names_its_units_so_is_looked_over_and_does_nothing(web, sign_in):
    names = itertools.cycle(
        '"' + " ".join(one.split()).replace('"', '""') + '"' for one in PAYLOADS if "\0" not in one
    )
    rows = [
        re.sub(r"(?<=,)(Fengsel|Region|Etaten)[^,]*", lambda _: next(names), row)
        for row in register().splitlines()
    ]
    web = await sign_in(Role.HR)
    address = "/people/import"
    shown = await web.post(
        address,
        data={"csrf": await token_of(web, address)},
        files={"file": ("<svg onload=zqxran()>.csv", "\n".join(rows).encode(), "text/csv")},
    )
    assert shown.status_code == 200
    assert MARK in shown.text
    assert on_a_page(shown.text) == []


async def test_what_a_directory_sends_comes_back_as_json_and_does_nothing_on_pages(web, sign_in):
    bind_worker()
    token, _ = await create_token(name=PAYLOADS[0], scopes=(Scope.SCIM,), days=30, now=clock.now())
    bind_web()
    for number, text in enumerate(PAYLOADS):
        person = {
            "schemas": [CORE, ENTERPRISE],
            "externalId": f"{number}{text}"[:60],
            "userName": f"person{number}@example.org",
            "displayName": text,
            ENTERPRISE: {"department": text},
        }
        reply = await web.post(
            "/scim/v2/Users", json=person, headers={"Authorization": f"Bearer {token}"}
        )
        assert reply.status_code in {201, 400}, text
        assert reply.headers["content-type"].startswith("application/scim+json")
        assert not {f"x-{MARK}", "bcc"} & set(reply.headers)
    await sign_in(Role.HR)
    for address in ("/people", "/people/directory"):
        assert on_a_page((await web.get(address)).text) == []


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_report_of_a_mail_that_came_back_holds_an_address_and_nothing_that_acts(text):
    secret, outbox = b"for tests only, and long enough there", uuid.UUID(int=7)
    raw = (
        f"From: {text}\r\nTo: retur+{mail_key(outbox, secret)}@example.org\r\nSubject: {text}\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n\r\n"
        f"Final-Recipient: rfc822; {text}\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n"
    )
    found = read_returned(message_from_bytes(raw.encode()), secret)
    assert found is None or (found.outbox == outbox and found.address.isprintable())
