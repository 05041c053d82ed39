"""A year has no mean of pulses that asked otherwise, nor of any of which that is not known."""

from dataclasses import replace

import pandas as pd
import pytest

from analytics.disclosure.rules import DisclosureRules
from analytics.estimation.yearly import pool_year
from analytics.tables import ESTIMATE_COLUMNS, EstimateTable
from analytics.waves import WaveMeta
from questionnaires.model import Condition
from survey_app.publishing.inputs.year_before import (
    Pulse,
    needing,
    of_everybody,
    only_alike,
    rules_of_year,
)
from tests.builders_questionnaire import a_questionnaire, a_scale, an_item, graded

OLD, NEW = {"nb": "old", "en": "old"}, {"nb": "new", "en": "new"}


def pulse():
    frame = pd.DataFrame({"measure": ["KI", "SIK"], "n": 20, "population": 40, "mean": 60.0})
    filled = frame.assign(
        level="unit", domain="a", kind="index", statistic="mean", category="", parent="", se=4.0,
        low=52.0, high=68.0, se_model=4.0, df=19.0, deff=1.0, n_eff=20.0, weight=40.0,
        all_equal=False,
    )  # fmt: skip
    return EstimateTable(filled[list(ESTIMATE_COLUMNS)])


def pooled(*asked):
    waves = [
        (WaveMeta(f"k{at}", "pulse", "staff", False, "ABC"[at]), only_alike(pulse(), own, asked))
        for at, own in enumerate(asked)
    ]
    return set(pool_year(waves).frame["measure"])


@pytest.mark.parametrize(
    ("third", "measures"),
    [
        ({"KI": OLD, "SIK": OLD}, {"KI", "SIK"}),
        ({"KI": NEW, "SIK": OLD}, {"SIK"}),
        # its questionnaire is not there any more
        ({}, set()),
    ],
)
def test_a_year_averages_the_measures_that_every_pulse_is_known_to_have_asked_alike(
    third, measures
):
    alike = {"KI": OLD, "SIK": OLD}
    assert pooled(alike, alike, third) == measures


def test_pulses_that_differ_are_unlike_also_where_one_in_one_language_stands_between_them():
    same_in_bokmaal = OLD | {"en": "new"}
    asked = [{"KI": one, "SIK": OLD} for one in (OLD, {"nb": "old"}, same_in_bokmaal)]
    assert pooled(*asked) == {"SIK"}


def test_nor_of_what_some_alone_were_asked():
    chosen = replace(an_item("x"), filter=(Condition("did", ("2",), negate=False),))
    asked = [an_item("did"), chosen, an_item("z")]
    pulse = a_questionnaire(asked, [a_scale("SOME", "x"), a_scale("KI", "x", "z")])
    assert set(of_everybody(pulse)) == {"did", "z", "KI"}


def test_what_the_new_year_does_not_ask_needs_as_many_answers_as_when_it_was_asked():
    """The wave that publishes the year knew of its own questions alone, and asked ten of others."""
    items = [an_item("bullied", sensitivity="sensitive"), an_item("yes", "yes_no"), an_item("x")]
    scales = [a_scale("BULLIED", "bullied"), a_scale("YES", "yes"), a_scale("X", "x")]
    form = a_questionnaire(items, scales, options={"yes_no": graded("yes_no", 0, 1)})
    meta = WaveMeta("k1", "pulse", "staff", False, "A")
    rules = rules_of_year(DisclosureRules(), [needing(Pulse(meta, {}, b"", ()), form)])
    needed = {
        code: rules.requirement(
            population="staff", level="unit", kind="scale", statistic="mean", measure=code
        ).n
        for code in ("BULLIED", "YES", "X")
    }
    assert needed == {"BULLIED": 20, "YES": 20, "X": 10}
