"""Every rule, broken once: the problem names the file, the key and what to do."""

import pickle
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from questionnaires.checks_of_weak_links import check_weak_links
from questionnaires.errors import Problem, QuestionnaireErrors, UnknownFormError
from questionnaires.languages import written_in
from questionnaires.loader import content_hashes, load_library, missing_in, read_every_version
from questionnaires.reading import read_toml
from tests.first_versions import first_versions, write_first_versions

OMDOMME = "instruments/omdomme/v1/instrument.toml"
VERDIPULS = "instruments/verdipuls/v1/instrument.toml"
RULES = tomllib.loads((Path(__file__).parent / "broken_rules.toml").read_text("utf-8"))["rule"]


@pytest.fixture
def copy(tmp_path):
    """A copy of the questionnaires in which nothing is released yet."""
    root = tmp_path / "questionnaires"
    write_first_versions(root)
    (root / "released.toml").write_text("")
    return root


def change(root, file, old, new):
    path = root / file
    text = path.read_text()
    assert text.count(old) >= 1, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1))


def problems(root):
    with pytest.raises(QuestionnaireErrors) as caught:
        load_library(root)
    return [str(problem) for problem in caught.value.problems]


def test_the_copy_is_sound(copy):
    assert load_library(copy).items.keys() == load_library().items.keys()


@pytest.mark.parametrize(
    ("asked", "name", "tied", "told"),
    [
        ("vp.nyt.4", "vp.nyt.9", "verdi.nytenking.2", True),
        ("vp.nyt.4", "vp.nyt.9", "verdi.nytenking.1", False),
        ("in.kom.4", "in.kom.4", "kompetanse.tverrfaglig.4", True),
        ("in.kom.4", "in.kom.9", "kompetanse.tverrfaglig.4", True),
        ("in.kom.4", "in.kom.9", "kompetanse.tverrfaglig.1", False),
    ],
)
def test_a_tie_that_does_not_hold_holds_no_more_under_a_new_name(asked, name, tied, told):
    """The same words under a new id, or tied to what the statement became in the next strategy."""
    _, draft = read_every_version(first_versions())
    [version] = [one for one in draft.versions if any(item.value.id == asked for item in one.items)]
    [place] = [item for item in version.items if item.value.id == asked]
    item = replace(place.value, id=name, statements=(tied,))
    later = replace(version, version=2, items=(replace(place, key=f"item {name}", value=item),))
    with written_in(draft.agency.styles):
        found = list(check_weak_links(replace(draft, versions=(*draft.versions, later))))
    sentence = (
        f"these words do not measure «{tied}» as {asked} (weak_links.toml); name {name} and"
        f" «{tied}» there, too"
    )
    wanted = [(f"item {name} statements", sentence)] if told else []
    assert [(one.key, one.sentence) for one in found] == wanted


def test_indices_that_are_made_of_each_other_are_told_in_a_sentence(copy):
    change(copy, "indices.toml", 'NYT = "1/3" }', 'AAI = "1/3" }')
    change(copy, "indices.toml", 'AAM = "1/3" }', 'KI = "1/3" }')
    assert any("«AAI» is neither a scale nor an index above" in one for one in problems(copy))


def test_a_file_that_reads_as_before_is_parsed_once_and_nobody_alters_it_for_others(
    copy, monkeypatch
):
    load_library(copy)
    parsed = []

    def read(text):
        parsed.append(text)
        return tomllib.loads(text)

    monkeypatch.setattr("questionnaires.toml_text.read_toml_text", read)
    found = read_toml(copy, "indices.toml", [])
    found["KI"]["title"]["nb"] = "Noe annet"
    change(copy, "drivers.toml", "\n", f"\n# {copy}\n")
    load_library(copy)
    assert parsed == [(copy / "drivers.toml").read_text()]
    assert read_toml(copy, "indices.toml", [])["KI"]["title"]["nb"] == "Kulturindeks"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["expected"][:60])
def test_a_broken_rule_is_told_in_one_sentence(copy, rule):
    change(copy, rule["file"], rule["old"], rule["new"])
    assert rule["expected"] in problems(copy)


def test_problems_that_a_child_process_found_are_told_a_sentence_each():
    found = QuestionnaireErrors((Problem("forms.toml", "innbygger", "the form asks nothing"),))
    assert str(pickle.loads(pickle.dumps(found))) == "forms.toml: innbygger: the form asks nothing"


def test_items_that_are_no_tables_are_told_as_such(copy):
    path = copy / "instruments/verdipuls/v1/instrument.toml"
    path.write_text(path.read_text().partition("[[")[0] + "item = 1\n")
    place = "instruments/verdipuls/v1/instrument.toml: item: "
    assert f"{place}this must be a list, not 1" in problems(copy)


def test_all_problems_are_told_at_once(copy):
    change(copy, "indices.toml", 'TRY = "1/3"', 'TRY = "1/2"')
    change(copy, "forms.toml", 'items = ["vp.amb.1"]', 'items = ["vp.amb.2"]')
    (copy / "messages/en.toml").write_text("[button")
    found = problems(copy)
    assert any(line.startswith("indices.toml: KI parts") for line in found)
    assert any("«vp.amb.2» is not an item" in line for line in found)
    assert any(line.startswith("messages/en.toml: file: the file is not valid") for line in found)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'name = "', "the file is not valid TOML"),
        ('name = "Bjørk"'.encode("latin-1"), "line 1 is not in UTF-8; save the file in UTF-8"),
        (b"", "there is no language; give at least one"),
    ],
)
def test_an_agency_that_cannot_be_read_is_told_without_what_follows_from_it(copy, content, told):
    (copy / "agency.toml").write_bytes(content)
    found = problems(copy)
    assert any(told in line for line in found)
    assert {line.partition(":")[0] for line in found} == {"agency.toml"}


def test_where_there_is_no_instrument_an_index_that_came_with_one_is_no_fault_of_ours(copy):
    change(copy, "indices.toml", "[KI]\n", '[KI]\nbrought_by = "verdipuls/v1"\n')
    shutil.rmtree(copy / "instruments")
    assert problems(copy)[0] == "instruments: directory: there is no instrument to read"


def test_a_language_that_the_content_does_not_have_lacks_no_texts_but_is_refused(copy):
    with pytest.raises(QuestionnaireErrors, match="«xx» is not there, only nb, nn, en"):
        missing_in("xx", copy)


def test_a_missing_file_is_a_problem_and_not_a_crash(copy):
    (copy / "response_options.toml").unlink()
    expected = "response_options.toml: file: the file is missing; create it or restore it"
    assert expected in problems(copy)


def test_an_empty_directory_is_told_and_not_a_crash(tmp_path):
    assert any("there is no instrument to read" in line for line in problems(tmp_path))


def test_english_may_be_missing_only_where_the_instrument_says_so(copy):
    english = copy / "instruments/verdipuls/v1/text.en.toml"
    english.unlink()
    expected = "instruments/verdipuls/v1/text.en.toml: file: the file is missing"
    assert any(line.startswith(expected) for line in problems(copy))
    change(copy, VERDIPULS, "version = 1", 'version = 1\noptional_languages = ["en"]')
    assert "en" not in load_library(copy).items["vp.try.1"].text


def test_nynorsk_is_never_optional(copy):
    change(copy, VERDIPULS, "version = 1", 'version = 1\noptional_languages = ["nn"]')
    (copy / "instruments/verdipuls/v1/text.nn.toml").unlink()
    found = problems(copy)
    assert any("nn is never optional" in line for line in found)
    assert any('item."vp.try.1" text: the text in nn is missing' in line for line in found)


def test_an_item_that_no_form_asks_is_told(copy):
    forms = copy / "forms.toml"
    forms.write_text(forms.read_text().replace('"aa.8"', '"aa.7"'))
    expected = "instruments/arbeidsplass/v1/instrument.toml: item aa.8: no form asks it"
    assert any(line.startswith(expected) for line in problems(copy))


def test_filters_do_not_form_chains(copy):
    change(
        copy,
        OMDOMME,
        'filter = [{ item = "om.fil.3", any_of = ["1", "2", "3", "4", "5"] }]',
        'filter = [{ item = "om.pla.2", any_of = ["1"] }]',
    )
    assert any("filters do not form chains" in line for line in problems(copy))


@pytest.mark.parametrize(
    ("file", "old", "new", "name"),
    [
        (
            "instruments/verdipuls/v1/text.nb.toml",
            "Jeg er faglig trygg i de oppgavene",
            "Jeg er faglig trygg i oppgavene",
            "instruments/verdipuls/v1",
        ),
        (VERDIPULS, 'tradition = "EDM"', 'tradition = "QPS"', "instruments/verdipuls/v1"),
        ("response_options.toml", '"Tend to agree"', '"Agree"', "instruments/omdomme/v1"),
        ("strategy/2021-1.toml", "Planen gjelder", "Planen gjeld", "strategy/2021-1"),
        (
            "indices.toml",
            'OM1 = "2/5", SAM = "1/5"',
            'OM1 = "1/5", SAM = "2/5"',
            "indices/2021-1/OI",
        ),
    ],
)
def test_a_released_version_that_changed_is_told(copy, file, old, new, name):
    before = content_hashes(copy)
    (copy / "released.toml").write_text(f'"{name}" = "{before[name]}"\n')
    change(copy, file, old, new)
    after = content_hashes(copy)[name]
    assert problems(copy) == [
        (
            f"released.toml: {name}: the content of this released version has changed: it is"
            " recorded"
            f" as {before[name]} and is now {after}. Restore it, and make the change in a new"
            " version"
        )
    ]


FURTHER = """
[NYSIK]
population = "staff"
parts = { TRY = "1/2", SIK = "1/2" }
title = { nb = "Trygghet samlet", nn = "Tryggleik samla", en = "Safety overall" }
short = { nb = "Trygghet samlet", nn = "Tryggleik samla", en = "Safety overall" }
about = { nb = "Begge.", nn = "Begge.", en = "Both." }
"""


def test_a_further_index_changes_none_that_was_released(copy):
    with (copy / "indices.toml").open("a") as file:
        file.write(FURTHER)
    shutil.copy(first_versions() / "released.toml", copy)
    assert "NYSIK" in load_library(copy).indices


def test_a_comment_or_a_note_may_change_in_a_released_version(copy):
    before = content_hashes(copy)
    with (copy / VERDIPULS).open("a") as file:
        file.write("# reviewed\n")
    (copy / "instruments/verdipuls/v1/NOTES.md").write_text("More was learnt.")
    assert content_hashes(copy) == before


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("instruments/borte/v1", "restore its files"),
        # a new strategy has indices of its own, beside which the former ones are kept
        ("indices/2015-1/KI", "keep it in indices/2015-1.toml"),
    ],
)
def test_a_released_version_that_is_gone_is_told(copy, name, mend):
    (copy / "released.toml").write_text(f'"{name}" = "sha256:0"\n')
    (found,) = problems(copy)
    assert found.startswith(f"released.toml: {name}: the released version is gone; {mend}")


def test_the_newest_version_is_read_and_an_older_one_on_request(copy):
    new = copy / "instruments/verdipuls/v2"
    shutil.copytree(copy / "instruments/verdipuls/v1", new)
    change(copy, "instruments/verdipuls/v2/instrument.toml", "version = 1", "version = 2")
    change(
        copy,
        "instruments/verdipuls/v2/instrument.toml",
        'id = "vp.try.1"\nversion = 1',
        'id = "vp.try.1"\nversion = 2',
    )
    assert load_library(copy).items["vp.try.1"].version == 2
    assert load_library(copy, versions={"verdipuls": 1}).items["vp.try.1"].version == 1
    with pytest.raises(QuestionnaireErrors, match="there is no such version"):
        load_library(copy, versions={"verdipuls": 3})


def test_a_directory_and_its_version_agree(copy):
    change(copy, VERDIPULS, "version = 1", "version = 2")
    assert any("must be those of the directory" in line for line in problems(copy))


def test_an_unknown_form_is_told_with_those_there_are():
    with pytest.raises(UnknownFormError, match=r"«verdipuls\.k3»; there are interessent\.fri"):
        load_library().questionnaire("verdipuls.k3")


def test_the_values_of_a_scale_go_one_way_in_the_order_that_people_see(copy):
    change(copy, "response_options.toml", 'code = "3", value = 3', 'code = "3", value = 30')
    told = (
        "response_options.toml: enig5: the values of its answers go neither up nor down as they are"
        " shown (1, 2, 30, 4, 5); correct the value that is out of its place"
    )
    assert told in problems(copy)
