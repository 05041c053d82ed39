"""What changed in a form since it was looked over: languages that went, and what is new."""

from dataclasses import replace

from lxml import html

from questionnaires.editions import Edition
from questionnaires.loader import load_library
from survey_app.asking.instruments.changes import KIND_NAMES, version_changes
from survey_app.shared.i18n import own_names
from survey_app.shared.pages import render
from tests.shown import text_of


def page_of(then, now):
    view = version_changes(Edition(0, then), Edition(0, now), load_library(), "nb")
    return render(
        "asking/_changes.html",
        "nb",
        {"view": view, "kind_names": KIND_NAMES, "language_names": dict(own_names()), "old": 0},
    )


def changes(then, now):
    return text_of(html.fromstring(page_of(then, now)))


def test_a_question_that_is_gone_is_told_in_the_language_that_went_with_it():
    library = load_library()
    now = library.questionnaire("verdipuls.k1")
    first = now.items[0]
    gone = replace(first, id="vp.gone.1", text={**first.text, "de": "Ich werde gehört."})
    then = replace(now, items=(*now.items, gone))
    told = changes(then, now)
    assert "Tysk (tatt ut: Ich werde gehört. )" in told
    assert f"Bokmål (tatt ut: {first.text['nb']} )" in told


def test_a_new_question_is_told_with_its_answers_and_the_care_that_its_figures_need():
    now = load_library().questionnaire("verdipuls.main")
    asked = tuple(one for one in now.items if one.id not in {"vp.hen.1", "vp.sik.3"})
    told = changes(replace(now, items=asked), now)
    assert "Svarene: Nei – Ja, mer enn 5 ganger (4)" in told
    assert told.count("Snudd: det siste svaret er det dårligste") == 1
    care = told[told.index("Vern av svarene") : told.index("Hva skjer med indeksene?")]
    assert "trusler i jobben de siste tolv månedene? Nå: Hvor ofte den som svarer" in care
    # of a question that stays, also what was before
    looser = replace(now.item("vp.opf.1"), sensitivity="exposure")
    then = replace(now, items=tuple(looser if one.id == looser.id else one for one in now.items))
    assert "Før: Hvor ofte den som svarer, har opplevd noe." in changes(then, now)
    assert "Vern av svarene" not in changes(now, now)


def test_a_new_name_is_told_once_in_its_language_beside_curves_that_go_on():
    now = load_library().questionnaire("verdipuls.main")
    scales = tuple(
        replace(one, title={**one.title, "en": "Calm"}) if one.code == "SIK" else one
        for one in now.scales
    )
    indices = tuple(
        replace(one, title={**one.title, "en": "Calm"}) if one.code == "SIK" else one
        for one in now.indices
    )
    told = page_of(replace(now, scales=scales, indices=indices), now)
    was = next(one.title["en"] for one in now.scales if one.code == "SIK")
    names = [f'<span lang="en">“{name}”</span>' for name in ("Calm", was)]
    assert told.count(f"{names[0]} heter nå {names[1]}.") == told.count("Engelsk") == 1
    assert "Kurven brytes" not in told
    assert "Nye navn" not in changes(now, now)
