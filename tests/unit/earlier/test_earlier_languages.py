"""An agency takes earlier results in in its own languages; here it writes English and Sámi."""

from dataclasses import replace
from pathlib import Path

import pytest

from questionnaires.content import SETTING
from survey_app.accounts.roles import Role
from survey_app.earlier.check_description import check_description, meaning_name
from survey_app.earlier.commands import read_files
from survey_app.earlier.described import first_fields, manifest_of
from survey_app.earlier.errors import EarlierProblems
from survey_app.earlier.lineage import Book
from survey_app.earlier.manifest import read_manifest
from survey_app.earlier.model import decode, encode_source
from survey_app.earlier.read_source import read_source
from survey_app.earlier.sheets import read_sheet
from survey_app.reading.history.allowed import allowed_units
from survey_app.shared.clock import today
from tests.other_agencies import STAFF_ALONE, content_of

RESULTS = "year,unit,measure,value,se\n2024,north,leader,72,1.5\n"
UNITS = "code,name_en,name_se,own\nnorth,Northern yard,Davvi,\n"


@pytest.fixture
def english_and_sami(monkeypatch, tmp_path):
    monkeypatch.setenv(SETTING, str(content_of(STAFF_ALONE, tmp_path)))


def sheets():
    files = {"results.csv": RESULTS, "units.csv": UNITS}
    return [read_sheet(name, text.encode()) for name, text in files.items()]


@pytest.mark.usefixtures("english_and_sami")
def test_columns_of_names_are_those_of_its_languages():
    results, units = sheets()
    # «se» is both a standard error and a language
    assert [one.meaning for one in results.columns] == ["year", "unit", "measure", "value", "se"]
    assert [one.meaning for one in units.columns] == ["code", "name", "name_se", "own"]
    changes = read_sheet("c.csv", b"year,measure,kind,note_en\n2020,leader,break,Other words\n")
    assert [one.meaning for one in changes.columns] == ["year", "measure", "kind", "note"]
    assert meaning_name("name_se", "en") == "Name in Northern Sami"
    assert meaning_name("se", "en") == "Standard error"


@pytest.mark.usefixtures("english_and_sami")
def test_what_is_said_on_the_page_is_kept_in_its_languages():
    found = sheets()
    assert check_description({}, found)[1].name == "title_en"
    fields = first_fields(found, None, today()) | {
        "kind": "earlier", "title_en": "The survey of before", "title_se": "Ovdalaš",
        "source": "Ours", "licence": "Ours", "measure-0-name": "My manager",
        "measure-0-name_se": "Jođiheaddji",
    }  # fmt: skip
    assert check_description(fields, found) == ()
    manifest = manifest_of(fields, found, key="before", audience="staff")
    files = {"results.csv": RESULTS.encode(), "units.csv": UNITS.encode()}
    source = read_source(manifest, files)
    assert source.title == {"en": "The survey of before", "se": "Ovdalaš"}
    assert [one.name for one in source.measures] == [{"en": "My manager", "se": "Jođiheaddji"}]
    assert [one.name for one in source.units] == [{"en": "Northern yard", "se": "Davvi"}]


@pytest.mark.usefixtures("english_and_sami")
def test_a_manifest_needs_its_first_language_and_no_other():
    text = Path("tests/data/earlier-survey/manifest.toml").read_text(encoding="utf-8")
    title = text[text.index("[title]") :].partition("\n\n")[0]
    said = text.replace(title, '[title]\nen = "The survey of before"')
    with pytest.raises(EarlierProblems) as wrong:
        read_manifest(said.replace("en = ", "se = "))
    assert "«title.en»: is missing" in str(wrong.value)
    assert read_manifest(said).title == {"en": "The survey of before"}


def test_a_source_that_was_stored_in_other_languages_is_read_and_renewed(monkeypatch, tmp_path):
    stored = read_files(Path("tests/data/earlier-survey/manifest.toml"))
    monkeypatch.setenv(SETTING, str(content_of(STAFF_ALONE, tmp_path)))
    source = replace(decode(encode_source(stored)), title={"nb": "Tidligere undersøkelse"})
    fields = first_fields([], source, today())
    assert fields["title_en"] == "Tidligere undersøkelse"
    assert not {"title_nb", "title_nn"} & fields.keys()
    assert len(allowed_units(Book(source), Role.HR, ())) == len(source.units)
