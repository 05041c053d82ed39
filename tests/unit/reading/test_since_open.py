"""A wave that was opened to everybody tells nothing of those before it that were not."""

import gzip
import json
from dataclasses import replace

import pytest

from survey_app.installation.tables import bind_worker
from survey_app.reading.checks.overview import put_checks_together
from survey_app.reading.results import overview
from survey_app.reading.results.open_files import (
    OpenOrder,
    read_open_files,
    write_open_files,
)
from survey_app.reading.results.share import card, share_page
from survey_app.reading.since_open import since_open_waves
from survey_app.reading.waves import waves
from survey_app.shared import clock
from survey_app.shared.database import connect
from tests.builders_publication import staff_series
from tests.exported import cells, few, wave_of_content

SERIES = staff_series()[:4]
NEWEST = SERIES[-1]
KEYS = {one["wave"]["key"] for one in SERIES}


@pytest.fixture
def opened(shelf, monkeypatch):
    """Find what everybody may see of staff, where so many of the newest waves are open."""
    connect(shelf)
    bind_worker()
    every = overview.waves

    async def found(of):
        async def known(population, at):
            series = await every(population, at)
            held = [replace(wave, open_results=0) for wave in series[:-of]]
            return (*held, *series[-of:])

        monkeypatch.setattr(overview, "waves", known)
        return await overview.open_staff("nb", clock.now())

    return found


async def test_no_page_and_no_picture_tells_a_change_since_a_wave_that_is_not_open(opened):
    whole = await opened(len(SERIES))
    assert any(row.previous for row in (whole.headline, *whole.rows))
    alone = await opened(1)
    assert alone.wave.key == NEWEST["wave"]["key"]
    assert alone.headline.estimate == whole.headline.estimate
    for row in (alone.headline, *alone.rows):
        assert (row.previous, row.first, row.before) == (None, None, None)
    assert alone.path is None
    assert "siden" in share_page(card(whole, None, "nb", demo=False))
    assert "siden" not in share_page(card(alone, None, "nb", demo=False)).partition("<body>")[2]


async def test_a_picture_is_drawn_anew_where_an_earlier_wave_in_it_was_corrected(opened):
    whole = await opened(len(SERIES))
    (first, figure), *later = whole.trend.series
    points = ((replace(first, publication="corrected"), figure), *later)
    other = replace(whole, trend=replace(whole.trend, series=points))
    drawn, anew = [card(one, None, "nb", demo=False) for one in (whole, other)]
    assert drawn.version != anew.version
    assert drawn.key != anew.key


async def test_nor_does_any_check_of_such_a_wave(shelf):
    connect(shelf)
    bind_worker()
    at = clock.now()
    series = await waves("staff", at)
    whole, alone = [
        await put_checks_together(known, series[-1], "nb", at, None)
        for known in (series, series[-1:])
    ]
    assert whole.silent.turns
    assert whole.composition.rows
    assert (alone.silent.turns, alone.composition.rows) == ((), ())
    assert "ingen tidligere måling" in alone.composition.why
    assert alone.silent.r == whole.silent.r


def test_no_open_file_has_such_a_change():
    content = few(NEWEST)
    order = OpenOrder("nb", (wave_of_content(NEWEST),), ())
    files = read_open_files(write_open_files(order, [json.dumps(content).encode()]))
    told = json.loads(gzip.decompress(files["data.json"]))
    figures = {
        kind: [value for key, value, _ in cells(told) if kind in key.values()]
        for kind in ("mean", "change")
    }
    assert any(value is not None for value in figures["mean"])
    assert not any(value is not None for value in figures["change"])


@pytest.mark.parametrize("table", ["changes", "trends", "path"])
def test_what_is_measured_from_waves_that_are_open_stays(table):
    assert since_open_waves(NEWEST, KEYS) is NEWEST
    kept = since_open_waves(NEWEST, {NEWEST["wave"]["key"]})
    assert kept["estimates"] is NEWEST["estimates"]
    assert not [row for row in kept[table] if row.get("since") in KEYS]
    one = SERIES[0]["wave"]["key"]
    assert all(row["since"] == one for row in since_open_waves(NEWEST, {one})[table])


def test_no_jump_is_told_in_a_wave_that_is_not_open():
    one, other = (wave["wave"]["key"] for wave in SERIES[:2])
    row = next(row for row in NEWEST["trends"] if row["since"])
    jumps = [
        {**row, "since": one, "break": {"found": True, "p": 0.01, "since": since}}
        for since in (one, other)
    ]
    told = since_open_waves({**NEWEST, "trends": jumps}, {one})["trends"]
    assert [found["break"] and found["break"]["since"] for found in told] == [one, None]
