"""A wave asks both words of a question that its form has from another instrument, too."""

import pytest

from questionnaires.arms import arm_of
from questionnaires.errors import OverlapError
from questionnaires.identity import identities, same
from questionnaires.loader import load_library
from tests.first_versions import first_versions
from tests.reworded_version import SAID, a_second_version, renew
from tests.second_version import change


@pytest.fixture
def root(tmp_path):
    return a_second_version(tmp_path / "content", "ea.2", instrument="ekstern")


@pytest.fixture
def both_renewed(root):
    renew(root, "om.int.1", "omdomme")
    return load_library(root)


def twice(questionnaire):
    return {item.id for item in questionnaire.items if arm_of(item.id)}


def test_halves_get_the_old_and_the_new_words_of_the_other_instrument(root):
    library = load_library(root)
    assert library.overlaps("omdomme") == (("ekstern/v1",),)
    both = library.questionnaire("omdomme", overlap="ekstern/v1")
    assert twice(both) == {"ea.2@1", "ea.2@2"}
    assert both.item("ea.2@2").text["nb"].startswith(SAID)
    assert {one.code for one in both.scales if "@" in one.code} == {"EAI-3@1"}
    assert {one.code for one in both.indices if "@" in one.code} == {"EAI-3@1", "OI@1"}
    before = identities(load_library(first_versions()).questionnaire("omdomme"))
    assert same(identities(both)["ea.2@1"], before["ea.2"])
    assert same(identities(both)["OI@1"], before["OI"])


def test_its_own_form_names_the_version_by_its_number(root):
    library = load_library(root)
    assert library.overlaps("kandidat") == (("v1",),)
    assert twice(library.questionnaire("kandidat", overlap="v1")) == {"ea.2@1", "ea.2@2"}


def test_one_wave_asks_both_words_of_two_instruments(both_renewed):
    assert both_renewed.overlaps("omdomme") == (("v1",), ("ekstern/v1",))
    both = both_renewed.questionnaire("omdomme", overlap="v1 ekstern/v1")
    assert twice(both) == {"ea.2@1", "ea.2@2", "om.int.1@1", "om.int.1@2"}
    old = identities(load_library(first_versions()).questionnaire("omdomme"))
    assert same(identities(both)["OI@1"], old["OI"])
    # with the words of one alone nothing leads an index of both back
    one = both_renewed.questionnaire("omdomme", overlap="v1")
    assert not same(identities(one)["OI@1"], old["OI"])


@pytest.mark.parametrize("named", ["ekstern/v1 v1", "v1 v1", "omdomme/v1", "ekstern/v2", "v", " "])
def test_what_is_no_earlier_version_is_refused_with_those_that_there_are(both_renewed, named):
    with pytest.raises(OverlapError, match=r"there are v1, ekstern/v1$"):
        both_renewed.questionnaire("omdomme", overlap=named)


def test_an_instrument_of_which_a_form_asks_nothing_else_is_not_offered(both_renewed):
    # stakeholders are asked seven questions of Omdømmemåling, and none was reworded
    assert both_renewed.overlaps("interessent.kom") == ()
    assert both_renewed.overlaps("verdipuls.main") == ()


def test_everybody_is_asked_the_items_of_both_of_another_instrument(tmp_path):
    root = a_second_version(tmp_path / "content", "aa.1", instrument="arbeidsplass")
    v2 = root / "instruments/arbeidsplass/v2"
    change(v2 / "instrument.toml", 'id = "aa.1"\nversion = 2', 'id = "aa.1"\nversion = 1')
    for text in v2.glob("text.*.toml"):
        change(text, SAID, "")
    # no scale has it any more, and the forms ask it as before
    change(v2 / "instrument.toml", '"aa.3", "aa.4", "aa.5"]', '"aa.3", "aa.4"]')
    change(
        v2 / "instrument.toml",
        'id = "aa.5"\nversion = 1\nscale = "AAM"\n',
        'id = "aa.5"\nversion = 1\n',
    )
    both = load_library(root).questionnaire("verdipuls.k4", overlap="arbeidsplass/v1")
    assert twice(both) == set()
    scales = {one.code: one.items for one in both.scales}
    assert scales["AAM@1"] == ("aa.3", "aa.4", "aa.5")
    assert scales["AAM"] == ("aa.3", "aa.4")
    assert both.question_count == load_library(root).questionnaire("verdipuls.k4").question_count
