"""Who may take out what at /reports, and what is open to everybody at /results."""

import csv
import io
import json
import re
from datetime import date

import openpyxl
import pandas as pd
import pypdfium2
import pytest

from survey_app.accounts.roles import Role
from survey_app.events.kinds import Side
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.reading.published import Published
from survey_app.reading.reports.press import BusyError, Press, PressError
from tests.actions_builders import an_action
from tests.builders_events import an_event
from tests.builders_publication import (
    SMALL_UNIT,
    public_series,
    put_on_shelf,
    rows,
    staff_series,
    words,
)
from tests.exported import cells, main_wave, public_wave
from tests.written_here import write_here

STAFF = str(rows(main_wave())["id"])
PUBLIC = str(rows(public_wave())["id"])


@pytest.fixture
async def stocked(database):
    bind_worker()
    await put_on_shelf(main_wave(), public_wave(), *public_series("open"))
    bind_web()


@pytest.fixture
def at_once(monkeypatch):
    """Write files in this process: what a child adds is tested beside."""

    monkeypatch.setattr(Press, "write", write_here)


def pages_of(pdf):
    """Return the words of each page of a PDF."""
    return [
        " ".join(page.get_textpage().get_text_range().split())
        for page in pypdfium2.PdfDocument(pdf)
    ]


def read(reply):
    return list(csv.DictReader(io.StringIO(reply.content.decode())))


async def test_each_role_may_take_out_the_surveys_of_its_pages(web, sign_in, stocked, at_once):
    expected = {
        Role.HR: (200, 404), Role.LEADER: (200, 404), Role.REPRESENTATIVE: (200, 404),
        Role.COMMUNICATIONS: (404, 200), Role.ANALYST: (200, 200), Role.ADMIN: (403, 403),
    }  # fmt: skip
    for role, statuses in expected.items():
        await sign_in(role, unit="ost-5" if role in {Role.LEADER, Role.REPRESENTATIVE} else "")
        assert (await web.get("/reports")).status_code == (403 if role is Role.ADMIN else 200)
        for publication, status in zip((STAFF, PUBLIC), statuses, strict=True):
            address = f"/reports/file?publication={publication}&format=json-stat&unit="
            assert (await web.get(address)).status_code == status, (role, publication)


async def test_a_stranger_is_asked_to_sign_in(web, stocked):
    reply = await web.get("/reports", follow_redirects=False)
    assert reply.status_code == 303


async def test_a_leader_gets_the_unit_its_region_and_the_agency_and_nobody_elses(
    web, sign_in, stocked, at_once
):
    await sign_in(Role.LEADER, unit="ost-5")
    whole = read(await web.get(f"/reports/file?publication={STAFF}&format=csv&unit="))
    assert {row["domain"] for row in whole} == {"", "ost", "ost-5"}
    own = read(await web.get(f"/reports/file?publication={STAFF}&format=csv"))
    assert {row["domain"] for row in own} == {"", "ost", "ost-5"}
    foreign = await web.get(f"/reports/file?publication={STAFF}&format=csv&unit=sor-1")
    assert foreign.status_code == 403
    text = words(await web.get("/reports"))
    assert "Fengsel Øst 5" in text
    assert "Fengsel Øst 4" not in text


async def test_leader_and_representative_get_the_same_file_with_hrs_numbers(
    web, sign_in, stocked, at_once
):
    address = f"/reports/file?publication={STAFF}&format=csv&unit=ost-5"
    found = {}
    for role in (Role.LEADER, Role.REPRESENTATIVE, Role.HR):
        await sign_in(role, unit="" if role is Role.HR else "ost-5")
        found[role] = (await web.get(address)).content
    assert found[Role.LEADER] == found[Role.REPRESENTATIVE] == found[Role.HR]


async def test_a_file_comes_with_its_name_and_type_and_is_kept_nowhere(
    web, sign_in, stocked, at_once
):
    await sign_in(Role.HR, language="en")
    reply = await web.get(f"/reports/file?publication={STAFF}&format=xlsx&unit=")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="2025-h-en.xlsx"'
    assert reply.headers["Cache-Control"] == "no-store"
    book = openpyxl.load_workbook(io.BytesIO(reply.content), read_only=True)
    assert book.sheetnames[0] == "About the figures"


async def test_hr_gets_the_report_as_pdf_and_as_slides(web, sign_in, stocked):
    await sign_in(Role.HR)
    reply = await web.get(f"/reports/file?publication={STAFF}&format=pdf&unit=ost-5&language=nn")
    assert reply.content.startswith(b"%PDF-1.7")
    assert reply.headers["Content-Type"] == "application/pdf"
    reply = await web.get(f"/reports/file?publication={STAFF}&format=pptx&unit=")
    assert reply.content.startswith(b"PK")


async def test_the_form_works_without_script_and_keeps_what_was_chosen(web, sign_in, stocked):
    await sign_in(Role.ANALYST)
    whole = await web.get(f"/reports?publication={STAFF}&unit=sor-1&format=xlsx&language=en")
    assert 'method="get" action="/reports/file"' in whole.text
    assert '<option value="sor-1" selected>' in whole.text
    assert 'value="xlsx" checked' in whole.text
    assert '<option value="en" selected>' in whole.text
    part = await web.get(f"/reports?publication={PUBLIC}", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="reading"')
    assert 'name="unit"' not in part.text


async def test_of_an_open_link_only_tables_are_offered_and_a_report_is_refused_kindly(
    web, sign_in, stocked
):
    await sign_in(Role.COMMUNICATIONS)
    publication = rows(public_series("open")[0])["id"]
    page = await web.get(f"/reports?publication={publication}")
    assert 'value="pdf"' not in page.text
    reply = await web.get(f"/reports/file?publication={publication}&format=pdf")
    assert reply.status_code == 404
    assert "lages det ingen rapport" in words(reply)


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [(BusyError(), "Prøv igjen om et minutt"), (PressError("x"), "Feilen er vår")],
)
async def test_a_file_that_is_not_ready_is_a_page_that_says_what_to_do(
    web, sign_in, stocked, monkeypatch, trouble, sentence
):
    async def refuse(*_):
        raise trouble

    monkeypatch.setattr(Press, "write", refuse)
    await sign_in(Role.HR)
    reply = await web.get(f"/reports/file?publication={STAFF}&format=pdf&unit=")
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "60"
    assert sentence in words(reply)
    assert f"/reports?publication={STAFF}" in reply.text


async def test_before_the_first_publication_the_page_says_when_figures_come(web, sign_in):
    await sign_in(Role.HR)
    assert "Ingen måling er publisert ennå" in words(await web.get("/reports"))


async def told_events(web, address):
    book = openpyxl.load_workbook(io.BytesIO((await web.get(address)).content), read_only=True)
    if "Hendelser" not in book.sheetnames:
        return set()
    rows = list(book["Hendelser"].iter_rows(values_only=True))
    place, text = rows[0].index("Sted eller gruppe"), rows[0].index("Hendelse")
    notes = [cell for row in book["Merknader"].iter_rows(values_only=True) for cell in row]
    assert any(str(cell).startswith("Hendelsene er skrevet ned") for cell in notes)
    return {(row[place], row[text]) for row in rows[1:]}


async def test_files_hold_the_events_that_their_reader_may_hear_of(web, sign_in, stocked, at_once):
    await an_event("Etaten", open=True)
    await an_event("Etaten lukket")
    await an_event("Enheten", "ost-5")
    await an_event("Naboen", "ost-4")
    await an_event("Etter målingen", day=date(2026, 3, 1))
    await an_event("Mediesak", side=Side.PUBLIC, open=True)
    whole = {("Hele etaten", "Etaten"), ("Hele etaten", "Etaten lukket")}
    unit = {*whole, ("Fengsel Øst 5", "Enheten")}
    file = f"/reports/file?publication={STAFF}&format=xlsx&unit="
    await sign_in(Role.LEADER, unit="ost-5")
    assert await told_events(web, file) == unit
    assert await told_events(web, f"{file}ost-5") == unit
    await sign_in(Role.HR)
    assert await told_events(web, file) == {*unit, ("Fengsel Øst 4", "Naboen")}
    opened = await told_events(web, "/results/data.xlsx")
    assert opened == {("Hele etaten", "Etaten"), ("Hele etaten", "Mediesak")}


async def test_everybody_may_take_the_open_figures_in_every_format(web, stocked):
    page = await web.get("/results")
    shown = Published(public_wave())
    trust = shown.estimate("TI").mean
    for name in ("data.csv", "data.xlsx", "data.parquet", "data.json", "codebook.xml"):
        assert f"/results/{name}?lang=nb" in page.text
        assert (await web.get(f"/results/{name}")).status_code == 200
    frame = pd.read_parquet(io.BytesIO((await web.get("/results/data.parquet")).content))
    assert set(frame["level"]) == {"agency", "group"}
    assert set(frame["measure_kind"]) == {"index", "scale"}
    assert set(frame[frame.population == "staff"]["level"]) == {"agency"}
    mine = frame[(frame.population == "public") & (frame.measure == "TI")
                 & (frame.level == "agency") & (frame.statistic == "mean")]  # fmt: skip
    assert mine["mean"].item() == trust
    dataset = json.loads((await web.get("/results/data.json")).content)
    found = [v for key, v, _ in cells(dataset) if (key["wave"], key["domain"], key["measure"],
             key["statistic"]) == ("2026-03", "agency", "TI", "mean")]  # fmt: skip
    assert trust in found
    book = openpyxl.load_workbook(
        io.BytesIO((await web.get("/results/data.xlsx?lang=en")).content), read_only=True
    )
    assert "Figures" in book.sheetnames
    assert "NLOD" in (await web.get("/results/data.json")).text


async def test_open_files_follow_the_shelf(web, stocked):
    before = read(await web.get("/results/data.csv"))
    bind_worker()
    await put_on_shelf(staff_series()[4])
    bind_web()
    after = read(await web.get("/results/data.csv"))
    assert {row["wave"] for row in after} - {row["wave"] for row in before} == {"2026-02"}


async def test_with_nothing_open_there_is_no_file(web):
    assert (await web.get("/results/data.csv")).status_code == 404


async def test_each_results_page_leads_to_its_own_report(web, sign_in, stocked):
    await sign_in(Role.ANALYST)
    for address, link in (
        ("/culture", f"/reports?publication={STAFF}&amp;unit="),
        ("/culture?unit=ost-5", f"/reports?publication={STAFF}&amp;unit=ost-5"),
        ("/reputation", f"/reports?publication={PUBLIC}"),
    ):
        assert f'href="{link}"' in (await web.get(address)).text, address


async def test_a_unit_has_one_sheet_for_the_wall_with_figures_questions_and_actions(
    web, sign_in, stocked, at_once
):
    await an_action(visible=True)
    await an_action(what="Noe som lederen ikke viser.")
    address = f"/reports/file?publication={STAFF}&format=sheet&unit=ost-6"
    told = {}
    for role in (Role.LEADER, Role.REPRESENTATIVE):
        await sign_in(role, unit="ost-6")
        reply = await web.get(address)
        assert reply.headers["content-type"].startswith("application/pdf")
        [told[role]] = pages_of(reply.content)
    assert told[Role.LEADER] == told[Role.REPRESENTATIVE]
    sheet = told[Role.LEADER]
    for sentence in (
        "Fengsel Øst 6",
        "Slik svarte vi",
        "Spørsmål å snakke om",
        "Ledermøtet skriver tre linjer",
    ):
        assert sentence in sheet, sentence
    # an address may be broken over lines
    assert "/actions/unit/ost-6?lang=nb" in sheet.replace(" ", "")
    assert "ikke viser" not in sheet
    english = pages_of((await web.get(f"{address}&language=en")).content)
    assert "What we are doing" in english[0]
    # a sheet is of one unit, and of nobody else's
    assert (await web.get(f"{address}&unit=sor-1".replace("unit=ost-6&", ""))).status_code == 403
    assert (await web.get(address.replace("ost-6", "ost"))).status_code == 404


async def test_the_sheet_of_a_unit_with_few_answers_has_its_regions_figures(
    web, sign_in, stocked, at_once
):
    await sign_in(Role.REPRESENTATIVE, unit=SMALL_UNIT)
    [sheet] = pages_of(
        (await web.get(f"/reports/file?publication={STAFF}&format=sheet&unit={SMALL_UNIT}")).content
    )
    assert "Vises ikke, for at ingen skal kunne kjennes igjen" in sheet
    assert "Region Sør" in sheet
    assert "Slik svarte vi" not in sheet
    assert not re.search(r"\d+ av \d+ svarte", sheet)
