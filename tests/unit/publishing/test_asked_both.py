"""A wave that asks halves in the old and the new words leads the series over them, or says why not.

Other words make everybody answer two steps lower; what people think stays as it was. The error of
the item alone is too large for a link; scales and indices that it is a part of have one.
"""

import json
from dataclasses import replace

import numpy as np
import pytest

from analytics.pipeline import estimate_wave
from survey_app.publications.formats import read_content
from survey_app.publishing.computing.compute import compute
from tests.reworded_agency import BOTH_AT, BOTH_WAVES, MOVED, REWORDED, Overlapping

FIRST, PULSE, BOTH, AFTER = BOTH_WAVES
LINKED = MOVED - {REWORDED}


@pytest.fixture(scope="module")
def agency():
    made = Overlapping(REWORDED, lower=2)
    made.run()
    return made


@pytest.fixture(scope="module")
def both(agency):
    return agency.released[BOTH_AT].content


@pytest.fixture(scope="module")
def after(agency):
    return agency.released[-1].content


@pytest.fixture(scope="module")
def as_ever(agency):
    """Means of the whole, had everybody been asked in the old words."""
    return means(estimate_wave(agency.as_ever.data).estimates.frame)


def means(frame):
    rows = frame[(frame["level"] == "agency") & (frame["statistic"] == "mean")]
    return dict(zip(rows["measure"], rows["mean"], strict=True))


def links(content):
    return {row["measure"]: row for row in content["links"]}


def changes(content, level="agency"):
    return {
        (row["measure"], row["role"]): row
        for row in content["changes"]
        if row["level"] == level and row["measure"] in MOVED
    }


def test_the_wave_of_both_tells_what_the_words_did(agency, both, as_ever):
    shown = means(estimate_wave(
        agency.released[BOTH_AT].inputs.data
    ).estimates.frame)  # fmt: skip
    told = links(both)
    assert told.keys() == MOVED
    for measure in LINKED:
        row = told[measure]
        assert (row["method"], row["wave"], row["case"]) == ("additive", BOTH, "A")
        # the halves are other people, so that the effect is known within its error
        assert abs(row["delta"] - (shown[measure] - as_ever[measure])) < 2.5 * row["se"]
        assert 0 < row["se"] <= 1.5
    # a third of the index was reworded
    assert told["KI"]["delta"] == pytest.approx(told["TRY"]["delta"] / 3, abs=0.01)
    assert min(row["n_old"] for row in told.values()) > 300


def test_what_the_halves_cannot_carry_stays_broken_and_says_why(both, after):
    for content in (both, after):
        [row] = [one for one in content["links"] if one["method"] == "none"]
        assert (row["measure"], row["why"]) == (REWORDED, "error")
        assert row["se"] > 1.5
        assert [(one["measure"], one["why"]) for one in content["breaks"]] == [
            (REWORDED, "reworded")
        ]
        over = [one for one in content["changes"] if one["since"] in {FIRST, PULSE}]
        assert REWORDED not in {one["measure"] for one in over}


def test_no_fall_is_told_and_the_linked_change_holds_what_people_think(agency, both, as_ever):
    found = changes(both)
    assert {measure for measure, _ in found} == LINKED
    first = means(estimate_wave(agency.released[0].inputs.data).estimates.frame)
    for (measure, _), row in found.items():
        assert row["verdict"] != "down"
        if row["since"] == FIRST:
            truth = as_ever[measure] - first[measure]
            assert row["low"] - 0.5 <= truth <= row["high"] + 0.5
            link = links(both)[measure]
            assert (row["delta"], row["delta_se"]) == (link["delta"], link["se"])
            assert (row["se"], row["p"]) == (None, None)
    assert found["TRY", "previous"]["since"] == PULSE
    assert found["TRY", "first"]["since"] == FIRST
    assert not [row for row in both["path"] if row["verdict"] == "down"]


@pytest.mark.slow
def test_without_the_half_in_the_old_words_the_same_wave_is_a_break(agency):
    inputs = agency.released[BOTH_AT].inputs
    none = replace(inputs, series=replace(inputs.series, old={}))
    found = json.loads(compute(none).content)
    assert "links" not in found
    assert {row["measure"] for row in found["breaks"]} == MOVED
    assert not changes(found)


def test_a_later_wave_is_compared_with_the_first_of_all_over_the_link(after):
    found = changes(after)
    assert found["TRY", "previous"]["since"] == BOTH
    assert "delta" not in found["TRY", "previous"]
    since = found["TRY", "first"]
    assert since["since"] == FIRST
    assert since["verdict"] != "down"
    assert since["delta"] == links(after)["TRY"]["delta"]
    path = [row for row in after["path"] if row["measure"] == "TRY" and row["until"] == AFTER]
    assert {row["since"]: "delta" in row for row in path} == {
        FIRST: True, PULSE: True, BOTH: False,
    }  # fmt: skip


def test_the_half_in_the_old_words_is_told_by_the_links_alone(both):
    told = json.dumps({name: table for name, table in both.items() if name != "links"})
    assert "@1" not in told
    assert "@2" not in told
    shown = {row["measure"]: row for row in both["estimates"] if row["level"] == "agency"}
    assert shown["TRY"]["n"] < 0.6 * shown["APN"]["n"]
    assert set(links(both)["TRY"]) == {
        "measure", "wave", "from", "to", "case", "delta", "se", "n_old", "n_new", "ratio",
        "between", "among", "method", "why",
    }  # fmt: skip


def test_an_index_is_the_mean_of_the_parts_beside_it_in_the_wave_of_both(agency):
    found = means(estimate_wave(agency.released[BOTH_AT].inputs.data).estimates.frame)
    parts = [found[code] for code in ("TRY", "APN", "NYT")]
    assert found["KI"] == pytest.approx(np.mean(parts))


def test_errors_of_the_new_half_are_corrected_by_as_many_as_it_asked(agency):
    table = estimate_wave(agency.released[BOTH_AT].inputs.data).estimates.frame
    rows = table[(table["statistic"] == "mean") & (table["level"] == "agency")]
    for row in rows[rows["measure"].isin(["TRY", REWORDED])].itertuples():
        assert row.se == pytest.approx(row.se_model * np.sqrt(1 - row.n / row.population))
    shares = table[(table["measure"] == REWORDED) & (table["statistic"] == "share")]
    shares = shares[shares["n"] > 0]  # a unit of which one half is small has gone to the rest
    assert len(shares)
    assert (shares["low"] <= shares["mean"]).all()
    assert (shares["mean"] <= shares["high"]).all()


def test_parts_that_cannot_go_over_begin_with_the_new_words(both, after):
    # the silent and the checks hold nothing of before beside the new
    for content in (both, after):
        silent = [row for row in content["nonresponse"]["tipping"] if row["measure"] in MOVED]
        assert not [row for row in silent if row["since"] in {FIRST, PULSE}]
        rows = content["checks"]["composition"]["rows"]
        assert not [r for r in rows if r["measure"] in MOVED and r["since"] in {FIRST, PULSE}]


def test_the_course_of_the_headline_leads_over_the_link(after):
    [trend] = [row for row in after["trends"] if row["level"] == "agency"]
    assert trend["waves"] == len(BOTH_WAVES)
    assert trend["change_low"] <= 3
    assert trend["change_high"] >= -3
    assert ("delta" in trend) == (trend["since"] in {FIRST, PULSE})


def test_a_publication_with_links_is_read_back(both):
    content = read_content(json.dumps(both).encode())
    assert content["links"] == both["links"]
    assert {BOTH, FIRST} <= content["since_labels"].keys()
