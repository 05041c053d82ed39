"""The workbook is opened by another program and compared with the publication and the pages."""

import io
import zipfile

import openpyxl

from survey_app.publications.formats import read_content
from survey_app.reading.exports.book import book_of
from survey_app.reading.exports.scope import part_of_unit
from survey_app.reading.exports.series import SeriesPoint
from survey_app.reading.exports.workbook import xlsx_bytes
from survey_app.reading.levels import level_row
from survey_app.reading.names import place_name, row_name
from survey_app.reading.published import Published
from survey_app.shared.numbers import interval
from tests.builders_publication import staff_series
from tests.builders_publication.older import in_format_1
from tests.exported import (
    few,
    main_wave,
    part,
    wave_of_content,
)


def book(content, lang="nb"):
    return book_of([part(content)], lang)


def test_excel_opens_the_workbook_with_a_sheet_for_each_table():
    made = book(few(main_wave()))
    opened = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(made)))
    tables = [table.title for table in made.tables]
    assert opened.sheetnames == ["Om tallene", "Steder og indekser", *tables]
    assert opened["Steder og indekser"].freeze_panes == "B2"
    for name in tables:
        assert opened[name].freeze_panes == "A2"
    front = [cell.value for row in opened["Om tallene"].iter_rows() for cell in row if cell.value]
    for note in made.notes:
        assert note in front
    assert "Demodata – ikke ekte resultater" in front


def _sheet(content, name):
    opened = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(book(content))))
    return _rows(opened[name])


def _rows(sheet):
    rows = list(sheet.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_a_first_survey_has_no_empty_sheet_of_changes():
    opened = openpyxl.load_workbook(
        io.BytesIO(xlsx_bytes(book(few(main_wave()) | {"changes": []})))
    )
    assert "Endringer" not in opened.sheetnames
    front = [row[1] for row in opened["Om tallene"].iter_rows(values_only=True)]
    assert "Tall" in front
    assert "Endringer" not in front


def test_every_code_of_a_column_of_codes_stands_among_the_codes():
    made = book(main_wave())
    known = {(row["what"], row["code"]) for row in made.table("codes").records()}
    columns = {what for what, _ in known}
    assert {"direction", "warning", "over", "reached", "verdict", "status"} <= columns
    used = {
        (name, value)
        for table in made.tables
        if table.key != "codes"
        for row in table.records()
        for name, value in row.items()
        if name in columns and value
    }
    assert {"direction", "over", "reached"} <= {what for what, _ in used}
    assert used <= known


def test_the_workbook_has_the_numbers_of_the_culture_page():
    shown = Published(main_wave())
    rows = _sheet(few(main_wave()), "Tall")
    for place in shown.domains:
        for code in ("KI", "TRY", "APN", "NYT", "SIK"):
            page = level_row(shown, code, place, "nb")
            row = next(
                r for r in rows
                if (r["Mål, kode"], r["Sted eller gruppe, kode"] or "", r["Størrelse"],
                    r["Nivå i organisasjonen"]) == (code, place.code, "mean", place.level)
            )  # fmt: skip
            if page.estimate is None:
                assert row["Status"] == page.hidden
                assert row["Verdi"] is row["Antall svar"] is row["Nedre grense (95 %)"] is None
            else:
                assert row["Verdi"] == page.estimate.mean
                assert row["Nedre grense (95 %)"] == page.estimate.low
                assert row["Øvre grense (95 %)"] == page.estimate.high


def test_the_workbook_sets_each_place_beside_the_indices_with_intervals_or_the_reason():
    content = main_wave()
    made = book(few(content))
    opened = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(made)))
    head, *rows = opened["Steder og indekser"].iter_rows(values_only=True)
    shown, by_name = Published(content), {row[0]: row for row in rows if row[0]}
    assert [name for name in head if name != "Usikkerhet"][3:] == [
        row_name(code, shown.measures[code].title, "nb") for code in made.overview
    ]
    for place in shown.domains:
        if place.level == "unit_type":
            continue
        row = by_name[place_name(place, "nb")]
        for number, code in enumerate(made.overview):
            cell, level, limits = (
                shown.estimate(code, place.level, place.code),
                *row[3 + 2 * number : 5 + 2 * number],
            )
            if cell is None:
                assert level is None
            elif cell.status != "published":
                assert level.startswith("Vises ikke")
                assert limits is None
            else:
                assert (level, limits) == (cell.mean, interval(cell.least, cell.most, "nb"))


def test_every_sheet_calls_measures_as_pages_and_the_notes_beside_them_do():
    pulse = next(one for one in staff_series()[::-1] if one["wave"]["kind"] == "pulse")
    opened = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(book(pulse))))
    told = {
        sheet.title: {cell for row in sheet.iter_rows(values_only=True) for cell in row}
        for sheet in opened
    }
    # as the publication titles it, and no page
    assert [title for title, cells in told.items() if "Kulturindeks, kjerne" in cells] == []
    assert {title for title, cells in told.items() if "Kulturindeks (6 spørsmål)" in cells} > {
        "Steder og indekser", "Tall", "Endringer", "Spørsmål og indekser",
    }  # fmt: skip


def test_a_reader_of_changes_is_told_that_difference_and_verdict_are_two_things():
    said = "Konklusjonen bygger på «Endring, beste anslag»"
    made = book(few(main_wave()))
    opened = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(made)))
    head = {cell.value for cell in next(opened["Endringer"].iter_rows())}
    assert {"Enkel forskjell i poeng", "Endring, beste anslag", "Konklusjon"} <= head
    front = [str(row[1]) for row in opened["Om tallene"].iter_rows(values_only=True)]
    assert sum(said in one for one in front) == 1
    # what was published by the rule of before has one difference, and its verdict is about that
    older = book(read_content(in_format_1(main_wave())))
    assert not any(said in one for one in older.notes)


def a_series():
    """Points of two earlier waves of the main wave's agency and one of its units."""
    waves = [wave_of_content(one) for one in staff_series()[1:4]]
    contents = [Published(one) for one in staff_series()[1:4]]
    return [
        SeriesPoint(wave, "KI-kjerne", level, code, cell)
        for wave, shown in zip(waves, contents, strict=True)
        for level, code in (("agency", ""), ("unit", "sor-1"))
        if (cell := shown.estimate("KI-kjerne", level, code)) is not None
    ]


def test_the_workbook_has_the_headline_of_all_waves_with_a_chart_of_its_own_cells():
    points = a_series()
    made = book_of([part(main_wave())], "nb", series=points)
    raw = xlsx_bytes(made)
    opened = openpyxl.load_workbook(io.BytesIO(raw))
    rows = list(opened["Utvikling"].iter_rows(values_only=True))[1:]
    mine = [point for point in points if point.level == "agency"]
    for row, point in zip(rows, mine, strict=True):
        cell = point.estimate
        assert (row[0], row[2:5]) == (
            point.wave.label("name", "nb"), (cell.mean, cell.low, cell.high),
        )  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    assert f"Utvikling!$C$2:$C${len(mine) + 1}" in chart
    assert len(made.table("series").rows) == len(points)
    # in the table of all waves each row says which it is of
    assert {row["Måling"] for row in _rows(opened["Alle målinger"])} == {row[0] for row in rows}


def test_a_units_workbook_follows_the_unit_and_says_why_a_wave_is_not_shown():
    shown = Published(main_wave())
    one = part_of_unit(wave_of_content(main_wave()), shown, shown.domain("sor-1"))
    points = a_series()
    opened = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(book_of([one], "nb", series=points))))
    *pulses, main = list(opened["Utvikling"].iter_rows(values_only=True))[1:]
    assert {row[2] for row in pulses} == {"Vises ikke, for at ingen skal kunne kjennes igjen"}
    assert main[2] == shown.estimate("KI-kjerne", "unit", "sor-1").mean


def test_the_workbook_is_in_the_readers_language():
    opened = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(book(few(main_wave()), "en"))))
    assert opened.sheetnames[:3] == ["About the figures", "Places and indices", "Figures"]
    assert opened["Figures"]["A1"].value == "Measure, code"
