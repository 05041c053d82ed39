"""Recipes are followed to the letter: what a page of docs/recipes says is done in a copy.

A recipe says what to do in words and gives it in a block below:

- "New file `path`:" the block is the file;
- "In `path`, after `words`:" the block comes below the one line that holds these words; "before"
  and "instead of" likewise; "after the first `words`" where several do;
- "At the end of `path`:" the block comes last;
- "Run:" the block is given to a shell, and must succeed. "Run, and see it fail:" must not.

The path is the copy's, and so are the packages that Python finds first.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

from questionnaires.content import SETTING

ROOT = Path(__file__).parent.parent
_BLOCK = re.compile(r"^(?P<words>[^\n]*:)\n+```\w*\n(?P<block>.*?)^```$", re.MULTILINE | re.DOTALL)
_NEW = re.compile(r"New file `(?P<path>[^`]+)`:$")
_AT = re.compile(
    r"In `(?P<path>[^`]+)`, (?P<how>after|before|instead of)(?P<first> the first)? "
    r"`(?P<anchor>.+)`:$"
)
_END = re.compile(r"At the end of `(?P<path>[^`]+)`:$")
# what the make that runs the tests hands to one that a recipe calls, and whose content tests read
_OF_TESTS = {"MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS", "ARGS", "FILE", SETTING}
_RUN = re.compile(r"Run(?P<fails>, and see it fail)?:$")


class RecipeError(Exception):
    """A recipe that cannot be followed."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Words that say what to do, and the block below them."""

    words: str
    block: str


def follow_all(recipe: str, checkout: Path) -> int:
    """Do all that a recipe tells in ``checkout``; return how many steps that were."""
    told = _steps(recipe)
    for step in told:
        _follow(step, checkout)
    return len(told)


def _steps(recipe: str) -> list[_Step]:
    """Return what a recipe tells to do, in order.

    Raises
    ------
    RecipeError
        If a block stands below words that tell nothing.
    """
    found = [_Step(m["words"], m["block"]) for m in _BLOCK.finditer(recipe)]
    if len(found) != recipe.count("\n```") // 2:
        raise RecipeError("a block stands below a line that says nothing of it")
    return found


def a_copy(folder: Path) -> Path:
    """Return a checkout of one's own in ``folder``: sources copied, what is installed shared."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for name in listed:
        if (ROOT / name).is_file() and not name.startswith(("tests/data/", "docs/screenshots/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
            _copy_compiled(name, folder)
    for name in (".venv", "node_modules", "static/vendor", "static/built"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def _copy_compiled(name: str, folder: Path) -> None:
    """Bring along what Python made of a source: each command of a recipe would compile it anew.

    It holds for the source's size and time, which the copy has too until a recipe changes it.
    """
    compiled = cache_from_source(name) if name.endswith(".py") else ""
    if compiled and (ROOT / compiled).is_file():
        (folder / compiled).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / compiled, folder / compiled)


def _follow(step: _Step, checkout: Path) -> None:
    """Do what a step says in ``checkout``.

    Raises
    ------
    RecipeError
        If a place is not there or not the only one, or a command ends otherwise than told.
    """
    if found := _NEW.search(step.words):
        path = checkout / found["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.block)
    elif found := _END.search(step.words):
        with (checkout / found["path"]).open("a") as file:
            file.write(step.block)
    elif found := _AT.search(step.words):
        _put(checkout / found["path"], found, step.block)
    elif found := _RUN.search(step.words):
        _run(step.block, checkout, fails=bool(found["fails"]))
    else:
        raise RecipeError(f"what is to be done with the block below «{step.words}»?")


def _put(path: Path, told: re.Match[str], block: str) -> None:
    how, anchor = told["how"], told["anchor"]
    lines = path.read_text().splitlines(keepends=True)
    places = [index for index, line in enumerate(lines) if anchor in line]
    if told["first"]:
        places = places[:1]
    if len(places) != 1:
        raise RecipeError(f"{path.name}: {len(places)} lines hold «{anchor}»")
    first = places[0] + (how == "after")
    last = places[0] + (how != "before")
    path.write_text("".join([*lines[:first], block, *lines[last:]]))


def _run(block: str, checkout: Path, *, fails: bool) -> None:
    bin_folder = checkout / ".venv" / "bin"
    environment = {
        **{name: value for name, value in os.environ.items() if name not in _OF_TESTS},
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(checkout),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=checkout,
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )
    if (done.returncode != 0) != fails:
        raise RecipeError(f"{block}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
