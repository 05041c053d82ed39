"""The demo asks the old words, then both of random halves, then the new: people think the same."""

import shutil
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analytics.trend.overlap import Arm, unpaired
from analytics.trend.splice import LARGEST_ERROR, decide_link
from questionnaires.arms import NEW, OLD
from questionnaires.content import SETTING, content_folder
from questionnaires.loader import load_library
from questionnaires.model import NOT_ASKED
from questionnaires.overlap import reworded
from survey_app.simulation.agency import make_agency
from survey_app.simulation.calendar import (
    MAIN_ANSWERS,
    closed_staff_waves,
    in_words_of_their_time,
    staff_calendar,
)
from survey_app.simulation.files import staff_campaign
from survey_app.simulation.parameters import staff_parameters
from survey_app.simulation.plain_staff import make_plain_staff
from survey_app.simulation.staff_model import make_staff, simulate_staff_wave
from survey_app.simulation.truth import person_scores
from survey_app.simulation.truth_file import staff_truth
from survey_app.simulation.wordings import (
    as_asked,
    of_own_half,
    worded_questionnaire,
)
from tests.first_versions import first_versions
from tests.reworded_version import a_second_version, renew

TODAY = date(2026, 11, 25)
ITEM = "vp.apn.1"


@pytest.fixture(scope="module")
def waves():
    return closed_staff_waves(12, people=5600, panels=True, today=TODAY)


@pytest.fixture(scope="module")
def minds():
    """What 5,600 people think when both wordings are asked, and what they say in either."""
    staff = make_staff(make_agency(seed=5), seed=5)
    return staff.agency, simulate_staff_wave(staff, 8)


def test_the_last_main_wave_asks_both_and_three_after_it_the_new_words_alone(waves):
    assert [(wave.version, wave.overlap) for wave in waves] == [
        *[("v1", "")] * 8,
        ("", "v1"),
        *[("", "")] * 3,
    ]
    assert waves[8].main
    versions = [worded_questionnaire(wave) for wave in waves]
    assert [one.item(ITEM).version for one in versions if ITEM in one.form.items] == (
        [1] * 8 + [2] * 3
    )
    assert {f"{ITEM}@1", f"{ITEM}@2"} < set(versions[8].form.items)
    assert staff_campaign(waves, waves[-1]).count('overlap = "v1"') == 1


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_where_no_wave_is_older_than_the_last_main_one_there_is_nothing_to_link(number):
    waves = closed_staff_waves(number, people=5600, panels=True, today=TODAY)
    assert {(wave.version, wave.overlap) for wave in waves} == {("", "")}


def test_an_agency_too_small_for_a_link_asks_the_newest_words_all_along():
    # 4 x 25^2 / 1.5^2 = 1,112 answers, of 55 in a hundred
    small, large = (
        closed_staff_waves(12, people=people, panels=True, today=TODAY) for people in (2021, 2022)
    )
    assert small == staff_calendar(12, panels=True, today=TODAY)
    assert {(wave.version, wave.overlap) for wave in small} == {("", "")}
    assert large[8].overlap == "v1"


def test_an_agency_with_one_version_of_its_questions_asks_that(waves):
    plain = [replace(wave, version="", overlap="") for wave in waves]
    assert in_words_of_their_time(plain, load_library(first_versions())) == plain


def test_every_question_that_the_newest_version_rewords_has_a_known_effect():
    library = load_library()
    before = library.in_version("verdipuls.main", "v1").questionnaire("verdipuls.main")
    changed = reworded(before, library.questionnaire("verdipuls.main"))
    assert set(changed) == staff_parameters()["reworded"].keys()


def test_another_agency_with_two_versions_answers_both_as_well(monkeypatch, tmp_path):
    monkeypatch.setenv(SETTING, str(a_second_version(tmp_path / "content")))
    people = 2100
    [both] = [
        one for one in closed_staff_waves(12, people=people, panels=True, today=TODAY) if one.main
    ][-1:]
    staff = make_plain_staff(people, seed=3)
    everybody = np.ones(people, dtype=bool)
    answers, _ = staff.hold(both, invited=everybody, earlier=np.zeros(people, dtype=int))
    assert both.overlap == "v1"
    assert {"vp.try.1@1", "vp.try.1@2"} < set(worded_questionnaire(both).columns) == set(answers)


def test_new_words_move_answers_and_not_what_people_think(waves, minds):
    agency, wave = minds
    told = staff_truth(agency, waves[8], as_asked(waves[8], wave.answers, wave.reworded))
    truth = {row.measure: row.mean for row in told if row.level == "agency"}
    moved = {code: truth[code] - truth[f"{code}@1"] for code in truth if f"{code}@1" in truth}
    # 4 points of one question of two, and of three indices of such; 4 and 6 of two of five
    assert moved["APN-kjerne"] == pytest.approx(-2, abs=0.3)
    assert moved["KI-kjerne"] == pytest.approx(moved["APN-kjerne"] / 3, abs=0.05)
    assert moved["APN"] == pytest.approx(-2, abs=0.3)
    assert moved["SIK"] == pytest.approx(3 / 5, abs=0.2)
    assert moved.keys() == {"APN", "APN-kjerne", "SIK", "KI", "KI-kjerne"}


def test_words_of_an_agency_s_own_next_version_are_answered_too(monkeypatch, tmp_path, minds):
    shutil.copytree(content_folder(), root := tmp_path / "content")
    renew(root, "vp.try.1", "verdipuls", number=3, was=1)
    monkeypatch.setenv(SETTING, str(root))
    mains = [one for one in closed_staff_waves(12, people=5600, panels=True, today=TODAY)
             if one.main]  # fmt: skip
    agency, wave = minds
    said = [as_asked(one, wave.answers, wave.reworded) for one in mains]
    assert [one.version for one in mains] == ["v2", "v2", ""]
    assert mains[2].overlap == "v2"
    assert (said[0][ITEM] == wave.reworded[ITEM]).all()
    # nobody made up what these words do
    assert (said[2]["vp.try.1@1"] == said[2]["vp.try.1@2"]).all()
    truth = {row.measure for row in staff_truth(agency, mains[2], said[2])}
    assert {"TRY@1", "KI@1"} < truth
    assert not {"APN@1", "SIK@1"} & truth


def test_each_half_is_asked_in_its_own_words_alone(waves, minds):
    agency, wave = minds
    half = np.where(np.arange(agency.people) % 2, NEW, OLD)
    half[:10] = 0
    said = of_own_half(as_asked(waves[8], wave.answers, wave.reworded), half)
    old, new = said[f"{ITEM}@1"], said[f"{ITEM}@2"]
    assert ((old == NOT_ASKED) == (half != OLD)).all()
    assert ((new == NOT_ASKED) == (half != NEW)).all()
    assert (said["vp.apn.2"] == wave.answers["vp.apn.2"]).all()


@pytest.mark.parametrize("code", ["APN", "APN-kjerne", "SIK"])
def test_the_wave_that_asks_both_is_large_enough_to_link(waves, minds, code):
    agency, wave = minds
    rng = np.random.default_rng(1)
    half = rng.choice([OLD, NEW], agency.people)
    half[rng.random(agency.people) > MAIN_ANSWERS] = 0
    asked = as_asked(waves[8], wave.answers, wave.reworded)
    score = person_scores(worded_questionnaire(waves[8]), asked)
    arms = [_arm(score[name][half == at]) for name, at in ((f"{code}@1", OLD), (code, NEW))]
    day = waves[8].closes_on
    splice = decide_link(
        unpaired(*arms), id=code, index=code, wave=day, case="A", decided_by="rule", decided=day
    )
    assert splice.method == "additive"
    assert splice.se < LARGEST_ERROR
    true = np.nanmean(score[code]) - np.nanmean(score[f"{code}@1"])
    assert abs(splice.delta - true) < 3 * splice.se


def _arm(score):
    told = score[np.isfinite(score)]
    return Arm(len(told), told.mean(), told.std(ddof=1))
