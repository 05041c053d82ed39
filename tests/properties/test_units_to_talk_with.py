"""Units named on the page of units: every sentence is true of the figures beside it."""

import math
import re
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.comparison.margins import SURE
from analytics.comparison.shades import chance_of_half
from survey_app.reading.culture.heatmap import columns_of
from survey_app.reading.culture.talk import talk
from survey_app.reading.published import Published
from survey_app.reading.scope import places_in
from survey_app.reading.waves import Wave
from tests.builders_publication import staff_series
from tests.examples import examples

MAIN = 3
SIDES = ("low2", "low1", "none", "none", "high1", "high2")


def a_wave(content):
    wave = content["wave"]
    return Wave("0", "verdipuls", wave["key"], wave["sequence"], wave["kind"], wave["labels"],
                wave["closed_on"], datetime(2026, 1, 1, tzinfo=UTC), 1, 0, frozenset())  # fmt: skip


def told_of(content, lang="nb"):
    shown = Published(content)
    return shown, talk(shown, [(a_wave(content), shown)], places_in(shown), lang)


def drawn_by_chance(seed, apart, fallen):
    """A main wave whose units differ, and whose changes were called, as chance would have it."""
    content = {**staff_series()[MAIN], "agreement": [], "warnings": []}
    for part in ("pooled", "changes"):
        content[part] = [dict(row) for row in content[part]]
    rng = np.random.default_rng(seed)
    for row in content["pooled"]:
        row["difference"] = str(rng.choice(SIDES)) if rng.random() < apart else "none"
    for row in content["changes"]:
        if row.get("difference") is not None and rng.random() < fallen:
            row["verdict"] = "down"
            row["chance"] = float(rng.uniform(SURE, 1))
    return content


chance = {"seed": st.integers(0, 2**32 - 1), "apart": st.floats(0, 1), "fallen": st.floats(0, 0.5)}


@examples(5, audit=20)
@given(**chance, lang=st.sampled_from(["nb", "nn", "en"]))
def test_every_sentence_about_a_unit_or_a_region_follows_from_the_figures(
    seed, apart, fallen, lang
):
    shown, told = told_of(drawn_by_chance(seed, apart, fallen), lang)
    codes, claims, wrong = columns_of(shown), 0, 0.0
    order = [place.code for place in places_in(shown)]
    regions = {place.code for place in places_in(shown) if place.level == "region"}
    # as in the table: a region, then its units
    listed = [
        (order.index(place.code if place.code in regions else place.parent),
         place.code not in regions, order.index(place.code))
        for place in (one.place for one in told.listed)
    ]  # fmt: skip
    assert listed == sorted(listed)
    named = {one.place.code for one in told.listed}
    for place in (one for one in places_in(shown) if one.level in {"region", "unit"}):
        level = place.level
        figures = [c for c in codes if (e := shown.estimate(c, level, place.code)) and e.shown]
        lows = [c for c in figures if level == "unit" and (p := shown.pooled(c, place.code))
                and p.difference.startswith("low")]  # fmt: skip
        falls = {
            c: next(
                (
                    change
                    for role in ("previous", "first")
                    if (change := shown.change(c, level, place.code, role))
                    and change.shown
                    and change.verdict == "down"
                ),
                None,
            )
            for c in figures
        }
        falls = {code: change for code, change in falls.items() if change}
        half = bool(lows) and 2 * len(lows) >= len(figures)
        assert (place.code in named) == (half or bool(falls))
        if place.code not in named:
            continue
        one = next(unit for unit in told.listed if unit.place.code == place.code)
        sentence = str(one.lower)
        assert bool(sentence) == half
        if half:
            first = shown.pooled(lows[0], place.code)
            numbers = [int(n) for n in re.findall(r"\d+", sentence)]
            agency = shown.estimate(lows[0]).mean
            # of the one measure that a unit has it is not said that it is one of one
            counted = [len(lows), len(figures)] if len(figures) > 1 else []
            assert numbers == [
                *counted,
                pytest.approx(first.eb, abs=0.51),
                math.floor(first.low),
                math.ceil(first.high),
                pytest.approx(agency, abs=0.51),
            ]
            claims += len(lows)
            for code in lows:
                beside = shown.pooled(code, place.code)
                n = shown.estimate(code, "unit", place.code).n or 10
                away = abs(beside.eb - shown.estimate(code).mean) - 2.5
                wrong += stats.t.sf(away / beside.eb_se, n - 1)
        claims += len(falls)
        wrong += sum(1 - change.chance for change in falls.values())
        text = " ".join(one.fallen)
        assert text.count("(") == len(falls)
        for change in falls.values():
            told_number = f"{abs(change.difference):.1f}"
            assert (told_number if lang == "en" else told_number.replace(".", ",")) in text
    assert told.claims == claims
    assert told.expected == pytest.approx(wrong, abs=1e-6)


@examples(5, audit=20)
@given(**chance)
def test_every_unit_is_told_of_once_and_hidden_ones_never(seed, apart, fallen):
    shown, told = told_of(drawn_by_chance(seed, apart, fallen))
    units = [one.code for one in places_in(shown) if one.level == "unit"]
    listed = [one.place.code for one in (*told.listed, *told.others)]
    assert len(listed) == len(set(listed))
    assert told.hidden + told.compared == len(units)
    shown_units = {
        code
        for code in units
        if any((e := shown.estimate(c, "unit", code)) and e.shown for c in columns_of(shown))
    }
    assert {one.place.code for one in (*told.units, *told.others, *told.higher)} <= shown_units


def test_nothing_apart_and_nothing_fallen_names_nobody():
    content = {**staff_series()[MAIN], "pooled": [], "changes": []}
    _, told = told_of(content)
    assert (told.listed, told.others, told.higher, told.claims) == ((), (), (), 0)
    assert told.expected == 0


@pytest.mark.parametrize(
    ("difference", "se", "expected"), [(-2.5, 1.0, 0.5), (-12.5, 1.0, 1.0), (-2.6, 0.0, 1.0)]
)
def test_the_chance_of_half_the_limit(difference, se, expected):
    found = chance_of_half(*(np.array([one]) for one in (difference, se, 400.0)))
    assert found == pytest.approx([expected], abs=1e-9)


def test_what_is_expected_to_be_false_is_false_as_often_as_it_is_said():
    # units' truths and figures are drawn as a smoothed mean takes them to be
    rng = np.random.default_rng(7)
    eb, se = rng.normal(0, 6, 40_000), rng.uniform(1, 4, 40_000)
    df = rng.integers(10, 200, 40_000).astype(float)
    true = eb + se * rng.standard_t(df)
    low = eb + stats.t.ppf(0.975, df) * se < 0
    chosen = low & (eb <= -5)
    said = (1 - chance_of_half(eb, se, df))[chosen].sum()
    happened = (true[chosen] > -2.5).sum()
    assert said == pytest.approx(happened, rel=0.1)


@pytest.mark.parametrize(
    ("lang", "said"), [("nb", "1 av 1 mål"), ("nn", "1 av 1 mål"), ("en", "1 of 1 measures")]
)
def test_of_the_one_measure_that_a_unit_has_it_is_not_said_that_it_is_one_of_one(lang, said):
    content = drawn_by_chance(1, 0, 0)
    content["estimates"] = [dict(row) for row in content["estimates"]]
    shown = Published(content)
    code, place = next(
        (code, one.code)
        for one in places_in(shown)
        for code in columns_of(shown)
        if one.level == "unit" and not shown.alike(code) and shown.pooled(code, one.code)
    )
    for row in content["estimates"]:
        if row["domain"] == place and row["measure"] != code:
            row["status"] = "suppressed_primary"
    for row in content["pooled"]:
        if (row["domain"], row["measure"]) == (place, code):
            row["difference"] = "low2"
    [one] = [one for one in told_of(content, lang)[1].units if one.place.code == place]
    assert one.lower
    assert said not in one.lower
