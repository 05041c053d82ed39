"""The agency's logo: a drawing that nothing runs in and that fetches nothing, or a sentence."""

import shutil
import struct

import pytest

from questionnaires.agency import load_agency
from questionnaires.content import SETTING
from questionnaires.errors import QuestionnaireErrors
from questionnaires.logo import MOST, PNG, SVG
from survey_app.shared.logo import logo_address, logo_inside
from tests.agencies import SECOND

SVG_OPENS = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40"'
DRAWING = (
    f'{SVG_OPENS} xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape">'
    "<style>.a { fill: url(#b) }</style><defs><linearGradient id='b'/></defs>"
    '<inkscape:note/><path class="a" style="stroke: none" d="M0 0h80v40z"/></svg>'
)


@pytest.fixture
def content(tmp_path, monkeypatch):
    """A copy of the second agency's content, which this process reads."""
    root = tmp_path / "content"
    shutil.copytree(SECOND, root)
    monkeypatch.setenv(SETTING, str(root))
    return root


def with_logo(root, content, name="logo.svg"):
    (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    agency = root / "agency.toml"
    agency.write_text(f'{agency.read_text()}\n[logo]\nfile = "{name}"\n')
    return root


def told(root):
    with pytest.raises(QuestionnaireErrors) as caught:
        load_agency(root)
    return " ".join(str(problem) for problem in caught.value.problems)


def a_png(width=80, height=40):
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"rest"


def test_a_drawing_is_shown_as_it_is_with_its_shape(content):
    logo = load_agency(with_logo(content, DRAWING)).logo
    assert (logo.media, logo.ratio, logo.content) == (SVG, 2.0, DRAWING.encode())
    assert logo_address().startswith("/static/agency-logo?v=")
    assert logo_inside().startswith("data:image/svg+xml;base64,")


def test_a_png_is_known_by_its_head(content):
    logo = load_agency(with_logo(content, a_png(), "logo.png")).logo
    assert (logo.media, logo.ratio) == (PNG, 2.0)


def test_an_agency_without_a_logo_has_none(content):
    assert load_agency(content).logo is None
    assert (logo_address(), logo_inside()) == ("", "")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
        "<foreignObject/>",
        '<image href="data:image/png;base64,x"/>',
        '<a href="#x"/>',
        '<set attributeName="href" to="javascript:x"/>',
        '<path onload="alert(1)"/>',
        '<path ONCLICK="alert(1)"/>',
        '<use href="https://example.org/x.svg#a"/>',
        '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="other.svg#a"/>',
        '<path fill="url(https://example.org/a)"/>',
        "<path style=\"fill: url( '//example.org/a' )\"/>",
        "<style>@import '//example.org/a.css';</style>",
        "<style>path { fill: u/**/rl(//example.org/a) }</style>",
        r"<style>path { fill: \75rl(//example.org/a) }</style>",
        "<?xml-stylesheet href='a.css'?>",
    ],
)
def test_what_runs_links_or_fetches_is_refused_with_a_sentence(content, inside):
    assert "shapes and text alone" in told(with_logo(content, f"{SVG_OPENS}>{inside}</svg>"))


@pytest.mark.parametrize(
    ("drawing", "sentence"),
    [
        (f'<!DOCTYPE svg [<!ENTITY a "b">]>{SVG_OPENS}/>', "document type"),
        ('<svg viewBox="0 0 8 4"/>', "namespace of SVG"),
        ("<svg", "no SVG"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "viewBox"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 4"/>', "crop it"),
        (f"{SVG_OPENS}>{'<g/>' * (MOST // 4)}</svg>", "simplify it"),
        (f"{SVG_OPENS}><g id='a'><use href='#b'/></g><use href='#a'/></svg>", "without end"),
        (f"{SVG_OPENS}><g id='a'><use href='#b'/></g><use href='#%61'/></svg>", "without end"),
        (
            f"{SVG_OPENS} xmlns:x='http://www.w3.org/1999/xlink'><use id='a' x:href=' #a'/></svg>",
            "without end",
        ),
    ],
)
def test_a_file_that_is_no_logo_is_refused_with_the_mend(content, drawing, sentence):
    assert sentence in told(with_logo(content, drawing))


def test_a_png_that_is_none_and_a_file_that_is_not_there_are_refused(content):
    assert "no PNG" in told(with_logo(content, DRAWING, "logo.png"))
    (content / "logo.png").write_bytes(a_png()[:20])
    assert "how wide" in told(content)
    # a file of 13 kB may be a drawing that takes 640 MB of a telephone
    (content / "logo.png").write_bytes(a_png(12000, 9000))
    assert "scale it down" in told(content)
    (content / "logo.png").unlink()
    assert "cannot be read" in told(content)


@pytest.mark.parametrize("name", ["../agency.toml", "sub/logo.svg", "logo.gif"])
def test_a_logo_lies_beside_the_agency_and_nowhere_else(content, name):
    agency = content / "agency.toml"
    agency.write_text(f'{agency.read_text()}\n[logo]\nfile = "{name}"\n')
    assert "beside agency.toml" in told(content)
