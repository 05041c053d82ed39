"""Documents hold what others script against: a setting or command that is missing fails here."""

import itertools
import re
from pathlib import Path

import click
import pytest

from survey_app.cli import barometer
from survey_app.settings import PREFIX, Settings

OPERATIONS = Path("docs/operations.md").read_text()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name):
    assert f"`{PREFIX}{name.upper()}`" in OPERATIONS


def _commands(group: click.Group, before: str = "") -> list[str]:
    names = []
    for name, command in group.commands.items():
        if command.hidden:  # what the worker calls is no part of the surface that others script
            continue
        if isinstance(command, click.Group):
            names += _commands(command, f"{before}{name} ")
        else:
            names.append(before + name)
    return names


@pytest.mark.parametrize("command", _commands(barometer))
def test_every_command_is_documented(command):
    assert f"`{command}`" in OPERATIONS


@pytest.mark.parametrize("command", _commands(barometer))
def test_every_command_has_help_that_says_what_it_does(command):
    from click.testing import CliRunner

    done = CliRunner().invoke(barometer, [*command.split(), "--help"])
    assert done.exit_code == 0
    assert len(done.output.splitlines()) > 3


# a command as it is typed
NAMED = re.compile(r"(?<![\w./-])barometer ((?:[a-z][a-z-]*(?: |\b))+)(--[a-z-]+)?")
# what stands behind the word where it is the programme's name in a sentence
SENTENCES = {"installed", "is", "runs"}


def _is_a_command(words: list[str], option: str) -> bool:
    """Tell whether these words begin with a command, and whether that has the option."""
    command: click.Command = barometer
    for word in words:
        if not isinstance(command, click.Group):
            break
        if word not in command.commands:
            return False
        command = command.commands[word]
    return not option or any(option in one.opts for one in command.params)


def test_every_command_that_a_text_names_is_one():
    named = {
        (str(path), found[0]): _is_a_command(found[1].split(), found[2] or "")
        for top in ("README.md", "docs", "survey_app", "questionnaires", "analytics")
        for path in ([Path(top)] if Path(top).is_file() else sorted(Path(top).rglob("*.*")))
        if path.suffix in {".md", ".py", ".html", ".po", ".toml"} and path.name != "changelog.md"
        for found in NAMED.finditer(path.read_text())
        if found[1].split()[0] not in SENTENCES
    }
    assert len(named) > 100
    assert not [place for place, is_one in named.items() if not is_one]


TOPS = ("analytics", "deploy", "migrations", "questionnaires", "survey_app", "tests")
DOCUMENTS = [*Path().glob("*.md"), *Path("docs").rglob("*.md")]
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def _anchors(document: Path) -> set[str]:
    """Name its headings as pages of a repository do."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def test_links_between_documents_lead_somewhere():
    for document in DOCUMENTS:
        text = document.read_text()
        for target, anchor, picture in re.findall(
            r"\]\((?!http)([^)#]*)(?:#([^)]+))?\)|src=\"([^\"]+)\"", text
        ):
            path = document.parent / (target or picture or document.name)
            assert path.exists(), f"{document} points at {path}"
            if anchor:
                assert anchor in _anchors(path), f"{document} points at #{anchor} of {path}"


def test_no_document_says_a_long_sentence_twice_in_a_row_of_lines():
    for document in DOCUMENTS:
        lines = [line for line in CODE.sub("", document.read_text()).splitlines() if line.strip()]
        for first, second in itertools.pairwise(lines):
            same = min(len(first), len(second), 120)
            assert same < 120 or first[:same] != second[:same], f"{document}: {first[:80]}"


def test_every_decision_names_what_guards_it():
    for decision in sorted(Path("docs/adr").glob("*.md")):
        text = decision.read_text()
        assert "**Guard.**" in text, decision
        for path in re.findall(r"`(tests/[\w/.-]+)`", text):
            assert Path(path).exists(), f"{decision} names {path}"


def test_every_module_that_a_document_names_is_there():
    there = [f"/{path.as_posix()}" for top in TOPS for path in Path(top).rglob("*.py")]
    named = {
        (str(document), module)
        for document in DOCUMENTS
        # what is gone may be named there, and what a recipe makes is there behind it
        if document.name != "changelog.md" and document.parent.name != "recipes"
        for module in re.findall(r"`([\w/.-]+\.py)`", document.read_text())
    }
    assert len(named) > 300
    assert not [one for one in named if not any(path.endswith(f"/{one[1]}") for path in there)]
