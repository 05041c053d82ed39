"""What other words do to answers, as random halves of one wave tell it."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError
from analytics.estimation.design import simple_design
from analytics.estimation.domains import Partition
from analytics.trend.wording import (
    USUAL_AMONG,
    USUAL_BETWEEN,
    between_deviation,
    wording_effects,
)

UNITS, PEOPLE = 20, 60


def a_wave(rng, *, effect=-6.0, between=0.0, response=0.7, measures=("TRY",)):
    """Units of 60 of whom most answer, half of them in other words; what all would have said."""
    unit = np.repeat(np.arange(UNITS), PEOPLE)
    own = effect + rng.normal(0, between, UNITS)[unit]
    said = 60 + 18 * rng.normal(size=(len(unit), len(measures)))
    here = rng.random(len(unit)) < response
    new = rng.random(len(unit)) < 0.5
    counts = np.bincount(unit[here], minlength=UNITS)
    design = simple_design(
        (PEOPLE / counts)[unit[here]], unit[here].astype(np.int64), np.full(UNITS, float(PEOPLE))
    )
    halves = (
        np.where(new[:, None], said + own[:, None], np.nan)[here],
        np.where(new[:, None], np.nan, said)[here],
    )
    codes = tuple(f"u{at}" for at in range(UNITS))
    units = Partition("unit", codes, ("",) * UNITS, (PEOPLE,) * UNITS, unit[here])
    frames = (pd.DataFrame(half, columns=list(measures)) for half in halves)
    return (design, *frames, units), float(own.mean())


def test_the_effect_of_words_has_the_error_of_repeated_waves_though_all_of_a_staff_was_asked():
    rng = np.random.default_rng(1)
    away, errors = [], []
    for _ in range(400):
        wave, _ = a_wave(rng, response=1.0)
        [found] = wording_effects(*wave, {})
        away.append(found.overlap.difference + 6.0)
        errors.append(found.overlap.difference_se)
    # 18 * sqrt(1/600 + 1/600) = 1.04; errors corrected for a staff that was asked in full are 0.7
    assert np.mean(errors) == pytest.approx(1.04, abs=0.01)
    assert np.std(away) == pytest.approx(np.mean(errors), rel=0.1)
    assert np.mean(np.abs(away) < 1.96 * np.array(errors)) == pytest.approx(0.95, abs=0.025)


def test_an_index_moves_by_the_share_of_its_parts_that_were_reworded():
    wave, _ = a_wave(np.random.default_rng(2), measures=("TRY", "APN"))
    one, other, index = wording_effects(*wave, {"KI": {"TRY": 0.25, "APN": 0.5}})
    by_hand = 0.25 * one.overlap.difference + 0.5 * other.overlap.difference
    assert index.overlap.difference == pytest.approx(by_hand)
    # of an index of which three quarters were reworded, so much differs between units
    assert index.between([]) == pytest.approx(0.75 * USUAL_BETWEEN)
    # the two are answered independently here
    apart = np.hypot(0.25 * one.overlap.difference_se, 0.5 * other.overlap.difference_se)
    assert index.overlap.difference_se == pytest.approx(apart, rel=0.1)


def test_units_tell_how_much_the_effect_differs_between_them():
    rng = np.random.default_rng(3)
    found = {
        between: np.mean([
            wording_effects(*a_wave(rng, between=between)[0], {})[0].between() ** 2
            for _ in range(30)
        ])
        for between in (0.0, 6.0)
    }  # fmt: skip
    assert found[0.0] < USUAL_BETWEEN**2
    assert found[6.0] == pytest.approx(36.0, rel=0.3)


def test_without_units_that_may_tell_it_is_what_it_usually_is():
    wave, _ = a_wave(np.random.default_rng(4))
    [found] = wording_effects(*wave, {})
    assert found.between([]) == USUAL_BETWEEN
    assert between_deviation(np.zeros(0), np.zeros(0)) == USUAL_BETWEEN
    assert found.between(["u1", "u2", "u3"]) != found.between()


def test_regions_tell_how_much_it_differs_between_all_who_work_in_them():
    codes, nobody = ("r0", "r1", "r2", "r3"), (("",) * 4, (None,) * 4)
    found = {}
    for apart in (0.0, 12.0):
        design, new, old, units = a_wave(np.random.default_rng(6), response=1.0)[0]
        region = Partition("region", codes, *nobody, units.code % 4)
        moved = new + apart * (units.code % 4 == 0)[:, None]
        [found[apart]] = wording_effects(design, moved, old, units, {}, wider=[region])
    assert found[0.0].among("region", codes) < 2.0
    # one of four lies 12 points off: 12 * sqrt(3/4 * 1/4) = 5.2 from the others
    assert 3.0 < found[12.0].among("region", codes) < 7.0
    # what is hidden tells nothing, and a level that nobody asked of has what is usual
    assert found[12.0].among("region", []) == USUAL_AMONG
    assert found[12.0].among("unit_type", codes) == USUAL_AMONG


def test_a_measure_that_one_half_hardly_answered_has_no_effect():
    design, new, old, units = a_wave(np.random.default_rng(5))[0]
    assert wording_effects(design, new, old * np.nan, units, {}) == []
    with pytest.raises(FrameError, match="same measures"):
        wording_effects(design, new, old.rename(columns={"TRY": "APN"}), units, {})
