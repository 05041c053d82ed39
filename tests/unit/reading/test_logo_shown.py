"""An agency with a logo has it at the head of pages, reports, slides and letters."""

import io
import shutil
from types import SimpleNamespace

import pypdf
import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from questionnaires.content import SETTING
from survey_app.reading.reports.paper import paper
from survey_app.reading.reports.slides.story import pptx_bytes
from survey_app.shared.agency import agency_name
from survey_app.shared.logo import agency_logo, logo_address, logo_inside
from survey_app.shared.pages import render
from survey_app.shared.pdf import pdf_bytes
from tests.agencies import FIRST
from tests.exported import few, main_wave

PICTURE = MSO_SHAPE_TYPE.PICTURE
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40">'
    '<path fill="#7a1f3d" d="M0 0h80v40z"/></svg>'
)
FRAME = {
    "heading": "Fant ikke siden", "sentence": "", "address": "", "link": "", "reader": None,
    "path": "/", "query": "", "demo": False, "base_url": "", "csrf": "", "own_menu": (),
    "this_page": "", "desk": None, "dropped": (), "partial": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("agency") / "content"
    shutil.copytree(FIRST, root)
    (root / "logo.svg").write_text(DRAWING)
    agency = root / "agency.toml"
    agency.write_text(f'{agency.read_text()}\n[logo]\nfile = "logo.svg"\n')
    return root


@pytest.fixture
def with_logo(folder, monkeypatch):
    monkeypatch.setenv(SETTING, str(folder))


def letters():
    text = SimpleNamespace(
        language="nb", sender="Etaten", dated="", wave="", number="{row}", heading="Hei",
        opening=(), before_code="", after_code="", rest=(), promise="", signed="", purpose="",
        foot="", demo="",
    )  # fmt: skip
    letter = SimpleNamespace(address=("Gata 1",), row=None, code="ABCD")
    context = {"sheets": [(letter, text, "")], "window": "left", "style": ""}
    return render("asking/letters.html", "nb", context)


def test_pages_and_letters_show_it_and_say_whose_it_is(with_logo):
    page = render("shared/message.html", "nb", FRAME)
    assert f'src="{logo_address()}"' in page
    assert f'alt="{agency_name("nb")}"' in page
    assert 'width="56"' in page
    assert logo_inside() in letters()


def test_without_one_everything_is_as_before():
    assert agency_logo() is None
    assert 'class="logo"' not in render("shared/message.html", "nb", FRAME)
    assert "<img" not in letters()


async def test_it_is_on_the_first_page_of_a_report_and_on_the_first_slide(report, with_logo):
    made = await report(few(main_wave()))
    html = paper(made)
    assert html.count(logo_inside()) == 1
    assert f'alt="{agency_name("nb")}"' in html
    first = pypdf.PdfReader(io.BytesIO(pdf_bytes(html))).pages[0]
    assert first.extract_text()
    cover = Presentation(io.BytesIO(pptx_bytes(made))).slides[0]
    (picture,) = (one for one in cover.shapes if one.shape_type == PICTURE)
    assert picture._element.nvPicPr.cNvPr.get("descr") == agency_name("nb")
    assert picture.width / picture.height == pytest.approx(2.0, rel=0.02)
