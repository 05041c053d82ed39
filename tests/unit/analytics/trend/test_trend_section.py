"""The [trend] section, called directly."""

import json
import tomllib
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError, SpecificationError
from analytics.workbench.analyse import analyse
from analytics.workbench.file.items import Label
from analytics.workbench.sections.trend.rows import trend_entry
from analytics.workbench.sections.trend.wave_figures import wave_figures
from analytics.workbench.specification.model import Specification, VariablesSpec
from analytics.workbench.specification.trend import read_trend

SECTION = """
measure = "KI"
season = 2
[dates]
w1 = 2021-04-01
w2 = 2021-10-01
w3 = "2022-04-01"
w4 = 2022-10-01
w5 = 2023-04-01
w6 = 2023-10-01
w7 = 2024-04-01
w8 = 2024-10-01
[[events]]
name = "case"
date = 2022-06-01
shape = "step"
[[splices]]
id = "s1"
wave = "w7"
case = "A"
decided_by = "the board"
date = 2024-05-01
old = { n = 640, mean = 52.4, sd = 22.0 }
new = { n = 655, mean = 58.1, sd = 21.5 }
"""
FIGURES = {
    f"w{at + 1}": (value, 0.8, 500)
    for at, value in enumerate([60, 60.4, 61, 61.2, 61.9, 62.1, 68.9, 69.1])
}


def section(**changed):
    return {**tomllib.loads(SECTION), **changed}


def test_the_whole_section_becomes_plain_rows():
    found = trend_entry(read_trend(section()), FIGURES)
    assert json.loads(json.dumps(found)) == found
    assert found["waves"][7]["unlinked"] == 69.1
    assert found["waves"][7]["linked"] == pytest.approx(63.4)
    assert found["splices"][0]["delta"] == pytest.approx(5.7)
    assert found["direction"] in {"up", "down", "steady", "uncertain"}
    assert found["effects"][0]["name"] == "case"
    assert len(found["season"]) == 2
    assert found["slope"]["waves"] == 4
    assert found["break"]["found"] is False


def halves(values, season, se=0.8):
    return {f"w{at + 1}": (v + season * (-1) ** at, se, 500) for at, v in enumerate(values)}


def test_a_season_is_in_neither_level_nor_slope_nor_break():
    plain = section(splices=[], events=[], season=2)
    steady = [60, 60.3, 59.8, 60.1, 60.2, 59.9, 60.1, 60]
    without, with_it = (trend_entry(read_trend(plain), halves(steady, s)) for s in (0.0, 5.0))
    for name in ("level", "change"):
        assert with_it[name]["estimate"] == pytest.approx(without[name]["estimate"], abs=1e-3)
    assert with_it["direction"] == "steady"
    # Between halves of 10 points the line of four waves had an interval of 24 points.
    assert with_it["slope"]["per_year"] == pytest.approx(without["slope"]["per_year"], abs=1e-3)
    assert with_it["slope"]["high"] - with_it["slope"]["low"] < 4
    assert with_it["break"]["p"] == pytest.approx(without["break"]["p"], abs=0.1)
    assert not any("line" in text for text in with_it["warnings"])


def test_a_pulse_that_is_named_is_no_break():
    values = [60, 60.3, 59.8, 52, 60.2, 59.9, 60.1, 60]
    event = {"name": "leak", "date": "2022-09-01", "shape": "pulse"}
    found = trend_entry(read_trend(section(splices=[], events=[event])), halves(values, 0.0))
    assert found["break"]["found"] is False
    assert found["break"]["p"] > 0.2


def test_an_event_before_the_first_wave_is_told_and_left_out():
    event = {"name": "old", "date": "2019-01-01", "shape": "decay"}
    found = trend_entry(read_trend(section(splices=[], events=[event])), FIGURES)
    assert found["effects"] == []
    assert any("old on 2019-01-01 lies before the first wave" in text for text in found["warnings"])


def test_waves_that_vary_more_than_their_errors_in_one_end_are_told():
    days = {f"w{at + 1}": f"{2010 + at // 2}-{4 if at % 2 == 0 else 10:02d}-01" for at in range(20)}
    values = [60 + (0.1 if at < 10 else 6.0) * (-1) ** (at // 2) for at in range(20)]
    spec = read_trend({"measure": "KI", "dates": days})
    found = trend_entry(spec, {name: (v, 0.5, 500) for name, v in zip(days, values, strict=True)})
    assert any("moves more in one end" in text for text in found["warnings"])


def a_file(waves=5, persons=60):
    rng = np.random.default_rng(3)
    wave = np.repeat([f"w{at + 1}" for at in range(waves)], persons)
    score = np.clip(np.round(rng.normal(60, 15, len(wave))), 0, 100)
    return pd.DataFrame({"wave": wave, "score": score, "weight": rng.uniform(0.5, 2, len(wave))})


ASKED = {
    "design": {"weight": "weight"},
    "variables": {"means": ["score"]},
    "domains": {"wave": "wave"},
    "trend": {"measure": "score", "dates": tomllib.loads(SECTION)["dates"]},
}


def test_the_figures_of_a_file_are_those_that_its_estimates_show():
    file = a_file()
    found = analyse(file, ASKED).result
    means = [row["mean"] for row in found["estimates"] if row["statistic"] == "mean"]
    waves = [wave["unlinked"] for wave in found["trend"]["waves"]]
    assert waves == pytest.approx(means)
    assert found["trend"]["slope"]["waves"] == 4


def test_a_wave_that_is_hidden_is_missing_and_the_others_enter_as_shown():
    label = Label("score", "mean")
    level = SimpleNamespace(
        by=(),
        labels=[label],
        means=SimpleNamespace(mean=np.array([[61.237]]), n=np.array([[60]])),
        errors=SimpleNamespace(se=np.array([[1.5]]), se_model=np.array([[1.5]]), weight=1.0),
        df=np.array([[59.0]]),
    )
    measured = pd.DataFrame({"score": np.linspace(0, 100, 201)})
    waves = [SimpleNamespace(name=name, levels=[level], data=measured) for name in ("w1", "w2")]
    spec = Specification(variables=VariablesSpec(means=("score",)))
    open_file = {"w1": None, "w2": None}
    statuses = {"w1": {(): np.array([["published"]])}, "w2": {(): np.array([["hidden"]])}}
    found = wave_figures(waves, "score", spec, statuses)
    assert found["w1"] == (61.2, 1.5, 59.0)
    assert np.isnan(found["w2"][0])
    assert wave_figures(waves, "score", spec, open_file)["w2"][0] == 61.237
    with pytest.raises(FrameError, match="measure joy is no scale"):
        wave_figures(waves, "joy", spec, open_file)


def test_the_same_section_gives_the_same_figures_twice():
    spec = read_trend(section())
    assert trend_entry(spec, FIGURES) == trend_entry(spec, FIGURES)


def test_a_break_in_the_series_starts_the_trend_anew():
    small = {"n": 60, "mean": 52.0, "sd": 22.0}
    splice = {**section()["splices"][0], "old": small, "new": small}
    found = trend_entry(read_trend(section(splices=[splice])), FIGURES)
    assert [wave["segment"] for wave in found["waves"]] == [0] * 6 + [1] * 2
    assert any("Series break" in warning for warning in found["warnings"])
    assert any("too short" in warning for warning in found["warnings"])
    assert found["slope"]["per_year"] is None


def test_a_wave_that_may_not_be_shown_is_missing_and_no_crash():
    hidden = {**FIGURES, "w4": (np.nan, np.nan, np.nan)}
    found = trend_entry(read_trend(section()), hidden)
    assert found["waves"][3]["unlinked"] is None


@pytest.mark.parametrize("error", [0.0, np.nan])
def test_a_wave_that_everybody_answers_alike_is_left_out_and_named(error):
    found = trend_entry(read_trend(section()), {**FIGURES, "w4": (100.0, error, 500)})
    assert found["waves"][3]["linked"] is None
    assert "The wave w4 has no error to weigh it by" in found["warnings"][0]


def test_one_wave_gives_its_level_and_says_that_it_is_alone():
    found = trend_entry(read_trend(section(events=[], splices=[])), {"w1": (60.0, 0.8, 500)})
    assert found["level"]["estimate"] == 60
    assert found["change"] is None
    assert found["break"]["found"] is None


def test_a_wave_without_a_date_is_named():
    with pytest.raises(FrameError, match="no date for the wave w9"):
        trend_entry(read_trend(section()), {**FIGURES, "w9": (60.0, 1.0, 500)})


def wrong_splice(**changed):
    return section(splices=[{**section()["splices"][0], **changed}])


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (section(colour="red"), "does not know 'colour'"),
        (section(measure=1), "needs measure"),
        (section(kind="cubic"), "kind must be one of"),
        ({"measure": "culture"}, "needs dates, the day of each wave"),
        (section(dates=[]), r"\[trend.dates\] must be a table"),
        (section(dates={"w1": "spring"}), "must be a date"),
        (section(waves=2), "at least 3"),
        (section(waves="four"), "whole number"),
        (section(margin=0), "above zero"),
        (section(events={}), "list of tables"),
        (section(events=[{"date": "2022-01-01", "shape": "step"}]), "needs name"),
        (section(events=[{"name": "a", "date": "2022-01-01", "shape": "ramp"}]), "is no shape"),
        (wrong_splice(case="E"), "case must be one of"),
        (wrong_splice(invariant="yes"), "invariant must be true or false"),
        (wrong_splice(wave="w12"), "has no wave w12"),
        (wrong_splice(old={"n": 1, "mean": 50, "sd": 20}), "the old half"),
        (wrong_splice(case="B"), "correlation must be a number"),
        (wrong_splice(old={"n": 640, "mean": "x", "sd": 2}), "old mean must be a number"),
    ],
)
def test_a_section_that_is_wrong_says_where(raw, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        read_trend(raw)
