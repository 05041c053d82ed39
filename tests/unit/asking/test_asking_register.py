"""The register file: what is read, and a sentence with line and column for each mistake."""

import pytest

from survey_app.asking.errors import RegisterProblems
from survey_app.asking.people.reach import reach
from survey_app.asking.people.register import read_register
from survey_app.asking.people.tree import counted_in_unit, region_of

HEADER = "kind,code,name,type,parent,email,language,unit\n"
UNITS = (
    "unit,etaten,Etaten,agency,,,,\n"
    "unit,nord,Region Nord,region,etaten,,,\n"
    "unit,a,Fengsel Nord 1,fengsel_hoy,nord,,,\n"
)


def problems(text):
    with pytest.raises(RegisterProblems) as caught:
        read_register(text)
    return [(one.line, one.column, one.sentence) for one in caught.value.problems]


def test_units_and_people_are_read_in_the_order_of_the_file():
    register = read_register(HEADER + UNITS + "person,17,,,,kari@example.org,nn,a\n")
    assert [unit.code for unit in register.units] == ["etaten", "nord", "a"]
    (person,) = register.people
    assert (person.number, person.email, person.language, person.unit, person.line) == (
        "17", "kari@example.org", "nn", "a", 5,
    )  # fmt: skip


def test_an_agency_may_have_its_units_directly_under_it():
    text = "unit,etaten,Etaten,agency,,,,\nunit,a,A,skole,etaten,,,\nunit,b,B,seksjon,a,,,\n"
    register = read_register(HEADER + text + "person,17,,,,kari@example.org,,b\n")
    units = {unit.code: unit for unit in register.units}
    assert counted_in_unit("b", units) == "a"
    assert region_of({unit.code: (unit.kind, unit.parent) for unit in register.units}) == {}


def chain(*codes, above="nord"):
    pairs = zip(codes, (above, *codes), strict=False)
    return "".join(f"unit,{code},{code},seksjon,{parent},,,\n" for code, parent in pairs)


def test_whatever_lies_above_a_unit_without_end_is_named_on_each_line_and_nothing_else():
    rows = chain("b", "c") + chain("d", "e", "f", above="f") + chain("g", "h", above="e")
    told = problems(HEADER + UNITS + rows)
    assert [(line, column) for line, column, _ in told] == [(n, "parent") for n in range(7, 12)]
    assert len({sentence for _, _, sentence in told}) == 1


def test_a_unit_with_more_above_it_than_any_organisation_has_is_named_once():
    codes = [f"u{number}" for number in range(60)]
    # etaten and nord, and 48 of these, are 50
    assert len(read_register(HEADER + UNITS + chain(*codes[:49])).units) == 52
    told = problems(HEADER + UNITS + chain(*codes))
    sentence = "more than 50 units lie above this one; look over what lies under what"
    assert told == [(5 + 49, "parent", sentence)]


# each was followed to the top, which took minutes; on the page of changes it still would
def test_a_chain_of_twenty_thousand_units_is_walked_once():
    codes = [f"u{number}" for number in range(20_000)]
    assert len(problems(HEADER + UNITS + chain(*codes))) == 1
    told = problems(HEADER + UNITS + chain(*codes, above=codes[-1]))
    assert told[0][2].startswith("the file has 20000 mistakes; the first 1000 are named")


def test_our_own_format_is_read_as_a_spreadsheet_saves_unicode_text():
    text = (HEADER + UNITS + "person,1,,,,own@example.org,,a\n").replace(",", "\t")
    assert [one.number for one in read_register(text).people] == ["1"]


def test_a_file_from_a_norwegian_spreadsheet_is_read_too():
    text = "\ufeff" + (HEADER + UNITS + "person,17,,,,kari@example.org,,a\n").replace(",", ";")
    (person,) = read_register(text.replace("\n", "\r\n")).people
    assert person.language == "nb"


@pytest.mark.parametrize(
    ("rows", "line", "column", "part"),
    [
        ("person,17,,,,kari.example.org,,a\n", 5, "email", "not an e-mail address"),
        # a head of a mail has another's address in it
        ("person,17,,,,=?utf-8?q?kari?=@example.org,,a\n", 5, "email", "not an e-mail address"),
        ("person,17,,,,kari@example.org,se,a\n", 5, "language", "nb, nn, en"),
        ("person,17,,,,kari@example.org,,b\n", 5, "unit", "there is no unit «b»"),
        ("person,17,,,,,,nord\n", 5, "unit", "«nord» is the whole region; give its staff (1)"),
        ("person,17,Kari,,,kari@example.org,,a\n", 5, "name", "must be empty for a person"),
        ("persona,17,,,,kari@example.org,,a\n", 5, "kind", "neither unit nor person"),
        ("person,,,,,kari@example.org,,a\n", 5, "code", "is empty"),
        ("person,17,,,,kari@example.org,,a,x\n", 5, "", "9 cells and the header 8"),
        ("unit,a,Igjen,fengsel_hoy,nord,,,\n", 5, "code", "stands on line 4 too"),
        ("unit,b,B,fengsel_hoy,etaten,,,\n", 5, "parent", "stands under a region"),
        ("unit,b,B,region,nord,,,\n", 5, "parent", "directly under the agency"),
        ("unit,b,B,fengsel_hoy,borte,,,\n", 5, "parent", "there is no unit «borte»"),
        ("unit,b,B,agency,,,,\n", 5, "type", "exactly one unit is of type agency"),
        ('unit,b,"B,fengsel_hoy,nord,,,\n', 5, "", "not proper CSV"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_column(rows, line, column, part):
    found = problems(HEADER + UNITS + rows)
    assert any((at, name) == (line, column) and part in told for at, name, told in found), found


@pytest.mark.parametrize("people", [3, 40])
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("etaten", "«etaten» is the whole agency; give its staff (%s) a unit below it"),
        ("b", "there is no unit «b» in the file; give its staff (%s) one that is there"),
    ],
)
def test_those_who_stand_in_no_unit_are_told_with_their_number_and_the_first_lines(
    place, said, people
):
    rows = "".join(f"person,{number},,,,,,{place}\n" for number in range(people))
    told = said % people
    lines = range(5, 5 + min(people, 8))
    assert problems(HEADER + UNITS + rows) == [(line, "unit", told) for line in lines]


def test_a_level_above_the_regions_is_refused_with_what_to_do():
    levels = (
        "unit,etaten,Etaten,agency,,,,\nunit,divisjon,Divisjon nord,region,etaten,,,\n"
        "unit,region,Region 1,region,divisjon,,,\nunit,a,A,fengsel_hoy,region,,,\n"
        "unit,a-1,Avdeling 1,avdeling,a,,,\nperson,17,,,,kari@example.org,,a-1\n"
    )
    ((line, column, told),) = problems(HEADER + levels)
    assert (line, column) == (4, "parent")
    assert "levels are agency, region and unit" in told
    assert "into their names" in told


def test_every_mistake_of_a_file_is_told_at_once():
    rows = "person,1,,,,a@example.org,,a\nperson,1,,,,A@example.org,,b\n"
    assert [(line, column) for line, column, _ in problems(HEADER + UNITS + rows)] == [
        (6, "code"),
        (6, "unit"),
    ]


def test_who_has_no_address_or_shares_one_stands_in_the_register_and_is_told_of():
    rows = (
        "person,1,,,,own@example.org,,a\n"
        "person,2,,,,,,a\n"
        "person,3,,,,vakt@example.org,,a\n"
        "person,4,,,,,,a\n"
        "person,5,,,,Vakt@example.org,,a\n"
    )
    found = reach(read_register(HEADER + UNITS + rows).people)
    assert (found.without, found.shared, found.not_reachable) == (2, ((7, 9),), 4)
    assert list(found.sentences()) == [
        (
            "2 people have no e-mail address (lines 6, 8): counted in their unit, and not invited"
            " by mail"
        ),
        (
            "2 people share an address with somebody (lines 7 and 9): each would see the other's"
            " link, so none of them is invited by mail; give each an own address"
        ),
    ]


def test_lines_without_an_address_are_named_as_runs_and_not_all():
    addresses = ["" if n % 5 else f"x{n}@example.org" for n in range(1, 40)]
    rows = [f"person,{n},,,,{one},,a\n" for n, one in enumerate(addresses)]
    found = reach(read_register(HEADER + UNITS + "".join(rows)).people)
    assert next(found.sentences()).startswith(
        "32 people have no e-mail address (lines 5–8, 10–13, 15–18, 20–23, 25–28 …): counted"
    )


def test_addresses_with_letters_that_few_servers_take_are_told_of_by_line():
    rows = (
        "person,1,,,,kåre@example.org,,a\n"
        "person,2,,,,own@example.org,,a\n"
        "person,3,,,,blåbær@example.org,,a\n"
    )
    found = reach(read_register(HEADER + UNITS + rows).people)
    assert (found.unusual, found.not_reachable) == ((5, 7), 0)
    [told] = found.sentences()
    assert told.startswith("2 addresses hold letters that few mail servers take (lines 5, 7)")


def test_a_domain_with_letters_is_one_domain_and_goes_in_ascii_which_every_server_takes():
    rows = (
        "person,1,,,,post@blåbær.example,,a\n"
        "person,2,,,,a@bø.example,,a\n"
        "person,3,,,,A@xn--b-5ga.example,,a\n"
    )
    people = read_register(HEADER + UNITS + rows).people
    assert people[0].email == "post@xn--blbr-roah.example"
    found = reach(people)
    # of a shared mailbox each would see the other's link
    assert (found.unusual, found.shared, found.not_reachable) == ((), ((6, 7),), 2)


def test_nothing_is_told_where_everybody_has_an_own_address():
    found = reach(read_register(HEADER + UNITS + "person,1,,,,own@example.org,,a\n").people)
    assert (found.not_reachable, list(found.sentences())) == (0, [])


def test_units_that_stand_above_each_other_are_refused():
    rows = "unit,b,B,avdeling,c,,,\nunit,c,C,avdeling,b,,,\n"
    assert {(line, column) for line, column, _ in problems(HEADER + UNITS + rows)} == {
        (5, "parent"),
        (6, "parent"),
    }


def test_a_column_that_nobody_reads_is_refused_so_that_it_is_not_kept():
    found = problems(HEADER.replace("unit\n", "unit,birth_number\n"))
    assert found[0][:2] == (1, "birth_number")


def test_an_empty_file_is_told_in_one_sentence():
    assert "no unit and no person" in problems(HEADER)[0][2]
