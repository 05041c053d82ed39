"""Questions of a unit: what is called apart is so with all of them looked at at once."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from survey_app.publications.shelf import Cell
from survey_app.reading.culture.questions import questions_of
from survey_app.reading.published import Published
from survey_app.reading.sides import side_of
from tests.builders_publication import staff_series
from tests.examples import examples

MAIN = 3


def moved(seed, width):
    """A main wave whose items lie anywhere in every place, some of them without an interval."""
    rng = np.random.default_rng(seed)
    content = {**staff_series()[MAIN], "warnings": [], "estimates": []}
    items = {one["code"] for one in content["measures"] if one["kind"] == "item"}
    for row in staff_series()[MAIN]["estimates"]:
        new = dict(row)
        if row["measure"] in items and row["statistic"] == "mean" and row.get("mean") is not None:
            mean, reach = float(rng.uniform(20, 80)), float(rng.uniform(0.5, width))
            new |= {"mean": mean, "low": mean - reach, "high": mean + reach}
            if row["level"] == "unit" and rng.random() < 0.2:
                new |= {"low": None, "high": None, "se": None}
        content["estimates"].append(new)
    return Published(content)


@examples(5, audit=25)
@given(seed=st.integers(0, 2**32 - 1), width=st.floats(1, 25))
def test_lower_and_higher_hold_with_all_questions_together(seed, width):
    shown = moved(seed, width)
    normal = NormalDist()
    for unit in [one for one in shown.domains if one.level == "unit"][:6]:
        told = questions_of(shown, unit, "nb")
        codes = [one.code for one in shown.measures.values() if one.kind == "item"]
        rows = [row.code for row in told.rows]
        assert rows == [code for code in codes if code in rows]
        assert {*told.lower, *told.higher, *told.rest} == set(told.rows)
        factor = normal.inv_cdf(1 - 0.025 / max(told.compared, 1)) / normal.inv_cdf(0.975)
        for row in told.rows:
            cell, agency = row.estimate, row.agency
            if cell is None or not cell.shown:
                assert row.side == "none"
                continue
            gap = cell.mean - agency.mean
            below = cell.mean + factor * (cell.high - cell.mean) < agency.low
            above = cell.mean - factor * (cell.mean - cell.low) > agency.high
            expected = (
                "lower" if below and gap <= -5 else "higher" if above and gap >= 5 else "none"
            )
            assert row.side == expected


def test_a_place_like_the_whole_seldom_has_any_question_apart():
    # as often as is said: in at most one of twenty places any of thirty questions
    rng, named, reach = np.random.default_rng(3), 0, 1.96 * 4
    whole = Cell("", "mean", "", "agency", "", mean=50.0, low=50.0, high=50.0)
    for _ in range(1000):
        sides = [
            side_of(replace(whole, mean=mean, low=mean - reach, high=mean + reach), whole, 30, 0.0)
            for mean in rng.normal(50, 4, 30)
        ]
        named += any(side != "none" for side in sides)
    assert 0 < named / 1000 <= 0.065
