"""A unit that stands apart, smoothed: what is said of it is true of the figures that it prints."""

import random

import pytest

from survey_app.reading.culture.unit import _differences
from survey_app.reading.published import Published
from survey_app.shared.numbers import decimal
from tests.builders_publication import staff_series

MAIN = staff_series()[3]


def drawn(rng):
    """Units whose smoothed figure is called, and whose own lies anywhere.

    The agency's ends on a half, which is printed upwards.
    """
    pooled = [
        {**row, "difference": rng.choice(("low2", "low1", "high1", "high2"))}
        for row in MAIN["pooled"]
    ]
    estimates = [
        {**row, "mean": round(row["mean"] + rng.gauss(0, 6), 1)}
        if _shown_of(row, "unit")
        else {**row, "mean": row["mean"] // 2 * 2 + 0.5}
        if _shown_of(row, "agency")
        else row
        for row in MAIN["estimates"]
    ]
    return {**MAIN, "pooled": pooled, "estimates": estimates, "agreement": [], "warnings": []}


def _shown_of(row, level):
    return (row["level"], row["statistic"], row["status"]) == (level, "mean", "published")


@pytest.mark.parametrize("seed", range(6))
def test_a_unit_is_called_higher_or_lower_only_as_both_its_figures_have_it(seed):
    shown = Published(drawn(random.Random(seed)))
    said = 0
    for place in shown.domains:
        if place.level != "unit":
            continue
        for code in ("KI", "TRY", "APN"):
            told = _differences(shown, (code,), place, "nb")
            own, whole = shown.estimate(code, "unit", place.code), shown.estimate(code)
            found = shown.pooled(code, place.code)
            for one in told:
                said += 1
                higher = " har høyere " in one.text
                assert higher != (" har lavere " in one.text)
                assert found.difference.startswith("high" if higher else "low")
                assert (own.mean > whole.mean) == higher
                assert decimal(own.mean, "nb", 0) != decimal(whole.mean, "nb", 0)
    assert said
