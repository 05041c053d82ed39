"""What changed in a form since it was looked over, where it had a language that is gone."""

from dataclasses import replace

from lxml import html

from questionnaires.editions import Edition
from questionnaires.loader import load_library
from survey_app.asking.instruments.changes import KIND_NAMES, version_changes
from survey_app.shared.i18n import own_names
from survey_app.shared.pages import render
from tests.shown import text_of


def test_a_question_that_is_gone_is_told_in_the_language_that_went_with_it():
    library = load_library()
    now = library.questionnaire("verdipuls.k1")
    first = now.items[0]
    gone = replace(first, id="vp.gone.1", text={**first.text, "de": "Ich werde gehört."})
    then = replace(now, items=(*now.items, gone))
    view = version_changes(Edition(0, then), Edition(0, now), library, "nb")
    page = render(
        "asking/_changes.html",
        "nb",
        {"view": view, "kind_names": KIND_NAMES, "language_names": dict(own_names()), "old": 0},
    )
    told = text_of(html.fromstring(page))
    assert "Tysk (tatt ut: Ich werde gehört. )" in told
    assert f"Bokmål (tatt ut: {first.text['nb']} )" in told
