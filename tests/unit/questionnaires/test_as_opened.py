"""A wave keeps what no version holds: whom answers make, and which of them stand alone."""

import json
from dataclasses import replace

import pytest

from questionnaires.as_opened import AsOpened
from questionnaires.identity import same
from questionnaires.loader import load_library
from survey_app.publishing.computing.names import group_names
from survey_app.publishing.inputs.asked import groups_asked

FORM = "omdomme"


@pytest.fixture
def library():
    return load_library()


def stored(library):
    """What a wave that opened with this content keeps, read from where it lies."""
    form = library.questionnaire(FORM)
    return AsOpened.read(json.loads(json.dumps(AsOpened.of(library, form).stored())))


def changed(library, name, **fields):
    """The content with other answers behind the groups of a variable."""
    known = library.background
    variables = {**known.variables, name: replace(known.variables[name], **fields)}
    return replace(library, background=replace(known, variables=variables))


def test_a_wave_keeps_its_groups_and_calls_them_as_today(library):
    before = stored(library)
    assert before.background(library.background) == library.background
    word = {"nb": "omgang"}
    now = changed(library, "contact", yes=("1", "2"), word=word)
    kept = before.background(now.background).variables["contact"]
    assert kept == replace(library.background.variables["contact"], word=word)


def test_groups_that_the_content_has_no_more_keep_their_names(library):
    rest = {k: one for k, one in library.background.variables.items() if k != "knowledge"}
    kept = stored(library).background(replace(library.background, variables=rest))
    assert kept == library.background
    gone = replace(library.background.variables["contact"], name="gone")
    variables = {**kept.variables, "gone": gone}
    assert group_names(library.questionnaire(FORM), "gone:yes", replace(kept, variables=variables))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("contact", {"yes": ("1", "2", "3", "4")}),
        ("contact", {"no": "5"}),
        ("knowledge", {"categories": {"1": "little", "2": "little", "3": "well", "4": "well"}}),
    ],
)
def test_other_answers_make_other_people_of_a_group(library, name, fields):
    form = library.questionnaire(FORM)
    then, now = (
        groups_asked(form, stored(one)) for one in (library, changed(library, name, **fields))
    )
    assert {one for one in now if not same(then[one], now[one])} == {name}
    # of a wave that kept nothing, the words decide
    nothing_kept = groups_asked(form)
    assert all(same(nothing_kept[one], now[one]) for one in now)
    other = {tag: f"{words} Nå." for tag, words in nothing_kept[name].items()}
    assert not same(other, now[name])


def test_answers_that_stood_alone_make_the_group_as_well(library):
    form = library.questionnaire(FORM)
    loose = replace(library, exclusive={})
    then, now = (groups_asked(form, stored(one)) for one in (library, loose))
    assert {one for one in now if not same(then[one], now[one])} == {"contact", "channel"}


def test_the_same_answers_stand_alone_as_when_the_wave_opened(library):
    form = library.questionnaire(FORM)
    both = {"om.fil.2": ["1", "6"]}
    assert library.contradicted(form, both) == ("om.fil.2",)
    loose = replace(library, exclusive={})
    assert loose.contradicted(form, both) == ()
    assert stored(library).laid_on(loose).contradicted(form, both) == ("om.fil.2",)


def test_nothing_is_known_of_a_wave_that_opened_before(library):
    assert AsOpened.read(None) is None
    staff = AsOpened.of(library, library.questionnaire("verdipuls.main"))
    assert (dict(staff.makes), dict(staff.alone)) == ({}, {})
