"""The file of names and addresses: what is joined, and a line for each mistake, without a name."""

import pypdfium2
import pytest

from survey_app.asking.errors import AddressProblems
from survey_app.asking.letters.addresses import lines_as_set, read_addresses
from survey_app.asking.letters.letter import Letter, Wording
from survey_app.asking.letters.paper import letters_html
from survey_app.shared import pdf

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


def test_who_is_missing_is_told_together_with_what_else_is_wrong():
    # a row of a wrong number is too many, and one too few
    assert told(FILE.replace("4;Mottaker Tre", f"44;{'M' * 51}")) == [
        "«row»: 1 who are invited by letter stand nowhere in the file: 4",
        "line 5, «name»: has a line of more than 50 characters",
        "line 5, «row»: nobody on the row 44 is invited by letter",
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
        "line 3, «address»: takes 8 lines, and an envelope's window shows 6",
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


SIX = ("Boligsameiet Nordre Skansen, oppgang B, bolig 403",) * 2 + (
    "c/o Noen",
    "Gata 1",
    "0150 Oslo",
)


def test_a_line_that_is_broken_takes_two_of_the_window():
    lines = "\n".join((*SIX[1:4], "Bakgården"))
    text = f'row;name;address;postcode;place\n2;{SIX[0]};"{lines}";0150;Oslo\n'
    assert told(text, {2}) == ["line 2, «address»: takes 8 lines, and an envelope's window shows 6"]


@pytest.mark.parametrize(
    "lines",
    [
        ("Ola Nordmann", "Storgata 1", "0150 Oslo"),
        SIX[1:],
        ("ANNE-KRISTIN GUTTORMSEN HÆTTA UTSI-SARA", "ØVRE KIRKEGÅRDSGATEN 123B", "9520 KAUTOKEINO"),
        ("Ánte Máhtte Ráhkkonjárga-Guttormsen, mmmmmmmmmmm", "Wwwwwwwww 1", "9520 Guovdageaidnu"),
        ("Overgangsboligavdelingsadministrasjonskontorene 1", "Gata 1", "0150 Oslo"),
        ("KOMMUNALDEPARTEMENTET, AVDELING FOR BOLIG OG MILJØ", "0150 OSLO"),
    ],
)
def test_an_address_takes_no_more_lines_on_paper_than_are_counted(lines):
    """As WeasyPrint sets it: what is taken stands in the window, and on nothing else."""
    words = Wording(
        "nb", "Etaten", "30. november 2026", "Høsten", "Brev {row}", "Heading", ("Hei",),
        "Skriv", "eller", (), "Løftet", "Hilsen", "Formål", "", "",
    )  # fmt: skip
    letter = Letter(2, "nb", "https://svar.example.org/2", "ABCD", lines)
    page = pypdfium2.PdfDocument(
        pdf.pdf_bytes(letters_html([letter], {"nb": words}, "left"), variant=None)
    )[0]
    text, point = page.get_textpage(), 72 / 25.4
    top = 297 * point - 47 * point  # where the block begins, from the foot of the sheet
    counted = sum(map(lines_as_set, lines))
    end = top - counted * 4.3 * point
    heading = text.search("Heading").get_next()[0]
    last = text.search(lines[-1].split()[-1]).get_next()[0]
    assert text.get_charbox(last)[1] >= end - 1
    assert text.get_charbox(last)[1] > text.get_charbox(heading)[3]
