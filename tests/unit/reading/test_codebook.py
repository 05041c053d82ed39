"""The codebook's structure, checked by the rules of DDI-Codebook 2.5 that it uses.

The Alliance's own schema is under another licence and is not kept here; every element below stands
in the order that `codebook.xsd` 2.5 gives its children.
"""

import xml.etree.ElementTree as ET

import pytest

from survey_app.reading.exports.book import book_of
from survey_app.reading.exports.codebook import NAMESPACE, ddi_bytes
from survey_app.reading.exports.scope import open_part
from survey_app.reading.published import Published
from tests.exported import main_wave, part, public_wave, wave_of_content

ORDER = {
    "codeBook": ["docDscr", "stdyDscr", "fileDscr", "dataDscr"],
    "docDscr": ["citation"],
    "citation": ["titlStmt", "rspStmt", "prodStmt", "distStmt", "verStmt"],
    "titlStmt": ["titl", "IDNo"],
    "prodStmt": ["producer", "software"],
    "stdyDscr": ["citation", "stdyInfo", "method", "dataAccs"],
    "stdyInfo": ["abstract", "sumDscr"],
    "sumDscr": ["collDate", "nation", "universe", "dataKind"],
    "method": ["dataColl", "anlyInfo"],
    "dataColl": ["sampProc", "collMode"],
    "fileDscr": ["fileTxt"],
    "fileTxt": ["fileName", "fileCont", "dimensns", "fileType"],
    "dataDscr": ["varGrp", "var"],
    "varGrp": ["labl", "txt"],
    "var": ["labl", "qstn", "universe", "catgry", "concept", "varFormat"],
    "catgry": ["catValu", "labl", "catStat"],
}
XML = "{http://www.w3.org/XML/1998/namespace}lang"


def name(element):
    assert element.tag.startswith(f"{{{NAMESPACE}}}")
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def codebook(content):
    one = part(content)
    return ET.fromstring(ddi_bytes(book_of([one], "nb"), [one]))


@pytest.fixture(scope="module", params=[main_wave, public_wave], ids=["staff", "public"])
def root(request):
    return codebook(request.param())


def test_children_stand_in_the_order_of_the_schema(root):
    for element in root.iter():
        order = ORDER.get(name(element))
        if order is not None:
            places = [order.index(name(child)) for child in element]
            assert places == sorted(places), name(element)


def test_ids_are_unique_and_groups_name_variables_that_exist(root):
    ids = [element.attrib["ID"] for element in root.iter() if "ID" in element.attrib]
    assert len(ids) == len(set(ids))
    for group in root.iter(f"{{{NAMESPACE}}}varGrp"):
        assert set(group.attrib.get("var", "").split()) <= set(ids)


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
