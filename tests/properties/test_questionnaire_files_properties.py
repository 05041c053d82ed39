"""What holds of the files of every questionnaire, whatever words stand in it."""

import io
import json
from dataclasses import replace

import openpyxl
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from questionnaires.formats.outline import FileContext
from questionnaires.formats.to_ddi import to_ddi
from questionnaires.formats.to_limesurvey import to_limesurvey
from questionnaires.formats.to_surveyjs import to_surveyjs
from questionnaires.formats.to_toml import from_toml, to_toml
from questionnaires.formats.to_xlsform import to_xlsform
from questionnaires.model import Block, Condition, Option, ResponseOptions
from tests.builders_questionnaire import a_questionnaire, a_scale, an_index, an_item
from tests.examples import examples

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CODES = st.text(st.sampled_from("abæ19 .'\"}]"), min_size=1, max_size=7)


def texts(languages):
    return st.fixed_dictionaries(dict.fromkeys(languages, WORDS))


@st.composite
def option_sets(draw, name, languages):
    codes = draw(st.lists(CODES, min_size=1, max_size=3, unique=True))
    options = [Option(code, n, None, draw(texts(languages))) for n, code in enumerate(codes)]
    if draw(st.booleans()):
        options[-1] = replace(options[-1], value=None, missing="not_applicable")
    maybe = st.none() | texts(languages)
    kind = draw(st.sampled_from(["scale", "choice"]))
    low, high = draw(maybe), draw(maybe)
    return ResponseOptions(name, kind, tuple(options), draw(maybe), low, high)


@st.composite
def questionnaires(draw):
    languages = draw(st.sampled_from([("nb",), ("nb", "nn", "en"), ("nb", "x-y")]))
    sets = {name: draw(option_sets(name, languages)) for name in draw(unique_names)}
    items = []
    for name in draw(unique_names):
        filters = ()
        if items and draw(st.booleans()):
            before = draw(st.sampled_from(items))
            codes = tuple(one.code for one in sets[before.options].options[:2])
            filters = (Condition(before.id, codes, draw(st.booleans())),)
        kind = draw(st.sampled_from(["radio", "select", "checkbox"]))
        item = an_item(name, draw(st.sampled_from(list(sets))), presentation=kind)
        maybe = st.none() | texts(languages)
        statements = tuple(draw(st.lists(WORDS, max_size=2)))
        item = replace(item, filter=filters, statements=statements)
        said = {"text": draw(texts(languages)), "help": draw(maybe), "note": draw(maybe)}
        items.append(replace(item, **said))
    made = a_questionnaire(items, [a_scale("A b", items[0].id)], [an_index("I", {"A b": 1 / 3})])
    blocks = tuple(Block(draw(maybe), (one.id,), draw(maybe)) for one in items)
    form = replace(made.form, id=draw(CODES), title=draw(texts(languages)), help=draw(maybe),
                   blocks=blocks if draw(st.booleans()) else made.form.blocks)  # fmt: skip
    return replace(made, form=form, options=sets)


unique_names = st.lists(CODES, min_size=1, max_size=4, unique=True)


@examples(10, audit=40)
@given(questionnaires())
def test_a_questionnaire_read_from_its_toml_is_the_same(asked):
    assert from_toml(to_toml(asked).content) == asked


@examples(6, audit=20)
@given(questionnaires())
def test_every_format_of_others_is_well_formed_and_has_every_item(asked):
    alone = {name: frozenset({one.options[0].code}) for name, one in asked.options.items()}
    beside = FileContext(alone=alone)
    survey = json.loads(to_surveyjs(asked, "nb", beside).content)
    elements = [one for page in survey["pages"] for one in page["elements"]]
    assert sum(len(one.get("rows", [0])) for one in elements) == len(asked.items)
    lime = etree.fromstring(to_limesurvey(asked, "nb", beside).content)
    assert lime.findtext("LimeSurveyDocType") == "Survey"
    book = etree.fromstring(to_ddi(asked, "nb", beside).content)
    assert len(book.findall(".//{*}var")) == len(asked.items)
    sheets = openpyxl.load_workbook(io.BytesIO(to_xlsform(asked, "nb", beside).content))
    names = [row[0].value for row in sheets["survey"].rows]
    assert sum(str(one).startswith("select_") for one in names) == len(asked.items)
