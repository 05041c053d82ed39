"""No cell of a report is blank, and none says that something is shown which is not there."""

import io

import lxml.html
import openpyxl
import pytest
from pptx import Presentation

from survey_app.reading.exports.book import book_of
from survey_app.reading.exports.workbook import xlsx_bytes
from survey_app.reading.reports.paper import paper, wall_sheet
from survey_app.reading.reports.sheet import compose_sheet
from survey_app.reading.reports.slides.story import pptx_bytes
from tests.composed_reports import order
from tests.exported import few, main_wave, part, public_wave
from tests.shown import text_of

UNIT = "ost-5"
WITHOUT_A_WORD = "//td[not(normalize-space(.)) and not(.//svg)]"
INTERVAL = dict.fromkeys(("se", "low", "high"))
BARE = INTERVAL | dict.fromkeys(("n", "deff", "n_eff"))


def spoilt(content, of=lambda _: True, **figures):
    """The same publication with other figures in the means of some places."""
    content["estimates"] = [
        row | figures if row["statistic"] == "mean" and of(row) else row
        for row in content["estimates"]
    ]
    return content


def slide_rows(made):
    """Return what stands in the rows of tables on slides; a cell that spans others once."""
    slides = Presentation(io.BytesIO(pptx_bytes(made))).slides
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    return [
        [cell.text for cell in row.cells if not cell.is_spanned]
        for table in tables
        for row in table.rows
    ]


@pytest.fixture
def beside_nothing():
    """A wave whose whole is not shown, so that no unit is held beside it."""
    content = few(main_wave())
    hidden = BARE | {"mean": None, "status": "suppressed_primary"}
    return spoilt(content, lambda row: row["level"] == "agency", **hidden)


async def test_a_unit_beside_an_agency_that_is_not_shown_has_a_word_in_each_cell(
    report, beside_nothing
):
    made = await report(beside_nothing, UNIT, of=main_wave())
    assert any(row.estimate for row in made.rows)
    sheet = wall_sheet(await compose_sheet(order(beside_nothing, UNIT, of=main_wave()), ""))
    for document in (paper(made), sheet):
        assert not lxml.html.fromstring(document).xpath(WITHOUT_A_WORD)
    assert all(text.strip() for row in slide_rows(made) for text in row)


async def test_where_units_are_not_compared_the_agencys_level_stands_on_the_wall(report):
    """Of the places that a model leaves out, as where it had nothing to lean on."""
    content = few(main_wave()) | {"pooled": []}
    sheet = lxml.html.fromstring(
        wall_sheet(await compose_sheet(order(content, UNIT, of=main_wave()), ""))
    )
    [table] = sheet.xpath("(//table[contains(@class, 'rows')])[1]")
    at = [text_of(head) for head in table.xpath(".//thead//th")].index("Etaten")
    told = [text_of(row[at]) for row in table.xpath(".//tbody/tr") if len(row) > at]
    assert told
    assert all(text.isdigit() for text in told)


async def test_what_is_not_told_of_places_and_groups_has_a_word_on_slides(report):
    staff = few(main_wave())
    for place in staff["domains"]:
        place.update(answered=None, rate=None, status="suppressed_secondary")
    public = spoilt(few(public_wave()), lambda row: row["measure"] == "TI", n=None)
    for made in (await report(staff), await report(public)):
        rows = slide_rows(made)
        assert all(text.strip() for row in rows for text in row)
        assert any("vises ikke" in row for row in rows)


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        (INTERVAL, "Vises ikke: alle svarte likt, så usikkerheten er ukjent"),
        # of whom an answer chose: as its row in the same file (docs/adr/0234)
        (BARE | {"mean": 64.4}, "64 (usikkerheten vises ikke)"),
    ],
)
def test_a_level_without_an_interval_is_not_called_shown_in_a_workbook(figures, why):
    content = spoilt(few(main_wave()), lambda row: row["level"] == "agency", **figures)
    made = book_of([part(content)], "nb")
    opened = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(made)))
    rows = opened["Steder og indekser"].iter_rows(values_only=True)
    _, whole, *_ = rows
    told = [text for text in whole[3:] if text is not None]
    assert set(told) == {why}
