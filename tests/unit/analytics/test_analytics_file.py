import pytest

from survey_app.commands.analyse import read_table
from survey_app.commands.files import UnreadableFileError


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
        read_table(path)
    assert (
        str(caught.value) == f"{path}: the header names the column 'x' more than once: rename one"
    )


@pytest.mark.parametrize("header", ["x,x.1,x.2", "x,,", "x,X,y"])
def test_names_that_only_look_alike_are_read(tmp_path, header):
    assert read_table(a_csv(tmp_path, f"{header}\n1,2,3\n")).shape == (1, 3)


def test_an_empty_file_is_still_called_empty(tmp_path):
    with pytest.raises(UnreadableFileError, match="the file is empty"):
        read_table(a_csv(tmp_path, ""))
