"""A scale whose mean is shown has an alpha, or a sentence that says why not."""

import numpy as np
import pandas as pd
import pytest

from analytics.quality import judge_scales, scale_reliability
from analytics.scale_quality.alpha import cronbach_alpha
from analytics.scale_quality.covariances import pairwise_covariance
from analytics.workbench.analyse import analyse
from tests.builders_questionnaire import a_questionnaire, a_scale, an_item

ITEMS = [f"q{number}" for number in range(4)]
SCALE = {"items": ITEMS, "minimum": 1, "maximum": 5, "min_answered": 0.5}
PROTECTED = {"disclosure": {"minimum": 5, "hierarchy": ["unit"]}}
WAVES = {"domains": {"wave": "w"}}


def a_file(n=240):
    rng = np.random.default_rng(3)
    opinion = rng.normal(size=(n, 1))
    answers = np.clip(np.round(3 + opinion + rng.normal(0, 0.8, (n, 4))), 1, 5)
    data = pd.DataFrame(answers, columns=ITEMS)
    return data.assign(unit=np.arange(n) % 4, w=np.repeat([1, 2], n // 2))


def two_of_four(data):
    """Ask each respondent a module of two items, handed out in turn: nobody gets all four."""
    asked = np.array([[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]])[np.arange(len(data)) % 6]
    for place, item in enumerate(ITEMS):
        data[item] = data[item].where((asked == place).any(axis=1))
    return data


def judged(data, *parts):
    spec = {"scales": {"s": SCALE}}
    for part in parts:
        spec = spec | part
    result = analyse(data, spec).result
    assert any(row["status"] == "published" for row in result["estimates"])
    return result["scales"]["s"], [text for text in result["warnings"] if "[scales.s]" in text]


@pytest.mark.parametrize("protection", [{}, PROTECTED])
def test_modules_that_rotate_leave_an_alpha_pair_by_pair(protection):
    data = two_of_four(a_file())
    entry, told = judged(data, protection)
    covariance, _, fewest = pairwise_covariance(data[ITEMS].to_numpy())
    assert (entry["pairwise"], entry["n"], fewest) == (True, 40, 40)
    assert entry["alpha"] == pytest.approx(cronbach_alpha(covariance), abs=0.005)
    assert entry["alpha_low"] < entry["alpha"] < entry["alpha_high"]
    (text,) = told
    # a number outside the tables; the entry holds it where it may show
    number = "" if protection else ", from 40 answers or more"
    assert text == (
        f"[scales.s] too few answered all its items: alpha and items go pair by pair{number}"
    )


@pytest.mark.parametrize("protection", [{}, PROTECTED])
def test_an_item_that_nobody_answered_has_no_part_in_alpha(protection):
    data = a_file()
    entry, told = judged(data.assign(q3=np.nan), protection)
    rest = cronbach_alpha(data[ITEMS[:3]].cov().to_numpy())
    assert entry["alpha"] == pytest.approx(rest, abs=0.005)
    assert entry["items"]["q3"]["mean"] is None
    assert "[scales.s] nobody answered 'q3'" in told


@pytest.mark.parametrize("first", ["not asked", "too few"])
def test_a_wave_that_shows_no_mean_takes_the_alpha_of_the_others_not_away(first):
    data = a_file()
    if first == "not asked":
        data.loc[data["w"] == 1, ITEMS] = np.nan
    else:
        data = data[(data["w"] == 2) | (data.index < 3)]
    entry, told = judged(data, WAVES, PROTECTED)
    whole = cronbach_alpha(a_file().query("w == 2")[ITEMS].cov().to_numpy())
    assert (entry["n"], entry["alpha"]) == (120, round(whole, 2))
    assert told == ["[scales.s] alpha and items are those of the waves that show its mean: 2"]


def test_where_too_few_answered_any_pair_it_is_told_and_no_number_given():
    data = a_file()
    data["q3"] = data["q3"].where(data.index < 3)
    entry, told = judged(data, PROTECTED)
    assert entry["alpha"] is entry["n"] is None
    (text,) = told
    assert text == (
        "[scales.s] has no alpha and no figures of its items: fewer than 20 answered all of them, "
        "or some pair of them"
    )


def test_a_wave_that_is_published_has_the_alpha_of_its_modules_too():
    form = a_questionnaire([an_item(item) for item in ITEMS], [a_scale("S", *ITEMS)])
    items = two_of_four(a_file())[ITEMS] * 25 - 25
    (row,) = scale_reliability(judge_scales(form, items, 5), items).to_dict("records")
    assert row["n"] == 40
    assert 0.6 < row["alpha_low"] < row["alpha"] < row["alpha_high"] < 1
