"""The public was asked in other words who had contact: nothing compares the groups across them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import openpyxl
import pytest

from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications import shelf
from survey_app.publications.trends import trend
from survey_app.reading.reports.press import Press
from survey_app.reading.results.open_files import OpenOrder, read_open_files, write_open_files
from survey_app.reading.waves import wave_of
from survey_app.shared import clock
from survey_app.shared.database import Login
from tests.builders_publication import put_on_shelf, rows
from tests.regrouped_survey import NAMES, regrouped
from tests.stocked_shelf import emptied, stocked_database
from tests.written_here import write_here

LATER = datetime(2030, 1, 1, tzinfo=UTC)
SENTENCE = "Spørsmålet som sier hvem som er i gruppen, ble endret"
CONTACT, CHANNEL = "contact:yes", "channel:yes"


@pytest.fixture(scope="module")
def contents():
    return regrouped()


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


@pytest.mark.parametrize(("group", "stops"), [(CONTACT, True), (CHANNEL, False), ("", False)])
async def test_the_curve_of_a_group_stops_where_it_became_others(web, sign_in, group, stops):
    await sign_in(Role.COMMUNICATIONS)
    text = (await web.get("/reputation", params={"group": group})).text
    assert (SENTENCE in " ".join(text.split())) is stops
    level = "group" if group else "agency"
    points = await trend("public", "TI", level, group, at=LATER)
    assert [one.estimate.wording for one in points] == ([0, 1, 1] if stops else [0, 0, 0])


async def test_a_workbook_numbers_the_groups_and_says_why(web, sign_in, contents, monkeypatch):
    monkeypatch.setattr(Press, "write", write_here)
    await sign_in(Role.COMMUNICATIONS)
    newest = rows(json.loads(contents[1]), raw=contents[1])["id"]
    asked = {"publication": str(newest), "format": "xlsx", "unit": ""}
    reply = await web.get("/reports/file", params=asked)
    assert reply.status_code == 200, reply.text[:300]
    book = openpyxl.load_workbook(io.BytesIO(reply.content), read_only=True)
    notes = [str(line[1]) for line in book["Merknader"].iter_rows(values_only=True)]
    assert [one for one in notes if SENTENCE in one and one.startswith("Kontakt")]


async def test_open_files_number_the_groups_of_all_waves(database, contents):
    bind_web()
    ids = [rows(json.loads(one), raw=one)["id"] for one in contents]
    waves = tuple([wave_of(await shelf.find_head(str(one), at=LATER)) for one in ids])
    made = write_open_files(OpenOrder("nb", waves, ()), contents)
    files = {name: gzip.decompress(one) for name, one in read_open_files(made).items()}
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(files["data.csv"].decode())):
        if (row["measure"], row["statistic"]) == ("TI", "mean"):
            found.setdefault(row["domain"], []).append(row["wording"])
    assert found[CONTACT] == found["contact:no"] == ["0", "1", "1"]
    assert found[CHANNEL] == found[""] == ["0", "0", "0"]


async def test_programs_are_told_the_numbers(web):
    bind_worker()
    made, _ = await create_token(name="tests", scopes=(Scope.PUBLIC,), days=30, now=clock.now())
    bind_web()
    headers = {"Authorization": f"Bearer {made}"}
    for group, numbers in ((CONTACT, [0, 1, 1]), (CHANNEL, [0, 0, 0])):
        asked = {"population": "public", "level": "group", "domain": group}
        found = (await web.get("/api/v1/trends/TI", params=asked, headers=headers)).json()
        assert [one["wave"] for one in found["points"]] == [*NAMES]
        assert [one.get("wording", 0) for one in found["points"]] == numbers
