import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError
from analytics.workbench.file.categories import categories
from analytics.workbench.file.numbers import numeric_column
from survey_app.commands import analyse_input
from survey_app.commands.analyse import analyse_file
from survey_app.commands.analyse_input import read_respondents
from survey_app.commands.files import UnreadableFileError, UnwritableFileError


def a_csv(folder, text):
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "header", ["x,y,x", '"x",y,x', "\ufeffx,y,x"], ids=["plain", "quoted", "byte order mark"]
)
def test_a_column_named_twice_is_refused_in_one_sentence(tmp_path, header):
    path = a_csv(tmp_path, f"{header}\n1,2,3\n")
    with pytest.raises(UnreadableFileError) as caught:
        read_respondents(path)
    assert (
        str(caught.value) == f"{path}: the header names the column 'x' more than once: rename one"
    )


@pytest.mark.parametrize("header", ["x,x.1,x.2", "x,,", "x,X,y"])
def test_names_that_only_look_alike_are_read(tmp_path, header):
    assert read_respondents(a_csv(tmp_path, f"{header}\n1,2,3\n")).shape == (1, 3)


def test_an_empty_file_is_still_called_empty(tmp_path):
    with pytest.raises(UnreadableFileError, match="the file is empty"):
        read_respondents(a_csv(tmp_path, ""))


@pytest.mark.parametrize(
    "text",
    [
        "x,g\n1.5,Øst\n2,Ås\n",
        "x;g\n1,5;Øst\n2;Ås\n",
        "x\tg\n1.5\tØst\n2\tÅs\n",
        "x;g\n1.5;Øst\n2;Ås\n",
    ],
    ids=["commas", "semicolons and decimal commas", "tabs", "semicolons and decimal points"],
)
def test_a_file_is_the_same_whatever_separates_its_columns(tmp_path, text):
    frame = read_respondents(a_csv(tmp_path, text))
    assert numeric_column(frame, "x", "[variables]").tolist() == [1.5, 2]
    assert frame["g"].tolist() == ["Øst", "Ås"]


def test_codes_keep_the_zero_that_they_begin_with(tmp_path):
    frame = read_respondents(a_csv(tmp_path, "municipality,score\n0301,1\n1103,0\n,3\n"))
    assert frame["municipality"].iloc[:2].tolist() == ["0301", "1103"]
    assert frame["municipality"].isna().tolist() == [False, False, True]
    assert frame["score"].tolist() == [1, 0, 3]


def test_numbers_below_one_are_no_codes(tmp_path):
    assert read_respondents(a_csv(tmp_path, "x,y\n0.5,0\n0,00.5\n"))["x"].tolist() == [0.5, 0]


@pytest.mark.parametrize("rows", ["1,2,3\n1,2,3\n", "1,2\n1,2,3\n", "1,2,3\n1,2\n"])
def test_a_row_longer_than_the_header_never_shifts_the_columns(tmp_path, rows):
    with pytest.raises(UnreadableFileError, match="more fields than the header"):
        read_respondents(a_csv(tmp_path, f"x,y\n{rows}"))


@pytest.mark.parametrize(
    "column",
    ["1\n2\n3\n4\n5", "1\n2\n300\n4\n2.5", '1\n2\n""\n""\n5', "x\n2\n3\n4\n5", "1\n2\n3\n4\nx",
     '""\n""\n3\nx\n5', 'True\n""\nFalse\n""\nx', "1\n0301\n3\n4\n5", "1\n2\n3\n4\n0301"],
)  # fmt: skip
def test_a_file_is_the_same_read_whole_or_in_pieces(tmp_path, monkeypatch, column):
    path = a_csv(tmp_path, f"x\n{column}\n")
    whole = read_respondents(path)
    monkeypatch.setattr(analyse_input, "ROWS", 2)
    monkeypatch.setattr(analyse_input, "BYTES", 3)
    pieces = read_respondents(path)
    assert pieces["x"].tolist() == pytest.approx(whole["x"].tolist(), nan_ok=True)
    assert (pieces["x"].dtype == "str") == (whole["x"].dtype == "str")


def test_blanks_around_names_are_no_part_of_them(tmp_path):
    assert list(read_respondents(a_csv(tmp_path, "x, y ,z\n1,2,3\n")).columns) == ["x", "y", "z"]


def test_a_file_in_another_encoding_says_how_to_save_it(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes("x,g\n1,Øst\n".encode("cp1252"))
    with pytest.raises(UnreadableFileError, match="save the file as «CSV UTF-8»") as refused:
        read_respondents(path)
    assert "is read" not in str(refused.value)  # workbooks are not


def test_the_final_weight_stands_last_and_hides_no_column_of_the_file(tmp_path, capsys):
    data, spec, out = a_csv(tmp_path, "weight,x,y\n2,1,4\n3,2,\n"), tmp_path / "s.toml", "out.csv"
    spec.write_text('[design]\nweight = "weight"\n[variables]\nmeans = ["x"]\n', encoding="utf-8")
    analyse_file(data, spec, form="json", weights=tmp_path / out)
    assert capsys.readouterr().out.startswith('{"respondents": 2')
    assert (tmp_path / out).read_text() == "weight_in_file,x,y,weight\n2,1,4,2.0\n3,2,,3.0\n"


def test_a_quotation_that_stays_open_is_called_so(tmp_path):
    with pytest.raises(UnreadableFileError, match="opened and never closed"):
        read_respondents(a_csv(tmp_path, 'x,y\n"1,2\n3,4\n'))


def test_none_is_a_category_and_what_r_and_spreadsheets_write_for_missing_is_not(tmp_path):
    frame = read_respondents(a_csv(tmp_path, "bags,n\nNone,1\nDriver,None\n NA ,2\nNA,4\n"))
    assert categories(frame, "bags", "[domains] by").tolist()[:2] == ["None", "Driver"]
    assert categories(frame, "bags", "[domains] by").isna().tolist() == [False, False, True, True]
    assert np.isnan(numeric_column(frame, "n", "[variables]")).tolist() == [
        False,
        True,
        False,
        False,
    ]


def test_categories_of_rows_lie_as_arrow_lays_them_out_and_not_as_in_our_tables():
    found = categories(pd.DataFrame({"g": ["a", "b", "a"]}), "g", "here")
    assert found.dtype == pd.StringDtype("pyarrow", np.nan)


@pytest.mark.parametrize("missing", ["", "NA\n"], ids=["all known", "one missing"])
def test_truth_values_are_categories_as_written_and_can_be_averaged(tmp_path, missing):
    frame = read_respondents(a_csv(tmp_path, f"told\nTRUE\nFALSE\n{missing}TRUE\n"))
    assert set(categories(frame, "told", "[variables]").dropna()) == {"TRUE", "FALSE"}
    assert np.nanmean(numeric_column(frame, "told", "[variables]")) == pytest.approx(2 / 3)


def test_long_codes_stay_apart_where_a_row_has_none(tmp_path):
    text = "code\n9007199254740993\n9007199254740992\n\n"
    frame = read_respondents(a_csv(tmp_path, f"row,{text}".replace("\n", "\n1,", 3)))
    assert frame["code"].dropna().tolist() == ["9007199254740993", "9007199254740992"]


def test_a_folder_that_is_not_there_is_called_so(tmp_path):
    data, spec = a_csv(tmp_path, "x\n1\n2\n"), tmp_path / "s.toml"
    spec.write_text('[variables]\nmeans = ["x"]\n', encoding="utf-8")
    with pytest.raises(UnwritableFileError, match="cannot be written"):
        analyse_file(data, spec, form="json", weights=tmp_path / "nowhere" / "out.csv")


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_parts_of_codes_are_no_decimals(tmp_path, separator):
    rows = [("unit", "x"), ("1.1", "2"), ("1.10", "3"), ("1.9", "4"), ("1.1", "5")]
    data = read_respondents(a_csv(tmp_path, "\n".join(separator.join(row) for row in rows)))
    assert categories(data, "unit", "here").tolist() == ["1.1", "1.10", "1.9", "1.1"]


def test_a_month_after_a_point_keeps_its_zero(tmp_path):
    data = read_respondents(a_csv(tmp_path, "wave,x\n2026.08,1\n2026.09,2\n2026.10,3\n"))
    assert categories(data, "wave", "here").tolist() == ["2026.08", "2026.09", "2026.10"]


def test_codes_that_look_like_powers_of_ten_stay_apart(tmp_path):
    data = read_respondents(a_csv(tmp_path, "house,x\n1E5,1\n10E4,2\n1e5,3\n"))
    assert categories(data, "house", "here").tolist() == ["1E5", "10E4", "1e5"]


@pytest.mark.parametrize(
    "column",
    [["12.50", "9.75", "3"], ["1e-05", "2.5e+10", ""], ["1E5", "2", ""], ["0.250000", "1.5", "2"]],
)
def test_numbers_are_the_same_however_their_decimals_are_written(tmp_path, column):
    data = read_respondents(a_csv(tmp_path, "x,y\n" + "".join(f"{one},1\n" for one in column)))
    expected = [float(one) if one else np.nan for one in column]
    assert numeric_column(data, "x", "here") == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("column", [["1.234", "12.345", "999"], ["1.234.567", "8"]])
def test_a_point_that_may_part_thousands_is_no_decimal(tmp_path, column):
    rows = "".join(f"{one};1,5\n" for one in ["7", *column])
    data = read_respondents(a_csv(tmp_path, f"income;weight\n{rows}"))
    with pytest.raises(FrameError, match=rf"'income' holds {column[0]} in row 2.* thousand"):
        numeric_column(data, "income", "here")


@pytest.mark.parametrize("column", [["0.812", "1.203"], ["1.25", "1.375"], ["2", "3"]])
def test_decimals_after_a_point_are_read_beside_semicolons_where_they_can_be_nothing_else(
    tmp_path, column
):
    rows = "".join(f"{one};a\n" for one in column)
    data = read_respondents(a_csv(tmp_path, f"x;g\n{rows}"))
    assert numeric_column(data, "x", "here").tolist() == [float(one) for one in column]


@pytest.mark.parametrize("unknown", [" ", "None"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_a_blank_among_three_decimals_makes_them_no_thousands(tmp_path, separator, unknown):
    rows = "".join(f"{one}{separator}1\n" for one in ["3.667", unknown, "4.000", "12.333"])
    data = read_respondents(a_csv(tmp_path, f"score{separator}w\n{rows}")).iloc[1:]
    found = numeric_column(data, "score", "here")
    assert found == pytest.approx([np.nan, 4, 12.333], nan_ok=True)


def test_whole_numbers_with_decimals_are_called_as_whole_numbers(tmp_path):
    data = read_respondents(a_csv(tmp_path, "g,x\n1.00,5.00\n2.00,4.00\n10.00,\n"))
    assert categories(data, "g", "here").tolist() == ["1", "2", "10"]
    assert data["x"].dtype == np.float64


@pytest.mark.parametrize("header", ['"How, if at all, do you";x', '"Is it\nso, or not";x'])
def test_a_header_in_quotation_marks_may_hold_separators_and_line_ends(tmp_path, header):
    data = read_respondents(a_csv(tmp_path, f"{header}\n1;2,5\n3;4,5\n"))
    assert data["x"].tolist() == [2.5, 4.5]


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\r\n', "\ufeffsep=;\r\n", "SEP=,;\n"])
def test_a_first_line_that_names_the_separator_is_passed_over(tmp_path, first):
    path = a_csv(tmp_path, f"{first}unit;told;x\n0301;TRUE;2,5\n1.10;FALSE;4\n")
    data = read_respondents(path)
    assert numeric_column(data, "x", "here").tolist() == [2.5, 4]
    assert data["unit"].tolist() == ["0301", "1.10"]
    assert data["told"].tolist() == ["TRUE", "FALSE"]
    with pytest.raises(UnreadableFileError, match="line 5 has more fields"):
        read_respondents(a_csv(tmp_path, path.read_text(encoding="utf-8") + "1;2;3;4\n"))


@pytest.mark.parametrize(
    "header", ['"Name, first";"x, y or z"', 'Size 5";x'], ids=["commas outnumber", "one mark"]
)
def test_commas_and_marks_within_names_separate_no_columns(tmp_path, header):
    assert read_respondents(a_csv(tmp_path, f"{header}\n1;2,5\n")).iloc[0].tolist() == [1, 2.5]


def test_letters_that_look_alike_are_one_category_and_one_column(tmp_path):
    one, two = "\u00e5", "a\u030a"  # the letter in one sign, and in two
    path = a_csv(tmp_path, f"{two}r,x\n{one},1\n{two},2\n")
    data = read_respondents(path)
    assert categories(data, f"{one}r", "here").tolist() == [one, one]
    with pytest.raises(UnreadableFileError, match="more than once"):
        read_respondents(a_csv(tmp_path, f"{one},{two}\n1,2\n"))
