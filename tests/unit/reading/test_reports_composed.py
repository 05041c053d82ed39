"""Reports are opened by other programs and compared with the pages' figures and sentences."""

import dataclasses
import html
import io
import re
import zipfile

import openpyxl
import pypdf
import pytest
from markupsafe import Markup
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.oxml.ns import qn
from pptx.util import Inches

from survey_app.installation.tables import bind_worker
from survey_app.reading.culture.overview import overview
from survey_app.reading.published import Published
from survey_app.reading.reports.compose import NoReport, Order, compose
from survey_app.reading.reports.paper import paper
from survey_app.reading.reports.slides.story import pptx_bytes
from survey_app.reading.reports.slides.titles import LONGEST, claim, title_of
from survey_app.reading.sentences import Finding
from survey_app.shared import clock
from survey_app.shared.database import Login, connect, fetch
from survey_app.shared.numbers import decimal, whole_interval
from survey_app.shared.pdf import pdf_bytes
from tests.builders_events import DAY, an_event
from tests.builders_publication import (
    PROTECTING_UNIT,
    SMALL_UNIT,
    public_series,
    put_on_shelf,
    staff_series,
)
from tests.exported import POISON, few, main_wave, poisoned, public_wave, wave_of_content
from tests.stocked_shelf import stocked_database

PLACES = {"agency", "region", "unit"}


@pytest.fixture(scope="module")
def shelf(postgres):
    async def stock():
        await put_on_shelf(*staff_series()[:4], *public_series()[-2:])

    with stocked_database(postgres, stock) as addresses:
        yield addresses


def order(content, unit="", lang="nb"):
    shown = Published(content)
    places = [d for d in shown.domains if d.level in PLACES]
    return Order(wave_of_content(content), shown, shown.domain(unit), places, lang, clock.now())


@pytest.fixture
def report(shelf):
    """Compose a report: `await report(content, unit, lang)`."""
    connect(shelf)
    bind_worker()

    async def made(content, unit="", lang="nb"):
        return await compose(order(content, unit, lang))

    return made


def plain(markup):
    return html.unescape(re.sub(r"<[^>]+>", "", str(markup)))


def squeezed(text):
    """Text without spaces: a PDF breaks lines where it likes."""
    return re.sub(r"[\s\u00ad]+", "", text)


async def test_the_pdf_has_the_sentences_and_the_figures_of_the_culture_page(report):
    content = few(main_wave())
    made = await report(content)
    asked = order(content)
    page = await overview(asked.shown, asked.wave, asked.place, asked.allowed, None, "nb", asked.at)
    reader = pypdf.PdfReader(io.BytesIO(pdf_bytes(paper(made))))
    text = squeezed("".join(one.extract_text() for one in reader.pages))
    for finding in page.findings:
        assert squeezed(plain(finding.text)) in text
    for row in made.rows:
        level = decimal(row.estimate.mean, "nb", 0)
        limits = whole_interval(row.estimate.low, row.estimate.high, "nb")
        assert squeezed(f"{level}({limits})") in text
    assert "Demodata" in text


async def test_the_pdf_can_be_read_aloud_and_found_the_way_in(report):
    reader = pypdf.PdfReader(
        io.BytesIO(pdf_bytes(paper(await report(few(main_wave()), lang="en"))))
    )
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata.title.startswith("The culture of the Correctional Service")
    names = [one.title for one in _flat(reader.outline)]
    assert "The indices" in names
    assert "How we keep our promise" in names
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages}
    assert sizes == {(595, 842)}
    assert f"2 / {len(reader.pages)}" in reader.pages[1].extract_text()
    figures = _elements(root["/StructTreeRoot"], "/Figure")
    assert figures
    assert all(figure.get("/Alt") for figure in figures)


async def test_the_first_page_can_be_read_alone_and_leaves_ids_to_the_last(report):
    for content, unit in ((main_wave(), ""), (public_wave(), "")):
        made = await report(content, unit)
        reader = pypdf.PdfReader(io.BytesIO(pdf_bytes(paper(made))))
        first, *others = (squeezed(page.extract_text()) for page in reader.pages)
        cell = made.headline.estimate
        told = [
            plain(made.message.text),
            decimal(cell.mean, "nb", 0),
            whole_interval(cell.least, cell.most, "nb"),
            made.headline.previous.since,
            made.wave.label("name", "nb"),
            *(text for _, text in made.facts),
            "Hva nå?",
            *made.next_steps,
        ]
        for text in told:
            assert squeezed(text) in first, text
        assert made.wave.publication not in first
        assert squeezed(made.wave.publication) in others[-1]
        assert sum(made.wave.publication in page for page in others) == 1


async def test_no_page_before_the_last_is_half_empty_and_its_number_is_on_the_footers_line(report):
    for content in (main_wave(), public_wave()):
        reader = pypdf.PdfReader(io.BytesIO(pdf_bytes(paper(await report(content)))))
        for number, page in enumerate(reader.pages, start=1):
            found = []

            def visit(text, cm, tm, *_, found=found):
                if text.strip():  # upwards from the bottom of the paper, in points
                    found.append((text.strip(), cm[3] * tm[5] + cm[5]))

            page.extract_text(visitor_text=visit)
            [foot] = {y for text, y in found if text.startswith("Verdibarometer ·")}
            counted = [y for text, y in found if text.endswith(f"{number} / {len(reader.pages)}")]
            assert counted == [pytest.approx(foot, abs=0.5)]
            lowest = min(y for _, y in found if y > foot + 10)
            assert lowest < 421 or number == len(reader.pages), number


async def test_what_may_follow_goes_with_what_the_message_says(report):
    made = await report(main_wave())
    falls = dataclasses.replace(made, findings=[Finding("down", Markup("x"))])
    assert "Målingen sier ikke hvorfor" in falls.next_steps[0]
    steady = dataclasses.replace(made, findings=[Finding("steady", Markup("x"))])
    assert "ikke grunn til å endre kurs" in steady.next_steps[0]
    lower = [row for region in made.heatmap.regions for row in region.units
             if any(cell.style.startswith("low") for cell in row.cells)]  # fmt: skip
    assert lower
    assert any(text.startswith((f"{len(lower)} enheter", "Én enhet")) for text in made.next_steps)
    path = Finding("up", Markup("x"), headline="Tilliten falt, og har økt igjen")
    public = dataclasses.replace(
        await report(public_wave()), findings=[Finding("down", Markup("y")), path]
    )
    assert public.message == path
    assert "hele forløpet" in public.next_steps[0]


def _flat(outline):
    for one in outline:
        if isinstance(one, list):
            yield from _flat(one)
        else:
            yield one


def _elements(element, kind):
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, list):
        return [found for child in element for found in _elements(child, kind)]
    if not isinstance(element, dict):
        return []
    own = [element] if element.get("/S") == kind else []
    return own + (_elements(element["/K"], kind) if "/K" in element else [])


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
async def test_the_document_needs_nothing_from_anywhere_and_knows_every_colour(report, lang):
    for content, unit in ((main_wave(), ""), (main_wave(), "ost-5"), (public_wave(), "")):
        document = paper(await report(content, unit, lang))
        assert "var(--" not in document
        assert "currentColor" not in document
        assert not re.search(r"(?:src|href)=|url\((?!\"data:)", document)
        assert f'<html lang="{lang}">' in document
        for figure in re.findall(r"<svg[^>]*>(?:<title>([^<]*)</title>)?", document):
            assert figure


async def test_a_report_in_english_has_no_norwegian_words_of_ours(report):
    for content, unit in ((main_wave(), ""), (main_wave(), SMALL_UNIT), (public_wave(), "")):
        document = paper(await report(content, unit, "en"))
        ours = re.sub(r'(?s)<small lang="nb">.*?</small>|<style>.*?</style>', "", document)
        text = plain(ours)
        for word in (" ikke ", " enheter", "Usikkerhet", "Vises", " fra ", "spørsmål", "svarte"):
            assert word not in text, word


async def test_a_hidden_unit_gets_the_reason_and_its_regions_figures_under_the_regions_name(report):
    made = await report(main_wave(), SMALL_UNIT)
    assert made.hidden.reason == "Vises ikke: for få svar"
    assert made.place.code == "sor"
    assert made.trend is None
    assert "ikke egne tall" in made.what
    made = await report(main_wave(), PROTECTING_UNIT)
    assert made.hidden.reason == "Vises ikke: verner en liten naboenhet"
    text = plain(paper(made))
    assert "Indeksene: Region Sør" in text
    assert "En naboenhet har få svar" in text


async def test_a_regions_report_names_no_unit_of_another_region(report):
    text = plain(paper(await report(main_wave(), "sor")))
    assert "Fengsel Sør 1" in text
    assert "Fengsel Øst 1" not in text


async def test_no_report_holds_a_figure_that_is_not_shown_even_if_the_content_did(report):
    spoilt = [poisoned(main_wave()), poisoned(public_wave())]
    for content, unit in ((spoilt[0], ""), (spoilt[0], SMALL_UNIT), (spoilt[1], "")):
        shown = Published(content)
        hidden = [
            row for row in shown.content["estimates"]
            if row["status"] != "published" and row["mean"] == POISON
        ]  # fmt: skip
        assert hidden
        made = await report(content, unit)
        everything = paper(made)
        with zipfile.ZipFile(io.BytesIO(pptx_bytes(made))) as archive:
            for name in archive.namelist():
                data = archive.read(name)
                if name.endswith(".xlsx"):
                    with zipfile.ZipFile(io.BytesIO(data)) as book:
                        data = b"".join(book.read(part) for part in book.namelist())
                everything += data.decode(errors="ignore")
        assert str(POISON) not in everything
        assert "poison" not in everything
        assert "666789" not in everything


async def test_of_an_open_link_no_report_is_made(report):
    content = public_series("open")[0]
    with pytest.raises(NoReport, match="take the tables instead"):
        await report(content)


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
    ):  # fmt: skip
        assert claim(Finding("up", Markup(text))) == expected
    assert claim(Finding("up", Markup("<b>x</b>"), headline="Tilliten falt")) == "Tilliten falt"


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
    assert "Not shown: too few responses" in text
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
    assert "Vises ikke: for få svar" in found


async def test_the_same_report_is_the_same_document(report):
    one, other = await report(few(main_wave())), await report(few(main_wave()))
    assert paper(one) == paper(other)
    assert dataclasses.asdict(one).keys() == dataclasses.asdict(other).keys()
