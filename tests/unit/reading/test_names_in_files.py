"""Reports and slides hold what an agency named as text: nothing in them runs, links or reckons."""

import io
import json

import pypdf
import pytest

from survey_app.publications.formats import read_content
from survey_app.reading.exports.book import book_of
from survey_app.reading.exports.delimited import csv_bytes
from survey_app.reading.exports.workbook import xlsx_bytes
from survey_app.reading.reports.paper import paper
from survey_app.reading.reports.slides.story import pptx_bytes
from survey_app.reading.subscriptions.letter import letter
from survey_app.shared.pdf import pdf_bytes
from survey_app.shared.unseen import without_unseen
from tests.attack.payloads import MARK, in_a_document, in_an_archive, labelled, on_a_page
from tests.exported import few, main_wave, part


async def test_nothing_in_a_report_or_on_slides_does_what_a_place_is_called(report):
    made = await report(labelled(few(main_wave())))
    markup = str(paper(made))
    assert MARK in markup
    # the sheet of styles is ours, and stands in the document since it fetches nothing
    assert [one for one in on_a_page(markup) if "inside style" not in one] == []
    assert in_an_archive(pptx_bytes(made)) == []


@pytest.mark.slow
async def test_nothing_in_a_pdf_does_what_a_place_is_called(report):
    document = pdf_bytes(paper(await report(labelled(few(main_wave())))))
    assert in_a_document(document) == []
    reader = pypdf.PdfReader(io.BytesIO(document))
    links = [str(one.get_object()) for page in reader.pages for one in page.get("/Annots") or ()]
    assert not [one for one in links if MARK in one]


ODD = {
    "controls": f"{MARK}\0\x07\x0b\x1b[31m\x7f\ufffe",
    "turned": f"{MARK}\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe\N{RIGHT-TO-LEFT ISOLATE}",
    "long": f"{MARK}{'x' * 9000}",
    "markup": f"<b>{MARK}</b> & \"'</title>]]>",
}


def called(content, text):
    """The publication as pages read it, when each name in it ended in ``text``."""
    made = json.loads(json.dumps(content))
    named = [made["wave"]["labels"], made["campaign"]["title"]]
    named += [measure[what] for measure in made["measures"] for what in ("title", "short")]
    for words in named:
        for key, value in words.items():
            for language in value if isinstance(value, dict) else ():
                value[language] += text
            if isinstance(value, str):
                words[key] += text
    for domain in made["domains"]:
        if isinstance(domain["name"], str):
            domain["name"] += text
    return read_content(json.dumps(made).encode())


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
async def test_slides_workbook_tables_and_letter_can_be_opened_whatever_names_hold(report, text):
    content = called(few(main_wave()), text)
    made = await report(content)
    whole = part(content)
    book = book_of([whole], "nb")
    assert in_an_archive(pptx_bytes(made)) == []
    assert in_an_archive(xlsx_bytes(book)) == []
    written = letter(made, "https://barometer.example.org", "stop", "")
    told = [written.subject, written.text, csv_bytes(book.table("estimates")).decode(),
            paper(made)]  # fmt: skip
    assert MARK in "".join(told)
    for one in told:
        assert one.strip() == without_unseen(one).strip()
    assert on_a_page(written.html) == []
