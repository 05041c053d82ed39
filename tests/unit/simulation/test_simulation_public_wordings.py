"""The public of the demo is asked the old words, then both of random halves, then the new."""

from datetime import date

import numpy as np
import pytest

from questionnaires.arms import ARMS, NEW, OLD
from questionnaires.loader import load_library
from questionnaires.model import NOT_ASKED
from survey_app.simulation.calendar import closed_public_waves, public_calendar
from survey_app.simulation.documented_public import DocumentedPublic
from survey_app.simulation.files import public_campaign
from survey_app.simulation.plain_public import PlainPublic
from survey_app.simulation.wordings import of_own_half, worded_questionnaire
from tests.halves import with_second_version

TODAY = date(2026, 11, 25)
ITEM = "om.int.1"
HALVES = {f"{ITEM}@1", f"{ITEM}@2"}


@pytest.fixture
def waves(monkeypatch, tmp_path):
    with_second_version(monkeypatch, tmp_path, ITEM, "omdomme")
    return closed_public_waves(8, today=TODAY)


def test_the_last_wave_but_one_asks_both_and_one_after_it_the_new_words_alone(waves):
    said = [(wave.version, wave.overlap) for wave in waves]
    assert said == [*[("v1", "")] * 6, ("", "v1"), ("", "")]
    asked = [worded_questionnaire(wave) for wave in waves]
    assert [one.item(ITEM).version for one in asked if ITEM in one.form.items] == [1] * 6 + [2]
    assert set(asked[6].form.items) >= HALVES
    assert public_campaign(waves).count('overlap = "v1"') == 1


@pytest.mark.parametrize("number", [0, 1, 2])
def test_where_no_wave_is_older_there_is_nothing_to_link(waves, number):
    del waves
    found = closed_public_waves(number, today=TODAY)
    assert found == public_calendar(number, today=TODAY)


def test_an_agency_with_one_version_of_its_questions_asks_that():
    assert closed_public_waves(8, today=TODAY) == public_calendar(8, today=TODAY)


@pytest.mark.parametrize("documented", [True, False])
def test_everybody_drawn_has_an_answer_to_all_that_each_wave_asks(waves, documented):
    model = DocumentedPublic(5) if documented else PlainPublic(load_library(), 5)
    for wave in waves[5:]:
        held = model.hold(wave, gross=1500)
        assert set(worded_questionnaire(wave).columns) <= set(held.answers)
        measures = {one.measure for one in held.truth}
        assert ("INT@1" in measures) == bool(wave.overlap)
    told = of_own_half(model.hold(waves[6], gross=1500).answers, np.resize(np.array(ARMS), 1500))
    for name, number in ((f"{ITEM}@1", OLD), (f"{ITEM}@2", NEW)):
        asked = told[name] != NOT_ASKED
        assert np.flatnonzero(asked).tolist() == list(range(number - 1, 1500, 2))


def test_new_words_move_answers_and_not_what_people_think(waves):
    model = DocumentedPublic(5)
    held = model.hold(waves[6], gross=4000)
    old, new = held.answers[f"{ITEM}@1"], held.answers[f"{ITEM}@2"]
    told = (old > 0) & (new > 0)
    assert ((old > 0) == (new > 0)).all()
    assert (new[told] >= old[told]).all()
    truth = {one.measure: one.mean for one in held.truth}
    # about 0.12 of a standard deviation, of one item of three
    assert 0.5 < truth["INT"] - truth["INT@1"] < 2
    plain = model.hold(public_calendar(8, today=TODAY)[6], gross=4000).truth
    assert truth["VEL"] == {one.measure: one.mean for one in plain}["VEL"]
