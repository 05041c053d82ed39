"""Reports and slides hold what an agency named as text: nothing in them runs, links or reckons."""

import io

import pypdf
import pytest

from survey_app.reading.reports.paper import paper
from survey_app.reading.reports.slides.story import pptx_bytes
from survey_app.shared.pdf import pdf_bytes
from tests.attack.payloads import MARK, in_a_document, in_an_archive, labelled, on_a_page
from tests.exported import few, main_wave


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
