"""What a protected file makes of errors is as coarse as the errors that it shows.

The mean and the deviation of five answers leave one set of them, so errors of few are rounded up.
Any other figure that is made of the deviation gives it back, and with it the answers.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import AnalyticsError
from analytics.workbench.analyse import analyse

# Two sets of answers with one mean, and one error as it is shown.
ONE, OTHER = [1, 2, 2, 2, 3], [1, 1, 2, 3, 3]
SPEC = {
    "variables": {"means": ["q"]},
    "domains": {"by": ["unit"]},
    "disclosure": {"minimum": 5},
}
SECTIONS = {
    "a plan": ("planning", {"planning": {"respondents": [1000], "margin": 0.01, "change": 0.1}}),
    "shares of a sample": (
        "allocation",
        {
            "planning": {
                "respondents": [100_000],
                "population": 10**7,
                "allocation": {"by": "unit", "measure": "q", "rule": "neyman"},
            }
        },
    ),
    "shrunken means": ("small_areas", {"small_areas": {"by": "unit", "errors": "own"}}),
    "steadied means": ("small_areas", {"small_areas": {"by": "unit"}}),
    "means of a model of persons": (
        "small_areas", {"small_areas": {"by": "unit", "method": "unit"}},
    ),
    "agreement": ("comparison", {"comparison": {"by": "unit"}}),
}  # fmt: skip


def a_file(small):
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"unit": ["a"] * 5 + ["b"] * 90 + ["c"] * 80})
    data["q"] = [*small, *rng.integers(1, 6, 170)]
    return data.astype({"q": "float64"})


def analysed(small, more):
    return analyse(a_file(small), SPEC | more).result


@pytest.mark.parametrize("name", SECTIONS)
def test_nothing_tells_answers_apart_that_have_one_mean_and_one_shown_error(name):
    key, section = SECTIONS[name]
    found, other = (analysed(small, section) for small in (ONE, OTHER))
    units = [[row for row in one["estimates"] if row["domain"]] for one in (found, other)]
    assert units[0] == units[1]
    assert {row["status"] for row in units[0]} == {"published"}
    told = [one[key] for one in (found, other)]
    if key == "planning":  # the whole has answers enough for an error of its own
        told = [[row for row in rows if row["domain"] == {"unit": "a"}] for rows in told]
    elif key == "comparison":  # so have differences of larger groups
        told = [rows["agreement"] for rows in told]
    assert told[0] == told[1]


def test_a_plan_is_made_of_the_deviation_that_it_shows():
    row = analysed(ONE, SECTIONS["a plan"][1])["planning"][1]
    assert row["domain"] == {"unit": "a"}
    # 0.5 is what the error is rounded up to, of a deviation of 0.71
    assert row["sd"] * np.sqrt(row["deff"] / 5) == pytest.approx(0.5, abs=0.03)
    wanted = row["deff"] * (1.96 * row["sd"] / 0.01) ** 2
    assert row["respondents_for_margin"] == pytest.approx(wanted, rel=0.01)


def units_of(sizes):
    rng = np.random.default_rng(2)
    unit = np.repeat([f"u{at:02}" for at in range(len(sizes))], sizes)
    level = rng.normal(0, 0.7, len(sizes))[np.unique(unit, return_inverse=True)[1]]
    answers = np.clip(np.round(3 + level + rng.normal(0, 1, len(unit))), 1, 5)
    return pd.DataFrame({"unit": unit, "q": answers})


@pytest.mark.parametrize(("sizes", "told"), [([12] * 20, True), ([8, 200], False)])
def test_agreement_is_told_where_small_groups_together_have_answers_enough(sizes, told):
    spec = SPEC | {"comparison": {"by": "unit"}}
    result = analyse(units_of(sizes), spec).result
    (row,) = result["comparison"]["agreement"]
    known = {key: row[key] is not None for key in ("icc1", "icc1_low", "icc2", "f", "p")}
    assert set(known.values()) == {told}
    assert row["domains"] == len(sizes)
    words = " ".join(result["warnings"])
    assert told or "ICC(2) is" not in words


def few(n):
    rng = np.random.default_rng(3)
    opinion = rng.normal(size=(n, 1))
    items = np.clip(np.round(3 + opinion + rng.normal(size=(n, 4))), 1, 5)
    return pd.DataFrame(items, columns=list("pqrx"))


SCALE = {
    "scales": {"s": {"items": list("pqr"), "minimum": 1, "maximum": 5}},
    "variables": {"means": ["x"]},
    "disclosure": {"minimum": 5},
}


@pytest.mark.parametrize(("n", "told"), [(19, False), (20, True)])
def test_how_answers_hang_together_is_told_from_twenty_people_on(n, told):
    """Of six people alphas and correlations told how their answers vary together."""
    result = analyse(few(n), SCALE | {"quality": {"models": {"m": ["s"]}}}).result
    assert result["estimates"][0]["status"] == "published"
    entry = result["scales"]["s"]
    assert (entry["alpha"] is not None) == told
    assert any(item["mean"] is not None for item in entry["items"].values()) == told
    assert bool(result["quality"]["reliability"]) == told
    assert told or any("fewer than 20 answered all" in text for text in result["warnings"])


def test_drivers_of_fewer_than_twenty_people_are_refused():
    asked = {"drivers": {"outcome": "s", "predictors": ["x"]}}
    with pytest.raises(AnalyticsError, match=r"fewer respondents than \[disclosure\] asks for"):
        analyse(few(19), SCALE | asked)


def test_a_group_below_twenty_answers_is_not_screened():
    data = few(95).assign(unit=["a"] * 12 + ["b"] * 43 + ["c"] * 40)
    asked = {"domains": {"by": ["unit"]}, "quality": {"screen": ["unit"]}}
    screened = analyse(data, SCALE | asked).result["quality"]["screening"]
    assert {row["group"] for row in screened} == {"c"}


MEASURED = {
    "variables": {"means": ["pay"], "totals": ["pay"], "ratios": [["days", "hours"]],
                  "balances": ["score"]},
    "domains": {"by": ["unit"]},
    "disclosure": {"minimum": 5},
}  # fmt: skip


def measured(pay=(410, 420, 430, 440, 500), days=ONE, score=(10, 10, 8, 8, 0)):
    """A unit of five beside a larger one; pay has more values than a scale has grades."""
    rng = np.random.default_rng(5)
    data = pd.DataFrame({"unit": ["a"] * 5 + ["b"] * 300, "hours": 100.0})
    data["pay"] = [*pay, *rng.integers(300, 900, 300)]
    data["days"] = [*days, *rng.integers(0, 6, 300)]
    data["score"] = [*score, *rng.integers(0, 11, 300)]
    return data


def of_five(data, **more):
    rows = analyse(data, MEASURED | more).result["estimates"]
    return {
        f"{row['statistic']} of {row['index']}": row
        for row in rows
        if row["domain"] == {"unit": "a"}
    }


def test_errors_of_few_are_coarse_whatever_is_estimated():
    told = of_five(measured())
    # 440 with deviation 35.4, an error of 15.8: four moves as long as the deviation are its steps
    assert told["mean of pay"]["mean"] == 440
    assert told["mean of pay"]["se"] == 20
    # five people who weigh one each: a sum, whose error is in the hundreds of a file of 305
    assert told["total of pay"]["se"] in {200, 500, 1000, 2000}
    # one of five who moves by a day of a hundred hours moves the error by 0.01 / (4 x 2.24)
    assert told["ratio of days/hours"]["se"] == 0.005
    # two of five above, one below: 0.2, and an error of 0.37
    assert told["balance of score"]["mean"] == 0.2
    assert told["balance of score"]["se"] == 0.5


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("mean of pay", {"pay": (410, 415, 435, 445, 495)}),  # 440 too, deviation 33.9
        ("ratio of days/hours", {"days": OTHER}),
        ("balance of score", {"score": (10, 8, 8, 8, 8)}),
    ],
)
def test_nothing_tells_what_else_is_answered_apart_by_its_error(name, other):
    assert of_five(measured())[name] == of_five(measured(**other))[name]


def test_errors_of_many_are_those_of_the_file():
    data = measured()
    free, told = (
        analyse(data, {key: value for key, value in MEASURED.items() if key in kept}).result
        for kept in ({"variables", "domains"}, set(MEASURED))
    )
    for plain, row in zip(free["estimates"], told["estimates"], strict=True):
        if row["domain"] == {"unit": "b"}:
            digits = {"mean": 1, "total": 0, "balance": 3}.get(row["statistic"], 6)
            assert row["se"] == pytest.approx(plain["se"], abs=0.51 * 10**-digits, rel=0.005)


def test_the_change_of_a_balance_of_few_has_two_digits():
    data = measured().assign(wave="2026")
    later = measured(score=(10, 8, 8, 8, 0)).assign(wave="2027")
    asked = MEASURED | {"domains": {"by": ["unit"], "wave": "wave"}}
    rows = analyse(pd.concat([data, later]), asked).result["changes"]
    (row,) = [
        row for row in rows if row["statistic"] == "balance" and row["domain"] == {"unit": "a"}
    ]
    assert row["difference"] == -0.2
    assert row["se"] in {0.5, 1.0}
