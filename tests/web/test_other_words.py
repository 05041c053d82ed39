"""An item was reworded: no page, file, report, slide, letter or answer compares across it.

The new words alone move the figures, by more than anything else does, so that a difference across
them is known by its digits wherever it would stand.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import math
import re
import uuid
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import openpyxl
import pypdfium2
import pytest

from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications import shelf
from survey_app.publications.trends import trends
from survey_app.reading.exports.book import book_of
from survey_app.reading.reports.press import Press
from survey_app.reading.results.open_files import OpenOrder, read_open_files, write_open_files
from survey_app.reading.subscriptions.writer import Writer
from survey_app.reading.waves import wave_of
from survey_app.shared import clock
from survey_app.shared.database import Login
from survey_app.shared.numbers import signed
from survey_app.subscriptions.send_letters import Due
from tests.builders_publication import put_on_shelf, rows
from tests.exported import part
from tests.reworded_agency import AFTER, BEFORE, CHANGED_AT, MOVED, REWORDED, reworded
from tests.stocked_shelf import emptied, stocked_database
from tests.written_here import write_here

LARGE = 5.0  # points: nothing but the words moves a figure so far
LATER = datetime(2030, 1, 1, tzinfo=UTC)
SENTENCE = "Tallene før og etter kan ikke sammenlignes."
PAGES = (
    "/", "/culture", "/culture?index=TRY", "/culture/units", f"/culture/items/{REWORDED}",
    "/strategy", "/workplace", "/culture/checks", "/results", "/events",
)  # fmt: skip


@pytest.fixture(scope="module")
def contents():
    return [one.computed.content for one in reworded()]


@pytest.fixture(scope="module")
def stocked(postgres, contents) -> Iterator[dict[Login, str]]:
    async def stock() -> None:
        for content in contents:
            await put_on_shelf(json.loads(content), content=content)

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    return await emptied(stocked, "accounts.account", "accounts.api_token", "audit.event")


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(Press, "write", write_here)


def means(content):
    return {
        (row["measure"], row["level"], row["domain"]): row["mean"]
        for row in json.loads(content)["estimates"]
        if row["statistic"] == "mean" and row["status"] == "published"
        and row["level"] in {"agency", "region"} and row["measure"] in MOVED
    }  # fmt: skip


@pytest.fixture(scope="module")
def across(contents):
    """Every difference across the new words, as it would be printed."""
    found = set()
    for now in contents[CHANGED_AT:]:
        for then in contents[:CHANGED_AT]:
            before, after = means(then), means(now)
            found |= {round(after[key] - before[key], 1) for key in after.keys() & before.keys()}
    large = {one for one in found if abs(one) >= LARGE}
    assert len(large) > 5
    return large


# the ends of a range, which are no change: that of a measure asked alike may meet one by chance
RANGE = re.compile(r"[−+]?\d+,\d\s+til\s+[−+]?\d+,\d")


def told(text, across):
    text = RANGE.sub("", text)
    return [one for one in across if signed(one, "nb") in text or f"{one:.1f}" in text]


def publication(contents, at):
    return str(rows(json.loads(contents[at]), raw=contents[at])["id"])


async def test_no_page_tells_a_change_across_other_words(web, sign_in, contents, across):
    await sign_in(Role.HR)
    for wave in (AFTER, json.loads(contents[-1])["wave"]["key"]):
        for page in PAGES:
            reply = await web.get(page, params={"wave": wave} if "?" not in page else None)
            assert reply.status_code == 200, (page, reply.text[:300])
            assert told(reply.text, across) == [], page


async def test_a_question_says_since_when_it_has_its_words(web, sign_in):
    await sign_in(Role.HR)
    assert "Spørsmålet ble endret" in (await web.get(f"/culture/items/{REWORDED}")).text


async def test_pictures_and_tables_of_a_broken_series_say_so(web, sign_in):
    await sign_in(Role.HR)
    for page in ("/culture", "/results"):
        text = (await web.get(page)).text
        assert text.count('class="wording"') >= 1, page
        assert SENTENCE in text, page
        table = re.search(r'<td class="broken".*?</td>', text, re.DOTALL)
        assert table, page
        assert SENTENCE in " ".join(table[0].split()), page
    # on the first page of the wave that asked otherwise it is said before anything else
    home = " ".join((await web.get("/culture", params={"wave": AFTER})).text.split())
    assert "Spørsmålene bak" in home
    # and in the place of each change; nothing is hidden there
    assert "Spørsmålene er endret" in home
    assert "kan ikke vises" not in home


def words_in(form, data):
    if form == "pdf":
        pages = pypdfium2.PdfDocument(data)
        return " ".join(page.get_textpage().get_text_range() for page in pages)
    if form == "pptx":
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            texts = [
                parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml")
            ]
        return " ".join(re.sub("<[^>]+>", " ", text) for text in texts)
    return data.decode()


@pytest.fixture
async def file(web, sign_in, contents, at_once):
    """Take out a file of the wave that asked otherwise, or of the one after it."""
    await sign_in(Role.HR)

    async def taken(form, at=CHANGED_AT, **more):
        asked = {"publication": publication(contents, at), "format": form, "unit": "", **more}
        reply = await web.get("/reports/file", params=asked)
        assert reply.status_code == 200, (form, reply.text[:300])
        return reply.content

    return taken


@pytest.mark.parametrize("form", ["pdf", "pptx", "ddi"])
async def test_no_report_tells_a_change_across_other_words(file, across, form):
    for at in (CHANGED_AT, CHANGED_AT + 1):
        text = words_in(form, await file(form, at))
        assert told(text, across) == [], form
        said = " ".join(text.split())
        assert "ikke sammenlignes" in said, form
        if at == CHANGED_AT and form != "ddi":
            assert "er endret" in said
            assert "kan ikke vises" not in said


async def test_no_row_of_a_workbook_leads_across_other_words(file):
    book = openpyxl.load_workbook(io.BytesIO(await file("xlsx")), read_only=True)
    head, *lines = book["Endringer"].iter_rows(values_only=True)
    codes, since = head.index("Mål, kode"), head.index("Fra måling, kode")
    pairs = [(line[codes], line[since]) for line in lines]
    assert {measure for measure, wave in pairs if wave in BEFORE} - MOVED
    assert not [pair for pair in pairs if pair[0] in MOVED and pair[1] in BEFORE]
    # the sheet of the headline has a line of its own where it stops, and its chart a gap
    lines = [line[0] for line in book["Utvikling"].iter_rows(values_only=True)]
    assert lines[4].startswith("Spørsmålene, hvem som får dem eller regelen for å regne ut tallet,")
    assert lines[4].endswith("Tallene over og under kan ikke sammenlignes.")
    assert any(SENTENCE in str(line[1]) for line in book["Merknader"].iter_rows(values_only=True))


async def test_the_cube_has_no_change_of_what_was_asked_otherwise(file):
    cube = json.loads(await file("json-stat"))
    size, ids = cube["size"], cube["id"]
    codes = [list(cube["dimension"][name]["category"]["index"]) for name in ids]
    keys = itertools.product(*codes)
    values = cube["value"]
    told_of = {
        dict(zip(ids, key, strict=True))["measure"]
        for at, key in enumerate(keys)
        if key[-1] == "change" and (values[at] if isinstance(values, list) else values.get(str(at)))
    }
    assert math.prod(size) > 0
    assert told_of
    assert not told_of & MOVED
    assert any(SENTENCE in note for note in cube["note"])


async def test_no_letter_tells_a_change_across_other_words(database, contents, across, at_once):
    bind_web()
    writer = Writer("https://example.org", b"secret")
    for at in (CHANGED_AT, CHANGED_AT + 1):
        ids = (uuid.uuid4(), uuid.uuid4(), uuid.UUID(publication(contents, at)), uuid.uuid4())
        due = Due(
            *ids, "staff", "", "nb", "", "hr@example.org", Role.HR.value, "", "sender@example.org"
        )
        mail = await writer.write(due, LATER)
        parts = [
            part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"
        ]
        assert len(parts) == 2
        for text in parts:
            assert told(text, across) == []
        if at == CHANGED_AT:
            assert all(SENTENCE in " ".join(text.split()) for text in parts)


async def test_open_files_number_the_wordings_of_all_waves(database, contents):
    bind_web()
    waves = [wave_of(await shelf.find_head(publication(contents, at), at=LATER)) for at in range(5)]
    made = write_open_files(OpenOrder("nb", tuple(waves), ()), contents)
    files = {name: gzip.decompress(one) for name, one in read_open_files(made).items()}
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(files["data.csv"].decode())):
        if (row["level"], row["statistic"]) == ("agency", "mean"):
            found.setdefault(row["measure"], []).append(row["wording"])
    assert found["KI-kjerne"] == ["0", "0", "0", "1", "1"]
    assert set(found["NYT-kjerne"]) == {"0"}
    assert any(SENTENCE in note for note in json.loads(files["data.json"])["note"])
    assert SENTENCE in " ".join(files["codebook.xml"].decode().split())


async def test_answers_of_the_api_number_the_wordings(web, contents):
    bind_worker()
    made, _ = await create_token(
        name="tests",
        scopes=(Scope.STAFF,),
        days=30,
        now=clock.now(),
    )
    bind_web()
    headers = {"Authorization": f"Bearer {made}"}
    found = (await web.get("/api/v1/trends/KI-kjerne?population=staff", headers=headers)).json()
    assert [one.get("wording", 0) for one in found["points"]] == [0, 0, 0, 1, 1]
    steady = (await web.get("/api/v1/trends/NYT-kjerne?population=staff", headers=headers)).json()
    assert {one.get("wording", 0) for one in steady["points"]} == {0}
    newest = publication(contents, CHANGED_AT)
    changes = await web.get(f"/api/v1/publications/{newest}/changes?limit=1000", headers=headers)
    assert not [
        row for row in changes.json()["items"] if row["measure"] in MOVED and row["since"] in BEFORE
    ]


async def test_files_and_the_api_say_where_series_stop_and_why(web, contents):
    bind_worker()
    made, _ = await create_token(name="tests", scopes=(Scope.STAFF,), days=30, now=clock.now())
    bind_web()
    headers = {"Authorization": f"Bearer {made}"}
    for at in (CHANGED_AT - 1, CHANGED_AT):
        content = json.loads(contents[at])
        address = f"/api/v1/publications/{publication(contents, at)}"
        told = (await web.get(address, headers=headers)).json()["breaks"]
        by_hand = [
            (one["measure"], one["before"], one["since"], one["why"], one.get("items", []))
            for one in content["breaks"]
        ]
        assert bool(by_hand) == (at == CHANGED_AT)
        assert [
            (one["measure"], one["before"], one["since"], one["why"], one.get("items", []))
            for one in told
        ] == by_hand
        book = book_of([part(content)], "nb")
        if at != CHANGED_AT:
            assert "breaks" not in {one.key for one in book.tables}
            continue
        rows = book.table("breaks").records()
        assert [
            (
                row["measure"], row["before"], row["since"], row["why"],
                [one for one in row["items"].split("; ") if one],
            )
            for row in rows
        ] == by_hand  # fmt: skip
        [item] = [row for row in rows if row["measure"] == REWORDED]
        assert (item["why"], item["why_name"]) == ("reworded", "Spørsmål har andre ord")
        assert item["before_name"] == json.loads(contents[at - 1])["wave"]["labels"]["name"]["nb"]


async def test_the_shelf_numbers_what_was_asked(database):
    points = await trends("staff", ("KI-kjerne", "NYT-kjerne"), "agency", "", at=LATER)
    assert [one.estimate.wording for one in points["KI-kjerne"]] == [0, 0, 0, 1, 1]
    assert [one.estimate.wording for one in points["NYT-kjerne"]] == [0, 0, 0, 0, 0]
