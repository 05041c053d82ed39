"""What `make test` leaves to `make whole` has a test that holds it at every commit."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.whole import FIRST_CASE, left_to_whole

ROOT = Path(__file__).parents[2]
LEFT = left_to_whole()


def _there(name: str) -> bool:
    """Whether there is such a file, or such a test in it."""
    path, _, test = name.partition("::")
    file = ROOT / path
    if not file.is_file():
        return False
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return not test or any(isinstance(one, functions) and one.name == test for one in tree.body)


def _cases(name: str) -> bool:
    """Whether the file has tests of several cases."""
    text = (ROOT / name.partition("::")[0]).read_text(encoding="utf-8")
    return any(word in text for word in ("parametrize", "params=", "EACH_"))


@pytest.mark.parametrize("left", LEFT)
def test_whatever_is_left_to_whole_exists_and_so_does_what_holds_it(left):
    assert _there(left), "the test is gone or has another name: mend tests/whole.toml"
    holder = LEFT[left]
    if holder == FIRST_CASE:
        assert _cases(left), "a test of one case keeps none in `make test`"
        return
    assert _there(holder), "what holds it is gone or has another name: mend tests/whole.toml"
    assert holder != left
    assert LEFT.get(holder, FIRST_CASE) == FIRST_CASE, (
        "what holds it is left to `make whole` itself"
    )
    assert holder.partition("::")[0] not in LEFT, "its file is left to `make whole`"


def test_no_file_that_holds_something_is_left_bare():
    """A file is named as a holder for what stays of it in `make test`."""
    for holder in {one for one in LEFT.values() if one != FIRST_CASE and "::" not in one}:
        tree = ast.parse((ROOT / holder).read_text(encoding="utf-8"))
        tests = {
            f"{holder}::{one.name}"
            for one in tree.body
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            and one.name.startswith("test_")
        }
        assert tests - {left for left in LEFT if LEFT[left] != FIRST_CASE}, holder


def test_tests_run_where_they_are_not_shared_out_among_processes():
    one = "tests/unit/shared/test_numbers.py"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider", "--co", one],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
