"""Slides are opened by another program and compared with the pages' figures and sentences."""

import dataclasses
import io
from types import SimpleNamespace

import openpyxl
import pytest
from markupsafe import Markup
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.oxml.ns import qn
from pptx.util import Inches

from survey_app.reading.reports.slides.charts import answers_chart
from survey_app.reading.reports.slides.story import pptx_bytes
from survey_app.reading.reports.slides.template import Box
from survey_app.reading.reports.slides.titles import LONGEST, claim, of_levels, title_of
from survey_app.reading.sentences import Finding
from survey_app.shared.database import Login, fetch
from tests.builders_events import DAY, an_event
from tests.builders_publication import (
    SMALL_UNIT,
    staff_series,
)
from tests.composed_reports import plain
from tests.exported import few, main_wave, public_wave

_DECKS = {}


@pytest.fixture
async def slides(report):
    """Four reports and their slides, opened once: tests only read them."""
    if not _DECKS:
        reports = {
            "agency": await report(main_wave()),
            "unit": await report(main_wave(), "ost-5"),
            "hidden": await report(main_wave(), SMALL_UNIT, "en"),
            "public": await report(public_wave()),
        }
        for name, made in reports.items():
            _DECKS[name] = (made, Presentation(io.BytesIO(pptx_bytes(made))))
    return _DECKS


def _charts(deck):
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


async def test_charts_on_slides_are_native_and_hold_the_pages_figures(slides):
    for made, deck in slides.values():
        chart = _charts(deck)[0]
        shown = [row for row in made.rows if row.estimate]
        plot = chart.plots[0]
        assert list(plot.categories) == [row.name for row in shown]
        assert list(plot.series[0].values) == [row.estimate.mean for row in shown]
        sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
        for line, row in zip(sheet.iter_rows(min_row=2, values_only=True), shown, strict=True):
            mean, low, high = row.estimate.mean, row.estimate.low, row.estimate.high
            assert line[1] == mean
            assert line[2] == pytest.approx(mean - low, abs=0.051)
            assert line[3] == pytest.approx(high - mean, abs=0.051)


async def test_the_interval_stands_in_the_chart_as_error_bars(slides):
    _, deck = slides["agency"]
    xml = _charts(deck)[0]._chartSpace.xml
    assert "<c:errBars>" in xml
    assert xml.count("<c:ser>") == 1
    assert "Sheet1!$C$2" in xml


async def test_an_event_stands_on_the_slide_between_the_waves_that_it_lies_between(report):
    await an_event("Verdidager", day=DAY)
    made = await report(main_wave(), "sor")
    await fetch(Login.MIGRATOR, "DELETE FROM events.event")
    deck = Presentation(io.BytesIO(pptx_bytes(made)))
    [slide] = [one for one in deck.slides if any(s.shape_type == MSO_SHAPE_TYPE.LINE
               for s in one.shapes)]  # fmt: skip
    frame = next(shape for shape in slide.shapes if shape.has_chart)
    layout = frame.chart._chartSpace.chart.plotArea.find(qn("c:layout"))[0]
    x, width = (float(layout.find(qn(f"c:{name}")).get("val")) for name in "xw")
    days = [wave.day for wave, _ in made.trend.series]
    after = next(number for number, day in enumerate(days) if day > DAY)
    share = (DAY - days[after - 1]) / (days[after] - days[after - 1])
    expected = x + width * (after - 1 + 0.5 + share) / len(days)
    line = next(shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.LINE)
    assert (line.left - frame.left) / frame.width == pytest.approx(expected, abs=0.001)
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    assert "A" in texts
    assert "A  Verdidager (Hele etaten), 1.\u00a0august 2025" in texts
    assert "Verdidager" in slide.notes_slide.notes_text_frame.text


async def test_in_no_report_do_two_indices_have_one_name(slides, report):
    for made in (*(made for made, _ in slides.values()), await report(staff_series()[2])):
        names = [row.name for row in made.rows]
        assert len(set(names)) == len(names)


async def test_the_answers_chart_holds_the_published_shares_and_keeps_neither_apart(slides):
    made, deck = slides["agency"]
    lines = [line for block in made.blocks for line in block.lines
             if line.answers and len(line.answers.shares) == 5]  # fmt: skip
    charts = [chart for chart in _charts(deck) if len(chart.plots[0].series) == 5]
    shown = []
    for chart in charts:
        columns = [list(series.values) for series in chart.plots[0].series]
        shown += zip(chart.plots[0].categories, *columns, strict=True)
        assert [series.name for series in chart.plots[0].series][-1].startswith("Verken")
    assert shown == [
        (line.text, *(line.answers.shares[number] for number in (0, 1, 3, 4, 2))) for line in lines
    ]


def test_a_share_that_is_not_all_is_not_labelled_as_all():
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    rows = [("Spørsmål", (0.002, 0.0, 0.0, 0.002, 0.996)), ("Et til", (0.0, 0.0, 0.5, 0.0, 0.5))]
    answers_chart(slide, Box(0, 0, 9_000_000, 5_000_000), rows, list("abcde"), "Svarene")
    [chart] = _charts(deck)
    formats = {one.name: one.data_labels.number_format for one in chart.plots[0].series}
    assert formats["e"].startswith('[>=0.995]">99 %";')
    assert {formats[name] for name in "abcd"} == {"[>=0.045]0\\ %;;"}


async def test_each_slide_says_something_else_and_about_ten_say_it_all(slides):
    for made, deck in slides.values():
        titles = [slide.shapes.title.text for slide in deck.slides]
        assert len(set(titles)) == len(titles)
        assert 6 <= len(titles) <= 13
        assert titles[1] == title_of(made)
        assert [title for title in titles if len(title) > LONGEST] == []
        for chart in _charts(deck):
            assert len(list(chart.plots[0].categories)) > 1
    made, deck = slides["agency"]
    lower = [row for region in made.heatmap.regions for row in region.units
             if any(cell.style.startswith("low") for cell in row.cells)]  # fmt: skip
    told = " ".join(slide.shapes.title.text for slide in deck.slides)
    assert f"{len(lower)} av " in told
    made, deck = slides["public"]
    groups = [row for heading, block in made.groups.table if heading for row in block]
    apart = [row for row in groups if row.estimate and row.side != "none"]
    told = [slide.shapes.title.text for slide in deck.slides]
    shown = [row for row in groups if row.estimate]
    assert f"{len(apart)} av {len(shown)} grupper skiller seg fra befolkningen i tillit" in told


def test_a_claim_keeps_what_is_bold_and_since_when_and_leaves_figures_to_the_slide():
    for text, expected in (
        ("<b>Øst 4 (lavere sikkerhet) har lavere trygghet enn etaten:</b> 63 (59–66) mot 68.",
         "Øst 4 (lavere sikkerhet) har lavere trygghet enn etaten"),
        ("<b>Åpenhet har økt</b> med anslagsvis 3,6 poeng siden mai 2025 (usikkerhet 1 til 5).",
         "Åpenhet har økt med anslagsvis 3,6 poeng siden mai 2025"),
        ("<b>Tilliten er uendret</b> siden mars 2026. Forskjellen er mindre enn 3 poeng.",
         "Tilliten er uendret siden mars 2026"),
        ("<b>Det er for få målinger til å se en utvikling.</b> Fra den fjerde jevner vi ut.",
         "Det er for få målinger til å se en utvikling"),
    ):  # fmt: skip
        assert claim(Finding("up", Markup(text))) == expected
    small = "<b>Endringen i tilliten er målbar, men liten:</b> +1,8 poeng siden mars (0,8 til 2,7)."
    assert claim(Finding("steady", Markup(small), pair=("TI", "", "2026-03"))) == (
        "Endringen i tilliten er målbar, men liten: +1,8 poeng siden mars"
    )
    assert claim(Finding("up", Markup("<b>x</b>"), headline="Tilliten falt")) == "Tilliten falt"


async def test_slides_of_a_first_survey_open_on_its_level_and_say_once_that_it_is_first(report):
    made = await report(few(main_wave()) | {"changes": [], "path": []})
    assert "den første målingen" in made.message.text
    level = round(made.headline.estimate.mean)
    assert title_of(made) == f"{made.headline_name}: {level} av 100"


def test_a_level_in_a_title_needs_no_name_that_is_a_subject():
    levels = [SimpleNamespace(name="Tillitsindeks", mean=61.6)]
    assert of_levels(levels, "nb") == "Tillitsindeks: 62 av 100"


async def test_every_slide_has_a_title_and_nothing_stands_outside_or_upon_another(slides):
    for _, deck in slides.values():
        for slide in deck.slides:
            assert slide.shapes.title.text
            boxes = []
            for shape in slide.shapes:
                assert shape.left >= 0
                assert shape.top >= 0
                assert shape.left + shape.width <= deck.slide_width
                assert shape.top + shape.height <= Inches(7.0)
                boxes.append((shape.left, shape.top, shape.left + shape.width,
                              shape.top + shape.height))  # fmt: skip
            for i, one in enumerate(boxes):
                for other in boxes[i + 1 :]:
                    apart = (one[2] <= other[0] or other[2] <= one[0]
                             or one[3] <= other[1] or other[3] <= one[1])  # fmt: skip
                    assert apart, slide.shapes.title.text


async def test_every_chart_has_words_for_those_who_do_not_see_it(slides):
    for _, deck in slides.values():
        for slide in deck.slides:
            for shape in slide.shapes:
                if shape.has_chart:
                    assert shape._element.nvGraphicFramePr.cNvPr.get("descr")


async def test_slides_tell_the_findings_of_the_page_and_why_a_unit_is_hidden(slides):
    made, deck = slides["hidden"]
    text = " ".join(
        shape.text_frame.text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_text_frame
    )
    for finding in made.findings:
        assert plain(finding.text) in text
    assert "Not shown, so that nobody can be recognised" in text
    assert deck.core_properties.language == "en"


async def test_hidden_units_keep_their_row_in_the_table_of_places(report):
    deck = Presentation(io.BytesIO(pptx_bytes(await report(main_wave(), "sor"))))
    found = [
        cell.text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    assert "Regionadministrasjon Sør" in found
    assert "Vises ikke, for at ingen skal kunne kjennes igjen" in found


async def test_groups_and_the_whole_beside_them_have_intervals_of_one_kind(report):
    made = await report(public_wave())
    (heading, (everybody, *more)), *blocks = made.groups.table
    # what is said of the whole reaches further, for the silent; groups have no such range
    whole = dataclasses.replace(
        everybody.estimate, mean=61.6, low=60.8, high=62.5, range_low=56.6, range_high=66.6
    )
    first = (heading, (dataclasses.replace(everybody, estimate=whole), *more))
    groups = dataclasses.replace(made.groups, table=(first, *blocks))
    alone = dataclasses.replace(made, groups=groups, counties=None, blocks=[], trend=None)
    told = [
        cell.text
        for slide in Presentation(io.BytesIO(pptx_bytes(alone))).slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    # outwards: 60.8 to 60 and 62.5 to 63, as on the page; never the 56 to 67 of its tile
    assert "62 (60–63)" in told
    assert "62 (56–67)" not in told
