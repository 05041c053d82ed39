"""A wave that asks everybody the old and the new items of a scale leads the series over them.

The item that was taken out had lower answers than the rest, so that the scale is higher without it
while people think as they did.
"""

import json
from dataclasses import replace

import numpy as np
import pytest

from analytics.pipeline import estimate_wave
from analytics.scoring import item_scores, scale_scores
from analytics.trend.overlap import paired
from questionnaires.halves import in_words_of
from survey_app.publications.formats import read_content
from survey_app.publishing.computing.compute import compute
from tests.reworded_agency import GONE, SETS_AT, SETS_WAVES, Recomposed

FIRST, BOTH, AFTER = SETS_WAVES
TOUCHED = {"NYT", "KI"}


@pytest.fixture(scope="module")
def agency():
    made = Recomposed()
    made.run()
    return made


@pytest.fixture(scope="module")
def both(agency):
    return agency.released[SETS_AT].content


@pytest.fixture(scope="module")
def after(agency):
    return agency.released[-1].content


def links(content):
    return {row["measure"]: row for row in content["links"]}


def changes(content):
    return {
        (row["measure"], row["role"]): row
        for row in content["changes"]
        if row["level"] == "agency" and row["measure"] in TOUCHED
    }


def means(content):
    return {
        row["measure"]: row
        for row in content["estimates"]
        if (row["level"], row["statistic"]) == ("agency", "mean")
    }


def scored(data, number):
    form = in_words_of(data.questionnaire, number)
    return scale_scores(form, data.answers, item_scores(form, data.answers))["NYT"]


def test_the_wave_tells_what_the_other_items_did_by_the_same_people(agency, both):
    data = agency.released[SETS_AT].inputs.data
    told = links(both)
    assert told.keys() == TOUCHED
    old, new = scored(data, 1), scored(data, 2)
    by_hand = paired(old.to_numpy(), new.to_numpy())
    row = told["NYT"]
    assert (row["method"], row["wave"], row["case"]) == ("additive", BOTH, "B")
    # units are weighted, and their differences are within units
    assert row["delta"] == pytest.approx(by_hand.difference, abs=0.3)
    assert row["se"] == pytest.approx(by_hand.difference_se, rel=0.15)
    assert row["delta"] > 4 * row["se"] > 0
    assert row["ratio"] == pytest.approx(by_hand.ratio, abs=0.05)
    assert row["n_old"] == row["n_new"] == int((old.notna() & new.notna()).sum())


def test_what_the_same_people_said_of_other_items_is_told_in_no_finer_steps_than_a_mean(
    agency, both
):
    found = estimate_wave(agency.released[SETS_AT].inputs.data)
    moved = {one.measure: one.overlap.difference for one in found.wording}
    # a third of the index has other items
    assert moved["KI"] == pytest.approx(moved["NYT"] / 3, abs=1e-9)
    # with one decimal more, of 60 answers, the score of whoever skipped the item would follow
    assert {code: row["delta"] for code, row in links(both).items()} == {
        code: round(one, 1) for code, one in moved.items()
    }


def test_nothing_that_the_wave_shows_rests_on_fewer_answers(agency, both):
    shown = means(both)
    assert shown["NYT"]["n"] > 0.9 * shown["APN"]["n"]
    assert GONE in shown
    found = estimate_wave(agency.released[SETS_AT].inputs.data)
    assert "KI" in set(found.dont_know["measure"])
    table = found.estimates.frame
    rows = table[(table["statistic"] == "mean") & (table["level"] == "agency")]
    errors = rows.set_index("measure")[["se", "se_model"]]
    corrected = errors["se"] / errors["se_model"]
    assert corrected["NYT"] == pytest.approx(corrected["APN"], abs=0.02)
    told = json.dumps({name: table for name, table in both.items() if name != "links"})
    assert "@1" not in told


def test_no_rise_is_told_and_the_linked_change_is_that_of_the_old_items(agency, both):
    found = changes(both)
    before = means(agency.released[0].content)["NYT"]["mean"]
    row = found["NYT", "previous"]
    assert (row["since"], row["verdict"] != "up") == (FIRST, True)
    raised = means(both)["NYT"]["mean"] - before
    assert row["difference"] == pytest.approx(raised - links(both)["NYT"]["delta"], abs=0.11)
    # since the wave before, the old items are compared with themselves
    alike = next(
        row for row in both["changes"]
        if (row["measure"], row["level"], row["role"]) == ("APN", "agency", "previous")
    )  # fmt: skip
    width, plain = (one["high"] - one["low"] for one in (row, alike))
    assert width < 2.5 * plain
    assert not [row for row in both["breaks"] if row["measure"] in TOUCHED]


@pytest.mark.slow
def test_without_what_was_asked_before_the_same_wave_is_a_break(agency):
    inputs = agency.released[SETS_AT].inputs
    found = json.loads(compute(replace(inputs, series=replace(inputs.series, old={}))).content)
    assert "links" not in found
    assert {row["measure"]: row["why"] for row in found["breaks"]} == dict.fromkeys(
        TOUCHED, "recomposed"
    )
    assert not changes(found)


def test_a_later_wave_goes_on_over_the_link(after):
    found = changes(after)
    assert "delta" not in found["NYT", "previous"]
    since = found["NYT", "first"]
    assert (since["since"], since["verdict"] != "up") == (FIRST, True)
    assert since["delta"] == links(after)["NYT"]["delta"]
    assert np.isclose(since["delta_se"], links(after)["NYT"]["se"])
    assert read_content(json.dumps(after).encode())["links"] == after["links"]
