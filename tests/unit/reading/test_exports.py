"""Each export is opened by another program and compared with the publication and the pages."""

import copy
import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pptx import Presentation

from survey_app.publications.formats import read_content
from survey_app.reading.exports.book import book_of
from survey_app.reading.exports.delimited import csv_bytes
from survey_app.reading.exports.estimates import estimates, wordings_of
from survey_app.reading.exports.formats import FORMATS
from survey_app.reading.exports.json_stat import json_stat_bytes
from survey_app.reading.exports.names import REPORTS
from survey_app.reading.exports.parquet import parquet_bytes
from survey_app.reading.exports.scope import ExportScope, open_part, part_of_unit
from survey_app.reading.exports.stopped_series import break_table
from survey_app.reading.exports.workbook import xlsx_bytes
from survey_app.reading.levels import level_row
from survey_app.reading.published import Published
from survey_app.reading.reports.slides.charts import LevelBar, level_chart
from survey_app.reading.reports.slides.template import Box
from survey_app.shared.i18n import languages
from tests.builders_publication import PROTECTING_UNIT, SMALL_UNIT, public_series, staff_series
from tests.builders_publication.older import in_format_1
from tests.exported import (
    cells,
    few,
    main_wave,
    part,
    poison_in,
    poisoned,
    public_wave,
    wave_of_content,
)

HEADER = (
    "population,wave,wave_name,closed_on,publication,version,measure,measure_name,measure_kind,"
    "level,domain,domain_name,parent,statistic,category,category_name,n,mean,se,low,high,deff,"
    "n_eff,band,band_name,status,status_name,foreign_answers,range_low,range_high,"
    "wording"
)


def book(content, lang="nb"):
    return book_of([part(content)], lang)


def read_csv(content, key="estimates", lang="nb"):
    return list(csv.DictReader(io.StringIO(csv_bytes(book(content, lang).table(key)).decode())))


def test_the_first_line_of_the_csv_never_changes_with_the_language():
    for lang in languages():
        first = csv_bytes(book(few(main_wave()), lang).table("estimates")).split(b"\n", 1)[0]
        assert first.decode() == HEADER


def test_the_csv_is_plain_text_with_commas_and_points_and_without_a_byte_order_mark():
    raw = csv_bytes(book(main_wave()).table("estimates"))
    assert raw.startswith(b"population,")
    assert "Fengsel Øst 1" in raw.decode("utf-8")
    assert b"\r" not in raw


@pytest.mark.parametrize("content", [main_wave(), public_wave()], ids=["staff", "public"])
def test_the_csv_holds_each_published_cell_once_with_its_digits(content):
    found = read_csv(content)
    assert len(found) == len(content["estimates"])
    by_key = {
        (row["measure"], row["level"], row["domain"], row["statistic"], row["category"]): row
        for row in found
    }
    for cell in content["estimates"]:
        row = by_key[cell["measure"], cell["level"], cell["domain"], cell["statistic"],
                     cell["category"]]  # fmt: skip
        assert row["status"] == cell["status"]
        for name in ("n", "mean", "se", "low", "high"):
            expected = cell.get(name) if cell["status"] == "published" else None
            assert row[name] == ("" if expected is None else str(expected)), (cell, name)


def test_a_hidden_unit_keeps_its_row_with_the_words_of_the_pages():
    rows = [row for row in read_csv(main_wave()) if row["domain"] == SMALL_UNIT]
    assert {row["status_name"] for row in rows} == {
        "Vises ikke, for at ingen skal kunne kjennes igjen"
    }
    rows = [row for row in read_csv(main_wave(), lang="en") if row["domain"] == PROTECTING_UNIT]
    assert {row["status_name"] for row in rows} == {"Not shown, so that nobody can be recognised"}
    assert {row["mean"] for row in rows} == {""}


def test_changes_carry_the_verdicts_word_and_the_wave_they_are_measured_from():
    rows = read_csv(main_wave(), "changes")
    fall = next(
        row for row in rows
        if (row["measure"], row["domain"], row["role"]) == ("APN", "sorvest", "previous")
    )  # fmt: skip
    assert fall["verdict_name"] == "Redusert"
    assert fall["since_name"] == "Høsten 2024, hovedmåling"
    assert float(fall["difference"]) < -3


def test_an_item_stands_with_its_answers_and_the_strategy_statement_it_measures():
    row = next(r for r in read_csv(main_wave(), "questions") if r["measure"] == "vp.try.1")
    assert row["statements"].startswith("verdi.trygghet")
    assert row["statement_texts"]
    assert "1 = Helt uenig" in row["options"]


def test_a_unit_named_like_a_formula_is_text_in_every_spreadsheet():
    content = few(main_wave()) | {"domains": [*main_wave()["domains"]]}
    place = next(i for i, row in enumerate(content["domains"]) if row["level"] == "unit")
    content["domains"][place] = content["domains"][place] | {"name": "=1+1"}
    opened = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(book(content))))
    found = [c for row in opened["Tall"].iter_rows() for c in row if c.value == "=1+1"]
    assert found
    assert {cell.data_type for cell in found} == {"s"}
    assert "'=1+1" in {row["domain_name"] for row in read_csv(content)}
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    levels = [LevelBar("=1+1", 50.0, 40.0, 60.0, "50")]
    level_chart(slide, Box(0, 0, 5_000_000, 3_000_000), levels, ("{=1}", "b", "c"), "a chart")
    sheet = slide.shapes[0].chart.part.chart_workbook.xlsx_part.blob
    behind = openpyxl.load_workbook(io.BytesIO(sheet)).active
    assert {cell.data_type for row in behind.iter_rows() for cell in row if cell.value} == {
        "s",
        "n",
    }


KINDS_READ = {"text": "O", "whole": "iu", "flag": "b", "figure": "f", "points": "f", "share": "f"}


@pytest.mark.parametrize("made", [staff_series, public_series])
def test_pandas_reads_each_table_as_it_was_written(made):
    written = book(made()[-1])
    for table in written.tables:
        raw = io.BytesIO(parquet_bytes(written, table))
        frame = pd.read_parquet(raw, dtype_backend="numpy_nullable")
        assert list(frame.columns) == [one.key for one in table.columns]
        kinds = {one.key: one.kind for one in table.columns}
        for name, kind in kinds.items():
            read = frame[name].dtype.kind
            assert read in KINDS_READ[kind], (table.key, name, read)
        told = frame.astype(object).where(frame.notna(), None)
        for row, found in zip(table.rows, told.itertuples(index=False), strict=True):
            assert list(found) == list(row), table.key
        titles = json.loads(pq.read_schema(raw).metadata[b"columns"])
        assert titles == {one.key: one.title for one in table.columns}


def test_pandas_reads_the_parquet_file_with_types_and_nulls():
    made = book(public_wave())
    raw = io.BytesIO(parquet_bytes(made, made.table("estimates")))
    frame = pd.read_parquet(raw)
    assert str(frame["mean"].dtype) == "float64"
    assert frame["n"].dtype.kind in "if"
    hidden = frame[frame["status"] != "published"]
    assert len(hidden)
    assert hidden[["n", "mean", "se", "low", "high"]].isna().all().all()
    trust = frame[(frame.measure == "TI") & (frame.level == "agency") & (frame.statistic == "mean")]
    page = level_row(Published(public_wave()), "TI", Published(public_wave()).domains[0], "nb")
    assert trust["mean"].item() == page.estimate.mean
    about = pq.read_schema(raw).metadata
    assert about[b"notes"].decode().splitlines() == list(made.notes)


@pytest.mark.parametrize("content", [main_wave(), public_wave()], ids=["staff", "public"])
def test_a_json_stat_reader_finds_the_published_means(content):
    dataset = json.loads(json_stat_bytes(book(content)))
    assert (dataset["version"], dataset["class"]) == ("2.0", "dataset")
    assert dataset["id"] == ["wave", "domain", "measure", "statistic"]
    assert dataset["role"] == {"time": ["wave"], "metric": ["statistic"]}
    shown = Published(content)
    levels = {(d.code or "agency"): d for d in shown.domains if d.level != "unit_type"}
    seen = 0
    for key, value, status in cells(dataset):
        place = levels.get(key["domain"])
        if place is None or key["statistic"] not in {"mean", "low", "high", "n"}:
            continue
        cell = shown.estimate(key["measure"], place.level, place.code)
        if cell is None:
            assert value is None
            assert status in {None, "not_published"}
        elif cell.status != "published":
            assert (value, status) == (None, cell.status)
        else:
            assert value == getattr(cell, key["statistic"])
            assert status is None or value is None
            seen += 1
    assert seen > 100


@pytest.mark.parametrize("content", [main_wave(), public_wave()], ids=["staff", "public"])
def test_a_json_stat_reader_finds_the_changes_that_pages_show(content):
    content = copy.deepcopy(content)
    for row in content["changes"]:
        if row["difference"] is not None:  # all waves together say half of what two say
            row |= {f"model_{name}": row[name] / 2 for name in ("difference", "low", "high")}
    shown = Published(content)
    levels = {(d.code or "agency"): d for d in shown.domains if d.level != "unit_type"}
    names = {"change": "difference", "change_low": "low", "change_high": "high"}
    told = 0
    for key, value, _ in cells(json.loads(json_stat_bytes(book(content)))):
        place, name = levels.get(key["domain"]), names.get(key["statistic"])
        if place is None or name is None:
            continue
        change = shown.change(key["measure"], place.level, place.code, "previous")
        assert value == (getattr(change, name) if change is not None and change.shown else None)
        told += value is not None
    assert told > 30


def test_a_cube_of_many_waves_holds_only_what_is_there():
    series = [*staff_series()[3:], *public_series()]
    parts = [open_part(wave_of_content(one), Published(one)) for one in series]
    dataset = json.loads(json_stat_bytes(book_of(parts, "nb", open_data=True)))
    assert isinstance(dataset["value"], dict)
    found = {
        (key["wave"], key["domain"], key["measure"]): value
        for key, value, _ in cells(dataset)
        if key["statistic"] == "mean" and value is not None
    }
    for one in parts:
        for code in one.measures:
            cell = one.shown.estimate(code)
            assert found[one.wave.key, "agency", code] == cell.mean


def test_every_status_of_the_cube_has_a_label_and_every_category_a_name():
    dataset = json.loads(json_stat_bytes(book(main_wave(), "nn")))
    labels = dataset["extension"]["status"]["label"]
    assert set(dataset["status"].values()) <= set(labels)
    for dimension in dataset["dimension"].values():
        assert set(dimension["category"]["index"]) == set(dimension["category"]["label"])
        assert all(dimension["category"]["label"].values())
    assert "ost-1" in dataset["dimension"]["domain"]["category"]["child"]["ost"]


def test_the_other_cube_holds_how_answers_fall():
    dataset = json.loads(json_stat_bytes(book(main_wave()), shares=True))
    shown = Published(main_wave())
    found = {
        key["category"]: value
        for key, value, _ in cells(dataset)
        if (key["domain"], key["measure"], key["statistic"]) == ("agency", "vp.try.1", "mean")
        and value is not None
    }
    for code, value in found.items():
        assert value == shown.estimate("vp.try.1", statistic="share", category=code).mean
    assert set(found) == {"1", "2", "3", "4", "5"}


def _everything(raw: bytes) -> str:
    """All text of a file, also inside a zip archive."""
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return "\n".join(archive.read(name).decode() for name in archive.namelist())
    if raw[:4] == b"PAR1":
        return pd.read_parquet(io.BytesIO(raw)).to_csv()
    return raw.decode()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("content", [main_wave(), public_wave()], ids=["staff", "public"])
def test_no_export_holds_a_figure_that_is_not_shown_even_if_the_content_did(form, content):
    whole = part(poisoned(few(content) if form == "xlsx" else content))
    made = book_of([whole], "nb")
    tables = [table.key for table in made.tables] if FORMATS[form].single else ["estimates"]
    for key in ["estimates", "shares"] if form == "json-stat" else tables:
        text = _everything(FORMATS[form].write(made, [whole], key))
        assert poison_in(text) == []


def test_no_table_is_longer_than_what_was_published():
    content = main_wave()
    limits = {"estimates": len(content["estimates"]), "changes": len(content["changes"]),
              "participation": len(content["domains"]), "smoothed": len(content["pooled"]),
              "questions": len(content["measures"])}  # fmt: skip
    made = book(content)
    for key, most in limits.items():
        assert len(made.table(key).rows) <= most


def test_the_open_part_has_no_unit_and_no_single_question():
    staff = staff_series()[3:]
    parts = [open_part(wave_of_content(one), Published(one)) for one in staff]
    parts.append(open_part(wave_of_content(public_wave()), Published(public_wave())))
    made = book_of(parts, "nb", open_data=True)
    rows = made.table("estimates").records()
    assert {(r["population"], r["level"]) for r in rows} == {
        ("staff", "agency"), ("public", "agency"), ("public", "group"),
    }  # fmt: skip
    for key in ("estimates", "changes", "questions"):
        assert {r["measure_kind"] for r in made.table(key).records()} == {"index", "scale"}
    assert {r["level"] for r in made.table("participation").records()} <= {"agency", "group"}
    assert "NLOD" in made.notes[-1]
    assert len({r["wave"] for r in rows}) == len(parts)


def test_a_units_export_has_the_unit_its_region_and_the_agency():
    shown = Published(main_wave())
    one = part_of_unit(wave_of_content(main_wave()), shown, shown.domain("sor-1"))
    made = book_of([one], "nb")
    for key in ("estimates", "changes", "participation", "smoothed"):
        assert {r["domain"] for r in made.table(key).records()} <= {"", "sor", "sor-1"}
    assert {r["domain"] for r in made.table("estimates").records()} == {"", "sor", "sor-1"}


def test_what_cannot_be_compared_is_said_where_the_figures_are():
    made = book(main_wave())
    assert any("Fengselet gir meg" in n or "kan bety noe annet" in n for n in made.notes)
    rows = [r for r in made.table("smoothed").records() if r["measure"] == "SIK"]
    probation = [r for r in rows if r["domain"] == "sor-4"]
    assert {r["side_name"] for r in probation} == {"Ikke sammenlignbart"}


def test_the_interval_beside_a_smoothed_figure_is_its_own():
    made = book(main_wave()).table("smoothed")
    rows = made.records()
    assert rows
    assert all(row["low"] <= row["mean"] <= row["high"] for row in rows)
    kinds = {column.key: column.kind for column in made.columns}
    assert kinds["mean"] == kinds["low"] == kinds["high"]


def test_a_corrected_publication_says_so():
    made = book_of([part(main_wave(), version=2)], "nb")
    assert made.facts["Versjon"] == "2 (rettet)"
    assert made.table("waves").records()[0]["corrected"] is True
    assert any(
        "Rettet 1.\N{NO-BREAK SPACE}juni 2026: En vekt var feil." in note for note in made.notes
    )


def test_the_public_whole_is_not_called_the_agency():
    rows = [r for r in read_csv(public_wave()) if r["level"] == "agency"]
    assert {r["domain_name"] for r in rows} == {"Alle 18 år og eldre"}


@pytest.mark.parametrize(
    ("population", "name"),
    [("public", "Hele befolkningen"), ("candidates", "Alle som svarte")],
)
def test_a_whole_that_has_no_name_of_its_own_is_named_by_whom_it_is_of(population, name):
    """The sheet of 400 candidates who came by a link called them the whole population."""
    content = copy.deepcopy(public_wave())
    content["campaign"]["population"] = population
    whole = next(row for row in content["domains"] if row["level"] == "agency")
    whole["name"] = {}
    assert {r["domain_name"] for r in read_csv(content) if r["level"] == "agency"} == {name}
    sheets = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(book(content))), read_only=True)
    assert sheets["Steder og indekser"]["A2"].value == name
    cube = json.loads(json_stat_bytes(book(content)))
    assert cube["dimension"]["domain"]["category"]["label"]["agency"] == name


def test_every_name_is_there_in_every_language():
    for content in (main_wave(), public_series("open")[0]):
        for lang in languages():
            made = book(content, lang)
            for row in made.table("estimates").records():
                assert row["measure_name"]
                assert row["domain_name"]
                assert row["wave_name"]
                assert bool(row["category_name"]) == bool(row["category"])


def test_an_older_publication_without_later_keys_can_be_taken_out():
    made = book_of([part(read_content(in_format_1(main_wave())), ExportScope())], "nb")
    assert made.table("estimates").rows


def test_every_format_and_table_is_documented():
    document = Path("docs/formats/exports.md").read_text()
    made = {table.key for content in staff_series() for table in book(few(content)).tables}
    for name in (*FORMATS, *REPORTS, *made, "shares"):
        assert f"`{name}`" in document, name


def an_open_wave(key, campaign, closed_on, asked="a"):
    """A wave of an open link, which asked its headline in a way of that name."""
    [content] = public_series("open")
    content["campaign"] |= {"key": campaign}
    content["wave"] |= {"key": key, "closed_on": closed_on}
    for row in content["measures"]:
        row["identity"] = {tag: f"{asked}{name}"[:32] for tag, name in row["identity"].items()}
    return part(content)


def test_no_campaign_has_the_number_of_a_wording_that_another_had():
    parts = [
        an_open_wave("innspill-1", "innspill", "2026-01-31"),
        an_open_wave("innspill-2", "innspill", "2026-02-28", "b"),
        # as the first, so that the last point of the series has no number of its own
        an_open_wave("innspill-3", "innspill", "2026-03-31"),
        an_open_wave("horing", "horing", "2026-04-30", "c"),
    ]
    numbers = wordings_of(parts)
    told = [numbers[one.wave.publication, "TI"] for one in parts]
    assert told[0] == told[2]
    assert len({told[0], told[1], told[3]}) == 3


@pytest.mark.parametrize("first", ["innspill", "horing"])
def test_no_campaign_has_the_number_of_a_group_that_another_had(first):
    days = ["2026-01-31", "2026-02-28", "2026-04-30"]
    [open_wave] = public_series("open")
    domain = next(one["code"] for one in open_wave["domains"] if one["level"] == "group")
    variable = domain.partition(":")[0]
    regrouped, other = days[:2], days[2]
    if first == "horing":
        other, *regrouped = days
    contents = [
        an_open_wave("innspill-1", "innspill", regrouped[0]),
        an_open_wave("innspill-2", "innspill", regrouped[1]),
        an_open_wave("horing", "horing", other, "c"),
    ]
    contents[1].shown.content["regrouped"] = [
        {"variable": variable, "before": "innspill-1", "since": "innspill-2",
         "waves": ["innspill-1"]},
    ]  # fmt: skip
    rows = estimates(contents, "nb").records()
    told = {
        row["wave"]: row["wording"]
        for row in rows
        if (row["measure"], row["domain"]) == ("TI", domain)
    }
    assert len(set(told.values())) == len(told) == 3
    # and where the group became other people stands beside the breaks of measures
    [row] = break_table(contents, "nb").records()
    assert (row["variable"], row["measure"], row["why"]) == (variable, None, "regrouped")
    assert (row["before"], row["since"], row["wave"]) == ("innspill-1", "innspill-2", "innspill-2")
    assert not break_table([replace(contents[1], scope=ExportScope(frozenset()))], "nb").rows
