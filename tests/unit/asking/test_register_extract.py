"""A register as HR systems write it: a row for each person, and whatever they call the columns."""

from unicodedata import normalize

import pytest

from survey_app.asking.errors import RegisterProblems
from survey_app.asking.mends import mends_of
from survey_app.asking.people.columns import first_cells, guess, header_of, is_enough
from survey_app.asking.people.extract import KnownUnit, Placed, read_extract
from survey_app.asking.people.register import decoded, read_register

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


def test_columns_are_known_where_an_hr_system_shortens_their_names():
    header = "Ans.nr;Etternavn;Arb. e-post;Avd.kode;Tjenestested;Målf.;Mob.nr;Overordnet enhet"
    assert guess(header_of(f"{header}\n"), {}) == {
        "Ans.nr": "number", "Arb. e-post": "email", "Avd.kode": "unit",
        "Tjenestested": "unit_name", "Målf.": "language", "Mob.nr": "mobile",
        "Overordnet enhet": "parent",
    }  # fmt: skip
    work = guess(["Ansatt-ID", "E-post (jobb)", "E-post (privat)", "Avd.", "Pers.nr."], {})
    assert work == {"Ansatt-ID": "number", "E-post (jobb)": "email", "Avd.": "unit_name"}


@pytest.mark.parametrize("unit", ["Enhet", "Avdeling", "Tjenestested"])
def test_where_somebody_works_is_their_unit_only_where_no_column_says_unit(unit):
    assert guess(["Arbeidssted", unit], {}) == {unit: "unit_name"}
    assert guess(["Arbeidssted", "Ref"], {}) == {"Arbeidssted": "unit_name"}
    said = {"Arbeidssted": "unit_name"}
    assert guess([unit, "Arbeidssted"], said) == said


def test_a_national_identity_number_is_never_guessed_to_be_a_key():
    header = ["Personnummer", "Pers.nr", "Fødselsnr.", "Fnr", "F.nr."]
    assert guess(header, {}) == {}


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


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("written", ["NFC", "NFD"])
def test_a_unit_is_the_same_whether_a_letter_is_written_as_one_sign_or_as_two(stored, written):
    known = (*KNOWN, KnownUnit("vest-1", normalize(stored, "Ålesund fengsel"), "fengsel", "nord"))
    row = "1;Navn;a@example.org;Nynorsk;Ålesund fengsel;Region Nord"
    text = decoded(normalize(written, f"{HEADER}\n{row}\n").encode())
    columns = guess(header_of(text), {})
    found = read_extract(text, columns, known, {}, agency="Etaten", kinds={})
    assert not found.new_units
    assert [(one.unit, one.language) for one in found.register.people] == [("vest-1", "nn")]


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
        ("Region Nord", "region", "agency"),
        ("Fengsel Nord 1", "fengsel_lav", "region-nord"),
        ("Region Sør", "region", "agency"),
        ("Fengsel Sør 1", "fengsel_lav", "region-sor"),
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


FIRST = "Ansattnummer;E-post;Enhet;Region"


def new_units(*rows, header=FIRST):
    return [(unit.code, unit.name, unit.people) for unit in read(*rows, header=header).new_units]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Helse og omsorg, hjemmetjenesten distrikt nord",
         "Helse og omsorg, hjemmetjenesten distrikt sør"),
        ("Avdeling A", "Avdeling A+"),
        ("Čáhcesuolo skuvla", "Čáhcesuolo (skuvla)"),
        ("Đđ 1", "Ŋŋ 1"),
        ("Fengsel Nord 1", "Fengsel Nord 1 / nord-1"),
    ],
)  # fmt: skip
def test_units_whose_names_differ_in_anything_are_never_one(one, other):
    names = {
        unit.name: unit.people
        for unit in read(
            f"1;a@example.org;{one};Region Nord", f"2;b@example.org;{other};Region Nord",
            f"3;c@example.org;{other};Region Nord", header=FIRST, known=KNOWN[:2],
        ).new_units
    }  # fmt: skip
    assert names == {one: 1, other: 2}


def test_a_unit_under_two_others_is_told_instead_of_put_under_the_first():
    rows = ("1;a@example.org;Administrasjon;Region Nord",
            "2;b@example.org;Administrasjon;Region Sør")  # fmt: skip
    (told,) = problems(*rows, header=FIRST)
    assert told.startswith("line 3, «Region»: «Administrasjon» stands under «Region Nord» on line")


def test_a_code_with_two_names_is_told_instead_of_called_by_the_first():
    header = "Ansattnummer;E-post;Enhetskode;Enhet"
    assert problems(
        "1;a@example.org;100;Skole A", "2;b@example.org;100;Skole B", header=header
    ) == ["line 3, «Enhet»: «100» is called «Skole A» on line 2"]


def test_a_known_unit_that_is_told_by_its_code_keeps_its_name():
    found = read("1;a@example.org;nord-2;nord", header=FIRST)
    assert [unit.name for unit in found.register.units] == [
        "Etaten", "Region Nord", "Fengsel Nord 2",
    ]  # fmt: skip


def test_a_unit_above_is_found_by_its_name_wherever_in_the_file_its_code_stands():
    header = "Ansattnummer;E-post;Enhetskode;Enhet;Region"
    rows = ("1;a@example.org;101;Skolen;Oppvekst", "2;b@example.org;100;Oppvekst;Region Nord")
    assert new_units(*rows, header=header) == [("100", "Oppvekst", 1), ("101", "Skolen", 1)]


def test_of_two_columns_of_one_name_somebody_has_to_say_which_is_meant():
    header = header_of("Ansattnummer;E-post;Enhet;Nærmeste leder;E-post\n")
    assert header == ["Ansattnummer", "E-post (1)", "Enhet", "Nærmeste leder", "E-post (2)"]
    assert not is_enough(guess(header, {}))
    told = guess(header, {"E-post (1)": "email"})
    row = "1;meg@example.org;Fengsel Nord 1;Navn;leder@example.org"
    found = read_extract(
        "Ansattnummer;E-post;Enhet;Nærmeste leder;E-post\n" + row, told, KNOWN, {},
        agency="Etaten", kinds={},
    )  # fmt: skip
    assert [one.email for one in found.register.people] == ["meg@example.org"]


def test_a_header_may_have_line_breaks_and_signs_inside_quotation_marks():
    text = 'Ansattnummer;"E-\npost";"Enhet";"Sted, by, og\nland"\n1;a@example.org;nord-1;"x\ny"\n'
    assert header_of(text) == ["Ansattnummer", "E- post", "Enhet", "Sted, by, og land"]
    assert first_cells(text)[:3] == ["1", "a@example.org", "nord-1"]
    found = read_extract(text, guess(header_of(text), {}), KNOWN, {}, agency="E", kinds={})
    assert [one.unit for one in found.register.people] == ["nord-1"]


# a million columns of one name took half an hour, and the pages stood still meanwhile
def of_columns(number):
    return "a;" * (number - 1) + "a\n1\n"


@pytest.mark.parametrize("read", [header_of, lambda text: read_register(text.replace(";", ","))])
def test_a_file_of_more_columns_than_anybody_could_be_asked_about_is_refused_at_once(read):
    for columns in (301, 450_000):
        with pytest.raises(RegisterProblems) as caught:
            read(of_columns(columns))
        [mend] = mends_of(caught.value.problems, "nb")
        assert mend.sentence == f"Filen har {columns} kolonner. Høyst 300 kan leses."


def test_a_line_longer_than_any_is_refused_before_its_cells_are_looked_at():
    with pytest.raises(RegisterProblems, match="more than 1,000,000 signs on one line"):
        header_of(of_columns(1_000_000))


def test_a_quotation_mark_that_stays_open_in_the_header_is_told():
    with pytest.raises(RegisterProblems, match="is a quotation mark left open"):
        header_of('Ansattnummer;"E-post;Enhet\n' + "1;a@example.org;nord-1\n" * 9_000)


def test_a_first_row_that_is_no_proper_csv_keeps_nobody_from_saying_what_columns_mean():
    text = 'Nr;Adresse;Enhet\n1;"Olsen "x" AS";nord-1\n2;b@example.org;nord-1\n'
    assert header_of(text) == ["Nr", "Adresse", "Enhet"]
    assert first_cells(text) == ["", "", ""]
    with pytest.raises(RegisterProblems, match="line 2: the row is not proper CSV"):
        read_extract(
            text, {"Nr": "number", "Adresse": "email", "Enhet": "unit"}, KNOWN, {}, agency="E",
            kinds={},
        )  # fmt: skip


def test_a_first_line_that_names_the_sign_is_no_header_and_lines_are_counted_with_it():
    text = f"sep=;\n{FIRST}\n1;ikke en adresse;nord-1;nord\n"
    assert header_of(text) == FIRST.split(";")
    with pytest.raises(RegisterProblems, match="line 3, «E-post»"):
        read_extract(text, guess(header_of(text), {}), KNOWN, {}, agency="E", kinds={})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04\x14\x00", "is a workbook and no CSV"),
        ("1;Sør\n".encode() + "2;Sør\n".encode("cp1252"), "line 1: «Ã¸» stands for another letter"),
        ("x;y\n1;Sør\n".encode().decode("cp1252").encode(), "line 2: «Ã¸»"),
        # read as Windows-1252, a column was called «MŒlform» and read by nobody
        ("Målform;Enhet\nnynorsk;Sør\n".encode("mac_roman"), "neither UTF-8 nor Windows-1252"),
        ("Målform;Enhet\nnynorsk;Sør\n".encode("cp850"), "neither UTF-8 nor Windows-1252"),
        ("ENHET\nBJØRNØYA\n".encode("mac_roman"), "neither UTF-8 nor Windows-1252"),
        ("Enhet\nØstlandet\n".encode("mac_roman"), "neither UTF-8 nor Windows-1252"),
        # also of those whom a wave invites, and of names and addresses on letters
        (b"email\n" + 1_000_000 * b"x\r", "more than a million lines"),
    ],
    ids=[
        "a workbook",
        "two encodings",
        "one read as the other",
        "a Mac",
        "DOS",
        "a Mac's",
        "a Mac's first letter",
        "lines",
    ],
)
def test_a_file_that_is_no_text_of_one_kind_is_told_by_what_it_is(content, told):
    with pytest.raises(RegisterProblems, match=told):
        decoded(content)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_is_read_however_a_spreadsheet_saved_it(encoding, end):
    assert decoded(f"Enhet{end}Sør Å{end}".encode(encoding)) == "Enhet\nSør Å\n"


def test_a_key_that_a_spreadsheet_has_shortened_is_told_as_that():
    told = "a number that a spreadsheet has shortened; export the file again, and do not save it"
    assert told in problems("1,00234E+05;a@example.org;nord-1;nord", header=FIRST)[0]


def test_letters_that_a_spreadsheet_lost_are_told_before_a_unit_is_called_so():
    lost = "Kárášjoga ođđa skuvla".encode("cp1252", "replace").decode("cp1252")
    assert "has lost letters" in problems(f"1;a@example.org;{lost};nord", header=FIRST)[0]


def test_an_address_is_read_with_its_domain_as_every_server_takes_it():
    read_so = read("1;A;a@B\u00f8.example;nb;Fengsel Nord 1;Region Nord")
    assert read_so.register.people[0].email == "a@xn--b-5ga.example"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"1;a@example.org;{'c' * 61};Kontor;;", "«Enhetskode»: is longer than 60 characters"),
        (f"1;a@example.org;k;{'Å' * 141};;", "«Enhet»: is longer than 140 characters"),
        (f"1;a@example.org;k;Kontor;{'t' * 41};", "«Enhetstype»: is longer than 40 characters"),
        (f"1;a@example.org;k;Kontor;;{'r' * 141}", "«Region»: is longer than 140 characters"),
    ],
)
def test_what_the_register_has_no_room_for_is_told_before_it_is_looked_over(row, told):
    header = "Ansattnummer;E-post;Enhetskode;Enhet;Enhetstype;Region"
    assert problems(row, header=header) == [f"line 2, {told}"]


def test_a_code_with_other_signs_is_the_same_unit_in_the_next_file():
    header = "Ansattnummer;E-post;Enhetskode;Enhet"
    row = "1;a@example.org;400/10;Kontor Nord 9"
    found = read(row, header=header, said={"400_10": Placed("kontor", "nord")})
    assert [(one.code, one.name) for one in found.register.units][2:] == [
        ("400_10", "Kontor Nord 9")
    ]
    known = (*KNOWN, KnownUnit("400_10", "Kontor Nord 9", "kontor", "nord"))
    assert read(row, header=header, known=known).register == found.register
    twice = problems(row, "2;b@example.org;400 10;Kontor Nord 10", header=header)
    assert twice[-1].startswith("line 3, «Enhetskode»: may hold letters, digits")


def test_a_unit_that_is_told_in_the_column_of_codes_alone_keeps_its_name():
    header = "Ansattnummer;E-post;Enhetskode"
    row = "1;a@example.org;Kontor Nord 9"
    [unit] = read(row, header=header).new_units
    assert (unit.code, unit.name) == ("kontor-nord-9", "Kontor Nord 9")


def test_a_new_unit_stands_under_a_region_that_has_no_other():
    said = {"kontor-9": Placed("kontor", "sor")}
    known = (*KNOWN, KnownUnit("sor", "Region Sør", "region", "etaten"))
    found = read("1;;a@example.org;;Kontor 9;", known=known, said=said)
    assert [one.code for one in found.register.units] == ["etaten", "sor", "kontor-9"]


@pytest.mark.parametrize("name", ['"Fengsel\nNord 1"', "Fengsel  Nord\u00a01 "])
def test_white_space_makes_no_new_name(name):
    found = read(f"1;;a@example.org;;{name};Region Nord")
    assert [one.name for one in found.register.units] == ["Etaten", "Region Nord", "Fengsel Nord 1"]
    own = "kind,code,name,type,parent,email,language,unit\nunit,e,{},agency,,,,\n"
    assert read_register(own.format(name)).units[0].name == "Fengsel Nord 1"


@pytest.mark.parametrize("cell", ["#N/A", "#I/T", "#REF!", "#NAVN?"])
def test_where_a_formula_failed_nobody_is_asked_what_unit_it_is(cell):
    [told] = problems(f"1;;a@example.org;;{cell};Region Nord")
    assert told.startswith(f"line 2, «Enhet»: «{cell}» is what a spreadsheet writes")


def test_of_a_new_unit_it_is_told_where_it_first_stands():
    rows = ("1;;a@example.org;;Fengsel Nord 1;", "Sum;;;;600;", "2;;b@example.org;;600;")
    [unit] = read(*rows).new_units
    assert (unit.name, unit.line) == ("600", 3)


def test_empty_cells_behind_the_last_column_are_passed_over():
    found = read("1;;a@example.org;;Fengsel Nord 1;Region Nord;; ;")
    assert [one.unit for one in found.register.people] == ["nord-1"]
    [told] = problems("1;;a@example.org;;Fengsel Nord 1;Region Nord;;x;")
    assert told == "line 2: the row has 9 cells and the header 6"
