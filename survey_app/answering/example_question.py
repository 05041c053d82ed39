"""One question as people meet it, to be looked at while it is written."""

from __future__ import annotations

from questionnaires.library import Library
from survey_app.answering.form_page import shown_question
from survey_app.answering.reply import Page, as_page
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import Language, speaking
from survey_app.shared.pages import render, spoken


def example_question(library: Library, form: str, item: str, language: Language) -> Page:
    """Return the page with a single question of a form, under its number there.

    Parameters
    ----------
    library : Library
        Where the question is, also while it lacks texts.
    form, item : str
        The form must ask the item.
    language : Language
    """
    asked = library.questionnaire(form)
    number = asked.form.items.index(item) + 1
    block = next(one for one in asked.form.blocks if item in one.items)
    found = asked.item(item)
    with speaking(language):
        context = {
            "heading": in_language(asked.form.title, language),
            "stem": spoken(block.stem or {}, language),
            "note": spoken(found.note or {}, language),
            "one": shown_question(asked, found, number),
            "chosen": {},
            "wrong": {},
            "alone": {},
            "remark": "",
            "demo": False,
        }
        return as_page(render("answering/example_question.html", language, context))
