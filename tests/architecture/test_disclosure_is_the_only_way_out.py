"""Nothing but `protect` makes a table that may be read, and disclosure control stays pure."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOM = ROOT / "analytics" / "disclosure"
CODE = [
    path
    for wing in ("analytics", "survey_app", "questionnaires")
    for path in sorted((ROOT / wing).rglob("*.py"))
]
FORBIDDEN = {
    "os",
    "pathlib",
    "logging",
    "random",
    "time",
    "datetime",
    "io",
    "survey_app",
    "secrets",
}


def calls(tree, name):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            spelled = (
                called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            )
            if spelled == name:
                yield node


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_protect_makes_a_publishable_table(path):
    text = path.read_text()
    if path == ROOM / "protect.py":
        return
    assert "_SEAL" not in text
    if "PublishableTable" in text:
        assert not list(calls(ast.parse(text), "PublishableTable"))


@pytest.mark.parametrize(
    "path", sorted(ROOM.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOM))
)
def test_disclosure_control_has_no_clock_no_chance_and_no_files(path):
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert not imported & FORBIDDEN


def test_the_answering_pages_can_read_a_limit_without_loading_pandas():
    code = "import sys; import analytics.disclosure.rules; print('pandas' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
