"""TOML that takes a parser's stack or memory: one sentence, whoever reads it."""

import shutil
from dataclasses import replace

import pytest

from questionnaires import population
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.laid_over import assess
from questionnaires.authoring.own_measures import WrittenMeasure, write_measure
from questionnaires.authoring.take_file_back import take_file_back
from questionnaires.authoring.version_files import begin_version, read_version_files
from questionnaires.content import SETTING
from questionnaires.errors import QuestionnaireErrors
from questionnaires.formats.read import read_foreign
from questionnaires.formats.sentences import ForeignFileError
from questionnaires.formats.to_toml import from_toml, to_toml
from questionnaires.loader import load_library
from questionnaires.population import PopulationError, read_population
from questionnaires.toml_text import NotTomlError, read_toml_text
from questionnaires.whole import check_content
from survey_app.asking.campaigns.campaign_file import read_campaign
from survey_app.asking.errors import CampaignProblems
from survey_app.simulation.demo_texts import demo_texts
from tests.agencies import FIRST

# the last took 20 GB of memory
HARMFUL = {
    "brackets": ("a = " + "[" * 20_000, "brackets lie in each other too deeply"),
    "tables": ("a = " + "{a=" * 20_000, "brackets lie in each other too deeply"),
    "digits": ("a = " + "9" * 5_000, "integer string conversion"),
    "hexadecimal digits": ("title = 0x" + "f" * 5_000, "a whole number of thousands of digits"),
    "parts": ("a" + ".a" * 90_000 + " = 1", "a key of more than 100 parts"),
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


@pytest.mark.parametrize("file", ["agency.toml", "messages/nb.toml"])
def test_a_file_in_another_encoding_is_named_first_and_not_by_what_follows_from_it(tmp_path, file):
    root = tmp_path / "content"
    shutil.copytree(FIRST, root)
    text = (root / file).read_text(encoding="utf-8")
    (root / file).write_bytes(f"# en\n# gjøk\n{text}".encode("cp1252", "replace"))
    with pytest.raises(QuestionnaireErrors) as caught:
        load_library(root)
    first, *others = map(str, caught.value.problems)
    assert first == (
        f"{file}: file: the file is not valid TOML: line 2 is not in UTF-8; save the file in UTF-8"
    )
    assert not [line for line in others if "missing" in line or "not known" in line]


def test_a_file_that_begins_with_the_mark_of_an_editor_is_read_as_without(tmp_path, monkeypatch):
    root = tmp_path / "content"
    texts = demo_texts("staff", {})
    shutil.copytree(FIRST, root)
    for path in root.rglob("*.toml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert check_content(root).items.keys() == load_library(FIRST).items.keys()
    assert read_version_files(root, "verdipuls", 1) == read_version_files(FIRST, "verdipuls", 1)
    words = dict.fromkeys(("nb", "nn", "en"), "Rom for ro")
    room = WrittenMeasure("ROM", "staff", words, about=words, items=("vp.try.2",), placed=True)
    files = write_measure(begin_version(root, "verdipuls", "2021-1"), room)
    assert not assess(root, files).problems
    monkeypatch.setenv(SETTING, str(root))
    assert demo_texts("staff", {}) == texts


@pytest.mark.parametrize(
    "file", ["agency.toml", "forms.toml", "instruments/omdomme/v1/text.nb.toml"]
)
def test_a_folder_in_the_place_of_a_file_is_named_as_one_that_cannot_be_read(tmp_path, file):
    root = tmp_path / "content"
    shutil.copytree(FIRST, root)
    (root / file).unlink()
    (root / file).mkdir()
    with pytest.raises(QuestionnaireErrors, match=f"{file}: file: the file cannot be read"):
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


@pytest.mark.parametrize(
    "text",
    [
        f"{'a.' * 100}a = 1",
        f"[{'a . ' * 100}a]",
        f"""{'"a"."b, c".' * 50}a = 1""",
        '"\\"".' * 100 + "a = 1",
        # to somebody who reads one line alone, the key stands in a string
        f"""a = ["\""\n"\"", {{{"a." * 100}a = "" }}]""",
    ],
)
def test_a_key_of_more_than_a_hundred_parts_is_found_however_it_is_written(text):
    with pytest.raises(NotTomlError, match="a key of more than 100 parts"):
        read_toml_text(text)


def test_a_line_may_have_as_many_dots_as_it_likes_where_no_key_has_them():
    items = [f"om.fil.{number}" for number in range(60)]
    written = ", ".join(f'"{one}"' for one in items)
    rule = "." * 120
    found = read_toml_text(
        f"# {rule}\nitems = [{written}]\nrule = '{rule}'\ntext = \"{'Det er bra. ' * 120}\"\n"
        f"{'a.' * 99}a = {[0.5] * 120}\n"
    )
    assert found["items"] == items
    assert found["rule"] == rule


def test_a_form_with_many_questions_in_one_block_is_read_as_it_was_written():
    form = load_library(FIRST).questionnaire("verdipuls.k2", first_wave=True)
    [one, *_] = form.items
    items = tuple(replace(one, id=f"vp.mange.{number}") for number in range(60))
    [block, *_] = form.form.blocks
    long = replace(
        form,
        items=items,
        scales=(),
        indices=(),
        form=replace(form.form, blocks=(replace(block, items=tuple(o.id for o in items)),)),
    )
    assert from_toml(to_toml(long).content).items == items
