"""Which version of its questionnaire a wave asked follows from what stood behind its measures."""

from dataclasses import replace

import pytest

from questionnaires.editions import asked_versions
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from tests.halves import with_second_version
from tests.recomposed_version import with_an_item_less

FORM = "verdipuls.k1"


def asked_in(version: str = "", overlap: str = "", *, first_wave: bool = False) -> Questionnaire:
    library = load_library()
    library = library.in_version(FORM, version) if version else library
    found = library.questionnaire(FORM, overlap=overlap, first_wave=first_wave)
    return Questionnaire.from_json(found.to_json())


def test_a_wave_asked_the_old_words_or_both_or_the_new(monkeypatch, tmp_path):
    with_second_version(monkeypatch, tmp_path)
    assert asked_versions(asked_in("v1")) == (1,)
    assert asked_versions(asked_in(overlap="v1")) == (1, 2)
    assert asked_versions(asked_in()) == (2,)
    # which leaves out what looks back
    assert asked_versions(asked_in(first_wave=True)) == (2,)


def test_a_wave_of_both_sets_asked_both_versions(monkeypatch, tmp_path):
    with_an_item_less(monkeypatch, tmp_path)
    assert asked_versions(asked_in(overlap="v1")) == (1, 2)
    assert asked_versions(asked_in()) == (2,)


def test_of_versions_that_a_form_asks_alike_the_earliest_is_named(monkeypatch, tmp_path):
    with_second_version(monkeypatch, tmp_path, item="vp.try.2")  # which this form does not ask
    assert asked_versions(asked_in()) == (1,)


@pytest.mark.parametrize("other", ["words", "form"])
def test_what_no_known_version_asked_is_called_none(other):
    asked = asked_in()
    items = tuple(
        replace(one, text={"nb": "Noe annet?"}) if one.id == "vp.try.1" else one
        for one in asked.items
    )
    changed = {"words": {"items": items}, "form": {"form": replace(asked.form, id="borte")}}
    assert asked_versions(replace(asked, **changed[other])) == ()
