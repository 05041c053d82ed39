"""What a publication says of what goes together."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analytics.comparability import Scores
from analytics.disclosure.rules import DisclosureRules
from questionnaires.model import DriverSet
from survey_app.publishing.computing.drivers import driver_rows

OUTCOME = DriverSet("stay", "y", "staff", {}, {}, {}, ("a", "S", "b"))
MEASURES = ("y", "a", "S", "b")


def a_wave(n=600):
    rng = np.random.default_rng(5)
    values = rng.normal(60, 15, (n, 3))
    outcome = values @ [0.2, 0.8, 0.0] + rng.normal(0, 15, n)
    items = pd.DataFrame({"y": outcome, "a": values[:, 0], "b": values[:, 2]})
    return SimpleNamespace(
        scores=Scores(items, pd.DataFrame({"S": values[:, 1]}), {}, rng.uniform(0.5, 2, n))
    )


def shown(hidden=()):
    return pd.DataFrame(
        [
            (one, "mean", "agency", "suppressed_primary" if one in hidden else "published")
            for one in MEASURES
        ],
        columns=["measure", "statistic", "level", "status"],
    )


def rows(estimated, *, hidden=(), population="staff", retired=()):
    return driver_rows([OUTCOME], estimated, shown(hidden), DisclosureRules(), population, retired)


def test_shares_stand_in_the_order_of_the_form_and_add_up_to_one():
    (row,) = rows(a_wave())
    assert [one["measure"] for one in row["predictors"]] == ["a", "S", "b"]
    assert sum(one["share"] for one in row["predictors"]) == pytest.approx(1, abs=0.002)
    strongest = row["predictors"][1]
    assert (strongest["rank_low"], strongest["rank_high"]) == (1, 1)
    assert row["r_low"] < row["r_squared"] < row["r_high"]
    assert row["n"] == 600


def test_an_outcome_with_a_hidden_measure_has_no_row():
    assert rows(a_wave(), hidden=("b",)) == []


def test_what_was_taken_out_explains_nothing_in_waves_that_did_not_ask_it():
    without = shown().query("measure != 'b'")
    (row,) = driver_rows([OUTCOME], a_wave(), without, DisclosureRules(), "staff", ("b",))
    assert [one["measure"] for one in row["predictors"]] == ["a", "S"]
    assert rows(a_wave(), retired=("b",)) == rows(a_wave())
    assert rows(a_wave(), hidden=("b",), retired=("b",)) == []
    # of one that is left alone it would say that it stands for 100 per cent
    alone = shown().query("measure in ('y', 'a')")
    assert driver_rows([OUTCOME], a_wave(), alone, DisclosureRules(), "staff", ("S", "b")) == []
    # where all was taken out there is nothing to divide
    outcome = shown().query("measure == 'y'")
    assert driver_rows([OUTCOME], a_wave(), outcome, DisclosureRules(), "staff", MEASURES[1:]) == []


def test_an_outcome_of_another_population_has_no_row():
    assert rows(a_wave(), population="public") == []


def test_too_few_answers_for_any_of_the_correlations_give_no_row():
    estimated = a_wave()
    estimated.scores.items.loc[199:, "b"] = np.nan
    assert rows(estimated) == []


def test_a_measure_that_everybody_answered_alike_gives_no_row():
    estimated = a_wave()
    estimated.scores.items["a"] = 75.0
    assert rows(estimated) == []
