"""Files that are cut off, damaged or given twice: one sentence, and nothing is written over."""

import json
import os
import random
import sys

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from pyarrow import parquet

from analytics.errors import FrameError
from analytics.workbench.analyse import analyse
from analytics.workbench.file.categories import written
from survey_app.cli import main
from survey_app.commands import analyse_parquet
from survey_app.commands.analyse import analyse_file, read_specification_file
from survey_app.commands.analyse_input import LABELS, read_respondents
from survey_app.commands.files import UnreadableFileError, UnwritableFileError

SPEC = """
[variables]
means = ["x"]
shares = ["g"]

[domains]
by = ["g"]
"""


def some_data():
    return pd.DataFrame({"g": [1.0, 2, 1, 2, 1, 2], "x": [1.0, 2, 3, 4, 5, 3], "t": ["æ"] * 6})


def a_file(folder, kind):
    path = folder / f"people.{kind}"
    if kind == "csv":
        some_data().to_csv(path, index=False)
    elif kind == "parquet":
        some_data().to_parquet(path)
    else:
        labels = {"g": {1: "mann", 2: "kvinne"}}
        pyreadstat.write_sav(
            some_data(), str(path), variable_value_labels=labels, compress=kind == "zsav"
        )
    return path


def a_spec(folder, text=SPEC, name="spec.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_of_an_spss_file_codes_labels_missing_values_and_types_are_those_that_were_written(
    tmp_path,
):
    path = tmp_path / "people.sav"
    rows = pd.DataFrame(
        {
            "g": [1.0, 2, 1, 2, 9],
            "q": [1.0, 5, 98, 99, None],
            "x": [0.1, 0.25, 1.5, 2.0, 1e9],
            "t": ["æ", "", "NA", "b", "c"],
        }
    )
    pyreadstat.write_sav(
        rows,
        str(path),
        variable_value_labels={"g": {1: "mann", 2: "kvinne"}, "q": {5: "helt", 98: "vet ikke"}},
        # one value, a range of them, and one of a text
        missing_ranges={"g": [9], "q": [{"lo": 98, "hi": 99}], "t": ["b"]},
    )
    found = read_respondents(path)
    assert [found[name].dtype.kind for name in "gqx"] == ["f", "f", "f"]
    assert found["g"].tolist()[:4] == [1, 2, 1, 2]
    assert found["g"].isna().tolist() == [False] * 4 + [True]
    assert found["q"].tolist()[:2] == [1, 5]
    assert found["q"].isna().tolist() == [False, False, True, True, True]
    assert found["x"].tolist() == rows["x"].tolist()
    # a text is what it says: SPSS has no missing ones but those that are named
    assert found["t"].fillna("missing").tolist() == ["æ", "", "NA", "missing", "c"]
    assert found.attrs[LABELS] == {
        "g": {"1": "mann", "2": "kvinne"},
        "q": {"5": "helt", "98": "vet ikke"},
    }


def cut_off(whole):
    return [whole[:length] for length in range(0, len(whole), max(len(whole) // 40, 1))]


def damaged(whole, number=40):
    chance, found = random.Random(4), []
    for _ in range(number):
        part = bytearray(whole)
        for _ in range(chance.choice([1, 5, 50])):
            part[chance.randrange(len(part))] = chance.randrange(256)
        found.append(bytes(part))
    return found


@pytest.mark.parametrize("kind", ["sav", "zsav", "parquet", "csv"])
@pytest.mark.parametrize("harm", [cut_off, damaged])
def test_a_file_that_came_to_harm_is_read_or_refused_in_one_sentence(tmp_path, kind, harm):
    whole = a_file(tmp_path, kind).read_bytes()
    refused = []
    for number, content in enumerate([*harm(whole), bytes(len(whole))]):
        path = tmp_path / f"{number}.{kind}"
        path.write_bytes(content)
        try:
            read_respondents(path)
        except UnreadableFileError as error:
            refused.append(str(error).removeprefix(str(path)))
    assert refused
    assert all(told.startswith(": ") for told in refused)
    assert all("\n" not in told and len(told) < 350 for told in refused)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "g,x\n1,2\n".encode("utf-16"), "not UTF-8 text"),
        ("a.csv", "g,ø\n1,2\n".encode("latin-1"), "not UTF-8 text"),
        ("a.csv", "g,x\n1,2\n".encode("utf-16-le"), "not UTF-8 text"),
        ("a.csv", b"PK\x03\x04\x14\x00\x00\x00g,x", ".xlsx"),
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"\n\n", "the file is empty"),
        ("a.csv", b'"' + b"a" * 200_000 + b'",x\n1,2\n', "cannot be read"),
        ("a.sav", b"g,x\n1,2\n", "cannot be read as an SPSS file"),
        ("a.sav", b"", "cut off or damaged"),
        ("a.parquet", b"g,x\n1,2\n", "cannot be read"),
        ("a.ods", b"g,x\n1,2\n", "is not read: give a .csv, .parquet or .sav file"),
    ],
)
def test_a_file_of_another_kind_is_told(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFileError, match=told):
        read_respondents(tmp_path / name)


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(UnreadableFileError, match="is a folder"):
        read_respondents(tmp_path / "a.csv")


@pytest.mark.parametrize("value", [{"a": 1}, [1, 2]], ids=["table", "list"])
def test_a_column_of_lists_or_tables_is_no_column_of_categories(tmp_path, value):
    path = tmp_path / "people.parquet"
    pd.DataFrame({"g": [value, value, value], "x": [1.0, 2, 3]}).to_parquet(path)
    with pytest.raises(FrameError, match="the column 'g' holds lists or tables"):
        analyse_file(path, a_spec(tmp_path), form="table", weights=None)


def test_text_that_a_parquet_file_keeps_as_bytes_is_text(tmp_path, capsys):
    path = tmp_path / "people.parquet"
    pd.DataFrame({"g": ["sør".encode(), b"nord", b"nord"], "x": [1.0, 2, 3]}).to_parquet(path)
    analyse_file(path, a_spec(tmp_path), form="table", weights=None)
    assert "g=sør" in capsys.readouterr().out


@pytest.mark.parametrize("column", ["g", "x"])
def test_bytes_that_are_no_text_are_neither_categories_nor_numbers(tmp_path, column):
    path = tmp_path / "people.parquet"
    some = {"g": [b"syd", b"nord", b"nord"], "x": [1.0, 2, 3], column: [b"\xff", b"1", b"2"]}
    pd.DataFrame(some).to_parquet(path)
    told = f"the column '{column}' holds bytes that are no UTF-8 text"
    with pytest.raises(FrameError, match=told):
        analyse_file(path, a_spec(tmp_path), form="table", weights=None)


JOINED = "\ufeffg,x\nnord,1\nnord,2\n\ufeffnord,\u200b3\nno\u00adrd\u200b,4\n\u200b,5\n"


def test_signs_that_nobody_sees_make_no_other_category_or_number(tmp_path, capsys):
    path = tmp_path / "people.csv"
    path.write_text("\ufeff" + JOINED, encoding="utf-8")  # files joined, each with its mark
    analyse_file(path, a_spec(tmp_path, "\ufeff" + SPEC), form="json", weights=None)
    rows = json.loads(capsys.readouterr().out)["estimates"]
    found = [(row["domain"], row["n"], row["mean"]) for row in rows if row["statistic"] == "mean"]
    assert found == [({}, 5, 3.0), ({"g": "nord"}, 4, 2.5)]


def test_a_byte_without_a_sign_is_refused_wherever_it_stands(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(b"g,x\n" + b"nord,1\n" * 40_000 + b"nord\0,2\n")
    with pytest.raises(UnreadableFileError, match="not UTF-8 text"):
        read_respondents(path)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 2000 + "]" * 2000,
        "variables = " + "{a = " * 2000 + "1" + "}" * 2000,
        "variables." + ".".join(["a"] * 30) + " = 1",
        "[variables." + ".".join(["a"] * 20) + "]\nb = 1",
        "[variables]\nmeans = " + "[" * 20 + "]" * 20,
    ],
    ids=["lists", "tables", "dotted keys", "dotted sections", "twenty deep"],
)
def test_a_specification_nested_beyond_any_section_is_refused(tmp_path, text):
    path = a_spec(tmp_path, text)
    with pytest.raises(UnreadableFileError, match="more than 16 deep"):
        read_specification_file(path)


@pytest.mark.parametrize(
    "text",
    [
        "[variables\n",
        "x = \0",
        f"x = {'9' * 5000}",
        # of 90,000 parts it would take all memory
        "variables." + ".".join(["a"] * 3000) + " = 1",
        "[variables." + ".".join(["a"] * 2000) + "]\nb = 1",
    ],
    ids=["unclosed", "no sign", "digits", "dotted keys", "dotted sections"],
)
def test_what_is_not_toml_is_called_so(tmp_path, text):
    with pytest.raises(UnreadableFileError, match="not TOML"):
        read_specification_file(a_spec(tmp_path, text))


def test_a_decimal_comma_is_told_how_it_is_written(tmp_path):
    spec = a_spec(tmp_path, '[change]\nmargin = 0,5\n[variables]\nmeans = ["x"]\n')
    with pytest.raises(UnreadableFileError, match=r"line 2, .*; write 0\.5 for 0,5$"):
        read_specification_file(spec)
    # what is wrong in another line is no comma's fault
    spec = a_spec(tmp_path, "# margin = 0,5\n[change]\nmargin = half\n")
    with pytest.raises(UnreadableFileError, match=r"line 3, column \d+\)$"):
        read_specification_file(spec)


def run(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["barometer", "analyse", *map(str, arguments)])
    code = 0
    try:
        main()
    except SystemExit as stopped:
        code = stopped.code
    return code, capsys.readouterr()


def test_a_mistake_is_one_sentence_and_exit_code_2(tmp_path, monkeypatch, capsys):
    path = a_file(tmp_path, "sav")
    path.write_bytes(path.read_bytes()[:300])
    code, told = run(monkeypatch, capsys, path, "--spec", a_spec(tmp_path))
    assert (code, told.out, told.err.count("\n")) == (2, "", 1)
    deep = a_spec(tmp_path, "a = " + "[" * 2000 + "]" * 2000, "deep.toml")
    code, told = run(monkeypatch, capsys, a_file(tmp_path, "csv"), "--spec", deep)
    assert (code, told.out, told.err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    ("value", "section", "told"),
    [
        ("9" * 400, "", "'y' holds a number of more than 300 digits"),
        ("1e308", "[rake.g]\n1 = 3\n2 = 3\n[calibration.totals]\ny = 9\n", "impossibly large"),
        ("1", "[rake.g]\n1 = 1e-300\n2 = 1\n", "gives '1' no share, but it has answers"),
    ],
    ids=["digits", "size", "share"],
)
def test_numbers_beyond_any_measure_are_one_sentence(
    tmp_path, monkeypatch, capsys, value, section, told
):
    path = tmp_path / "people.csv"
    path.write_text(f"g,x,y\n1,1,{value}\n2,2,2\n1,3,1\n2,4,2\n", encoding="utf-8")
    section += '[scales.s]\nitems = ["y"]\nminimum = 1\nmaximum = 2\n'
    code, printed = run(monkeypatch, capsys, path, "--spec", a_spec(tmp_path, SPEC + section))
    assert (code, printed.out, printed.err.count("\n")) == (2, "", 1)
    assert told in printed.err


def test_margins_that_contradict_each_other_print_no_figures(tmp_path, monkeypatch, capsys):
    text = SPEC + "[rake.g]\n1 = 0.5\n2 = 0.5\n[rake.h]\n1 = 0.9\n2 = 0.1\n"
    path = tmp_path / "people.csv"
    some_data().assign(h=some_data()["g"]).to_csv(path, index=False)
    code, told = run(monkeypatch, capsys, path, "--spec", a_spec(tmp_path, text))
    assert (code, told.out, told.err.count("\n")) == (2, "", 1)
    assert "the margins contradict each other" in told.err


@pytest.mark.parametrize("which", ["data", "spec", "counts"])
@pytest.mark.parametrize("way", ["itself", "another path", "symbolic link", "hard link"])
def test_weights_are_never_written_over_what_is_read(tmp_path, monkeypatch, capsys, which, way):
    data = a_file(tmp_path, "csv")
    counts = tmp_path / "counts.csv"
    counts.write_text("g,count\n1,30\n2,40\n", encoding="utf-8")
    spec = a_spec(tmp_path, SPEC + '[poststratify]\nby = ["g"]\ncounts = "counts.csv"\n')
    given = {"data": data, "spec": spec, "counts": counts}[which]
    weights = tmp_path / "weights.csv"
    match way:
        case "itself":
            weights = given
        case "another path":
            weights = tmp_path / "." / ".." / tmp_path.name / given.name
        case "symbolic link":
            weights.symlink_to(given)
        case "hard link":
            os.link(given, weights)
    before = given.read_bytes()
    code, told = run(monkeypatch, capsys, data, "--spec", spec, "--weights", weights)
    assert (code, told.out, told.err.count("\n")) == (2, "", 1)
    assert "which the weights would overwrite" in told.err
    assert given.read_bytes() == before


def test_weights_that_cannot_be_written_are_refused_before_anything_is_computed(tmp_path):
    nowhere = tmp_path / "nowhere" / "weights.csv"
    with pytest.raises(UnwritableFileError, match="no such folder"):
        analyse_file(tmp_path / "missing.csv", a_spec(tmp_path), form="json", weights=nowhere)


def test_weights_may_be_written_anew(tmp_path, monkeypatch, capsys):
    weights = tmp_path / "weights.csv"
    weights.write_text("old", encoding="utf-8")
    data = a_file(tmp_path, "csv")
    code, _ = run(monkeypatch, capsys, data, "--spec", a_spec(tmp_path), "--weights", weights)
    assert code == 0
    assert pd.read_csv(weights)["weight"].tolist() == [1.0] * 6


def test_no_text_in_the_file_of_weights_is_reckoned_by_a_spreadsheet(tmp_path, monkeypatch, capsys):
    data, weights = tmp_path / "answers.csv", tmp_path / "weights.csv"
    cells = ["=1+1", "@SUM(A1)", "Oslo", "=1+1", "@SUM(A1)", "Oslo"]
    rows = [f"{cell},{at},{-at}" for at, cell in enumerate(cells)]
    data.write_text("\n".join(["g,x,=cmd|' /C calc'!A0", *rows]), encoding="utf-8")
    code, _ = run(monkeypatch, capsys, data, "--spec", a_spec(tmp_path), "--weights", weights)
    assert code == 0
    header, first, second, third, *_ = weights.read_text(encoding="utf-8").splitlines()
    assert header == "g,x,'=cmd|' /C calc'!A0,weight"
    assert (first, second) == ("'=1+1,0,0,1.0", "'@SUM(A1),1,-1,1.0")
    # a number is one, also below zero, and what nobody reckons stays as it is
    assert third == "Oslo,2,-2,1.0"


def test_labels_of_values_stand_beside_the_codes(tmp_path, capsys):
    data, spec = a_file(tmp_path, "sav"), a_spec(tmp_path)
    analyse_file(data, spec, form="json", weights=None)
    result = json.loads(capsys.readouterr().out)
    assert result["labels"] == {"g": {"1": "mann", "2": "kvinne"}}
    assert {row.get("category") for row in result["estimates"]} == {None, "1", "2"}
    analyse_file(data, spec, form="table", weights=None)
    table = capsys.readouterr().out
    assert "g=1 (mann)" in table
    assert "g=2 (kvinne)" in table
    analyse_file(a_file(tmp_path, "csv"), spec, form="json", weights=None)
    assert "labels" not in json.loads(capsys.readouterr().out)


ASKED = {
    "scales": {"s": {"items": ["a", "b"], "minimum": 1, "maximum": 5}},
    "domains": {"by": ["g"]},
}
ROWS = "g,a,b\r\nx,1,2\r\nx,3,4\r\ny,5,3\r\ny,2,3\r\n"


@pytest.mark.parametrize(
    "end",
    ["\x1a", "\x1a\r\n", "\x1a" * 120, '"\n"\r\n', '"\n",,\r\n', "  ,  ,  \r\n", "\u00a0,,\r\n",
     "\ufeff", "\x0c", "\u200b,,\r\n", ",,\r\n,,\r\n"],
)  # fmt: skip
def test_what_nobody_sees_at_the_end_of_a_file_is_no_respondent(tmp_path, end):
    path = tmp_path / "people.csv"
    path.write_text(ROWS + end, encoding="utf-8", newline="")
    found = analyse(read_respondents(path), ASKED).result
    assert found["respondents"] == 4
    assert [row["domain"] for row in found["estimates"]] == [{}, {"g": "x"}, {"g": "y"}]
    assert any("empty and left out" in text for text in found["warnings"])


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("Number of cases read: 4\r\n", "the last line has one field"),
        ("\r\n4 cases\r\nEOF\r\n\x1a", "the last 2 lines have one field"),
        (";;;\r\n", "the last line has one field"),
        # somebody of whom nothing is known, and what was quoted
        ("17\r\n", ""),
        ('"in his\nown words"\r\n', ""),
        ("z,,\r\n", ""),
    ],
)
def test_a_line_below_the_table_is_no_respondent(tmp_path, end, told, capsys):
    data, spec = tmp_path / "people.csv", tmp_path / "asked.toml"
    data.write_text(ROWS + end, encoding="utf-8", newline="")
    spec.write_text(
        '[scales.s]\nitems = ["a", "b"]\nminimum = 1\nmaximum = 5\n[domains]\nby = ["g"]\n'
    )
    analyse_file(data, spec, form="json", weights=None)
    found = json.loads(capsys.readouterr().out)
    assert found["respondents"] == (4 if told else 5)
    assert any(told in text for text in found["warnings"])
    assert told or not any("below a table" in text for text in found["warnings"])


def of_all_kinds():
    """Make columns as files hold them; the second half is unlike the first."""
    days = pd.to_datetime(["2026-01-01", None, "2026-01-03", "2026-01-04"] * 2)
    return pd.DataFrame({
        "small": [1, 2, 3, 4, 5, 6, 7, 8],
        "gaps": [1.0, None, 3, 4, 5, 6, 7, None],
        "larger": [1, 2, 3, 4, 300, 70_000, 5_000_000_000, -8],
        "large with gaps": [1.0, None, 3, 4, 2049, 70_000.0, 2.0**25 + 1, None],
        "parts": [1.0, 2, 3, 4, 1.1, 2.5, float("inf"), None],
        "unsigned": pd.array([1, 2, 3, 4, 5, 6, 7, 2**64 - 1], dtype="uint64"),
        "text": ["a", None, " ", "a", "ø", "b", "a", None],
        "named": pd.Categorical(["a", None, "b", "a", "c", "c", "a", None]),
        "truth": [True, False, None, True, True, False, True, None],
        "bytes": ["å".encode(), None, b"b", b"c", b"d", b"e", b"f", b"g"],
        "no text": [b"\xff", None, b"b", b"c", b"d", b"e", b"f", b"g"],
        "day": days,
        "nothing": [None] * 8,
        "a.b": [1, 2, 3, 4, 5, 6, 7, 8],
        "a": [8, 7, 6, 5, 4, 3, 2, 1],
    })  # fmt: skip


@pytest.mark.parametrize("rows", [8, 3])
def test_small_columns_hold_what_the_file_holds(tmp_path, monkeypatch, rows):
    monkeypatch.setattr(analyse_parquet, "ROWS", rows)
    path = tmp_path / "people.parquet"
    of_all_kinds().to_parquet(path, index=False)
    plain = parquet.read_table(path).to_pandas(ignore_metadata=True)
    found = read_respondents(path)
    assert list(found) == list(plain)
    for name, values in found.items():
        was = plain[name]
        if name == "bytes":
            was = was.map(bytes.decode, na_action="ignore")
        told, before = values.astype(object), was.astype(object)
        assert told.isna().equals(before.isna()), name
        assert told.dropna().tolist() == before.dropna().tolist(), name
        assert [written(one) for one in told.dropna()] == [written(one) for one in before.dropna()]
    assert found[["small", "gaps"]].dtypes.tolist() == [np.int8, np.float16]


def test_of_a_parquet_file_the_columns_that_are_mentioned_are_read(tmp_path, capsys):
    path = tmp_path / "people.parquet"
    some_data().assign(comment="fritekst").to_parquet(path, index=False)
    assert "comment" not in read_respondents(path, {"g", "x"})
    analyse_file(path, a_spec(tmp_path), form="json", weights=None)
    told = json.loads(capsys.readouterr().out)
    analyse_file(path, a_spec(tmp_path), form="json", weights=tmp_path / "weights.csv")
    assert told == json.loads(capsys.readouterr().out)
    assert "comment" in (tmp_path / "weights.csv").read_text("utf-8")


def test_a_row_is_blank_where_all_columns_of_the_file_are(tmp_path, capsys):
    path = tmp_path / "people.parquet"
    empty = pd.DataFrame({"g": [None], "x": [None], "comment": ["jeg vil ikke svare"]})
    pd.concat([some_data(), empty]).to_parquet(path, index=False)
    spec = a_spec(tmp_path, SPEC.replace('shares = ["g"]', ""))
    analyse_file(path, spec, form="json", weights=None)
    told = json.loads(capsys.readouterr().out)
    assert told["respondents"] == len(some_data()) + 1


def test_a_column_that_was_not_read_is_still_the_one_that_may_be_meant(tmp_path):
    path = tmp_path / "people.parquet"
    some_data().rename(columns={"x": "X"}).to_parquet(path, index=False)
    with pytest.raises(FrameError, match="did you mean 'X'"):
        analyse_file(path, a_spec(tmp_path), form="table", weights=None)


def test_text_with_more_names_than_categories_have_numbers_is_text(tmp_path, monkeypatch):
    monkeypatch.setattr(analyse_parquet, "ROWS", 3)
    monkeypatch.setattr(analyse_parquet, "MOST", 4)
    path = tmp_path / "people.parquet"
    pd.DataFrame({"g": [*"abcabcdef", None]}).to_parquet(path, index=False)
    assert read_respondents(path)["g"].dropna().tolist() == list("abcabcdef")
