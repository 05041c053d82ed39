"""A draft says before it is released that its series break with a text before its questions."""

from dataclasses import replace
from types import SimpleNamespace

from questionnaires.loader import load_library
from survey_app.running.authoring.series import reach_of

LIBRARY = load_library()
MAIN = LIBRARY.questionnaire("verdipuls.main")


def under(words):
    first, *rest = MAIN.form.blocks
    intro = dict.fromkeys(("nb", "nn", "en"), words)
    return replace(MAIN, form=replace(MAIN.form, blocks=(replace(first, intro=intro), *rest)))


def test_a_draft_under_another_text_can_be_compared_with_no_wave_before():
    wave = SimpleNamespace(key="2026-h", labels={"name": {"nb": "Høst 2026"}}, overlap=None)
    now = MAIN.form.blocks[0].intro
    assert now is None
    asked = [(wave, under("De siste 12 månedene."))]
    found = reach_of(("TRY", "AAI"), asked, LIBRARY, "nb")
    assert (found["TRY"].alike, found["TRY"].last_unlike) == (0, "Høst 2026")
    assert found["AAI"].alike == 1
