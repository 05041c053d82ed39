"""Reports are opened by other programs and compared with the pages' figures and sentences."""

import copy
import dataclasses
import io
import re
import zipfile
from itertools import pairwise

import pypdf
import pypdfium2
import pytest
from markupsafe import Markup
from pptx import Presentation

from survey_app.reading.culture.overview import overview
from survey_app.reading.names import row_name
from survey_app.reading.published import Published
from survey_app.reading.reports.compose import NoReport
from survey_app.reading.reports.items import item_blocks
from survey_app.reading.reports.paper import paper
from survey_app.reading.reports.slides.story import pptx_bytes
from survey_app.reading.sentences import Finding, first_finding
from survey_app.reading.subscriptions.letter import letter
from survey_app.reading.verdicts import (
    DOWN,
    NOT_SHOWN,
    SMALL,
    STEADY,
    UNCERTAIN,
    UNDER_LIMIT,
    UP,
)
from survey_app.shared.i18n import languages, translator
from survey_app.shared.numbers import decimal, listed, whole_interval
from survey_app.shared.pdf import pdf_bytes
from tests.builders_publication import (
    PROTECTING_UNIT,
    SMALL_UNIT,
    public_series,
    staff_series,
)
from tests.composed_reports import order, plain, squeezed
from tests.exported import POISON, few, main_wave, poison_in, poisoned, public_wave


def _words_of(pdf):
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


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


async def test_no_head_of_the_table_of_units_is_broken_inside_a_word(report):
    html = str(paper(await report(main_wave())))
    table = re.sub(r'(?s)<section class="items.*?</section>', "", html)  # what takes time to set
    text = _words_of(pdf_bytes(table))
    assert "Sted Kulturindeks Trygghet" in text
    assert "Attraktiv arbeidsplass Svarte" in text


async def test_the_pdf_can_be_read_aloud_and_found_the_way_in(report):
    pdf = pdf_bytes(paper(await report(few(main_wave()), lang="en")))
    assert "Unchanged" in _words_of(pdf)
    assert "Unchange " not in _words_of(pdf)  # it had no room beside its sign
    reader = pypdf.PdfReader(io.BytesIO(pdf))
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


async def test_longer_names_leave_room_for_the_trend_and_groups_stand_on_one_page(report):
    made = await report(few(public_wave()), lang="en")
    made = dataclasses.replace(made, findings=made.findings[:2])
    assert made.trend_first
    pages = pypdf.PdfReader(io.BytesIO(pdf_bytes(paper(made)))).pages
    first, *others = (page.extract_text() for page in pages)
    assert "Trend since" in first
    assert "Trust, credibility and openness 63" in first  # on one line
    groups = next(text for text in others if "Have had dealings" in text)
    assert "Who trusts us?" in groups


@pytest.fixture(scope="module")
def printed():
    """Whole reports and their PDFs, by wave: each takes seconds."""
    return {}


@pytest.fixture
async def whole_reports(report, printed):
    """Those of a staff wave and of a public one."""
    for content in (main_wave(), public_wave()):
        if (wave := content["wave"]["key"]) not in printed:
            made = await report(content)
            printed[wave] = (made, pdf_bytes(paper(made)))
    return [(made, pypdf.PdfReader(io.BytesIO(pdf))) for made, pdf in printed.values()]


async def test_the_first_page_can_be_read_alone_and_leaves_ids_to_the_last(whole_reports):
    for made, reader in whole_reports:
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
            *([f"Utvikling siden {made.trend.series[0][0].year}"] if made.trend_first else []),
        ]
        for text in told:
            assert squeezed(text) in first, text
        assert made.wave.publication not in first
        assert squeezed(made.wave.publication) in others[-1]
        assert sum(made.wave.publication in page for page in others) == 1


async def test_no_page_before_the_last_is_half_empty_and_its_number_is_on_the_footers_line(
    whole_reports,
):
    for _made, reader in whole_reports:
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
            # the last page is more than what the report is
            assert not any(text == "Om rapporten" and y > 740 for text, y in found)


async def test_the_mark_of_other_words_is_as_large_as_the_words_beside_it(whole_reports):
    made, reader = whole_reports[0]
    *earlier, (wave, last) = made.trend.series
    # the newest wave asked half of its people in the words of before
    series = [
        *(
            (one, dataclasses.replace(cell, over="A", delta=-0.4, delta_se=0.2))
            for one, cell in earlier
        ),
        (wave, dataclasses.replace(last, wording=1, delta=0.0, delta_se=0.0)),
    ]
    linked = dataclasses.replace(made, trend=dataclasses.replace(made.trend, series=series))
    [said] = linked.trend.links
    pages = pypdf.PdfReader(io.BytesIO(pdf_bytes(paper(linked)))).pages
    # two lines in a figure and in a table, which may push a table's last rows over an edge: as a
    # drawing of the figure's width it took three pages
    assert len(pages) <= len(reader.pages) + 1
    texts = [squeezed(page.extract_text()) for page in pages]
    figure = next(text for text in texts if "Utviklingsiden" in text)
    assert squeezed(said) in figure


async def test_figures_of_before_other_words_stand_on_paper_as_the_line_leads_them_over(report):
    made = await report(main_wave())
    *earlier, (wave, last) = made.trend.series
    # what the words did is −0.4: the figure of before in the words of now is that much lower
    before = dataclasses.replace(earlier[-1][1], mean=69.0, over="A", delta=-0.4, delta_se=0.2)
    now = dataclasses.replace(last, wording=1, delta=0.0, delta_se=0.0)
    series = [(earlier[-1][0], before), (wave, now)]
    trend = dataclasses.replace(made.trend, series=series)
    text = plain(paper(dataclasses.replace(made, trend=trend)))
    assert "kan sammenlignes" in text
    # «Endret.» beside a level was read as its verdict
    assert ("Ny spørremåte." in text, "Endret." in text) == (True, False)
    assert "69,0 med nye spørsmål 68,6" in " ".join(text.split())
    gone = dataclasses.replace(before, linked="together")
    trend = dataclasses.replace(made.trend, series=[(earlier[-1][0], gone), series[1]])
    assert "enhetene fra før samlet" in plain(paper(dataclasses.replace(made, trend=trend)))


async def test_a_word_that_a_column_has_no_room_for_is_parted_with_a_hyphen(whole_reports):
    for made, reader in whole_reports:
        known = set(re.findall(r"\w+", plain(paper(made))))
        tokens = " ".join(page.extract_text() for page in reader.pages).split()
        cut = [
            token
            for before, token in pairwise(tokens)
            if token.isalpha() and token not in known and before[-1] not in "-\u2010\xad"
        ]
        assert not cut


async def test_what_a_units_report_says_with_care_is_not_called_new_words(report):
    made = await report(main_wave(), "ost-5")
    said = "Enhetene kan ikke skilles sikkert fra hverandre på kulturindeksen."
    text = plain(paper(dataclasses.replace(made, reservations=[said])))
    assert said in text
    # nothing was reworded
    assert not made.trend.links
    assert "Ny spørremåte. " not in text


async def test_no_cell_of_the_table_of_units_is_empty_also_where_a_rate_is_not_shown(report):
    made = await report(main_wave())
    rows = [row for region in made.heatmap.regions for row in region.units]
    assert any(row.place.rate is None for row in rows)
    table = str(paper(made)).partition('<table class="heat">')[2].partition("</table>")[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", table, re.DOTALL)
    assert cells
    assert all(plain(cell).strip() for cell in cells)


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
    # where nothing was compared no change is too uncertain, and no unit without figures is lower
    first = dataclasses.replace(made, findings=[first_finding("nb")])
    assert first.next_steps == made.next_steps[1:]
    for region in made.heatmap.regions:
        gone = [dataclasses.replace(row, hidden=NOT_SHOWN) for row in region.units]
        first = dataclasses.replace(first, heatmap=_without(first.heatmap, region, gone))
    assert not [text for text in first.next_steps if "lavere enn etaten" in text]
    path = Finding("up", Markup("x"), headline="Tilliten falt, og har økt igjen")
    public = dataclasses.replace(
        await report(public_wave()), findings=[Finding("down", Markup("y")), path]
    )
    assert public.message == path
    assert "hele forløpet" in public.next_steps[0]


async def test_units_of_an_agency_without_regions_are_counted_and_sent_to_their_own_table(report):
    made = await report(main_wave())
    with_regions = [text for text in made.next_steps if "i tabellen «Regioner og enheter»" in text]
    assert len(with_regions) == 1
    units = tuple(row for region in made.heatmap.regions for row in region.units)
    table = dataclasses.replace(made.heatmap, regions=(), together=units)
    alone = dataclasses.replace(made, heatmap=table, fallen=()).next_steps
    told = [text.replace("Regioner og enheter", "Enheter") for text in with_regions]
    assert [text for text in alone if "tabellen" in text] == told
    assert "Regioner" not in "".join(alone)


def _without(heatmap, region, units):
    """Put other units under a region."""
    found = [
        dataclasses.replace(one, units=tuple(units)) if one.row == region.row else one
        for one in heatmap.regions
    ]
    return dataclasses.replace(heatmap, regions=tuple(found))


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
    assert made.hidden.reason == "Vises ikke, for at ingen skal kunne kjennes igjen"
    assert made.place.code == "sor"
    assert made.trend is None
    assert "ikke egne tall" in made.what
    made = await report(main_wave(), PROTECTING_UNIT)
    assert made.hidden.reason == "Vises ikke, for at ingen skal kunne kjennes igjen"
    text = plain(paper(made))
    assert "Indeksene: Region Sør" in text
    assert "i enheten eller hos en nabo" in text


async def test_a_regions_report_names_no_unit_of_another_region(report):
    text = plain(paper(await report(main_wave(), "sor")))
    assert "Fengsel Sør 1" in text
    assert "Fengsel Øst 1" not in text


async def test_no_report_holds_a_figure_that_is_not_shown_even_if_the_content_did(report):
    spoilt = [poisoned(main_wave()), poisoned(public_wave())]
    staff, public = main_wave(), public_wave()
    for content, unit, of in (
        (spoilt[0], "", staff),
        (spoilt[0], SMALL_UNIT, staff),
        (spoilt[1], "", public),
    ):
        shown = Published(content)
        hidden = [
            row for row in shown.content["estimates"]
            if row["status"] != "published" and row["mean"] == POISON
        ]  # fmt: skip
        assert hidden
        made = await report(content, unit, of=of)
        told = letter(made, "https://barometer.example.org", "stop", "cid" if made.trend else "")
        everything = "".join((paper(made), told.subject, told.text, told.html, told.alternative))
        with zipfile.ZipFile(io.BytesIO(pptx_bytes(made))) as archive:
            for name in archive.namelist():
                data = archive.read(name)
                if name.endswith(".xlsx"):
                    with zipfile.ZipFile(io.BytesIO(data)) as book:
                        data = b"".join(book.read(part) for part in book.namelist())
                everything += data.decode(errors="ignore")
        assert poison_in(everything) == []


async def test_a_letter_says_why_its_range_is_wider_than_the_band_of_its_picture(report):
    made = await report(main_wave())
    wide = dataclasses.replace(made.headline.estimate, range_low=66.0, range_high=76.8)
    made = dataclasses.replace(made, headline=dataclasses.replace(made.headline, estimate=wide))
    silent = "kan ligge inntil 6 poeng fra dem som svarte."
    told = letter(made, "https://barometer.example.org", "stop", "")
    assert [silent in one for one in (told.text, told.html)] == [True, True]
    told = letter(dataclasses.replace(made, within=None), "https://barometer.example.org", "", "")
    assert [silent in one for one in (told.text, told.html)] == [False, False]


async def test_counties_of_which_none_has_figures_are_not_compared_with_the_country(report):
    made = await report(public_wave())
    alike = [dataclasses.replace(row, side="none") for row in made.counties.table]
    hidden = [dataclasses.replace(row, estimate=None, hidden=NOT_SHOWN) for row in alike]
    for rows, told in ((alike, "Ingen fylker skiller"), (hidden, "Ingen av tallene kan vises.")):
        counties = dataclasses.replace(made.counties, table=tuple(rows))
        text = plain(paper(dataclasses.replace(made, counties=counties)))
        assert told in text
        assert ("Ingen fylker skiller" in text) is (rows is alike)


async def test_a_report_of_a_public_that_answered_alike_is_set_without_groups(report):
    content = copy.deepcopy(public_wave())
    for cell in content["estimates"]:
        if cell["statistic"] == "mean":  # all alike: a mean without an error
            cell.update(dict.fromkeys(("se", "low", "high")))
    text = plain(paper(await report(content, of=public_wave())))
    assert "Vises ikke: alle svarte likt, så usikkerheten er ukjent" in text
    assert "Alle 18 år og eldre" not in text


async def test_of_an_open_link_no_report_is_made(report):
    content = public_series("open")[0]
    with pytest.raises(NoReport, match="take the tables instead"):
        await report(content)


async def test_the_same_report_is_the_same_document(report):
    one, other = await report(few(main_wave())), await report(few(main_wave()))
    assert paper(one) == paper(other)
    assert dataclasses.asdict(one).keys() == dataclasses.asdict(other).keys()


@pytest.mark.parametrize("content", [*staff_series(), public_series()[-1]])
def test_questions_stand_under_the_names_that_pages_give_their_scales(content):
    shown = Published(content)
    names = [block.name for block in item_blocks(shown, shown.domain(""), "nb")]
    assert len(names) == len(set(names))
    assert not any("kjerne" in name for name in names)
    pages = {row_name(m.code, m.title, "nb") for m in shown.measures.values()}
    core = {"Trygghet", "Åpenhet", "Nytenking"}  # of a pulse: what it asks is a part of these
    assert set(names) <= pages | core | {"Andre spørsmål"}


async def test_the_agencys_report_names_the_regions_where_something_has_fallen(report):
    content = copy.deepcopy(few(main_wave()))
    content["changes"] = [
        row | {"verdict": "down", "difference": -4.7, "low": -7.9, "high": -2.2,
               "model_difference": -4.7, "model_low": -7.9, "model_high": -2.2}
        if (row["measure"], row["level"], row["domain"]) == ("APN", "region", "sor")
        else row
        for row in content["changes"]
    ]  # fmt: skip
    made = await report(content)
    told = [(one.name, plain(one.fallen[0])) for one in made.fallen]
    [(name, said)] = [one for one in told if one[0] == "Region Sør"]
    assert "åpenhet med 4,7 poeng (2,2 til 7,9)" in said.replace("\xa0", " ")
    text = " ".join(plain(paper(made)).replace("\xa0", " ").split())
    assert f"Noe har gått ned i {listed([one.name for one in made.fallen], 'nb')}: " in text
    assert f"{name}. {said}".replace("\xa0", " ") in text
    # of a region's own report its findings tell it
    assert not (await report(content, "sor")).fallen


async def test_a_first_survey_has_no_columns_of_changes_and_a_second_one_not_the_same_twice(report):
    """Nothing is held against it, so nothing says that a change «kan ikke vises»."""
    changes = ("Siden forrige måling", "Siden første måling", "Mot etaten")
    found = {}
    for name, content, unit in (
        ("first", staff_series()[0], ""),
        ("unit", staff_series()[0], "ost-5"),
        ("later", main_wave(), ""),
    ):
        made = await report(few(content), unit, of=content)
        deck = Presentation(io.BytesIO(pptx_bytes(made)))
        slides = " ".join(
            cell.text
            for slide in deck.slides
            for shape in slide.shapes
            if shape.has_table
            for row in shape.table.rows
            for cell in row.cells
        )
        for text in (plain(paper(made)), slides):
            said = [head in text for head in changes]
            assert found.setdefault(name, said) == said, name
            assert ("kan ikke vises" not in text) or name == "later"
        keyed = [
            word in plain(paper(made)) for word in ("Målbar, men liten", "forrige gang det samme")
        ]
        assert keyed == {"first": [False] * 2, "unit": [True, False], "later": [True] * 2}[name]
    assert found == {
        "first": [False, False, False],
        "unit": [False, False, True],
        "later": [True, False, False],
    }
    [row, *others] = made.rows
    assert row.first == row.previous
    longer = dataclasses.replace(row, first=dataclasses.replace(row.first, since="siden 2024"))
    third = dataclasses.replace(made, rows=[longer, *others])
    assert "Siden første måling" in plain(paper(third))


@pytest.mark.parametrize("lang", languages())
async def test_the_longest_word_for_a_change_of_a_question_stays_on_the_paper(report, lang):
    made = await report(few(main_wave()), lang=lang)
    words = (UP, DOWN, STEADY, SMALL, UNCERTAIN, UNDER_LIMIT)
    longest = max((translator(lang).gettext(one.word) for one in words), key=len)
    made = dataclasses.replace(made, blocks=tuple(all_called(one, longest) for one in made.blocks))
    for page in pypdfium2.PdfDocument(pdf_bytes(paper(made))):
        shown = page.get_textpage()
        for at in range(shown.count_rects()):
            assert shown.get_rect(at)[2] < page.get_width() - 40, lang


def all_called(block, word):
    """The table of a block with that word for every change."""
    lines = tuple(
        dataclasses.replace(
            line,
            row=dataclasses.replace(
                line.row, previous=dataclasses.replace(line.row.previous, word=word)
            ),
        )
        if line.row.previous
        else line
        for line in block.lines
    )
    return dataclasses.replace(block, lines=lines)


async def test_paper_and_whoever_presents_say_of_a_question_that_it_was_for_some(report):
    made = await report(public_wave())
    told = "Ikke alle skulle svare. I skjemaet sto det: «Svar bare hvis du har sett, lest"
    assert plain(paper(made)).count(told) == 4
    notes = [
        slide.notes_slide.notes_text_frame.text
        for slide in Presentation(io.BytesIO(pptx_bytes(made))).slides
        if slide.has_notes_slide
    ]
    assert sum(one.count(told) for one in notes) == 4
