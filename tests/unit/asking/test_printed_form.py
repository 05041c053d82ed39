"""The questions on paper: every word of the form, who answers what, and nothing unfilled."""

from dataclasses import replace

import pytest
from lxml import html

from questionnaires.loader import load_library
from questionnaires.model import Condition
from questionnaires.overlap import both_wordings
from survey_app.asking.instruments.printed import printed_form
from tests.builders_questionnaire import a_questionnaire, an_item, choice, text
from tests.reworded_version import in_other_words


def words_of(asked, language="nb"):
    page = html.fromstring(printed_form(asked, language))
    for style in page.iter("style"):
        style.text = ""
    return " ".join(page.text_content().split())


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("form", load_library().forms)
def test_every_question_and_option_stands_on_paper_and_no_braces(form, language):
    asked = load_library().questionnaire(form)
    printed = words_of(asked, language)
    for item in asked.items:
        assert item.text[language] in printed
        for option in asked.option_set(item).options:
            assert option.label[language] in printed
        for said in (item.help, item.note):
            assert said is None or said[language] in printed
    assert "{{" not in printed
    assert "{%" not in printed


def test_who_answers_is_said_in_our_words_where_the_form_has_none():
    options = {"pick": choice("pick", 3)}
    first = an_item("a.1", "pick", presentation="checkbox")
    asked_if = replace(an_item("b.1"), filter=(Condition("a.1", ("1", "2"), negate=False),))
    not_if = replace(an_item("c.1"), filter=(Condition("a.1", ("3",), negate=True),))
    asked = a_questionnaire([first, asked_if, not_if], options=options)
    ends = Condition("a.1", ("3",), negate=False)
    printed = words_of(replace(asked, form=replace(asked.form, screen_out=ends)))
    assert "Spørsmål 2: Svar bare hvis du svarte «1» eller «2» på spørsmål 1." in printed
    assert "Spørsmål 3: Hopp over dette hvis du svarte «3» på spørsmål 1." in printed
    assert "Svarer du «3», er du ferdig her." in printed


def test_questions_answered_alike_stand_under_one_head_also_where_one_has_help():
    said = replace(an_item("b.1"), help=text("Til deg som snart slutter."))
    asked_if = replace(an_item("d.1"), filter=(Condition("a.1", ("1",), negate=False),))
    asked = a_questionnaire([an_item("a.1"), said, an_item("c.1"), asked_if])
    [block] = asked.form.blocks
    form = replace(asked.form, blocks=(replace(block, stem=text("Hvor enig?")),))
    page = html.fromstring(printed_form(replace(asked, form=form), "nb"))
    numbers = [
        [row.text_content() for row in table.iter("span") if row.get("class") == "number"]
        for table in page.iter("table")
    ]
    # who may leave a question out is said over it, so it begins anew
    assert numbers == [["1", "2", "3"], ["4"]]
    [beside] = page.find_class("beside")
    assert "Til deg som snart slutter." in beside.getparent().text_content()


def test_words_of_a_form_are_no_markup_on_paper():
    asked = a_questionnaire([replace(an_item("a.1"), text=text("<script>alert(1)</script>"))])
    assert "<script>" not in printed_form(asked, "nb")
    assert "<script>alert(1)</script>" in words_of(asked)


def test_a_text_that_neighbouring_blocks_stand_under_is_printed_once():
    form = load_library().questionnaire("verdipuls.k1")
    above, below, *rest = form.form.blocks
    year = text("Tenk på de siste 12 månedene.")
    blocks = (replace(above, intro=year), replace(below, intro=year), *rest)
    asked = replace(form, form=replace(form.form, blocks=blocks))
    assert words_of(asked).count(year["nb"]) == 1


def test_a_form_in_two_wordings_is_printed_in_the_new_and_says_so():
    newest = load_library().questionnaire("verdipuls.k1")
    both = both_wordings(newest, in_other_words(newest, "vp.try.1"))
    printed = words_of(both)
    assert both.item("vp.try.1@2").text["nb"] in printed
    assert "Halvparten av dem som blir spurt, får noen av spørsmålene med andre ord." in printed
    assert f"{len(newest.items)} spørsmål" in printed
    assert "Halvparten" not in words_of(newest)
