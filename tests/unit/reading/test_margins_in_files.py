"""What is taken away says by which margins changes were called, as the pages do."""

import io
import json

import openpyxl
import pytest
from pptx import Presentation

from questionnaires.margins import Margins
from survey_app.installation.tables import bind_worker
from survey_app.reading.exports.formats import TableOrder, write_tables
from survey_app.reading.exports.scope import ExportScope
from survey_app.reading.reports.compose import compose_report
from survey_app.reading.reports.paper import paper, wall_sheet
from survey_app.reading.reports.sheet import compose_sheet
from survey_app.reading.reports.slides.story import pptx_bytes
from survey_app.reading.subscriptions.letter import letter
from survey_app.shared.database import connect
from tests.builders_publication import SMALL_UNIT, put_on_shelf, staff_series
from tests.composed_reports import order, plain
from tests.exported import few, main_wave, public_wave, wave_of_content
from tests.stocked_shelf import stocked_database

OWN = {"general": 2.5, "unit": 6.0}
CALLED = {
    "nb": "anslått til minst {} poeng, i en enhet minst {}.",
    "nn": "rekna til minst {} poeng, i ei eining minst {}.",
    "en": "estimated at {} points or more, in a unit {} or more.",
}
OTHER = (
    "Grensen for hva vi kaller en endring, er 2,5 poeng, og 6 i en enhet. I målingen før var den 3,"
    " og 5 i en enhet. Eldre resultater står som de sto."
)


def with_margins(content, margins):
    return content | {"findings": content["findings"] | {"margins": margins}}


@pytest.fixture(scope="module")
def shelf_of_two(postgres):
    """A wave with the usual margins, and after it one with others."""
    before, after = staff_series()[2:4]

    async def stock():
        await put_on_shelf(before, with_margins(after, OWN))

    with stocked_database(postgres, stock) as addresses:
        yield addresses


def on_slides(made):
    """What stands on the slides, and what their notes say."""
    deck = Presentation(io.BytesIO(pptx_bytes(made)))
    shown = [
        shape.text_frame.text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_text_frame
    ]
    return " ".join(shown), " ".join(one.notes_slide.notes_text_frame.text for one in deck.slides)


REPORTS = ((main_wave, ""), (main_wave, SMALL_UNIT), (public_wave, ""))
# in which language each is read every time; in the others, in `make audit`
EVERY_TIME = ("nb", "nn", "en")


@pytest.mark.parametrize(
    ("content", "unit", "lang"),
    [
        pytest.param(*one, lang, marks=[pytest.mark.slow] if lang != each_time else [])
        for one, each_time in zip(REPORTS, EVERY_TIME, strict=True)
        for lang in ("nb", "nn", "en")
    ],
)
async def test_a_report_and_its_slides_write_the_limits_of_their_verdicts_out(
    report, content, unit, lang
):
    usual = await report(content(), unit, lang)
    own = await report(with_margins(content(), OWN), unit, lang, of=content())
    point = "." if lang == "en" else ","
    for made, limits in ((usual, (3, 5)), (own, (f"2{point}5", 6))):
        said = CALLED[lang].format(*limits)
        for text in (plain(paper(made)), on_slides(made)[1]):
            assert said in " ".join(text.split())
            # no number is left as the place where it was to stand
            assert "%(" not in text


async def test_a_report_and_its_slides_say_that_the_wave_before_had_other_margins(shelf_of_two):
    connect(shelf_of_two)
    bind_worker()
    before, after = staff_series()[2:4]
    now = await compose_report(order(with_margins(after, OWN)))
    assert OTHER in " ".join(plain(paper(now)).split())
    # on a slide, and for who presents it
    assert all(OTHER in text for text in on_slides(now))
    then = await compose_report(order(before))
    for text in (plain(paper(then)), *on_slides(then)):
        assert "Grensen for hva vi kaller en endring" not in " ".join(text.split())


async def test_a_letter_says_that_the_wave_before_had_other_margins(shelf_of_two):
    connect(shelf_of_two)
    bind_worker()
    before, after = staff_series()[2:4]
    for content, said in ((with_margins(after, OWN), True), (before, False)):
        made = letter(await compose_report(order(content)), "https://barometer.example", "/", "")
        for text in (plain(made.html), made.text):
            assert (OTHER in " ".join(text.split())) == said


async def test_a_sheet_for_the_wall_says_that_the_wave_before_had_other_margins(shelf_of_two):
    connect(shelf_of_two)
    bind_worker()
    before, after = staff_series()[2:4]
    for content, said in ((with_margins(after, OWN), True), (before, False)):
        made = await compose_sheet(order(content, SMALL_UNIT), "")
        assert (OTHER in " ".join(plain(wall_sheet(made)).split())) == said


@pytest.mark.parametrize("before", [None, Margins(3.0, 5.0)])
def test_a_workbook_says_that_the_wave_before_had_other_margins(before):
    content = with_margins(few(main_wave()), OWN)
    asked = TableOrder("xlsx", "nb", wave_of_content(content), ExportScope(), margins_before=before)
    book = openpyxl.load_workbook(
        io.BytesIO(write_tables(asked, json.dumps(content).encode())), read_only=True
    )
    cells = {
        cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
    }
    assert (OTHER in cells) == (before is not None)
