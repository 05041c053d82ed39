"""The public model against the expected results of instruments.md 7.6."""

from datetime import date, timedelta

import numpy as np
import pytest

from analytics.trend.events import KnownEvent
from analytics.trend.impact import impact, judge_impacts
from analytics.trend.series import wave_series
from questionnaires.loader import load_library
from questionnaires.model import NOT_APPLICABLE, NOT_ASKED
from questionnaires.population import read_population
from survey_app.simulation.calendar import public_calendar
from survey_app.simulation.parameters import public_parameters
from survey_app.simulation.public_model import allocate, draw_public, simulate_public_wave
from survey_app.simulation.truth import true_means

SEED = 20210102
FORM = load_library().questionnaire("omdomme")


@pytest.fixture(scope="module")
def waves():
    return [simulate_public_wave(draw_public(w, seed=SEED), w, seed=SEED) for w in range(8)]


def means(wave):
    rows = true_means("", FORM, wave.answers, [("agency", "", wave.answered)])
    return {row.measure: row.mean for row in rows}


def test_the_sample_is_shared_half_by_population_and_half_by_its_root():
    drawn = allocate(7400, read_population())
    assert sum(drawn.values()) == 7400
    # instruments.md 5.3: net about 220 in Oslo and Akershus, about 40 in Finnmark, at 27 %
    assert 0.27 * drawn["03"] == pytest.approx(220, abs=15)
    assert 0.27 * drawn["56"] == pytest.approx(44, abs=6)


def test_about_two_thousand_answer(waves):
    for wave in waves:
        assert wave.answered.sum() == pytest.approx(2000, abs=120)


def test_levels_are_those_expected(waves):
    first = means(waves[0])
    expected = {"EVN": 65, "VEL": 67, "INT": 63, "OPN": 54, "TRO": 66, "SAM": 58, "PLA": 59,
                "EAI-3": 51, "TI": 62.5, "OI": 59.5}  # fmt: skip
    for code, mean in expected.items():
        assert first[code] == pytest.approx(mean, abs=3), code


def test_the_incident_is_felt_and_passes(waves):
    trust = [means(wave)["TI"] for wave in waves]
    whole = [means(wave)["OI"] for wave in waves]
    before = np.mean(trust[:4])
    assert trust[4] - before == pytest.approx(-4.5, abs=1.5)
    assert whole[4] - np.mean(whole[:4]) == pytest.approx(-2, abs=1.5)
    assert trust[7] == pytest.approx(before, abs=2)


def test_an_event_before_the_incident_finds_what_was_planted_and_no_more(waves):
    held = public_calendar(8, today=date(2026, 11, 25))
    days, found = [wave.closes_on for wave in held], {}
    told = KnownEvent("story", held[4].opens_on - timedelta(days=21), "decay")
    for code in ("TI", "SAM"):
        # published errors are about 0.4 points for trust, 0.5 for the role in society
        series = wave_series(days, [means(wave)[code] for wave in waves], [0.5] * 8)
        found[code] = impact(series, told)
    assert found["TI"].estimate == pytest.approx(-4.5, abs=1.5)
    trust, role = judge_impacts(list(found.values()), 3.0)
    assert trust.verdict == "down"
    assert role.verdict in {"steady", "uncertain"}


def test_knowledge_and_channels_are_as_common_as_expected(waves):
    answered = waves[0].answered
    knowledge = waves[0].answers["om.fil.1"][answered]
    for level, share in zip(range(1, 5), (0.20, 0.40, 0.33, 0.08), strict=True):
        assert np.mean(knowledge == level) == pytest.approx(share, abs=0.03)
    passed = waves[0].answers["om.pla.1"][answered] != NOT_ASKED
    assert np.mean(passed) == pytest.approx(0.33, abs=0.03)


def test_as_many_do_not_know_as_expected(waves):
    for item in public_parameters()["items"]:
        codes = waves[0].answers[item][waves[0].answered]
        asked = codes[codes != NOT_ASKED]
        assert 0.04 <= np.mean(asked == NOT_APPLICABLE) <= 0.24, item


def test_scales_hold_together_as_expected(waves):
    who = waves[0].answered
    for scale in ("EVN", "VEL", "INT", "TRO", "SAM"):
        names = next(one.items for one in FORM.scales if one.code == scale)
        table = np.stack([waves[0].answers[name][who] for name in names])
        table = table[:, (table > 0).all(axis=0)].astype(float)
        k = len(names)
        alpha = k / (k - 1) * (1 - table.var(axis=1, ddof=1).sum() / table.sum(axis=0).var(ddof=1))
        assert 0.60 <= alpha <= 0.83, scale


def test_every_column_of_the_form_is_answered_with_codes_that_it_offers(waves):
    from survey_app.counting.urn.unseal import allowed_codes

    for column, codes in allowed_codes(FORM).items():
        assert set(np.unique(waves[3].answers[column]).tolist()) <= codes, column


def test_platforms_are_asked_of_those_alone_who_saw_a_channel(waves):
    answers = waves[0].answers
    saw = np.any([answers[f"om.fil.3:{n}"] == 1 for n in range(1, 6)], axis=0)
    assert (saw == (answers["om.pla.1"] != NOT_ASKED)).all()
