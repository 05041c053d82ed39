"""A source is read whole or not at all, and every mistake is one sentence."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import floats

from survey_app.earlier.commands import read_files
from survey_app.earlier.differences import SourceDifferences, summary
from survey_app.earlier.errors import EarlierProblems
from survey_app.earlier.intervals import interval_of_value
from survey_app.earlier.manifest import read_manifest
from survey_app.earlier.model import SourceFigure, decode, encode_source
from survey_app.earlier.read_source import read_source
from survey_app.earlier.sheets import read_sheet

CSPS = Path("tests/data/csps/manifest.toml")
OWN = Path("tests/data/earlier-survey/manifest.toml")
MANIFEST = """
key = "x"
kind = "outside"
audience = "staff"
source = "A report"
licence = "CC BY 4.0"
retrieved = 2026-01-02
title = { nb = "X" }
results = { file = "r.csv" }
[[measures]]
code = "m"
[[measures]]
code = "p"
statistic = "share"
"""
RESULTS = "year,unit,measure,value\n2020,A,m,50\n"


def read(manifest=MANIFEST, **files):
    given = {"r.csv": RESULTS, **{f"{name}.csv": text for name, text in files.items()}}
    told = {name: text.encode() for name, text in given.items()}
    return read_source(read_manifest(manifest, "m.toml"), told)


def refused(manifest=MANIFEST, **files):
    with pytest.raises(EarlierProblems) as caught:
        read(manifest, **files)
    return str(caught.value)


def test_of_a_file_that_is_wrong_in_every_row_a_thousand_mistakes_are_named():
    rows = "".join(f"2020,A{at},m,much\n" for at in range(1_500))
    told = refused(r="year,unit,measure,value\n" + rows).splitlines()
    assert told[0].startswith("there are 1500 mistakes; the first 1000 are named")
    assert len(told) == 1_001
    assert "line 2," in told[1]


@pytest.fixture(scope="module")
def csps():
    return read_files(CSPS)


def test_the_civil_service_people_survey_loads_whole(csps):
    assert csps.years == tuple(range(2009, 2025))
    assert len({figure.unit for figure in csps.figures}) == 178
    assert len(csps.unit_changes) == 92
    lines = (CSPS.parent / "organisation_scores.csv").read_text().splitlines()[1:]
    cells = sum(len([cell for cell in line.split(",")[2:] if cell]) for line in lines)
    assert (len(lines), len(csps.figures)) == (1652, cells)


def test_its_values_are_those_of_the_file(csps):
    # PRISON in 2024, by hand from the CSV
    found = {f.measure: f.value for f in csps.figures if (f.year, f.unit) == (2024, "PRISON")}
    line = next(
        line
        for line in (CSPS.parent / "organisation_scores.csv").read_text().splitlines()
        if line.startswith("2024,PRISON")
    )
    assert found["engagement_index"] == float(line.split(",")[2])
    assert found["my_manager"] == float(line.split(",")[6])


def test_its_summary_counts_what_it_holds(csps):
    told = "17777 values, 2009-2024, 178 units, 11 measures, 92 changes of units, 1 changes of"
    assert summary(csps).startswith(told)


def test_a_change_without_a_known_year_is_kept_as_such(csps):
    assert [change.unit for change in csps.unit_changes if change.year is None] == ["GOVEQU"]


def test_a_response_rate_above_100_is_as_published(csps):
    assert max(f.value for f in csps.figures if f.measure == "response_rate") == 103.4


def test_what_is_stored_is_what_was_read(csps):
    assert decode(encode_source(csps)) == csps


def test_another_scale_is_stretched_to_0_to_100_with_its_error():
    source = read_files(OWN)
    first = next(figure for figure in source.figures if figure.low is not None)
    lines = (OWN.parent / "results.csv").read_text().replace(",", ".").splitlines()
    _, _, _, value, se, n = next(line for line in lines if line.startswith("2017;ETAT")).split(";")
    assert first.value == pytest.approx((float(value) - 1) / 5 * 100, abs=1e-3)
    assert first.high - first.low == pytest.approx(2 * 1.96 * float(se) / 5 * 100, abs=1e-3)
    assert first.n == int(n)


def test_a_mean_with_n_alone_has_no_interval_and_a_share_has_wilsons():
    source = read(r="year,unit,measure,value,n\n2020,A,m,50,100\n2020,A,p,50,100\n")
    mean, share = source.figures
    assert (mean.low, mean.high, mean.n) == (None, None, 100)
    # Wilson's interval of 50 of 100: (50 + 1.9208 ± 1.96 sqrt(25 + 0.9604)) / 103.84
    assert (share.low, share.high) == (
        pytest.approx(40.38, abs=0.01),
        pytest.approx(59.62, abs=0.01),
    )


@given(floats(0, 100), floats(0, 40))
def test_an_interval_holds_its_value_and_stays_on_the_scale(value, se):
    low, high = interval_of_value(value, se, None, share=False)
    assert 0 <= low <= value + 1e-4
    assert value - 1e-4 <= high <= 100


def test_decimal_commas_and_semicolons_are_read():
    assert read(r="year;unit;measure;value\n2020;A;m;50,5\n").figures[0].value == 50.5


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\r\n'])
def test_a_first_line_that_names_the_separator_is_passed_over(first):
    text = f"{first}year;unit;measure;value\n2020;A;m;50,5\n"
    assert read(r=text).figures[0].value == 50.5
    assert read_sheet("r.csv", text.encode()).columns[0].name == "year"
    assert "r.csv line 4, «year»: «21» is not a year" in refused(r=text + "21;A;m;5\n")


@pytest.mark.parametrize("measure", ["p", "m"])
@pytest.mark.parametrize("values", [("0.63",), ("0,5", "1", "0")])
def test_parts_of_one_are_not_taken_for_parts_of_a_hundred(measure, values):
    rows = "".join(f"{2020 + at};A;{measure};{one}\n" for at, one in enumerate(values))
    rows = f"year;unit;measure;value\n2019;A;{'pm'.replace(measure, '')};50\n{rows}"
    told = refused(r=rows)
    assert told.startswith(f"r.csv line 3, «value»: all values of «{measure}» lie from 0 to 1, on")
    found = read(f"scale = [0, 1]\n{MANIFEST}", r=rows.replace(";50", ";0.5"))
    assert found.figures[1].value == pytest.approx(100 * float(values[0].replace(",", ".")))


def test_a_rate_may_be_less_than_one_in_a_hundred():
    rate = MANIFEST.replace('"share"', '"rate"')
    [found] = read(rate, r="year,unit,measure,value\n2020,A,p,0.63\n").figures
    assert found.value == 0.63


def test_in_a_column_of_its_own_too():
    wide = MANIFEST.replace('"r.csv" }', '"r.csv", layout = "wide" }')
    told = refused(wide, r="year,unit,m,p\n2020,A,50,\n2021,A,51,0.63\n2022,A,52,0.7\n")
    assert told.startswith("r.csv line 3, «p»: all values of «p» lie from 0 to 1")
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("values", [("0.63", "1.2"), ("0", "1"), ("0",)])
def test_a_few_in_a_hundred_are_read_as_they_are(values):
    rows = "".join(f"{2020 + at},A,p,{one}\n" for at, one in enumerate(values))
    found = read(r=f"year,unit,measure,value\n{rows}").figures
    assert [one.value for one in found] == [float(one) for one in values]


def test_rows_without_anything_in_them_are_no_rows():
    assert len(read(r=RESULTS + ",,,\n").figures) == 1


def test_without_a_list_of_units_they_are_called_by_their_codes():
    assert [unit.name["nb"] for unit in read().units] == ["A"]


def test_the_examples_of_the_document_are_read():
    text = Path("docs/formats/earlier-results.md").read_text()
    long, short = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert set(read_manifest(long).files) == {"resultater.csv", "enheter.csv", "endringer.csv"}
    source = read_source(read_manifest(short), {})
    assert [(figure.value, figure.n) for figure in source.figures] == [(63.0, 1010)]


def with_units(text):
    return MANIFEST + '[units]\nfile = "u.csv"\n' + text


MISTAKES = {
    "key": (MANIFEST.replace('key = "x"', 'key = "X y"'), "m.toml, «key»: may hold small letters"),
    "kind": (MANIFEST.replace('"outside"', '"others"'), "«others» is none of earlier, outside"),
    "date": (
        MANIFEST.replace("2026-01-02", '"2026"'),
        "«retrieved»: must be a date such as 2025-06-01",
    ),
    "licence": (MANIFEST.replace("licence", "#"), "m.toml, «licence»: is missing"),
    "misspelt": ("sorce = 1\n" + MANIFEST, "«sorce»: nobody reads this; is it misspelt?"),
    "toml": ("key = ", "m.toml: is not TOML"),
    "bokmål": (MANIFEST.replace("nb =", "en ="), "«title.nb»: is missing"),
    "scale": ("scale = [5, 1]\n" + MANIFEST, "the lowest and the highest value"),
    "folder": (MANIFEST.replace("r.csv", "../r.csv"), "in the same folder as the manifest"),
    "url": ('url = "example.org"\n' + MANIFEST, "must begin with https://"),
    "own": (
        MANIFEST + 'own = "KI"\n',
        "m.toml [[measures]] line 2, «comparable»: says how comparable it is with «KI»",
    ),
    "benchmark": ('benchmarks = ["Z"]\n' + MANIFEST, "there is no unit «Z» among the units"),
    "measure change": (
        MANIFEST + '[[measure_changes]]\nyear = 2020\nmeasure = "q"\nkind = "break"\n',
        "there is no measure «q»",
    ),
    "change kind": (
        MANIFEST + '[[measure_changes]]\nyear = 2020\nmeasure = "m"\nkind = "new"\n',
        "«new» is none of break, reworded, linked",
    ),
    "reason": (
        MANIFEST
        + '[[unit_changes]]\nyear=2020\nunit="A"\nprevious=""\nkind="direct"\nreason="mog"\n',
        "«mog» is none of merger, split",
    ),
    "file": (MANIFEST.replace("r.csv", "s.csv"), "s.csv: is not there; m.toml names it"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_the_manifest_is_told_with_its_key(name):
    manifest, sentence = MISTAKES[name]
    assert sentence in refused(manifest)


ROWS = {
    "header": ("yr,unit,measure,value\n", "r.csv line 1, «year»: the column is missing"),
    "column": (
        "year,unit,measure,value,name\n",
        "«name»: nobody reads this column; leave it out, or name it under ignore",
    ),
    "cells": (RESULTS + "2021,A,m\n", "r.csv line 3: the row has 3 cells and the header 4"),
    "year": (RESULTS + "21,A,m,5\n", "r.csv line 3, «year»: «21» is not a year"),
    "measure": (RESULTS + "2021,A,q,5\n", "r.csv line 3, «measure»: there is no measure «q»"),
    "number": (RESULTS + "2021,A,m,good\n", "«value»: «good» is not a number"),
    "outside": (RESULTS + "2021,A,m,101\n", "«value»: 101 is outside the scale, 0 to 100"),
    "twice": (RESULTS + "2020,A,m,51\n", "r.csv line 3: 2020, «A», «m» stand on line 2 too"),
    "se": ("year,unit,measure,value,se\n2020,A,m,5,-1\n", "line 2, «se»: is below zero"),
    "n": ("year,unit,measure,value,n\n2020,A,m,5,x\n", "«n»: «x» is not a number of respondents"),
    "few": ("year,unit,measure,value,n\n2020,A,m,5,4\n", "a value of fewer than 5 people"),
    "nothing": ("year,unit,measure,value\n", "r.csv: holds no value"),
    "quotation": (RESULTS + '2021,"A,m,5\n', "is a quotation mark left open?"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_mistake_in_the_results_is_told_with_its_line(name):
    text, sentence = ROWS[name]
    assert sentence in refused(r=text)


@pytest.mark.parametrize(
    ("units", "sentence"),
    [
        ("code,name\nB,B\n", "r.csv line 2, «unit»: there is no unit «A» among the units"),
        ("code,name\nA,A\nA,B\n", "u.csv line 3, «code»: «A» stands on line 2 too"),
        ("code,name\n,B\n", "u.csv line 2, «code»: is empty"),
        ("code,own\nA,nord\nB,nord\n", "one unit of ours, one of theirs"),
    ],
)
def test_a_mistake_in_the_units_is_told_with_its_line(units, sentence):
    assert sentence in refused(with_units(""), u=units)


def test_all_mistakes_are_told_at_once():
    assert len(refused(r=RESULTS + "21,A,m,5\n2021,A,q,5\n").splitlines()) == 2


def test_the_differences_tell_what_is_new_changed_and_gone():
    before = read(r=RESULTS + "2019,A,m,40\n")
    after = replace(
        before,
        licence="CC0",
        figures=(SourceFigure(2020, "A", "m", 51.0), SourceFigure(2021, "A", "m", 52.0)),
    )
    assert list(SourceDifferences(before, after).lines()) == [
        "~ licence: CC BY 4.0 → CC0",
        "+ 1 values: 2021",
        "- 1 values: 2019",
        "~ 2020 A m: 50 → 51",
    ]
    assert not SourceDifferences(before, before).changed
    assert re.match(
        r"\+ source x: 2 values, 2019-2020", next(iter(SourceDifferences(None, before).lines()))
    )


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        # took 20 GB and the process with it
        ("a" + ".a" * 100_000 + "=1", "a key of more than 100 parts"),
        ("a=" + "[" * 20_000 + "]" * 20_000, "is not TOML"),
        (f"whole_until = {'9' * 5000}", "is not TOML"),
        (f"whole_until = {'9' * 40}\n{MANIFEST}", "whole number"),
        (f"scale = [0, {'9' * 400}]\n{MANIFEST}", "lowest and the highest"),
        (f"scale = [0.0, inf]\n{MANIFEST}", "lowest and the highest"),
        (f"scale = [0, 5e-324]\n{MANIFEST}", "lowest and the highest"),
    ],
)
def test_a_manifest_made_to_do_harm_is_a_mistake_like_any_other(manifest, told):
    assert told in refused(manifest)


def test_more_than_a_page_can_show_is_told_and_not_shown():
    many = "\n".join(f"2020,u{n},m,5" for n in range(2001))
    assert "2001 units; at most 2000" in refused(r=f"year,unit,measure,value\n{many}\n")
    measures = MANIFEST + "".join(f'[[measures]]\ncode = "x{n}"\n' for n in range(200))
    assert "202 measures; at most 200" in refused(measures)
    header = ",".join(f"c{n}" for n in range(301))
    assert "301 columns" in refused(r=f"{header}\n1\n")
    wide = read_sheet("r.csv", f"{header}\n1\n".encode())
    assert "301 columns" in str(wide)


def test_a_number_that_no_page_could_read_again_is_a_mistake():
    long = "9" * 5000
    for row in (f"2020,A,m,50,{long}", f"2020,A,m,50,{'9' * 30}", f"{long},A,m,50,20"):
        assert "line 2" in refused(r=f"year,unit,measure,value,n\n{row}\n")
    rate = MANIFEST.replace('"share"', '"rate"')
    assert "outside the scale" in refused(rate, r="year,unit,measure,value\n2020,A,p,1e308\n")
