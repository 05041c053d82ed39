"""A unit is followed back through what happened to it, and a line is joined only where it may."""

import datetime as dt

import pytest

from survey_app.earlier.commands import read_files
from survey_app.earlier.lineage import Book
from survey_app.earlier.model import (
    MeasureChange,
    Source,
    SourceFigure,
    SourceMeasure,
    SourceUnit,
    UnitChange,
)
from tests.unit.earlier.test_earlier_source import CSPS


def a_book(figures, unit_changes=(), measure_changes=(), benchmarks=()):
    """A source with the measure «m» and whatever units its figures name."""
    made = tuple(SourceFigure(year, unit, "m", value) for unit, year, value in figures)
    names = dict.fromkeys([f.unit for f in made] + [c.previous for c in unit_changes if c.previous])
    return Book(
        Source(
            key="x", kind="outside", audience="staff", title={"nb": "X"}, about={}, source="s",
            licence="l", url="", published=None, retrieved=dt.date(2026, 1, 1), scale=(0.0, 100.0),
            whole_until=None, benchmarks=benchmarks, start="",
            units=tuple(SourceUnit(name, {"nb": name}) for name in names),
            measures=(SourceMeasure("m", {"nb": "M"}),),
            unit_changes=tuple(unit_changes), measure_changes=tuple(measure_changes),
            figures=made,
        )
    )  # fmt: skip


def runs(book, unit, measure="m"):
    """Each run as unit and year of its figures."""
    found = book.lineage(unit, measure).runs
    return [[(figure.unit, figure.year) for figure in run] for run in found]


@pytest.fixture(scope="module")
def csps():
    return Book(read_files(CSPS))


def test_a_rename_goes_on_in_one_line():
    book = a_book(
        [("A", 2019, 50), ("B", 2020, 51)], [UnitChange(2020, "B", "A", "direct", "rename")]
    )
    assert runs(book, "B") == [[("A", 2019), ("B", 2020)]]


def test_a_split_shows_what_it_came_from_and_is_broken():
    book = a_book(
        [("A", 2019, 50), ("B", 2020, 51)], [UnitChange(2020, "B", "A", "indirect", "split")]
    )
    assert runs(book, "B") == [[("A", 2019)], [("B", 2020)]]


def test_a_merger_of_two_has_no_line_before_it():
    book = a_book(
        [("A", 2019, 50), ("C", 2019, 60), ("B", 2020, 51)],
        [UnitChange(2020, "B", one, "indirect", "merger") for one in ("A", "C")],
    )
    assert runs(book, "B") == [[("B", 2020)]]
    assert [event.year for event in book.lineage("B", "m").events] == [2020]
    assert [change.unit for change in book.lineage("A", "m").successors] == ["B"]


def test_a_unit_that_took_another_in_is_broken_there():
    book = a_book(
        [("A", 2019, 50), ("A", 2020, 51)], [UnitChange(2020, "A", "C", "indirect", "merger")]
    )
    assert runs(book, "A") == [[("A", 2019)], [("A", 2020)]]


def test_an_unknown_kind_of_change_is_taken_for_a_break():
    book = a_book([("A", 2019, 50), ("B", 2020, 51)], [UnitChange(2020, "B", "A", "", "other")])
    assert runs(book, "B") == [[("A", 2019)], [("B", 2020)]]


def test_a_change_without_a_year_moves_nothing():
    book = a_book([("A", 2019, 50), ("A", 2020, 51)], [UnitChange(None, "A", "", "", "other")])
    assert runs(book, "A") == [[("A", 2019), ("A", 2020)]]
    assert book.lineage("A", "m").events == ()


def test_what_a_unit_had_while_another_handed_it_the_line_is_a_line_of_its_own():
    figures = [("A", 2019, 50), ("B", 2019, 60), ("B", 2020, 51)]
    book = a_book(figures, [UnitChange(2020, "B", "A", "direct", "reorganised")])
    assert runs(book, "B") == [[("B", 2019)], [("A", 2019), ("B", 2020)]]


def test_two_units_that_came_from_each_other_end():
    changes = [
        UnitChange(2020, "B", "A", "indirect", "other"),
        UnitChange(2021, "A", "B", "indirect", "other"),
    ]
    book = a_book([("A", 2019, 1), ("B", 2020, 2), ("A", 2021, 3)], changes)
    assert runs(book, "A") == [[("A", 2019)], [("A", 2021)]]


@pytest.mark.parametrize(("kind", "count"), [("break", 2), ("reworded", 2), ("linked", 1)])
def test_only_a_linked_question_keeps_its_line(kind, count):
    change = MeasureChange(2020, "m", kind, {})
    book = a_book([("A", 2019, 50), ("A", 2020, 51)], measure_changes=[change])
    assert len(runs(book, "A")) == count


def test_a_year_in_which_nobody_was_asked_does_not_break_a_line_and_a_missing_value_does():
    figures = [("A", 2018, 50), ("A", 2020, 51), ("A", 2022, 52)]
    assert len(runs(a_book(figures), "A")) == 1
    assert len(runs(a_book([*figures, ("B", 2019, 40)]), "A")) == 2


def test_the_median_is_of_units_and_not_of_averages():
    values = [("A", 10), ("B", 20), ("C", 30), ("D", 40), ("E", 50), ("ALL", 90)]
    book = a_book([(unit, 2020, value) for unit, value in values], benchmarks=("ALL",))
    assert book.medians("m") == ((2020, 30, 5),)


def test_there_is_no_median_of_fewer_than_five():
    assert a_book([("A", 2020, 1), ("B", 2020, 2)]).medians("m") == ()


def test_the_british_probation_service_is_two_lines_of_three_units(csps):
    found = runs(csps, "PRBSRV", "engagement_index")
    assert [(run[0], run[-1]) for run in found] == [
        (("NTOFSV", 2009), ("NTOFSV", 2013)),
        (("NATPRB", 2014), ("PRBSRV", 2024)),
    ]


def test_no_british_line_goes_over_a_break(csps):
    for unit in csps.units:
        for measure in csps.measures:
            lineage = csps.lineage(unit, measure)
            for run in lineage.runs:
                years = [figure.year for figure in run]
                assert years == sorted(set(years)), (unit, measure)
                assert not any(run[0].year < year <= run[-1].year for year in lineage.breaks)


def test_no_figure_of_the_source_is_out_of_reach(csps):
    shown = {
        (figure.unit, figure.year)
        for unit in csps.units
        for figure in csps.lineage(unit, "engagement_index").figures
    }
    every = {(f.unit, f.year) for f in csps.source.figures if f.measure == "engagement_index"}
    assert every - shown == set()
