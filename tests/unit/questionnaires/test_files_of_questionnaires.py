"""Questionnaires in formats of others, judged by the programs and schemas that those come with."""

import io
import json
import random
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from lxml import etree
from pyxform.xls2xform import convert

from questionnaires.answers import asked as asked_of
from questionnaires.answers import encode_answers, screened_out
from questionnaires.canonical import UnreadableError
from questionnaires.formats.ddi import LANG, NAMESPACE
from questionnaires.formats.halves import newest_words
from questionnaires.formats.left_out import LeftOut
from questionnaires.formats.outline import FileContext, guidance, languages_of
from questionnaires.formats.to_ddi import to_ddi
from questionnaires.formats.to_limesurvey import to_limesurvey
from questionnaires.formats.to_surveyjs import to_surveyjs
from questionnaires.formats.to_toml import from_toml, to_toml
from questionnaires.formats.to_xlsform import to_xlsform
from questionnaires.loader import load_library
from questionnaires.model import Condition
from questionnaires.overlap import both_wordings
from tests.builders_questionnaire import a_questionnaire, an_item, choice, text
from tests.node import run
from tests.reworded_version import in_other_words

ROOT = Path(__file__).parents[2]
FORMS = ("verdipuls.main", "omdomme", "kandidat", "interessent.off")
WRITERS = {
    "xlsform": to_xlsform,
    "surveyjs": to_surveyjs,
    "limesurvey": to_limesurvey,
    "ddi": to_ddi,
}


@cache
def beside():
    library = load_library()
    return FileContext(
        language_names={one.code: one.name for one in library.agency.styles},
        alone={name: library.alone(one) for name, one in library.options.items()},
        statements=library.strategy.statements,
        agency={"nb": "Etaten"},
        universe=text("De som blir spurt"),
    )


@pytest.fixture(params=FORMS)
def asked(request):
    return load_library().questionnaire(request.param)


def filtered(condition, *, screen_out=None):
    """An item that another decides over, in a form that an answer may end."""
    first = an_item("a.1", "pick", presentation="checkbox")
    second = replace(an_item("b.1"), filter=(condition,), note=text("Svar bare hvis"))
    made = a_questionnaire([first, second], options={"pick": choice("pick", 3)})
    return replace(made, form=replace(made.form, screen_out=screen_out))


# TOML


@pytest.mark.parametrize("form", load_library().forms)
def test_a_questionnaire_read_from_its_own_file_is_the_same(form):
    asked = load_library().questionnaire(form)
    written = to_toml(asked)
    assert from_toml(written.content) == asked
    assert written.lost == ()


def test_a_file_that_was_changed_by_hand_says_so():
    changed = to_toml(a_questionnaire([an_item("a.1")])).content.replace(b"a.1", b"a.2")
    with pytest.raises(UnreadableError, match="was changed since it was written"):
        from_toml(changed)
    without_hash = re.sub(rb"hash = .*\n", b"", changed)
    assert from_toml(without_hash).items[0].id == "a.2"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a = ", "not valid TOML"),
        (b"\xff\xfe", "not valid TOML"),
        (b"a = 1", "this is no questionnaire"),
        (b'format = "verdibarometer-questionnaire-1"', "missing or unknown fields"),
    ],
)
def test_what_is_no_questionnaire_gets_one_sentence(content, sentence):
    with pytest.raises(UnreadableError, match=sentence):
        from_toml(content)


# XLSForm


def sheets(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        sheet.title: [
            dict(zip([c.value for c in rows[0]], [c.value for c in row], strict=True))
            for row in rows[1:]
        ]
        for sheet in book
        for rows in [list(sheet.rows)]
    }


def xform(content):
    made = convert(io.BytesIO(content), validate=False, file_type=".xlsx")
    assert made.warnings == []
    return ET.fromstring(made.xform)


def test_pyxform_reads_the_xlsform_with_every_question_option_and_language(asked):
    written = to_xlsform(asked, "nb", beside())
    form = xform(written.content)
    languages = [one.attrib["lang"] for one in form.findall(".//{*}translation")]
    assert [one[-3:-1] for one in languages] == list(languages_of(asked))
    controls = {
        one.attrib["ref"].rsplit("/", 1)[-1]: one
        for kind in ("select", "select1")
        for one in form.findall(f".//{{*}}{kind}")
    }
    for item in asked.items:
        kind = "select" if item.presentation == "checkbox" else "select1"
        assert controls[item.id].tag.endswith("}" + kind)
        lists = {r["list_name"]: 0 for r in sheets(written.content)["choices"]}
        assert asked.option_set(item).id in lists
    choices = [(row["list_name"], row["name"]) for row in sheets(written.content)["choices"]]
    assert choices == [(one.id, o.code) for one in asked.options.values() for o in one.options]


def test_conditions_and_the_end_of_a_form_are_what_an_xlsform_shows_by():
    ends = Condition("a.1", ("3",), negate=False)
    asked = filtered(Condition("a.1", ("1", "2"), negate=True), screen_out=ends)
    form = xform(to_xlsform(asked, "nb", beside()).content)
    binds = {b.attrib["nodeset"].rsplit("/", 1)[-1]: b.attrib for b in form.findall(".//{*}bind")}
    place = "/data/part1/a.1"
    first, second = (f"selected( {place} , '{code}')" for code in ("1", "2"))
    assert binds["b.1"]["relevant"] == (
        f"(not({first} or {second})) and (not(selected( {place} , '3')))"
    )
    assert "relevant" not in binds["a.1"]


def test_labels_that_begin_as_formulas_are_text_in_the_workbook():
    labels = ["=1+1", "+47 22", "-5", "@SUM(A1)", '=HYPERLINK("http://example.org")']
    items = [replace(an_item(f"a.{n}"), text=text(one)) for n, one in enumerate(labels)]
    content = to_xlsform(a_questionnaire(items), "nb", beside()).content
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(content)) for row in sheet.rows
             for cell in row]  # fmt: skip
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert set(labels) <= {cell.value for cell in cells}
    assert b"<f>" not in b"".join(
        ZipFile(io.BytesIO(content)).read(name) for name in ZipFile(io.BytesIO(content)).namelist()
    )


def test_what_an_xlsform_would_read_as_a_reference_is_written_otherwise_and_said():
    asked = a_questionnaire([replace(an_item("a.1"), text=text("Koster det ${mye}?"))])
    written = to_xlsform(asked, "nb", beside())
    assert xform(written.content) is not None
    assert LeftOut("small", "text", "«${» as «$ {»") in written.lost


# SurveyJS


def loaded(asked, answers=()):
    survey = json.loads(to_surveyjs(asked, "nb", beside()).content)
    [done] = run(
        ROOT / "reference" / "surveyjs" / "load.mjs",
        [{"survey": survey, "locales": languages_of(asked), "answers": list(answers)}],
    )
    return done


def some_answers(asked, seed):
    chance = random.Random(seed)
    found = {}
    for item in asked.items:
        codes = [one.code for one in asked.option_set(item).options]
        alone = beside().alone.get(item.options, ())
        if item.presentation == "checkbox":
            codes = [code for code in codes if code not in alone]
            found[item.id] = chance.sample(codes, chance.randint(0, len(codes)))
        else:
            found[item.id] = chance.sample(codes, chance.randint(0, 1))
    return {name: codes for name, codes in found.items() if codes}


def test_surveyjs_loads_every_text_in_every_language(asked):
    done = loaded(asked)
    assert done["errors"] == []
    for language, shown in done["texts"].items():
        assert shown["title"] == asked.form.title[language]
        assert [one["id"] for one in shown["questions"]] == [item.id for item in asked.items]
        for one, item in zip(shown["questions"], asked.items, strict=True):
            options = asked.option_set(item)
            assert one["text"] == item.text[language]
            assert (one["note"] or "") == guidance(item, options).get(language, "")
            assert one["options"] == [
                {"code": option.code, "label": option.label[language]} for option in options.options
            ]


@pytest.mark.parametrize("form", ["omdomme", "kandidat"])
def test_surveyjs_asks_whom_we_ask(form):
    asked = load_library().questionnaire(form)
    answers = [some_answers(asked, seed) for seed in range(12)]
    seen = set()
    for given, shown in zip(answers, loaded(asked, answers)["shown"], strict=True):
        seen.add(len(shown["names"]))
        assert shown["ended"] == screened_out(asked, given)
        if shown["ended"]:
            continue
        among = {name: codes for name, codes in given.items() if name in shown["names"]}
        assert tuple(shown["names"]) == asked_of(asked, encode_answers(asked, among))
    assert len(seen) > 1


# LimeSurvey


def tables(content):
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    document = etree.fromstring(content, parser)
    assert document.findtext("LimeSurveyDocType") == "Survey"
    return document, {
        section.tag: [{cell.tag: cell.text or "" for cell in row} for row in section.find("rows")]
        for section in document
        if section.find("rows") is not None
    }


def test_a_limesurvey_structure_keeps_the_rules_that_its_importer_has(asked):
    document, found = tables(to_limesurvey(asked, "nb", beside()).content)
    languages = [one.text for one in document.find("languages")]
    assert languages == list(languages_of(asked))
    assert found["surveys"][0]["language"] == "nb"
    for section in document:
        if (rows := section.find("rows")) is not None:
            names = [one.text for one in section.find("fields")]
            assert all({cell.tag for cell in row} <= set(names) for row in rows)
    groups = {row["gid"] for row in found["groups"]}
    questions = {row["qid"]: row for row in found["questions"]}
    rows = {row["qid"]: row for row in found.get("subquestions", ())}
    assert not set(questions) & set(rows)
    assert {row["gid"] for row in [*questions.values(), *rows.values()]} <= groups
    assert {row["parent_qid"] for row in rows.values()} <= set(questions)
    titles = [row["title"] for row in questions.values()]
    assert len({one.lower() for one in titles}) == len(titles)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", one) for one in titles)
    assert all(re.fullmatch(r"[A-Za-z0-9]{1,20}", one["title"]) for one in rows.values())
    assert all(re.fullmatch(r"[A-Za-z0-9]{1,5}", one["code"]) for one in found["answers"])
    texts = {(row["qid"], row["language"]) for row in found["question_l10ns"]}
    assert texts == {(q, one) for q in (*questions, *rows) for one in languages}
    answers = {row["aid"] for row in found["answers"]}
    assert {(row["aid"], row["language"]) for row in found["answer_l10ns"]} == {
        (aid, one) for aid in answers for one in languages
    }
    # nothing there tells who answered, when, or from where
    kept = found["surveys"][0]
    assert kept["anonymized"] == "Y"
    assert {kept[one] for one in ("datestamp", "ipaddr", "refurl", "savetimings")} == {"N"}


def test_a_limesurvey_structure_has_every_question_with_its_options(asked):
    _, found = tables(to_limesurvey(asked, "nb", beside()).content)
    by_title = {row["title"]: row for row in (*found["questions"], *found.get("subquestions", ()))}
    for item in asked.items:
        row = by_title[item.id.replace(".", "")]
        holder = row["qid"] if row["parent_qid"] == "0" else row["parent_qid"]
        codes = [o.code for o in asked.option_set(item).options]
        if item.presentation == "checkbox":
            there = [r["title"] for r in found["subquestions"] if r["parent_qid"] == holder]
        else:
            there = [r["code"] for r in found["answers"] if r["qid"] == holder]
        assert there == codes


def test_conditions_become_relevance_in_limesurvey_and_those_on_later_questions_are_said():
    ends = Condition("a.1", ("3",), negate=False)
    asked = filtered(Condition("a.1", ("1", "2"), negate=True), screen_out=ends)
    _, found = tables(to_limesurvey(asked, "nb", beside()).content)
    assert [row["relevance"] for row in found["questions"]] == [
        "1",
        '!(a1_1.NAOK == "Y" or a1_2.NAOK == "Y") and !(a1_3.NAOK == "Y")',
    ]
    later = load_library().questionnaire("kandidat")
    lost = to_limesurvey(later, "nb", beside()).lost
    assert LeftOut("ea.2", "condition", "d.alder none of 4, 5") in lost


def test_texts_of_ours_are_no_html_and_no_expression_in_limesurvey():
    said = "Er 1 < 2 & {1+1} **sant**?\n<script>alert(1)</script>"
    asked = a_questionnaire([replace(an_item("a.1"), text=text(said))])
    _, found = tables(to_limesurvey(asked, "nb", beside()).content)
    assert found["question_l10ns"][0]["question"] == (
        "Er 1 &lt; 2 &amp; &#123;1+1&#125; <strong>sant</strong>?<br />\n"
        "&lt;script&gt;alert(1)&lt;/script&gt;"
    )


# DDI


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ddi")
    with ZipFile(ROOT / "data" / "ddi-codebook" / "ddi-codebook-2.5.zip") as archive:
        archive.extractall(folder)
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.parse(folder / "schemas" / "codebook.xsd", parser))


def test_the_schema_of_the_alliance_accepts_a_questionnaire_alone(asked, schema):
    content = to_ddi(asked, "nb", beside()).content
    schema.assertValid(etree.fromstring(content))
    root = ET.fromstring(content)
    variables = {one.attrib["name"]: one for one in root.iter(f"{{{NAMESPACE}}}var")}
    assert list(variables) == [item.id for item in asked.items]
    for item in asked.items:
        said = variables[item.id].iter(f"{{{NAMESPACE}}}qstnLit")
        assert {one.attrib[LANG]: one.text for one in said} == dict(item.text)
        concepts = [
            one.attrib["vocab"] for one in variables[item.id].iter(f"{{{NAMESPACE}}}concept")
        ]
        assert concepts == list(item.statements)


# Halves that are asked in different words


@pytest.fixture(scope="module")
def both():
    newest = load_library().questionnaire("verdipuls.k1")
    return both_wordings(newest, in_other_words(newest, "vp.try.1", "vp.apn.2"))


def test_a_questionnaire_with_two_wordings_is_the_same_in_its_own_file(both):
    assert from_toml(to_toml(both).content) == both


@pytest.mark.parametrize("form", ["xlsform", "surveyjs", "limesurvey"])
def test_programs_that_ask_everybody_the_same_get_the_new_words_and_the_old_are_named(form, both):
    newest, lost = newest_words(both)
    assert [item.id for item in newest.items] == [
        item.id for item in load_library().questionnaire("verdipuls.k1").items
    ]
    assert newest.item("vp.try.1").text == both.item("vp.try.1@2").text
    written = WRITERS[form](both, "nb", beside())
    assert lost == (LeftOut("vp.try.1", "half"), LeftOut("vp.apn.2", "half"))
    assert set(lost) <= set(written.lost)
    alone = WRITERS[form](newest, "nb", beside())
    if form != "xlsform":  # which names the version that it is of
        assert written.content == alone.content


def test_an_archive_gets_both_wordings(both, schema):
    written = to_ddi(both, "nb", beside())
    schema.assertValid(etree.fromstring(written.content))
    names = [
        one.attrib["name"] for one in ET.fromstring(written.content).iter(f"{{{NAMESPACE}}}var")
    ]
    assert names == [item.id for item in both.items]
    assert LeftOut("vp.try.1@1", "arm") in written.lost


# What is lost


@pytest.mark.parametrize("form", WRITERS)
def test_every_line_of_what_is_lost_names_its_place_and_reads_as_a_sentence(form, asked):
    lost = WRITERS[form](asked, "nb", beside()).lost
    assert lost
    assert len(set(lost)) == len(lost)
    places = {asked.form.id, *(one.id for one in asked.items), *asked.options}
    places |= {one.code for one in (*asked.scales, *asked.indices)}
    for one in lost:
        assert one.place in places
        assert "{" not in one.sentence.replace("{{", "").replace("}}", "") or one.what == "text"


@pytest.mark.parametrize("form", ["xlsform", "surveyjs", "limesurvey"])
def test_a_text_that_is_not_written_in_a_language_is_named(form):
    item = replace(an_item("a.1"), text={"nb": "Bare på bokmål"})
    written = WRITERS[form](a_questionnaire([item]), "nb", beside())
    assert LeftOut("a.1", "unwritten", "nn, en") in written.lost
    # a language that answers alone are written in: its words are there, or it is named
    answers = a_questionnaire([an_item("a.1")])
    first, *others = answers.options["enig5"].options
    label = {**first.label, "se": "Eará oaivil"}
    options = replace(answers.options["enig5"], options=(replace(first, label=label), *others))
    partly = replace(answers, options={**answers.options, "enig5": options})
    written = WRITERS[form](partly, "nb", beside())
    named = LeftOut(partly.form.id, "partly", "se") in written.lost
    assert named != ("Eará oaivil" in written.content.decode(errors="replace"))


@pytest.mark.parametrize("form", ["xlsform", "surveyjs", "limesurvey"])
def test_names_that_a_format_refuses_are_changed_without_two_becoming_one(form):
    items = [an_item("a b"), an_item("ab"), an_item("æ}"), an_item("1")]
    written = WRITERS[form](a_questionnaire(items), "nb", beside())
    renamed = {one.place: one.detail for one in written.lost if one.what == "renamed"}
    there = [renamed.get(item.id, item.id).lower() for item in items]
    assert len(set(there)) == len(items)
    assert "a b" in renamed


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_questionnaire_gives_the_same_bytes(form, asked):
    write = WRITERS[form]
    assert write(asked, "nn", beside()).content == write(asked, "nn", beside()).content
