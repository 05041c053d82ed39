"""A draft says before it is released that its series break with a text before its questions."""

from dataclasses import replace
from types import SimpleNamespace

from questionnaires.loader import load_library
from questionnaires.overlap import both_wordings
from survey_app.running.authoring.series import reach_of
from survey_app.running.both_wordings import _Before
from tests.reworded_version import in_other_words

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


def test_a_plan_offers_the_link_that_its_publication_will_tell_under_another_text_than_at_first():
    first, last = SimpleNamespace(key="2025-h"), SimpleNamespace(key="2026-h")
    newest = in_other_words(MAIN, "vp.try.1", "vp.apn.1")
    both = both_wordings(MAIN, newest)
    then = (first, under("De siste 12 månedene."))
    found = _Before([(last, MAIN), then], newest)
    assert {"TRY", "APN", "KI"} <= found.led(both, found.cut()).keys()
    assert set(found.led(both, found.cut()).values()) == {"2026-h"}
    # halves are asked the old words under the text of now, which leads from no other one
    found = _Before([then], newest)
    assert {"TRY", "APN", "KI"} <= set(found.cut())
    assert found.led(both, found.cut()) == {}
