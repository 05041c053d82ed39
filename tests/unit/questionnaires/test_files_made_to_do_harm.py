"""TOML that takes a parser's stack or memory: one sentence, whoever reads it."""

import shutil

import pytest

from questionnaires import population
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.take_file_back import take_file_back
from questionnaires.authoring.version_files import read_version_files
from questionnaires.errors import QuestionnaireErrors
from questionnaires.formats.read import read_foreign
from questionnaires.formats.sentences import ForeignFileError
from questionnaires.loader import load_library
from questionnaires.population import PopulationError, read_population
from survey_app.asking.campaigns.campaign_file import read_campaign
from survey_app.asking.errors import CampaignProblems
from tests.agencies import FIRST

# the last took 20 GB of memory
HARMFUL = {
    "brackets": ("a = " + "[" * 20_000, "brackets lie in each other too deeply"),
    "tables": ("a = " + "{a=" * 20_000, "brackets lie in each other too deeply"),
    "digits": ("a = " + "9" * 5_000, "integer string conversion"),
    "parts": ("a" + ".a" * 90_000 + " = 1", "more than 100 dots on one line"),
}
each = pytest.mark.parametrize(("text", "sentence"), HARMFUL.values(), ids=HARMFUL)


@each
@pytest.mark.parametrize(
    "file", ["agency.toml", "forms.toml", "instruments/omdomme/v1/text.nb.toml"]
)
def test_content_that_cannot_be_read_is_named_with_its_file(tmp_path, file, text, sentence):
    root = tmp_path / "content"
    shutil.copytree(FIRST, root)
    (root / file).write_text(text)
    with pytest.raises(QuestionnaireErrors, match=f"{file}: file: .*{sentence}"):
        load_library(root)


@each
def test_a_count_of_the_population_that_cannot_be_read_is_named(
    tmp_path, monkeypatch, text, sentence
):
    monkeypatch.setattr(population, "FOLDER", tmp_path)
    (tmp_path / "2026.toml").write_text(text)
    with pytest.raises(PopulationError, match=f"2026.toml is not valid TOML: .*{sentence}"):
        read_population()


@each
def test_a_campaign_that_cannot_be_read_says_why(text, sentence):
    with pytest.raises(CampaignProblems, match=f"the file is not TOML: .*{sentence}"):
        read_campaign(text, load_library(FIRST))


@each
def test_a_file_of_a_version_that_cannot_be_read_is_not_taken_back(text, sentence):
    files = read_version_files(FIRST, "verdipuls", 1)
    with pytest.raises(AuthoringError, match="toml") as caught:
        take_file_back(files, "text.nb.toml", text.encode(), [])
    assert sentence in str(caught.value)


@each
def test_a_form_that_cannot_be_read_is_not_taken_in(text, sentence):
    with pytest.raises(ForeignFileError):
        read_foreign("form.toml", text.encode())
