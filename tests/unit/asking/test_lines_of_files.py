"""What cannot be read in a CSV is told with the line on which an editor shows it."""

import pytest

from questionnaires.loader import load_library
from survey_app.asking.csv_file import LONGEST_LINE
from survey_app.asking.errors import ImportProblems
from survey_app.asking.invitations.listed import read_list
from survey_app.asking.invitations.sample import read_sample
from survey_app.asking.people.columns import header_of
from survey_app.asking.people.register import read_register
from survey_app.earlier.mistakes import SourceMistake
from survey_app.earlier.sheets import read_sheet

REGISTER = "kind,code,name,type,parent,email,unit\n"
LONG = "x" * (LONGEST_LINE + 1)


def sample(text):
    return read_sample(text, load_library().questionnaire("omdomme"))


@pytest.mark.parametrize(
    ("read", "text", "line"),
    [
        (read_register, f"{REGISTER}unit,A,A,agency,,,\n{LONG}\n", 3),
        (read_register, f"sep=,\n{REGISTER}{LONG}\n", 3),
        (read_list, f"email\na@example.org\n{LONG}\n", 3),
        (sample, f"county,age,gender\n03,1,1\n{LONG}\n", 3),
        (header_of, f"{LONG}\n", 1),
        # the module's own limit of a cell: the line is counted by then
        (sample, f"county,age,gender\n03,1,1\n{'0' * 200_000},1,1\n", 3),
        (sample, 'county,age,gender\n03,1,1\n03,"1"x,1\n', 3),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(read, text, line):
    with pytest.raises(ImportProblems) as caught:
        read(text)
    assert [one.line for one in caught.value.problems] == [line]


def test_a_line_of_an_earlier_survey_is_told_so_too():
    told = read_sheet("results.csv", f"sep=,\nyear,measure\n2020,a\n{LONG}\n".encode())
    assert (told.line, told.mistake) == (4, SourceMistake.NOT_CSV)


def test_a_row_of_a_sample_with_a_cell_too_many_is_told_and_not_cut_off():
    with pytest.raises(ImportProblems, match="line 3: the row has 4 cells and the header 3"):
        sample("county,age,gender\n03,1,1\n03,1,1,Nils Nilsen\n")
