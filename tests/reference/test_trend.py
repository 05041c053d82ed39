"""Trend figures that R gives on Nile, presidents, UKgas and others; see trend/trend.R."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.trend.breaks import find_break
from analytics.trend.events import KnownEvent
from analytics.trend.overlap import paired
from analytics.trend.points import Points
from analytics.trend.series import wave_series
from analytics.trend.slope import slope
from analytics.trend.smooth import smooth
from analytics.trend.state_space import WaveModel
from analytics.workbench.analyse import analyse

HERE = Path(__file__).parent / "trend"
R = json.loads((HERE / "trend.json").read_text())
PUBLISHED = json.loads((HERE / "published.json").read_text())
ASKED = {
    "level": {},
    "smooth": {"kind": "smooth"},
    "season": {"season": 4},
    "events": {
        "events": [
            {"name": "reform", "date": date(2023, 7, 1), "shape": "step"},
            {"name": "case", "date": date(2025, 1, 15), "shape": "pulse"},
        ]
    },
}


def even(n):
    """Days four years apart, so all gaps are equal: variances a gap are four times a year's."""
    return [date(1600, 1, 1) + timedelta(days=1461) * at for at in range(n)]


def numbers(values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def nile():
    return wave_series(even(100), R["nile"]["y"], np.zeros(100))


def presidents():
    return wave_series(even(120), numbers(R["presidents"]["y"]), numbers(R["presidents"]["se"]))


def test_the_nile_has_the_variances_of_structts_and_of_the_textbook():
    found = smooth(nile(), extra=True, plug_in=True)
    # R's optimiser stops at a likelihood flat to 1e-8, so five digits of a variance agree
    assert 4 * found.deviation["level"] ** 2 == pytest.approx(R["nile"]["level"], rel=2e-4)
    assert found.deviation["extra"] ** 2 == pytest.approx(R["nile"]["epsilon"], rel=2e-5)
    # Durbin and Koopman (2012), 2.10.3: 15099 and 1469.1. The log likelihood is that of
    # statsmodels' UnobservedComponents without the diffuse first wave.
    assert found.deviation["extra"] ** 2 == pytest.approx(15099, abs=1)
    assert 4 * found.deviation["level"] ** 2 == pytest.approx(1469.1, abs=0.3)
    assert found.loglike == pytest.approx(-632.546, abs=0.01)


def test_the_smoothed_nile_is_that_of_kalmansmooth():
    found = smooth(nile(), extra=True, plug_in=True)
    level = [figure.estimate for figure in found.level]
    error = [figure.se for figure in found.level]
    # R starts from a large variance instead of a diffuse one
    assert level == pytest.approx(R["nile"]["smooth"], rel=1e-4)
    assert error == pytest.approx(np.sqrt(R["nile"]["var"]), rel=1e-4)


def test_the_dam_at_aswan_is_a_regression_on_a_step():
    step = KnownEvent("dam", even(100)[28], "step")
    found = smooth(nile(), extra=True, plug_in=True, events=[step])
    assert found.effects[0].estimate == pytest.approx(R["nile_step"]["effect"], rel=1e-6)
    assert found.effects[0].se == pytest.approx(R["nile_step"]["se"], rel=1e-5)
    assert found.deviation["extra"] ** 2 == pytest.approx(R["nile_step"]["sigma2"], rel=1e-5)


def test_a_local_linear_trend_is_smoothed_as_by_kalmansmooth():
    gas = R["gas"]
    n = len(gas["y"])
    points = Points(
        time=np.arange(n, dtype=float),
        estimate=np.array(gas["y"]),
        se=np.full(n, gas["se"]),
        shared=np.zeros((n, 0)),
        effects=np.zeros((n, 0)),
        shown=np.zeros(0, dtype=bool),
        marks=(),
    )
    model = WaveModel(points, "trend")
    result = model.smooth(np.array([gas["level_sd"], gas["slope_sd"]]))
    weights = model.shown_level()
    level = np.einsum("ts,st->t", weights, result.smoothed_state)
    variance = np.einsum("ts,sut,tu->t", weights, result.smoothed_state_cov, weights)
    assert level == pytest.approx(np.array(gas["smooth"])[:, 0], rel=1e-6)
    assert variance == pytest.approx(np.array(gas["var"])[:, 0], rel=1e-5)
    # R's start is not diffuse but vague: its first slope differs in the fifth digit
    assert result.smoothed_state[1] == pytest.approx(np.array(gas["smooth"])[:, 1], rel=5e-5)
    assert result.smoothed_state_cov[1, 1] == pytest.approx(np.array(gas["var"])[:, 1], rel=5e-5)


def test_known_unequal_errors_and_missing_waves_agree_with_dense_matrices():
    ours, theirs = smooth(presidents(), since=[even(120)[99]], plug_in=True), R["presidents"]
    # a quarter there is four years here: 1/4 of the variance a year against 4
    assert 4 * ours.deviation["level"] == pytest.approx(theirs["sd"], rel=1e-5)
    assert ours.loglike == pytest.approx(theirs["ll"], rel=1e-9)
    assert [f.estimate for f in ours.level] == pytest.approx(theirs["level"], rel=1e-6)
    assert [f.se for f in ours.level] == pytest.approx(theirs["se_level"], rel=1e-5)
    assert ours.changes[0].estimate == pytest.approx(theirs["change"], rel=1e-6)
    assert ours.changes[0].se == pytest.approx(theirs["se_change"], rel=1e-6)


def test_averaging_over_the_deviation_agrees_with_a_fine_grid():
    ours, theirs = smooth(presidents(), since=[even(120)[99]]), R["presidents"]
    assert ours.level[-1].estimate == pytest.approx(theirs["mean_level"], rel=1e-5)
    assert ours.level[-1].se == pytest.approx(theirs["mean_se"], rel=1e-4)
    assert ours.changes[0].estimate == pytest.approx(theirs["mean_change"], rel=1e-5)
    assert ours.changes[0].se == pytest.approx(theirs["mean_se_change"], rel=1e-4)


def test_a_step_among_drifting_waves_agrees_with_dense_matrices():
    theirs = R["presidents"]
    step = KnownEvent("resignation", even(120)[118], "step")
    ours = smooth(presidents(), events=[step], plug_in=True)
    assert 4 * ours.deviation["level"] == pytest.approx(theirs["step_sd"], rel=1e-5)
    assert ours.loglike == pytest.approx(theirs["step_ll"], rel=1e-9)
    assert ours.effects[0].estimate == pytest.approx(theirs["step"], rel=1e-4)
    assert ours.effects[0].se == pytest.approx(theirs["se_step"], rel=1e-5)


def test_the_slope_of_four_waves_is_that_of_lm_with_known_errors():
    found = slope(presidents())
    # time runs sixteen times as fast here as in R
    assert 16 * found.per_year == pytest.approx(R["slope"]["per_year"], rel=1e-8)
    assert 16 * found.line_se == pytest.approx(R["slope"]["se"], rel=1e-8)
    assert found.lack_of_fit == pytest.approx(R["slope"]["p"], rel=1e-8)


def test_the_gain_at_every_date_is_that_of_strucchange():
    theirs = R["nile_break"]
    series = wave_series(even(100), R["nile"]["y"], np.full(100, np.sqrt(theirs["sigma2"])))
    rng = np.random.default_rng(1)
    found = find_break(series, rng, drift=False, line=False, repetitions=199)
    # F = (RSS0 - RSS1) / (RSS1 / 98), so RSS0 - RSS1 = RSS0 F / (F + 98)
    f = np.array(theirs["F"])
    gains = theirs["rss0"] * f / (f + 98) / theirs["sigma2"]
    # F of 1885 splits after that year; strucchange leaves out one date more at the end
    assert found.profile[: len(gains)] == pytest.approx(gains, rel=1e-8)
    assert found.days[int(np.argmax(found.profile))] == even(100)[1899 - 1871]
    assert theirs["breakpoint"] == 1898
    assert found.found


def test_a_paired_splice_is_the_mean_of_weighted_differences():
    theirs = R["paired"]
    plain = paired(theirs["old"], theirs["new"])
    assert (plain.difference, plain.difference_se, plain.correlation) == pytest.approx(
        (theirs["delta_plain"], theirs["se_plain"], theirs["cor"]), rel=1e-9
    )
    weighted = paired(theirs["old"], theirs["new"], theirs["weight"])
    assert weighted.difference == pytest.approx(theirs["delta"], rel=1e-9)
    assert weighted.difference_se == pytest.approx(theirs["se"], rel=1e-9)


@pytest.mark.parametrize("asked", ASKED)
def test_a_table_of_published_means_has_the_level_and_the_change_that_were_asked_for(asked):
    table = pd.read_csv(HERE / "published.csv")
    found = analyse(table, {"published": {}, "trend": ASKED[asked]}).result["trends"]
    for trend in found:
        own, r = trend["smoothed"], PUBLISHED[trend["index"]][asked]
        assert [each["estimate"] for each in own] == pytest.approx(r["level"], abs=2e-3)
        assert [each["se"] for each in own] == pytest.approx(r["se_level"], rel=2e-3)
        now = [trend[name][figure] for name in ("level", "change") for figure in ("estimate", "se")]
        expected = [r["level"][-1], r["se_level"][-1], r["change"], r["se_change"]]
        assert now == pytest.approx(expected, rel=2e-3, abs=2e-3)
        effects = [each["estimate"] for each in (*trend["effects"], *trend["season"][:3])]
        # what stands before them in R's is the level at the first wave, and its slope
        known = np.atleast_1d(r["b"])[1 + (asked == "smooth") :]
        assert effects == pytest.approx(known.tolist(), rel=2e-3, abs=2e-3)
