"""The codebook, judged by the schema that the DDI Alliance published and by what its pages show."""

import xml.etree.ElementTree as ET
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree

from questionnaires.formats.ddi import NAMESPACE
from survey_app.reading.exports.book import book_of
from survey_app.reading.exports.codebook import ddi_bytes
from survey_app.reading.exports.scope import open_part
from survey_app.reading.published import Published
from tests.exported import main_wave, part, public_wave, wave_of_content

SCHEMAS = Path(__file__).parents[2] / "data" / "ddi-codebook" / "ddi-codebook-2.5.zip"
XML = "{http://www.w3.org/XML/1998/namespace}lang"


def codebook(content):
    one = part(content)
    return ET.fromstring(ddi_bytes(book_of([one], "nb"), [one]))


@pytest.fixture(scope="module", params=[main_wave, public_wave], ids=["staff", "public"])
def root(request):
    return codebook(request.param())


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ddi")
    with ZipFile(SCHEMAS) as archive:
        archive.extractall(folder)
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.parse(folder / "schemas" / "codebook.xsd", parser))


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("content", [main_wave, public_wave])
def test_the_schema_of_the_alliance_accepts_the_codebook(schema, content, language):
    one = part(content())
    schema.assertValid(etree.fromstring(ddi_bytes(book_of([one], language), [one])))


def test_the_schema_accepts_the_open_codebook(schema):
    one = open_part(wave_of_content(main_wave()), Published(main_wave()))
    book = ddi_bytes(book_of([one], "nb", open_data=True), [one])
    schema.assertValid(etree.fromstring(book))
    # Schemas refuse what stands in another order, or this test would tell nothing.
    with pytest.raises(etree.DocumentInvalid):
        schema.assertValid(etree.fromstring(book.replace(b"titlStmt", b"titleStmt")))


def test_a_codebook_is_of_the_day_in_norway_on_which_its_figures_came():
    one = part(main_wave())
    # half past midnight on 11 June in Oslo
    late = replace(one.wave, released_at=datetime(2026, 6, 10, 22, 30, tzinfo=UTC))
    one = replace(one, wave=late)
    root = ET.fromstring(ddi_bytes(book_of([one], "nb"), [one]))
    days = {element.text for element in root.iter(f"{{{NAMESPACE}}}distDate")}
    assert days == {"2026-06-11"}


def test_ids_are_unique_and_groups_name_variables_that_exist(root):
    ids = [element.attrib["ID"] for element in root.iter() if "ID" in element.attrib]
    assert len(ids) == len(set(ids))
    for group in root.iter(f"{{{NAMESPACE}}}varGrp"):
        assert set(group.attrib.get("var", "").split()) <= set(ids)


def test_what_halves_were_asked_in_different_words_says_whose_figures_it_has(schema):
    content = deepcopy(main_wave())
    wave = content["wave"]["key"]
    content["links"] = [
        {"measure": "vp.try.1", "wave": wave},
        {"measure": "TRY", "wave": wave},
        {"measure": "APN", "wave": "an earlier one"},
        {"measure": "NYT", "wave": wave, "case": "B"},
    ]
    one = part(content)
    written = ddi_bytes(book_of([one], "nb"), [one])
    schema.assertValid(etree.fromstring(written))
    told = {
        element.attrib["name"]: "".join(element.itertext())
        for element in ET.fromstring(written).iter()
        if element.tag.endswith(("}var", "}varGrp"))
    }
    half = "En tilfeldig halvpart fikk den gamle ordlyden"
    assert {name for name, words in told.items() if half in words} == {"vp.try.1", "TRY"}
    rows = {row["measure"]: row for row in book_of([one], "nb").table("questions").records()}
    assert half in rows["vp.try.1"]["about"]
    assert half not in rows["APN"]["about"]
    everybody = "Alle svarte på både de gamle og de nye spørsmålene"
    assert {name for name, words in told.items() if everybody in words} == {"NYT"}


def test_every_question_stands_in_three_languages_with_its_answers(root):
    question = f"{{{NAMESPACE}}}qstn"
    items = [v for v in root.iter(f"{{{NAMESPACE}}}var") if v.find(question) is not None]
    assert len(items) > 20
    for item in items:
        said = [q.attrib[XML] for q in item.iter(f"{{{NAMESPACE}}}qstnLit")]
        assert said == ["nb", "nn", "en"]
        assert len(list(item.iter(f"{{{NAMESPACE}}}catValu"))) > 1


def test_the_answers_have_the_shares_of_the_item_page():
    shown = Published(main_wave())
    item = next(
        v for v in codebook(main_wave()).iter(f"{{{NAMESPACE}}}var")
        if v.attrib["name"] == "vp.try.1"
    )  # fmt: skip
    for category in item.iter(f"{{{NAMESPACE}}}catgry"):
        code = category.find(f"{{{NAMESPACE}}}catValu").text
        share = category.find(f"{{{NAMESPACE}}}catStat")
        cell = shown.estimate("vp.try.1", statistic="share", category=code)
        if cell is None:
            assert share is None
        else:
            assert float(share.text) == pytest.approx(100 * cell.mean, abs=0.05)


def test_the_open_codebook_tells_of_the_questions_but_not_how_they_were_answered():
    one = open_part(wave_of_content(main_wave()), Published(main_wave()))
    root = ET.fromstring(ddi_bytes(book_of([one], "nb", open_data=True), [one]))
    assert list(root.iter(f"{{{NAMESPACE}}}qstnLit"))
    assert not list(root.iter(f"{{{NAMESPACE}}}catStat"))
