"""Several answers make one group, and groups end with their question."""

import shutil
import tomllib
from dataclasses import replace

import pandas as pd
import pytest
import tomlkit
from click.testing import CliRunner

from analytics.groups import public_categories, public_partitions
from questionnaires.authoring.edits import retire_item
from questionnaires.authoring.laid_over import assess
from questionnaires.authoring.version_files import begin_version
from questionnaires.background import Background
from questionnaires.errors import QuestionnaireErrors
from questionnaires.loader import content_hashes, load_library
from survey_app.cli import barometer
from tests.first_versions import first_versions, write_first_versions
from tests.second_version import change

FIRST = first_versions()


def test_answers_of_one_group_are_counted_together_in_the_order_that_was_said():
    library = load_library(FIRST)
    asked = library.questionnaire("omdomme")
    merged = {"3": "more", "4": "more", "1": "school", "2": "school"}
    education = replace(library.background.variables["education"], categories=merged)
    background = Background({"education": education}, (), ())
    answers = pd.DataFrame({"d.utd": [1, 2, 3, 4, -1]})
    told = public_categories(background, asked, answers)
    assert told["education"].fillna("").tolist() == ["school", "school", "more", "more", ""]
    [parts] = public_partitions(background, asked, told)
    assert parts.domains == ("education:more", "education:school")


@pytest.mark.parametrize(
    ("item", "stops"), [("om.fil.1", False), ("d.arbeid", False), ("d.utd", True)]
)
def test_a_retired_question_takes_its_groups_with_it_unless_answers_are_weighted_by_it(item, stops):
    begun = begin_version(FIRST, "omdomme", "2021-1")
    found = assess(FIRST, retire_item(begun, item, begun)).problems
    assert any(one.file == "background.toml" for one in found) == stops


def _with_other_answers(root, *, codes):
    """Write a version in which vocational college is an answer of its own, by these codes."""
    write_first_versions(root)
    new = shutil.copytree(root / "instruments/omdomme/v1", root / "instruments/omdomme/v2")
    change(new / "instrument.toml", "version = 1", "version = 2")
    asked = 'id = "d.utd"\nversion = {}\noptions = "d.utd{}"'
    change(new / "instrument.toml", asked.format(1, ""), asked.format(2, ".2"))
    sets = root / "response_options.toml"
    text = sets.read_text("utf-8")
    start = text.index('["d.utd"]')
    mine = text[start : text.index("\n\n", start)]
    other = mine.replace('["d.utd"]', '["d.utd.2"]').replace(" eller fagskole", "")
    for was, code in zip((2, 3, 4), codes, strict=True):
        of = 'code = "{0}", value = {0}'.format
        other = other.replace(of(was), of(code))
    sets.write_text(f"{text}\n{other}\n", "utf-8")
    return root


def test_an_answer_that_means_something_else_is_no_group_of_before(tmp_path):
    with pytest.raises(QuestionnaireErrors) as caught:
        load_library(_with_other_answers(tmp_path / "same", codes=(2, 3, 4)))
    (problem,) = caught.value.problems
    assert (problem.key, problem.kind) == ("education item", "called_otherwise")
    assert "«2» of «d.utd»" in problem.sentence


def test_one_of_a_code_of_its_own_is_another_group_and_what_was_released_is_left_alone(tmp_path):
    other = load_library(_with_other_answers(tmp_path / "other", codes=(5, 6, 7)))
    assert other.items["d.utd"].version == 2
    root = _with_other_answers(tmp_path / "same", codes=(2, 3, 4))
    hashes = content_hashes(root)
    name = "instruments/omdomme/v2"
    with (root / "released.toml").open("a", encoding="utf-8") as file:
        file.write(f'"{name}" = "{hashes[name]}"\n')
    assert load_library(root).items["d.utd"].version == 2


@pytest.mark.parametrize(
    ("item", "everywhere", "told"),
    [
        ("d.utd", False, "note: omdomme does not ask «d.utd»: its answers are not weighted by"),
        ("d.utd", True, "note: no form asks «d.utd», so that no wave has groups of education:"),
        ("om.fil.1", True, "note: no form asks «om.fil.1», so that no wave has groups of"),
        ("om.fil.1", False, ""),
    ],
)
def test_a_variable_whose_question_a_form_does_not_ask_is_noted(tmp_path, item, everywhere, told):
    """No wave would tell its groups, and waves that are weighted otherwise would be compared."""
    root = write_first_versions(tmp_path / "content")
    forms = tomllib.loads((root / "forms.toml").read_text("utf-8"))
    for name, form in forms.items():
        if everywhere or name == "omdomme":
            for block in form.get("block", ()):
                block["items"] = [one for one in block["items"] if one != item]
            if "block" in form:
                form["block"] = [one for one in form["block"] if one["items"]]
    if everywhere:
        forms["not_asked"][item] = "Skal ut."
    (root / "forms.toml").write_text(tomlkit.dumps(forms), "utf-8")
    done = CliRunner().invoke(barometer, ["questionnaire", "check", str(root)])
    assert done.exit_code == 0, done.output
    notes = [line for line in done.output.splitlines() if line.startswith("note: ")]
    assert len(notes) == bool(told)
    assert all(one.startswith(told) for one in notes)
