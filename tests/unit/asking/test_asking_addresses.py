"""The file of names and addresses: what is joined, and a line for each mistake, without a name."""

import pytest

from survey_app.asking.errors import AddressProblems
from survey_app.asking.letters.addresses import read_addresses

FILE = """row;name;co;address;postcode;place;country
3;Mottaker To;;Gata 2;0150;Oslo;
2;Mottaker En;c/o Noen;"Garden
Bygda";9700;Lakselv;
4;Mottaker Tre;;Vägen 1;12345;Stad;Sverige
"""


def told(text, invited=(2, 3, 4)):
    with pytest.raises(AddressProblems) as caught:
        read_addresses(text, invited)
    return [str(problem) for problem in caught.value.problems]


def test_addresses_are_joined_by_row_in_whatever_order_they_stand():
    assert read_addresses(FILE, {2, 3, 4}) == {
        2: ("Mottaker En", "c/o Noen", "Garden", "Bygda", "9700 Lakselv"),
        3: ("Mottaker To", "Gata 2", "0150 Oslo"),
        4: ("Mottaker Tre", "Vägen 1", "12345 Stad", "SVERIGE"),
    }


def test_a_row_that_is_left_empty_is_somebody_who_gets_no_letter():
    assert read_addresses("row,name,address,postcode,place\n2,,,,\n", {2}) == {2: ()}


def test_missing_rows_are_told_a_few_at_a_time():
    assert told("row,name,address,postcode,place\n2,A,B,0150,Oslo\n", range(2, 10)) == [
        "«row»: 7 who are invited by letter stand nowhere in the file: 3, 4, 5, 6, 7 …"
    ]


def test_double_unknown_and_unreadable_rows_are_told_with_their_lines():
    wrong = FILE + "3;Igjen;;Gata 2;0150;Oslo;\n9;Ukjent;;Gata 9;0150;Oslo;\nfem;X;;Y;0150;Z;\n"
    wrong += f"{'9' * 5000};X;;Y;0150;Z;\n"
    assert told(wrong) == [
        "line 6, «row»: the row 3 stands on line 2 too",
        "line 7, «row»: nobody on the row 9 is invited by letter",
        "line 8, «row»: is no line of the sample file or the list",
        "line 9, «row»: is no line of the sample file or the list",
    ]


def test_what_a_window_cannot_show_is_told():
    wrong = FILE.replace("0150", "150").replace("Gata 2", "").replace("Vägen 1", "x" * 51)
    wrong = wrong.replace("Bygda", "Bygda\nTo\nTre\nFire")
    assert told(wrong) == [
        "line 2, «address»: is empty; leave the whole row empty for no letter",
        (
            "line 2, «postcode»: has not four digits; did a spreadsheet take a leading zero away?"
            " Abroad, fill in country"
        ),
        "line 3, «address»: has 8 lines, and an envelope's window shows 6",
        "line 8, «address»: has a line of more than 50 characters",
    ]


def test_no_mistake_quotes_a_name_or_an_address():
    wrong = FILE.replace("0150", "150") + "2;Hemmelig Navn;;Hemmelig gate;0150;Oslo;\n"
    assert not [
        sentence for sentence in told(wrong) if "Hemmelig" in sentence or "Gata" in sentence
    ]


def test_other_columns_are_refused_so_that_nothing_is_read_by_accident():
    assert told("row,name,address,postcode,place,fnr\n") == [
        "line 1, «fnr»: nobody reads this column; leave it out, so that it is not kept"
    ]
    assert "line 1, «postcode»: the column is missing" in told("row,name,address,place\n")[0]
