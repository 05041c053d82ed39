"""Scales of a version gain and lose questions, and every index that is made of them follows."""

import pytest

from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.laid_over import assess
from questionnaires.authoring.scales import add_to_scale, take_from_scale
from questionnaires.authoring.version_files import begin_version
from questionnaires.differences import index_differences
from questionnaires.loader import load_library
from tests.first_versions import first_versions

FIRST = first_versions()


@pytest.fixture
def second():
    return begin_version(FIRST, "verdipuls", "2021-1")


def effects(files):
    old, new = load_library(FIRST), assess(FIRST, files).library
    told = index_differences(*(one.questionnaire("verdipuls.main") for one in (old, new)))
    return {one.code: one.effect for one in told if one.effect != "unchanged"}


def scale_of(files, item):
    return next(one["scale"] for one in files.table("instrument.toml")["item"] if one["id"] == item)


def test_a_question_taken_out_of_a_scale_breaks_it_and_its_indices_alone(second):
    files = take_from_scale(second, "vp.nyt.5", "NYT")
    assert assess(FIRST, files).problems == ()
    assert effects(files) == {"KI": "recomposed"}
    table = files.table("instrument.toml")
    assert not [one for one in table["item"] if one["id"] == "vp.nyt.5" and "scale" in one]


def test_a_question_that_counts_in_two_scales_names_the_other(second):
    files = take_from_scale(second, "vp.try.1", "TRY")
    assert scale_of(files, "vp.try.1") == "TRY-kjerne"
    assert assess(FIRST, files).problems == ()


def test_a_question_put_into_a_scale_counts_and_back_again_nothing_is_broken(second):
    files = add_to_scale(take_from_scale(second, "vp.nyt.5", "NYT"), "vp.nyt.5", "NYT")
    assert effects(files) == {}
    assert scale_of(files, "vp.nyt.5") == "NYT"
    assert add_to_scale(files, "vp.nyt.5", "NYT") == files


def test_a_scale_keeps_one_question(second):
    with pytest.raises(AuthoringError, match="empty_scale"):
        take_from_scale(second, "vp.amb.1", "AMB")
    with pytest.raises(AuthoringError, match="unknown_scale"):
        add_to_scale(second, "vp.amb.1", "XYZ")
    with pytest.raises(AuthoringError, match="unknown_item"):
        take_from_scale(second, "vp.amb.1", "TRY")


def test_what_no_form_asks_whole_is_told(second):
    files = add_to_scale(second, "vp.try.2", "AMB")
    assert {one.file for one in assess(FIRST, add_to_scale(files, "om.til.1", "AMB")).problems}
