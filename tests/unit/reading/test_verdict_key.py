"""The legend of verdicts explains the words that stand beside it."""

import pytest
from lxml.html import fromstring

from survey_app.reading.verdicts import SLIGHT_GAP, UNDER_LIMIT, Rule
from survey_app.shared.i18n import languages, speaking, translator
from survey_app.shared.pages import environment
from tests.shown import text_of


def key(lang, *, gaps):
    source = (
        '{% import "reading/parts.html" as parts with context %}'
        "<ul>{{ parts.verdict_key(rule, lang, gaps=gaps) }}</ul>"
    )
    with speaking(lang):
        rule = Rule(3.0)
        page = environment().from_string(source).render(rule=rule, lang=lang, gaps=gaps)
        return text_of(fromstring(page))


@pytest.mark.parametrize("lang", languages())
def test_words_of_differences_are_explained_where_differences_are_shown(lang):
    said = translator(lang).gettext
    assert said(SLIGHT_GAP.word) in key(lang, gaps=True)
    assert said(SLIGHT_GAP.word) not in key(lang, gaps=False)
    assert said(UNDER_LIMIT.word) in key(lang, gaps=False)
