"""Every format that was ever published is read as the present one."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.comparison.margins import SURE
from questionnaires.margins import Margins
from survey_app.publications.formats import (
    BEFORE,
    FIRST_COURSES,
    FORMAT,
    SECOND_COURSES,
    UPGRADES,
    margins_in,
    read_content,
    read_head,
    read_plain_cells,
)
from survey_app.publishing.computing.content import head_of
from survey_app.reading.published import Published
from survey_app.reading.verdicts import rule_of
from tests.builders_publication import public_series, staff_series
from tests.builders_publication.older import LATER, in_format_1, in_format_2

MAIN, PULSE = staff_series()[3], staff_series()[-1]


def as_stored(content):
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def test_there_is_a_way_from_each_format_to_the_present_one():
    assert list(UPGRADES) == list(range(1, FORMAT))


@pytest.mark.parametrize(
    "content", [MAIN, PULSE, public_series()[-1]], ids=["main", "pulse", "public"]
)
def test_what_is_of_the_present_format_is_read_as_it_lies_there(content):
    read = read_content(as_stored(content))
    for row in read["changes"]:
        assert row.pop("since_labels") == content["since_labels"].get(row["since"], {})
    stored = json.loads(as_stored(content))
    for row in stored["changes"]:
        row.pop("since_labels", None)
    for row in [*read["estimates"], *read["changes"]]:
        for name in [name for name in row if name.startswith(("range_", "tipping_"))]:
            del row[name]
    assert read == stored


@pytest.mark.parametrize("content", [MAIN, PULSE], ids=["main", "pulse"])
def test_rows_are_read_with_what_is_said_of_the_silent(content):
    read, silent = read_content(as_stored(content)), content["nonresponse"]
    key = ("measure", "level", "domain")
    found = {
        tuple(row[name] for name in key): (row["range_low"], row["range_high"])
        for row in read["estimates"]
        if "range_low" in row
    }
    said = {tuple(row[name] for name in key): (row["low"], row["high"]) for row in silent["ranges"]}
    assert found == said != {}
    turning = [row for row in read["changes"] if "tipping_plausible" in row]
    assert len(turning) == len(silent["tipping"]) > 0
    assert not [row for row in turning if row["verdict"] == "uncertain"]


def with_untold_figures(content):
    """Put figures beside suppressed means, and a mean of two people."""
    found = copy.deepcopy(content)
    means = [row for row in found["estimates"] if row["statistic"] == "mean"]
    hidden = [row for row in means if row["status"] != "published"]
    assert hidden
    for row in hidden:
        row |= {"n": 9, "mean": 50.0, "low": 40.0, "high": 60.0}
    next(row for row in means if row["status"] == "published" and row["n"])["n"] = 2
    return found


@pytest.mark.parametrize(
    "format_of", [as_stored, lambda own: as_stored(in_format_2(own)), in_format_1]
)
@pytest.mark.parametrize("content", [MAIN, PULSE, with_untold_figures(MAIN)])
def test_plain_cells_alone_are_read_as_with_all_that_stands_beside_them(content, format_of):
    stored = format_of(content)
    whole = [row for row in read_content(stored)["estimates"] if not row["category"]]
    figures = ("measure", "statistic", "level", "domain", "status", "n", "mean", "se", "low")
    alone = read_plain_cells(stored)
    assert [[row.get(name) for name in figures] for row in alone] == [
        [row.get(name) for name in figures] for row in whole
    ]
    assert {row["statistic"] for row in alone} >= {"mean"}


def test_earlier_publications_say_nothing_of_the_silent():
    for old in (as_stored(in_format_2(PULSE)), in_format_1(PULSE)):
        read = read_content(old)
        assert read["nonresponse"] is None
        assert not [row for row in read["estimates"] if "range_low" in row]
        level = Published(read).estimate("KI-kjerne")
        assert (level.least, level.most) == (level.low, level.high)


@given(st.sets(st.sampled_from(LATER)))
def test_a_publication_of_the_first_days_has_every_table_whatever_it_lacked(lacking):
    read = read_content(in_format_1(PULSE, lacking=lacking))
    assert read["format"] == FORMAT
    assert read["estimates"] == PULSE["estimates"]
    assert read["since_labels"].items() <= PULSE["since_labels"].items()
    for name in LATER[4:-2]:
        assert read[name] == ([] if name in lacking else PULSE[name])
    assert read["findings"] == {"rule": BEFORE, "two_answers": None}
    assert read["checks"] == (None if "checks" in lacking else PULSE["checks"])
    shown = Published(read)
    assert shown.changes(["KI-kjerne"])
    change = shown.change("KI-kjerne", "agency", "", "previous")
    assert change.since_labels == PULSE["since_labels"][change.since]
    assert shown.estimate("KI-kjerne") == Published(PULSE).estimate("KI-kjerne")
    assert read["nonresponse"] is None


def test_findings_of_format_3_have_a_name_of_their_own():
    told = {"rule": "courses", "called": 3, "expected_false": 0.1}
    third = MAIN | {"format": 3, "findings": told}
    for read in (read_content(as_stored(third)), read_head(head_of(third))):
        assert read["findings"] == told | {"rule": FIRST_COURSES, "two_answers": None}
    # the legend says what was asked for then, and what is asked for now
    then, now = Published(read_content(as_stored(third))), Published(MAIN)
    assert rule_of(then.margins, "agency", then.decided_by).chance == 0.95
    assert rule_of(now.margins, "agency", now.decided_by).chance == SURE


@pytest.mark.parametrize("number", [4, 5])
def test_findings_of_formats_4_and_5_have_a_name_of_their_own(number):
    told = {"rule": "courses", "called": 3, "expected_false": 0.1, "two_answers": None}
    stored = MAIN | {"format": number, "findings": told}
    for read in (read_content(as_stored(stored)), read_head(head_of(stored))):
        assert read["findings"] == told | {"rule": SECOND_COURSES}
    shown = Published(read_content(as_stored(stored)))
    assert rule_of(shown.margins, "agency", shown.decided_by).chance == 0.8


def test_what_names_no_margins_was_judged_by_three_points_and_five_for_a_unit():
    for stored in (as_stored(MAIN), in_format_1(MAIN), as_stored(in_format_2(MAIN))):
        assert margins_in(read_content(stored)) == Margins(general=3.0, unit=5.0)


def test_a_publication_is_read_with_the_margins_that_it_names():
    named = {"general": 2.5, "unit": 6.0}
    own = MAIN | {"findings": MAIN["findings"] | {"margins": named}}
    assert Published(read_content(as_stored(own))).margins == Margins(general=2.5, unit=6.0)
    assert margins_in(read_head(head_of(own))) == Margins(general=2.5, unit=6.0)


def test_a_margin_of_a_newer_programme_keeps_nobody_from_reading_the_others():
    named = {"general": 2.5, "region": 4.0, "unit": 6.0}
    newer = MAIN | {"findings": MAIN["findings"] | {"margins": named}}
    assert margins_in(read_content(as_stored(newer))) == Margins(general=2.5, unit=6.0)


def test_what_is_told_of_nobody_any_more_is_not_read_from_older_publications_either():
    hidden = {"code": "item_extreme", "item": "not.shown", "floor": 0.0, "ceiling": 0.5}
    shown = {"code": "item_extreme", "item": "vp.try.1", "floor": 0.0, "ceiling": 0.43}
    merged = {"code": "units_merged_for_weights", "units": ["ost-1", "ost-2"]}
    read = read_content(in_format_1(MAIN | {"warnings": [hidden, shown, merged]}))
    assert read["warnings"] == [
        {"code": "item_extreme", "item": "vp.try.1"},
        {"code": "units_merged_for_weights", "units": 2},
    ]
    # a count of these is hidden
    assert read["weights"] == {"sum": 5000.0, "deff_kish": None}
    public = read_content(in_format_1(public_series()[-1]))
    assert public["weights"]["deff_kish"] == 1.163
    assert "n_eff" in public["weights"]


def test_the_design_effect_of_weights_is_read_where_every_count_is_told():
    told = {"answered": 20, "bound": "", "status": "published"}
    counted = [row | told for row in MAIN["domains"]]
    read = read_content(in_format_1(MAIN | {"domains": counted}))
    assert read["weights"]["deff_kish"] == 1.0


def test_the_head_of_an_older_publication_is_read_the_same_way():
    old = json.loads(in_format_1(MAIN))
    head = head_of(old)
    for stored in (head, json.dumps(head)):
        read = read_head(stored)
        assert read["format"] == FORMAT
        assert read["weights"] == {"sum": 5000.0, "deff_kish": None}
        assert read["domains"] == MAIN["domains"]
        assert not [one for one in read["warnings"] if "floor" in one]


def test_reading_changes_nothing_of_what_is_upgraded():
    for upgrade in UPGRADES.values():
        old = json.loads(in_format_1(PULSE))
        before = copy.deepcopy(old)
        upgrade(old)
        assert old == before


def test_a_newer_publication_is_read_as_far_as_it_is_known():
    read = read_content(as_stored(PULSE | {"format": FORMAT + 1, "unheard_of": [1]}))
    assert Published(read).estimate("KI-kjerne")


def test_a_publication_of_format_3_says_that_nothing_was_looked_into():
    content = {name: value for name, value in MAIN.items() if name != "checks"} | {"format": 3}
    read = read_content(as_stored(content))
    assert (read["format"], read["checks"]) == (FORMAT, None)
    shown = Published(read)
    assert not shown.comparability.unlike_groups("TRY", shown.domains[-1])
