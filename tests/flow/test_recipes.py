"""Each recipe is followed to the letter in a copy of the checkout, and does what it says."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.recipes import ROOT, RecipeError, a_copy, follow_all

OF_CONTENT = ("item", "index", "background-variable", "language")
RECIPES = sorted(path.stem for path in (ROOT / "docs" / "recipes").glob("*.md"))
OF_CODE = [name for name in RECIPES if name not in OF_CONTENT]
# what every recipe of content asks on its way and ends with
CHECKED, TESTED = "barometer questionnaire check\n", "make unit FILE=tests/shipped\n"
# where the tests that a recipe runs are of the whole house: those that its change can fail
NEAREST = {"page": "test_calendar or every_role"}
# what `make check` says of sources at once; the rest of it takes longer than the recipes
IN_ORDER = "Run:\n\n```sh\nruff check . && ruff format --check .\n```\n"
ALL_UNIT_TESTS = 'Run:\n\n```sh\nmake unit FILE="tests/unit tests/shipped"\n```\n'


@pytest.fixture
def folder():
    # pytest's own is closed to others, and a database that root starts runs as another
    made = Path(tempfile.mkdtemp(prefix="barometer-recipe-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def recipe_of(name):
    return (ROOT / "docs" / "recipes" / f"{name}.md").read_text()


@pytest.mark.parametrize("name", OF_CODE)
def test_a_recipe_does_what_it_says(name, folder, monkeypatch):
    if name in NEAREST:
        monkeypatch.setenv("PYTEST_ADDOPTS", f'-k "{NEAREST[name]}"')
    checkout = a_copy(folder)
    assert follow_all(recipe_of(name), checkout)
    assert follow_all(IN_ORDER, checkout)


def test_recipes_of_content_do_what_they_say_one_after_another(folder):
    checkout = a_copy(folder)
    for name in OF_CONTENT:
        assert {CHECKED, TESTED} <= {*recipe_of(name).splitlines(keepends=True)}
        assert follow_all(recipe_of(name).replace(CHECKED, "").replace(TESTED, ""), checkout)
    # once for all of them: to start the programmes takes longer than what they do
    assert follow_all(f"Run:\n\n```sh\n{CHECKED}{TESTED}```\n", checkout)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*OF_CONTENT, *NEAREST])
def test_a_recipe_by_itself_passes_every_test_that_it_runs(name, folder):
    assert follow_all(recipe_of(name), a_copy(folder))


@pytest.mark.slow
def test_who_follows_all_recipes_of_content_finds_every_unit_test_green(folder):
    checkout = a_copy(folder)
    for name in ("tests/data", "docs/screenshots"):
        (checkout / name).symlink_to(ROOT / name)
    for name in OF_CONTENT:
        follow_all(recipe_of(name), checkout)
    follow_all(ALL_UNIT_TESTS, checkout)


@pytest.mark.parametrize(
    ("recipe", "wrong"),
    [
        ("Do it:\n\n```sh\ntrue\n```\n", "what is to be done"),
        ("In `a.txt`, after `two`:\n\n```\nthree\n```\n", "2 lines hold «two»"),
        ("In `a.txt`, after `none`:\n\n```\nthree\n```\n", "0 lines hold «none»"),
        ("Run:\n\n```sh\necho told; false\n```\n", "told"),
        ("\n```sh\ntrue\n```\n", "says nothing of it"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_a_failure(tmp_path, recipe, wrong):
    (tmp_path / "a.txt").write_text("two\ntwo\n")
    with pytest.raises(RecipeError, match=wrong):
        follow_all(recipe, tmp_path)


def test_a_recipe_calls_make_without_what_the_make_around_it_was_told(tmp_path, monkeypatch):
    monkeypatch.setenv("MAKEFLAGS", " -- ARGS=-k\\ rounding FILE=tests/unit/shared")
    monkeypatch.setenv("ARGS", "-k rounding")
    (tmp_path / "Makefile").write_text('FILE ?= all\nunit:\n\t@test "$(FILE)$(ARGS)" = all\n')
    assert follow_all("Run:\n\n```sh\nmake unit\n```\n", tmp_path) == 1
