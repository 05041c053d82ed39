"""No text that somebody wrote is reckoned by a spreadsheet, however it splits the file."""

import csv
import io
import re
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey_app.reading.exports.delimited import csv_bytes
from survey_app.reading.exports.model import Column, ExportTable
from survey_app.shared.spreadsheet_text import harmless

FORMULA = re.compile(r"[\s\"]*[=+\-@＝＋－＠]")
# letters that matter, often
TEXT = st.text(
    st.one_of(
        st.sampled_from("=+-@;,\t\r\n\"' a1＝\v\x1c\x1d\x1e\x85\u2028"),
        st.characters(codec="utf-8"),
    )
)


def a_table(*texts):
    columns = tuple(Column(key, "text", key) for key in ("first", "middle", "last"))
    rows = tuple((one, texts[0], one) for one in texts)
    return csv_bytes(ExportTable("t", "t", columns, rows)).decode()


def cells(written):
    """Every cell as programs may begin it: at commas, semicolons or tabs, heeding quotes or not."""
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator):
            yield from row
    for line in written.splitlines():
        yield from line.split(";")
        yield from line.split("\t")


@given(st.lists(TEXT, min_size=1, max_size=3))
@example(["Omorg;=1+1;@SUM(1+1)"])
@example(['a;"=1+1"'])
@example(["a\n=1+1"])
@example(['"=1+1'])
@example(["; \t+1"])
@example(["0\x1e="])
def test_no_cell_begins_a_formula_whatever_splits_the_file(texts):
    written = a_table(*texts)
    assert not [one for one in cells(written) if FORMULA.match(one)]


@given(TEXT)
def test_a_reader_of_commas_gets_the_text_but_for_apostrophes(text):
    [_, row] = list(csv.reader(io.StringIO(a_table(text), newline="")))
    assert row == [harmless(text)] * 3
    assert harmless(text).replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize(
    "text",
    ["Fengsel Nord 1", "Vi øvde; det gikk bra", "25 - 30 år", "a@b.no", "1+1", "Ny leder: =)", ""],
)
def test_ordinary_words_stay_as_they_are(text):
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("Omorg;=1+1;@SUM(1+1)", "Omorg;'=1+1;'@SUM(1+1)"),
        ("ett\n- to", "ett\n'- to"),
        ('a; "=1', "a; \"'=1"),
        ("\tb", "'\tb"),
        ("'=1", "'=1"),
    ],
)
def test_an_apostrophe_stands_where_a_cell_would_begin(text, written):
    assert harmless(text) == written


@pytest.mark.parametrize("sign", ["\t", '"', '\t"', "\n=", " ", ";"])
def test_no_text_holds_up_who_writes_a_file(sign):
    # looked through from each tab anew, 20,000 took four seconds
    began = process_time()
    assert harmless(sign * 50_000 + "x")
    assert process_time() - began < 1
