"""What people write is text wherever it is read: on pages, in mails, in files.

The corpus and what shows its effects stand in `tests/attack/payloads.py`.
"""

import io
import random
import uuid
from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.actions.reminder_mail import Notice, write_mail
from survey_app.asking.delivery.compose import Envelope, Recipient, compose
from survey_app.reading.exports.book import book_of
from survey_app.reading.exports.delimited import csv_bytes
from survey_app.reading.exports.workbook import xlsx_bytes
from tests import foreign_files
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
from tests.exported import part

SEED = 11
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
    for role, most in ((Role.HR, 60), (Role.COMMUNICATIONS, 30)):
        await sign_in(role)
        learnt = await learn(web, routes, PAGES, most=most)
        for address, text in learnt.pages.items():
            shown += MARK in text
            if found := on_a_page(text):
                done[address] = found
    assert done == {}
    assert shown > 15, "hardly anything was planted"


async def test_no_reply_does_what_stands_in_its_address_or_form(web, sign_in, settings):
    await planted(settings)
    routes, chance, done = Routes(web.app), random.Random(SEED), {}
    await sign_in(Role.HR)
    learnt = await learn(web, routes, PAGES, most=25)
    encoded = tuple(quote(one, safe="") for one in PAYLOADS)
    requests = (
        *odd_gets(routes, learnt, chance, 1, encoded),
        *odd_forms(learnt, chance, 1, PAYLOADS),
    )
    for one in chance.sample(requests, 120):
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
    book = book_of([part(labelled(staff_series()[-1]))], "nb")
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
