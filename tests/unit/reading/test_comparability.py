"""What does not measure alike is compared nowhere: not between groups, and not over time."""

import copy

import pytest

from survey_app.reading.culture.shading import Own, shade
from survey_app.reading.exports.book import book_of
from survey_app.reading.levels import level_row
from survey_app.reading.published import Published
from survey_app.reading.sentences import change_finding
from survey_app.reading.shifts import sentences_of
from tests.builders_publication import public_series, staff_series
from tests.exported import part


@pytest.fixture
def main():
    """The newest main wave; changed by a test, so a copy."""
    return copy.deepcopy([one for one in staff_series() if one["wave"]["kind"] == "main"][-1])


def failing(content, check, measure):
    (row,) = [one for one in content["checks"][check]["rows"] if one["measure"] == measure]
    row |= {"comparable": False, "reached": "metric"}
    return row


def units_that_differ(content, measure):
    shown = Published(content)
    return [
        unit for unit in shown.domains
        if unit.level == "unit" and (found := shown.pooled(measure, unit.code))
        and found.difference != "none"
    ]  # fmt: skip


@pytest.mark.parametrize("measure", ["TRY", "KI"])
def test_units_are_not_compared_on_a_scale_that_types_read_unlike_nor_on_its_index(main, measure):
    (unit, *_) = units_that_differ(main, measure)
    failing(main, "groups", "TRY")
    assert units_that_differ(main, measure) == []
    shown = Published(main)
    assert level_row(shown, measure, unit, "nb").versus.word == "Ikke sammenlignbart"
    pooled = shown.pooled(measure, unit.code)
    colour = shade(shown, unit, measure, 70.0, Own(None, "none"), "agency", "nb", pooled)
    assert colour.words == "ikke sammenlignbart"
    (sentence,) = sentences_of(shown, (measure,), (unit,), "nb")
    assert "virker ikke likt i alle typer enheter" in sentence


def test_other_measures_and_regions_keep_their_comparison(main):
    before = units_that_differ(main, "NYT")
    failing(main, "groups", "TRY")
    assert [one.code for one in units_that_differ(main, "NYT")] == [one.code for one in before]
    shown = Published(main)
    region = next(one for one in shown.domains if one.level == "region")
    assert shown.incomparable("TRY", region) is False


def test_a_change_between_waves_that_measure_unlike_is_called_nothing(main):
    row = failing(main, "waves", "TRY")
    changes = [
        one for one in main["changes"] if one["measure"] == "TRY" and one["level"] == "agency"
    ]
    row["groups"] = [changes[0]["since"], main["wave"]["key"]]
    changes[0] |= {"verdict": "up", "under_limit": False}
    shown = Published(main)
    found = shown.change("TRY", "agency", "", changes[0]["role"])
    assert (found.verdict, found.comparable) == ("uncertain", False)
    assert [
        one for one in shown.changes(["TRY"]) if one.since == found.since and one.comparable
    ] == []
    cells = level_row(shown, "TRY", shown.whole, "nb")
    assert "Ikke sammenlignbart" in {one.word for one in (cells.previous, cells.first) if one}
    # the sentence says what stands beside the figure, whatever its interval leaves out
    told = str(change_finding(found, "Trygghet", "nb").text)
    assert told.startswith("<b>Vi kan ikke si om trygghet har endret seg</b>")
    assert "trolig" not in told
    other = shown.change("NYT", "agency", "", changes[0]["role"])
    assert other.comparable


def test_ages_that_read_a_scale_unlike_are_not_compared_and_other_groups_are():
    content = copy.deepcopy(public_series()[-1])
    failing(content, "groups", "EVN")
    shown = Published(content)
    young = next(one for one in shown.domains if one.code.startswith("age:"))
    women = next(one for one in shown.domains if one.code == "gender:woman")
    assert shown.incomparable("TI", young)
    assert not shown.comparability.unlike_groups("TI", women)
    assert any("alle aldersgrupper" in one for one in sentences_of(shown, ("TI",), (young,), "nb"))


def test_files_say_so_in_their_tables_and_notes(main):
    failing(main, "groups", "TRY")
    row = failing(main, "waves", "NYT")
    since = next(one["since"] for one in main["changes"] if one["measure"] == "NYT")
    row["groups"] = [since, main["wave"]["key"]]
    tables = {table.key: table for table in book_of([part(main)], "nb").tables}
    told = tables["comparability"].records()
    assert {one["over"] for one in told} == {"unit_type", "wave"}
    assert [
        one["measure"] for one in told if one["over"] == "unit_type" and not one["comparable"]
    ] == ["TRY"]
    changes = [one for one in tables["changes"].records()
               if (one["measure"], one["since"]) == ("NYT", since) and one["verdict"]]  # fmt: skip
    assert {one["verdict_name"] for one in changes} == {"Ikke sammenlignbart"}
    assert any("virker ikke likt i alle typer enheter" in str(one) for one in tables["notes"].rows)
