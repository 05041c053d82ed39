"""Which figures need more care is content: said by a version, or noted of one that was released."""

from dataclasses import replace

import pytest

from questionnaires.authoring.remarks import remarks_on
from questionnaires.errors import SensitivityError
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from questionnaires.overlap import both_wordings
from tests.builders_questionnaire import a_questionnaire, an_item, graded
from tests.first_versions import write_first_versions

LIBRARY = load_library()
MAIN = LIBRARY.questionnaire("verdipuls.main")


def test_the_most_that_anybody_says_of_an_item_holds():
    items = [an_item("a", sensitivity="exposure"), an_item("b", sensitivity="sensitive")]
    noted = {"a": "sensitive", "b": "violence", "c": "exposure"}
    form = replace(a_questionnaire([*items, an_item("c@1"), an_item("d")]), noted_sensitivity=noted)
    found = [form.sensitivity_of(item) for item in form.items]
    assert found == ["exposure", "violence", "exposure", ""]


def test_a_stored_questionnaire_is_as_it_was_and_counted_by_what_the_library_notes():
    stored = Questionnaire.from_json(MAIN.to_json())
    hit = stored.item("vp.hen.2")
    with pytest.raises(SensitivityError, match=r"verdipuls\.main"):
        stored.sensitivity_of(hit)
    known = LIBRARY.with_sensitivity(stored)
    assert known.sensitivity_of(hit) == "violence"
    assert known.to_json() == stored.to_json()


def test_what_a_version_says_is_frozen_with_it():
    form = a_questionnaire([an_item("a", sensitivity="violence")])
    assert Questionnaire.from_json(form.to_json()).items[0].sensitivity == "violence"
    assert form.hash != a_questionnaire([an_item("a")]).hash


def test_halves_asked_in_other_words_are_counted_with_the_same_care():
    both = LIBRARY.questionnaire("verdipuls.main", overlap="v1")
    found = {both.sensitivity_of(item) for item in both.items if item.id.startswith("vp.hen.2")}
    assert found == {"violence"}
    # also where the newer version alone says it
    old = a_questionnaire([an_item("a"), an_item("b")])
    said = replace(an_item("a", sensitivity="sensitive"), text={"nb": "Andre ord"})
    halves = both_wordings(old, a_questionnaire([said, an_item("b")]))
    assert [halves.sensitivity_of(item) for item in halves.items] == ["sensitive", "sensitive", ""]


def test_a_question_on_violence_that_nobody_marked_is_remarked_on():
    options = {**LIBRARY.options, "often": graded("often", 0, 3)}
    words = {"nb": "Har du møtt vold?", "nn": "Har du møtt vald?", "en": "Have you met violence?"}
    item = replace(an_item("x.1", "often"), text=words)

    def said(item):
        library = replace(LIBRARY, items={"x.1": item}, options=options)
        found = remarks_on(library, ["x.1"])
        return [(one.language, one.found) for one in found if one.kind == "sensitive_subject"]

    assert said(item) == [("nb", "vold"), ("nn", "vald"), ("en", "violence")]
    assert said(replace(item, sensitivity="violence")) == []


def test_a_folder_from_before_it_could_be_said_keeps_what_the_shipped_content_notes(tmp_path):
    root = tmp_path / "questionnaires"
    write_first_versions(root)
    file = root / "measures.toml"
    text = file.read_text()
    before, _heading, after = text.partition("[sensitivity]\n")
    file.write_text(before + after[after.index("\n\n") :])
    assert load_library(root).measures.sensitivity["vp.hen.2"] == "violence"
    file.write_text(f"{before}[sensitivity]{after[after.index(chr(10) * 2) :]}")
    assert not load_library(root).measures.sensitivity
