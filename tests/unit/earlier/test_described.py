"""Uploaded files: what they seem to hold, and what is made of what somebody says of them."""

import re
from pathlib import Path

from survey_app.earlier.check_description import check_description
from survey_app.earlier.described import as_chosen, codes_of, first_fields, words_of
from survey_app.earlier.errors import SourceProblem
from survey_app.earlier.mistakes import SourceMistake
from survey_app.earlier.sheets import Sheet, read_sheet
from survey_app.reading.history.mends import SENTENCES, mends
from survey_app.shared.clock import today
from survey_app.shared.i18n import languages, translator
from tests.translations import PLACEHOLDER

CSPS = Path("tests/data/csps")


def sheet_of(text, name="resultater.csv"):
    found = read_sheet(name, text.encode())
    assert isinstance(found, Sheet)
    return found


def meanings(sheet):
    return [column.meaning for column in sheet.columns]


def test_the_examples_on_the_page_are_read_whole_in_every_language():
    page = Path("survey_app/reading/history/templates/history/upload_files.html").read_text()
    examples = re.findall(r'<pre class="sample"[^>]*>\{\{ _\("([^"]+)"\) \}\}', page)
    assert len(examples) == 4
    for language in languages():
        sheets = [sheet_of(translator(language).gettext(text)) for text in examples]
        assert [sheet.role for sheet in sheets] == ["results", "results", "units", "unit_changes"]
        assert [meanings(sheet) for sheet in sheets] == [
            ["year", "unit", "measure", "value", "n"],
            ["year", "unit", "figure", "figure"],
            ["code", "name", "own"],
            ["year", "unit", "previous", "kind", "reason"],
        ]


def test_the_british_files_are_read_as_what_they_are():
    names = ("organisation_scores.csv", "organisations.csv", "organisation_changes.csv")
    sheets = [read_sheet(name, (CSPS / name).read_bytes()) for name in names]
    assert [sheet.role for sheet in sheets] == ["results", "units", "unit_changes"]
    assert meanings(sheets[0]) == ["year", "unit", *["figure"] * 11]
    assert meanings(sheets[2]) == ["year", "unit", "previous", "kind", "reason"]
    fields = first_fields(sheets, None, today())
    assert fields["unknown_year"] == "9999"
    assert fields["measure-10-statistic"] == "rate"
    words = {word.theirs: fields[word.field] for word in words_of(sheets)}
    assert words == {
        "moved_out": "moved", "demerger": "split", "mog": "reorganised", "closure": "closed",
    }  # fmt: skip


def test_a_year_of_thousands_of_digits_is_no_mark_for_one_that_nobody_knows():
    row = f"{'9' * 5000},a,b\n"
    sheet = sheet_of(f"year,unit,previous\n{row}", "unit_changes.csv")
    assert sheet.role == "unit_changes"
    assert first_fields([sheet], None, today()).get("unknown_year", "") == ""


def test_norwegian_columns_are_recognised_and_a_choice_stands_over_a_guess():
    sheet = sheet_of("År;Enhet;Mål;Verdi;n\n2022;nord;leder;3,8;214\n")
    assert (sheet.role, meanings(sheet)) == ("results", ["year", "unit", "measure", "value", "n"])
    assert codes_of([sheet]) == ("leder",)
    fields = {"role-0": "results", "was-0": "results", "col-0-4": ""}
    [chosen] = as_chosen([sheet], fields)
    assert meanings(chosen) == ["year", "unit", "measure", "value", ""]
    # of another kind of file the columns are guessed anew, whatever the form said of them
    [units] = as_chosen([sheet], {**fields, "role-0": "units"})
    assert meanings(units) == ["", "code", "", "", ""]


def test_everything_that_is_missing_is_told_at_once():
    sheet = sheet_of("aar2;Enhet;leder\n2022;nord;3,8\n")
    [chosen] = as_chosen([sheet], {"role-0": "results"})
    found = [one.name for one in check_description({}, [chosen])]
    assert found == ["kind", "title_nb", "source", "licence", "retrieved", "scale_low", "col-0-0"]


def test_two_measures_of_one_name_are_told_where_the_second_stands():
    sheets = [sheet_of("år;enhet;ledelse;samarbeid\n2024;nord;4,1;4,2\n")]
    fields = first_fields(sheets, None, today()) | {"measure-1-name": " ledelse"}
    [found] = [one for one in check_description(fields, sheets) if one.name == "measure-1-name"]
    assert found.values == {"name": "ledelse"}


def test_a_file_that_cannot_be_read_is_told_and_not_guessed_at():
    latin = read_sheet("a.csv", "år;enhet\n2022;sør".encode("latin-1"))
    assert isinstance(latin, SourceProblem)
    assert latin.mistake is SourceMistake.NOT_UTF8
    assert read_sheet("a.csv", b"year;unit\n").mistake is SourceMistake.NO_VALUE
    assert read_sheet("a.csv", b'year;unit\n2022;"nord').mistake is SourceMistake.NOT_CSV


def test_every_mistake_has_its_sentence_in_each_language_with_the_same_facts():
    assert set(SENTENCES) == set(SourceMistake)
    for mistake, sentence in SENTENCES.items():
        for language in languages():
            told = translator(language).gettext(sentence)
            assert set(PLACEHOLDER.findall(told)) <= set(PLACEHOLDER.findall(mistake.value))


def test_the_same_mistake_on_many_lines_is_told_once_with_the_lines():
    many = [
        SourceProblem("a.csv", line, "value", SourceMistake.NUMBER, (("value", "x"),))
        for line in range(2, 14)
    ]
    [one] = mends(many, "nb")
    assert (one.line, one.also, one.more) == (2, (3, 4, 5, 6, 7, 8, 9, 10), 3)
    assert one.sentence.startswith("«x» er ikke et tall.")
