import json

import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError, SpecificationError
from analytics.estimation.design import simple_design
from analytics.small_areas.fay_herriot import fay_herriot
from analytics.workbench.file.estimates import levels
from analytics.workbench.file.inputs import inputs
from analytics.workbench.file.waves import Wave
from analytics.workbench.methods.nested_error import nested_error
from analytics.workbench.sections.small_areas import small_area_rows
from analytics.workbench.specification.reader import read_specification
from analytics.workbench.specification.small_areas import SmallAreasSpec, read_small_areas

BY = ("unit",)


def a_wave(units=9, people=12):
    rng = np.random.default_rng(6)
    unit = np.repeat(np.arange(units), people)
    data = pd.DataFrame({"unit": unit, "kind": np.where(unit < 4, "a", "b")})
    data["score"] = 50 + 10 * (unit < 4) + (6 * rng.normal(size=units))[unit]
    data["score"] += 15 * rng.normal(size=len(unit))
    spec = read_specification({"variables": {"means": ["score"]}, "domains": {"by": ["unit"]}})
    design = simple_design(np.ones(len(data)), np.zeros(len(data), dtype=np.int64))
    return Wave(None, data, design, levels(data, design, inputs(data, spec), spec))


def test_every_mean_is_shrunken_within_its_kind_and_says_so():
    wave = a_wave()
    rows, warnings = small_area_rows(wave, SmallAreasSpec(BY, "kind"))
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert [row["domain"]["unit"] for row in rows] == [str(number) for number in range(9)]
    assert all(row["shrunken"] is True for row in rows)
    level = wave.levels[1]
    dummies = (np.arange(9)[:, None] < 4) == [True, False]
    expected = fay_herriot(
        level.means.mean[:, 0], level.errors.se_model[:, 0] ** 2, dummies.astype(float)
    )
    assert [row["mean"] for row in rows] == pytest.approx(expected.estimate.tolist())
    assert all(row["low"] < row["mean"] < row["high"] for row in rows)
    assert all(0 < row["own"] < 1 for row in rows)
    assert warnings == []


def test_two_answers_each_say_little_of_their_own_error_and_it_is_told():
    rows, warnings = small_area_rows(a_wave(units=30, people=2), SmallAreasSpec(BY))
    # with the two answers' own error, and t with one degree of freedom, half of them reached
    # from below 0 to above 100
    assert all(row["high"] - row["low"] < 60 for row in rows)
    assert any(
        "30 areas have too few answers for an error of their own" in text for text in warnings
    )


def test_the_textbook_model_takes_every_error_as_known():
    wave = a_wave(units=30, people=3)
    asked = read_small_areas({"by": "unit", "errors": "own"})
    rows, warnings = small_area_rows(wave, asked)
    level = wave.levels[1]
    expected = fay_herriot(level.means.mean[:, 0], level.errors.se_model[:, 0] ** 2)
    assert [row["mean"] for row in rows] == pytest.approx(expected.estimate.tolist())
    assert [row["se"] for row in rows] == pytest.approx(np.sqrt(expected.mse).tolist())
    assert warnings == []


def test_hidden_domains_have_no_part_in_what_is_shown():
    wave = a_wave()
    status = np.full((9, 1), "published", dtype=object)
    status[3] = "suppressed_primary"
    rows, _ = small_area_rows(wave, SmallAreasSpec(BY), hidden={BY: status})
    assert [row["domain"]["unit"] for row in rows] == [str(n) for n in range(9) if n != 3]
    wave.levels[1].means.mean[3] += 40
    again, _ = small_area_rows(wave, SmallAreasSpec(BY), hidden={BY: status})
    assert again == rows
    assert rows[0]["mean"] == round(rows[0]["mean"], 1)


def test_too_few_domains_are_a_warning_and_not_the_end():
    rows, warnings = small_area_rows(a_wave(units=1), SmallAreasSpec(BY))
    assert rows == []
    assert warnings[0].startswith("[small_areas] score: 1 areas with answers are too few")


def test_a_kind_that_differs_within_a_domain_is_refused():
    wave = a_wave()
    wave.data.loc[0, "kind"] = "b"
    with pytest.raises(FrameError, match="one and the same for everybody in a domain"):
        small_area_rows(wave, SmallAreasSpec(BY, "kind"))
    with pytest.raises(SpecificationError, match="not among the levels"):
        small_area_rows(wave, SmallAreasSpec(("region",)))


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({}, "by must name a level"),
        ({"by": [1]}, "by must name a level"),
        ({"by": "unit", "kind": 1}, "name of a column"),
        (
            {"by": "unit", "method": "magic"},
            "method must be one of REML, ML, moments, adjusted, unit",
        ),
        ({"by": "unit", "way": 1}, "does not know 'way'"),
    ],
)
def test_what_the_section_may_not_hold_is_said(section, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        read_small_areas(section)


def test_the_section_is_read():
    found = read_small_areas({"by": "unit", "kind": "kind", "method": "ML"})
    assert found == SmallAreasSpec(BY, "kind", "ML")


def test_respondents_may_be_modelled_within_their_areas():
    wave = a_wave(units=9, people=6)
    rows, warnings = small_area_rows(wave, SmallAreasSpec(BY, "kind", "unit"))
    dummies = (np.arange(9)[:, None] < 4) == [True, False]
    unit = wave.data["unit"].to_numpy()
    expected = nested_error(
        wave.data["score"].to_numpy(), unit, 9, dummies[unit].astype(float), dummies.astype(float)
    )
    assert [row["mean"] for row in rows] == pytest.approx(expected.estimate.tolist())
    assert [row["se"] for row in rows] == pytest.approx(np.sqrt(expected.mse).tolist())
    assert warnings == []


def test_the_unit_level_takes_neither_unequal_weights_nor_indices():
    wave = a_wave()
    wave.design.weight[0] = 2.0
    asked = SmallAreasSpec(BY, method="unit")
    assert "weights differ within areas" in small_area_rows(wave, asked)[1][0]
    wave = a_wave()
    del wave.data["score"]
    assert "an index has no figure per respondent" in small_area_rows(wave, asked)[1][0]
