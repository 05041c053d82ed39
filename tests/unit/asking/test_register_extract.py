"""A register as HR systems write it: a row for each person, and whatever they call the columns."""

import pytest

from survey_app.asking.errors import RegisterProblems
from survey_app.asking.people.columns import guess, header_of, is_enough
from survey_app.asking.people.extract import KnownUnit, Placed, read_extract

KNOWN = (
    KnownUnit("etaten", "Etaten", "agency", ""),
    KnownUnit("nord", "Region Nord", "region", "etaten"),
    KnownUnit("nord-1", "Fengsel Nord 1", "fengsel_hoy", "nord"),
    KnownUnit("nord-2", "Fengsel Nord 2", "fengsel_lav", "nord"),
)
HEADER = "Ansattnummer;Etternavn;E-post;Målform;Enhet;Overordnet enhet"


def read(*rows, header=HEADER, known=KNOWN, said=None, kinds=None):
    text = "\n".join((header, *rows)) + "\n"
    columns = guess(header_of(text), {})
    return read_extract(
        text, columns, known, said or {}, agency="Etaten", kinds=kinds or {"fengsel": "fengsel_lav"}
    )


def problems(*rows, **more):
    with pytest.raises(RegisterProblems) as caught:
        read(*rows, **more)
    return str(caught.value).splitlines()


def test_columns_are_known_by_what_hr_systems_call_them():
    columns = guess(header_of(HEADER + "\n1;2;3;4;5;6"), {})
    assert columns == {
        "Ansattnummer": "number", "E-post": "email", "Målform": "language", "Enhet": "unit_name",
        "Overordnet enhet": "parent",
    }  # fmt: skip
    assert is_enough(columns)


def test_what_somebody_said_of_a_column_wins_over_its_name():
    remembered = {"Ref": "number", "Ansattnummer": ""}
    found = guess(["Ref", "Ansattnummer", "E-post", "Enhet"], remembered)
    assert found == {"Ref": "number", "E-post": "email", "Enhet": "unit_name"}


def test_people_are_found_in_the_units_of_the_register_by_name_or_code():
    found = read(
        "1;Navn;a@example.org;Nynorsk;Fengsel Nord 1;Region Nord",
        "2;Navn;b@example.org;;nord-2;nord",
    )
    assert [(one.number, one.language, one.unit) for one in found.register.people] == [
        ("1", "nn", "nord-1"),
        ("2", "nb", "nord-2"),
    ]
    assert [unit.code for unit in found.register.units] == ["etaten", "nord", "nord-1", "nord-2"]


def test_a_unit_that_nobody_belongs_to_any_more_is_not_in_the_register():
    found = read("1;Navn;a@example.org;nb;Fengsel Nord 1;Region Nord")
    assert [unit.code for unit in found.register.units] == ["etaten", "nord", "nord-1"]


def test_a_known_code_with_another_name_is_a_new_name():
    found = read(
        "1;a@example.org;nord-1;Fengsel Nordligst",
        header="Ansattnummer;E-post;Enhetskode;Enhet",
    )
    assert {unit.code: unit.name for unit in found.register.units}["nord-1"] == "Fengsel Nordligst"


def test_a_new_unit_is_asked_about_until_somebody_has_placed_it():
    row = "1;Navn;a@example.org;nb;Fengsel Nord Øst;Region Nord"
    found = read(row)
    assert found.register is None
    (new,) = found.new_units
    assert (new.code, new.name, new.people, new.parent) == (
        "fengsel-nord-ost", "Fengsel Nord Øst", 1, "nord",
    )  # fmt: skip
    placed = read(row, said={new.code: Placed("fengsel_lav", "")})
    assert (placed.register.units[-1].kind, placed.register.units[-1].parent) == (
        "fengsel_lav",
        "nord",
    )


def test_a_new_unit_of_an_agency_without_regions_stands_under_the_agency():
    known = (
        KnownUnit("kommunen", "Kommunen", "agency", ""),
        KnownUnit("skole-1", "Skole 1", "skole", "kommunen"),
    )
    row = "1;Navn;a@example.org;nb;Skole 2;"
    [asked] = read(row, known=known).new_units
    said = {asked.code: Placed("skole", "")}
    assert asked.parent == "kommunen"
    register = read(row, known=known, said=said).register
    assert {unit.code: unit.parent for unit in register.units}[asked.code] == "kommunen"


def test_a_first_file_makes_the_organisation_of_what_its_rows_say():
    rows = (
        "1;a@example.org;Fengsel Nord 1;Fengsel;Region Nord",
        "2;b@example.org;Fengsel Sør 1;Fengsel;Region Sør",
    )
    header = "Ansattnr;Epost;Enhet;Enhetstype;Overordnet enhet"
    asked = read(*rows, header=header, known=())
    assert [(unit.name, unit.kind) for unit in asked.new_units] == [
        ("Region Nord", "region"),
        ("Region Sør", "region"),
    ]
    said = {unit.code: Placed("region", "") for unit in asked.new_units}
    found = read(*rows, header=header, known=(), said=said)
    assert [(unit.name, unit.kind, unit.parent) for unit in found.register.units] == [
        ("Etaten", "agency", ""),
        ("Fengsel Nord 1", "fengsel_lav", "region-nord"),
        ("Region Nord", "region", "agency"),
        ("Fengsel Sør 1", "fengsel_lav", "region-sor"),
        ("Region Sør", "region", "agency"),
    ]


def test_every_mistake_is_told_with_its_line_and_the_file_s_own_column():
    assert problems(
        "1;Navn;ikke en adresse;nb;Fengsel Nord 1;",
        ";Navn;b@example.org;nb;Fengsel Nord 1;",
        "3;Navn;c@example.org;samisk;Fengsel Nord 1;",
        "4;Navn;d@example.org;nb;;",
        "5;Navn;e@example.org;nb",
    ) == [
        "line 2, «E-post»: is not an e-mail address such as name@example.org",
        "line 3, «Ansattnummer»: is empty; a person needs it",
        "line 4, «Målform»: «samisk» is none of nb, nn, en; empty means nb",
        "line 5, «Enhet»: is empty; a person needs it",
        "line 6: the row has 4 cells and the header 6",
    ]


def test_the_same_person_twice_is_a_mistake():
    row = "1;Navn;a@example.org;nb;Fengsel Nord 1;"
    assert problems(row, row) == ["line 3, «code»: the same person stands on line 2"]


def test_a_file_without_anybody_is_a_mistake():
    assert problems() == ["the file holds no unit and no person"]


def test_two_units_of_one_name_are_known_by_their_codes_alone():
    known = (*KNOWN, KnownUnit("sor", "Region Sør", "region", "etaten"),
             KnownUnit("sor-1", "Fengsel Nord 1", "fengsel_hoy", "sor"))  # fmt: skip
    found = read("1;Navn;a@example.org;nb;Fengsel Nord 1;", known=known)
    assert [unit.name for unit in found.new_units] == ["Fengsel Nord 1"]
