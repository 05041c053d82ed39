"""The headline index over all its waves, from what publications showed."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analytics.trend.describe import describe
from analytics.trend.series import wave_series
from analytics.trend.wording import USUAL_AMONG
from survey_app.publications.links import LinkedSeries
from survey_app.publishing.computing.links import Over
from survey_app.publishing.computing.trends import trend_rows
from survey_app.publishing.inputs.history import Shown

FIRST = date(2024, 2, 1)


def a_content(mean=70.0, se=0.6, population="staff", status="published", people=4000):
    measure = "KI-kjerne" if population == "staff" else "TI"
    row = {"measure": measure, "statistic": "mean", "level": "agency", "domain": "", "n": 1000,
           "mean": mean, "se": se, "status": status}  # fmt: skip
    return {
        "campaign": {"population": population},
        "wave": {"key": "now", "closed_on": (FIRST + timedelta(days=1000)).isoformat()},
        "domains": [{"level": "agency", "code": "", "population": people}],
        "estimates": [row, {**row, "measure": "SIK"}, {**row, "level": "unit", "domain": "u"}],
    }


def a_history(*means, se=0.6, people=4000):
    return [
        Shown(f"w{at}", FIRST + timedelta(days=100 * at), "agency", "", 1000, people, mean, se)
        for at, mean in enumerate(means)
    ]


def test_a_trend_is_that_of_the_shown_means_with_errors_of_answers_that_vary():
    history = a_history(66.0, 67.0, 66.4, 68.2, 68.9)
    (row,) = trend_rows(history, a_content())
    # a quarter of 4,000 answered: the correction had taken a quarter off the variance
    error = (0.6**2 / 0.75 + 0.1**2 / 12) ** 0.5
    dates = [one.closed_on for one in history] + [FIRST + timedelta(days=1000)]
    series = wave_series(dates, [66.0, 67.0, 66.4, 68.2, 68.9, 70.0], [error] * 6)
    expected = describe(series)
    assert (row["waves"], row["smoothed"], row["warning"]) == (6, True, "")
    assert row["estimate"] == round(expected.level.estimate, 1)
    assert (row["change"], row["change_low"]) == (
        round(expected.change.estimate, 1), round(expected.change.low, 1),
    )  # fmt: skip
    assert row["direction"] == expected.direction
    assert row["since"] in {one.wave for one in history}


def test_three_waves_are_too_few_and_one_alone_has_nothing_to_compare_with():
    (row,) = trend_rows(a_history(66.0, 69.0), a_content())
    assert (row["waves"], row["smoothed"], row["warning"]) == (3, False, "too_short")
    (alone,) = trend_rows([], a_content())
    assert (alone["since"], alone["change"], alone["direction"]) == (None, None, "uncertain")
    assert alone["warning"] == "too_short"


def test_what_is_hidden_now_has_no_trend_and_only_agency_and_regions_have_one():
    assert trend_rows(a_history(66.0), a_content(status="suppressed_primary")) == []
    assert [row["level"] for row in trend_rows(a_history(66.0), a_content())] == ["agency"]
    assert trend_rows([], a_content(population="open")) == []


def test_the_public_has_no_correction_to_take_back():
    history = a_history(60.0, 60.4, 60.8, people=None)
    content = a_content(mean=61.0, population="public", people=None)
    (row,) = trend_rows(history, content)
    assert (row["measure"], row["waves"]) == ("TI", 4)
    assert row["direction"] == "steady"


def test_a_shown_error_of_zero_and_two_waves_of_one_day_are_no_obstacle():
    history = a_history(66.0, 67.0, 66.4, 68.2, se=0.0)
    (row,) = trend_rows([*history, history[-1]], a_content(se=0.0))
    assert row["waves"] == 5
    assert row["low"] < row["estimate"] < row["high"]


def test_the_same_history_gives_the_same_row():
    history = a_history(66.0, 67.0, 66.4, 68.2, 68.9)
    assert trend_rows(history, a_content()) == trend_rows(history, a_content())


def test_a_clear_rise_is_up_and_a_clear_fall_down():
    rising = a_history(60.0, 61.5, 63.0, 64.5, 66.0)
    assert trend_rows(rising, a_content(mean=74.0))[0]["direction"] == "up"
    falling = a_history(80.0, 78.5, 77.0, 75.5, 74.0)
    (row,) = trend_rows(falling, a_content(mean=65.0))
    assert row["direction"] == "down"


def test_no_slope_is_published_since_a_drift_makes_one_too():
    (row,) = trend_rows(a_history(66.0, 67.0, 66.4, 68.2), a_content())
    assert not any(name.startswith("slope") for name in row)


LEVEL = (66.0, 66.4, 65.8, 66.1, 65.9, 66.2)


def test_from_eight_waves_on_a_jump_is_found_and_named_by_its_first_wave():
    history = a_history(*LEVEL, 76.1, 75.9, 76.2, 75.8, 76.0)
    (row,) = trend_rows(history, a_content(mean=76.0))
    assert (row["break"]["found"], row["break"]["since"]) == (True, "w6")
    assert row["break"]["p"] <= 0.05
    assert trend_rows(history, a_content(mean=76.0)) == [row]


def test_a_level_that_stands_still_has_no_jump_and_seven_waves_are_not_searched():
    (row,) = trend_rows(a_history(*LEVEL, 66.3), a_content(mean=66.0))
    assert (row["break"]["found"], row["break"]["since"]) == (False, None)
    (short,) = trend_rows(a_history(*LEVEL), a_content(mean=66.0))
    assert short["break"] is None


def over(se, *, at="w3", between=0.0):
    old, new = {"nb": "old"}, {"nb": "new"}
    link = {"measure": "KI-kjerne", "wave": at, "from": old, "to": new, "case": "A",
            "delta": -9.0, "se": se, "ratio": 1.0, "between": between,
            "among": {}, "method": "additive"}  # fmt: skip
    keys = [f"w{n}" for n in range(5)] + ["now"]
    waves = [(key, {"KI-kjerne": old if key < at and key != "now" else new}) for key in keys]
    return Over((link,), LinkedSeries(waves, (link,)))


def test_a_course_leads_over_a_link_with_its_error():
    plain = a_history(66.0, 67.0, 66.4, 68.2, 68.9)
    lifted = [replace(one, mean=one.mean + 9.0) for one in plain[:3]] + plain[3:]
    (without,) = trend_rows(plain, a_content())
    (exact,) = trend_rows(lifted, a_content(), over(0.0))
    names = ("waves", "estimate", "change", "change_low", "change_high")
    assert [exact[name] for name in names] == [without[name] for name in names]
    # taken for the same question it would have been a fall of nine points
    (blind,) = trend_rows(lifted, a_content())
    assert blind["estimate"] != exact["estimate"]
    # of two waves the error of the link stands beside theirs
    one, other = (trend_rows(lifted[:1], a_content(), over(se, at="w1"))[0] for se in (0.0, 1.4))
    widths = [(row["change_high"] - row["change_low"]) / 2 for row in (one, other)]
    assert widths[1] == pytest.approx(np.hypot(widths[0], 1.96 * 1.4), abs=0.1)
    assert (other["since"], other["delta"], other["delta_se"]) == ("w0", -9.0, 1.4)


def test_the_error_of_the_half_in_the_new_words_is_part_of_the_link_s():
    waves = ["w1", "w2", "w3", "w4"]
    se = np.array([0.6, 0.6, 0.8, 0.6])
    found = over(1.1).shared("KI-kjerne", waves, se, None)
    cover = np.diag(found.own**2) + found.shared @ found.shared.T
    contrast = np.array([0.0, -1.0, 1.0, 0.0])
    # from a wave before to the wave of both: its half in the old words alone, 1.1^2 - 0.8^2
    assert contrast @ cover @ contrast == pytest.approx(0.6**2 + 1.1**2 - 0.8**2, abs=0.002)
    assert cover[3, 3] == pytest.approx(0.6**2)
    assert cover[2, 2] == pytest.approx(0.8**2)
    last = np.array([0.0, -1.0, 0.0, 1.0])
    assert last @ cover @ last == pytest.approx(2 * 0.6**2 + 1.1**2)
    units = over(1.1, between=2.0)
    region = units.shared("KI-kjerne", waves, se, ("region", 0.25))
    assert (region.shared**2).sum(axis=1)[0] == pytest.approx(1.1**2 + 0.25 * 2.0**2)
    # what all units of a region have in common counts where it is more than that
    for row, apart in (({"among": {"region": 3.0}}, 3.0), ({}, USUAL_AMONG)):
        (link,) = units.rows
        told = {key: link[key] for key in link if key != "among"} | row
        region = replace(units, rows=(told,), series=LinkedSeries(units.series.waves, (told,)))
        found = region.shared("KI-kjerne", waves, se, ("region", 0.25))
        assert (found.shared**2).sum(axis=1)[0] == pytest.approx(1.1**2 + apart**2)
