"""What the page of a plan says of a scale with other items: in the words that were asked last."""

from dataclasses import replace
from types import SimpleNamespace

from questionnaires.loader import load_library
from questionnaires.overlap import both_wordings
from survey_app.running.both_wordings import _Before, _other_items
from tests.first_versions import first_versions
from tests.reworded_version import in_other_words

OLD = load_library(first_versions()).questionnaire("verdipuls.main")
GONE = "vp.apn.1"


def without(form, gone):
    blocks = tuple(
        replace(block, items=tuple(one for one in block.items if one != gone))
        for block in form.form.blocks
    )
    return replace(
        form,
        form=replace(form.form, blocks=blocks),
        items=tuple(one for one in form.items if one.id != gone),
        scales=tuple(
            replace(one, items=tuple(name for name in one.items if name != gone))
            for one in form.scales
        ),
    )


def test_an_item_that_is_lost_after_it_was_reworded_is_named_in_its_last_words():
    reworded = in_other_words(OLD, GONE)
    wave = SimpleNamespace(key="vp-1", labels={"name": {"nb": "Målingen"}})
    before = [(wave, both_wordings(OLD, reworded)), (wave, OLD)]
    newest = without(reworded, GONE)
    found = _other_items(_Before(before, newest), [one.code for one in newest.scales])
    lost = [words for scale in found for words in scale.lost]
    assert lost
    assert all(words == reworded.item(GONE).text for words in lost)
    assert reworded.item(GONE).text != OLD.item(GONE).text
