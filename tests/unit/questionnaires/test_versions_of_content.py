"""Revisions live side by side: each keeps its hash, and a wording that changed has its own."""

import re
import shutil

import pytest

from questionnaires.authoring.laid_over import assess
from questionnaires.authoring.version_files import begin_version
from questionnaires.content import SETTING
from questionnaires.editions import edition
from questionnaires.errors import QuestionnaireErrors
from questionnaires.loader import content_hashes, load_library
from questionnaires.versions import compare_versions
from survey_app.running.authoring.mends import version_mends
from tests.first_versions import first_versions, write_first_versions

PULSE = "instruments/verdipuls"
ITEM = '[item."vp.try.1"]\ntext = "Der jeg jobber, kan jeg si fra'


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def release(root):
    """Write down what is there beside what was released before, but for the example."""
    with (root / "released.toml").open("a", encoding="utf-8") as file:
        text = (root / "released.toml").read_text(encoding="utf-8")
        file.writelines(
            f'"{name}" = "{found}"\n'
            for name, found in content_hashes(root).items()
            if f'"{name}"' not in text and "2027-1" not in name
        )


@pytest.fixture
def content(tmp_path):
    """A copy of the content, with all that is released."""
    root = tmp_path / "questionnaires"
    return write_first_versions(root)


@pytest.fixture
def revised(content):
    """The next strategy beside the present one, with a second version of every instrument."""
    shutil.copy(content / "strategy/2021-1.toml", content / "strategy/2031-1.toml")
    change(content / "strategy/2031-1.toml", 'revision = "2021-1"', 'revision = "2031-1"')
    (content / "indices").mkdir()
    shutil.copy(content / "indices.toml", content / "indices/2021-1.toml")
    change(content / "indices.toml", '"2021-1"', '"2031-1"')
    for folder in content.glob("instruments/*/v1"):
        new = shutil.copytree(folder, folder.with_name("v2"))
        change(new / "instrument.toml", "version = 1", "version = 2")
        change(new / "instrument.toml", '"2021-1"', '"2031-1"')
    return content


def problems(root):
    with pytest.raises(QuestionnaireErrors) as caught:
        load_library(root)
    return [str(problem) for problem in caught.value.problems]


def test_a_new_strategy_with_its_versions_stands_beside_the_released_one(revised):
    before = content_hashes(first_versions())
    release(revised)
    library = load_library(revised)
    assert library.strategy.revision == "2031-1"
    assert library.questionnaire("verdipuls.main").strategy_revision == "2031-1"
    now = content_hashes(revised)
    assert now.items() > before.items()
    assert {"strategy/2031-1", "indices/2031-1/KI", "instruments/verdipuls/v2"} <= now.keys()


def test_versions_for_a_strategy_that_is_not_read_yet_are_told_how_it_will_be(revised):
    change(revised / "indices.toml", '"2031-1"', '"2021-1"')
    (revised / "indices/2021-1.toml").unlink()
    change(revised / "strategy/2031-1.toml", 'id = "verdi.apenhet.1"', 'id = "verdi.apenhet.9"')
    for file in revised.glob("instruments/*/v2/instrument.toml"):
        file.write_text(file.read_text().replace('"verdi.apenhet.1"', '"verdi.apenhet.9"'))
    told = [one for one in problems(revised) if one.startswith("instruments/")]
    mend = (
        "the instrument is written for strategy 2031-1, and indices.toml reads 2021-1; move it to"
        ' indices/2021-1.toml, and write one with strategy_revision = "2031-1" in its place'
    )
    assert told == [
        f"{folder.relative_to(revised)}/instrument.toml: strategy_revision: {mend}"
        for folder in sorted(revised.glob("instruments/*/v2"))
    ]


def test_a_draft_that_the_new_strategy_overtook_is_told_to_begin_anew(revised, monkeypatch):
    monkeypatch.setenv(SETTING, str(revised))
    overtaken = begin_version(first_versions(), "verdipuls", "2021-1")
    [told] = version_mends(assess(revised, overtaken).problems, "nb")
    assert told.sentence.startswith("Versjonen er skrevet for strategien 2021–2026, og nå måles")
    anew = begin_version(revised, "verdipuls", load_library(revised).strategy.revision)
    assert (anew.version, version_mends(assess(revised, anew).problems, "nb")) == (3, ())


@pytest.mark.parametrize("key", ["verdipuls.main", "omdomme", "kandidat"])
def test_a_form_of_before_is_put_together_with_the_indices_of_its_own_strategy(revised, key):
    change(revised / "indices.toml", 'TRY = "1/3", APN = "1/3"', 'TRY = "2/3", APN = "0"')
    before = load_library(first_versions()).questionnaire(key)
    assert edition(key, 1, revised).questionnaire.hash == before.hash
    after = edition(key, 2, revised).questionnaire
    assert after.hash == load_library(revised).questionnaire(key).hash
    touched = compare_versions(before, after).touched
    assert {one.code: one.effect for one in touched} == (
        {"KI": "reweighted"} if key == "verdipuls.main" else {}
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "name"),
    [
        ("strategy/2021-1.toml", "Straff som endrer", "Straff som endrar", "strategy/2021-1"),
        ("indices/2021-1.toml", 'TRY = "1/3"', 'TRY = "2/6"', "indices/2021-1/KI"),
        (f"{PULSE}/v1/text.nb.toml", "Der jeg jobber", "Der du jobber", "instruments/verdipuls/v1"),
    ],
)
def test_an_earlier_revision_that_changed_is_refused_beside_the_new_one(
    revised, file, old, new, name
):
    change(revised / file, old, new)
    sentence = f"released.toml: {name}: the content of this released version has changed"
    assert any(line.startswith(sentence) for line in problems(revised))


def test_an_item_reworded_under_its_old_version_is_refused(revised):
    change(revised / f"{PULSE}/v2/text.nb.toml", ITEM, ITEM.replace("kan jeg", "tør jeg"))
    [told] = problems(revised)
    assert told == (
        f"{PULSE}/v2/instrument.toml: item vp.try.1 version: text in nb differ from version 1 of"
        f" the item in {PULSE}/v1/instrument.toml; write version = 2, so that nobody compares the"
        " answers before and after as if the question were the same"
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "vp.try.1"\nversion = 1\nscale = "TRY"\noptions = "enig5"', "inntrykk5", "options"),
        ('id = "vp.try.1"\nversion = 1\n', 'reversed = true\nreason = "x"\n', "reversed"),
    ],
)
def test_other_answers_and_another_direction_are_a_wording_of_their_own(revised, old, new, told):
    added = old.replace("enig5", new) if "enig5" in old else f"{old}{new}"
    change(revised / f"{PULSE}/v2/instrument.toml", old, added)
    assert [line for line in problems(revised) if f"version: {told} differ from version 1" in line]


def test_a_reworded_item_with_a_version_of_its_own_passes(revised):
    change(revised / f"{PULSE}/v2/text.nb.toml", ITEM, ITEM.replace("kan jeg", "tør jeg"))
    structure = revised / f"{PULSE}/v2/instrument.toml"
    change(structure, 'id = "vp.try.1"\nversion = 1', 'id = "vp.try.1"\nversion = 2')
    assert load_library(revised).items["vp.try.1"].version == 2


def test_an_index_has_versions_within_a_strategy(content):
    old = (content / "indices.toml").read_text(encoding="utf-8")
    [definition] = re.findall(r"^\[KI\]\n.*?\n\n", old, re.DOTALL | re.MULTILINE)
    (content / "indices").mkdir()
    (content / "indices/2021-1.toml").write_text(f'strategy_revision = "2021-1"\n\n{definition}')
    change(
        content / "indices.toml",
        '[KI]\npopulation = "staff"\nparts = { TRY = "1/3", APN = "1/3", NYT = "1/3" }',
        '[KI]\nversion = 2\npopulation = "staff"\n'
        'parts = { TRY = "1/2", APN = "1/4", NYT = "1/4" }',
    )
    assert load_library(content).indices["KI"].parts["TRY"] == 0.5
    assert {"indices/2021-1/KI", "indices/2021-1/KI/v2"} <= content_hashes(content).keys()


def test_a_version_of_an_index_in_two_files_is_told(content):
    (content / "indices").mkdir()
    shutil.copy(content / "indices.toml", content / "indices/2021-1.toml")
    assert any(
        line.startswith("indices/2021-1.toml: indices/2021-1/KI: this version of the index stands")
        for line in problems(content)
    )


def test_a_strategy_called_by_another_revision_is_told(content):
    shutil.copy(content / "strategy/2021-1.toml", content / "strategy/2031-1.toml")
    [told] = problems(content)
    assert told == (
        "strategy/2031-1.toml: revision: the file is called 2031-1 and says that it is 2021-1;"
        " correct one"
    )
