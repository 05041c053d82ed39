"""What ships may change: tests read content of their own, and those about what ships lie apart."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from questionnaires.content import content_folder
from tests.agencies import FIRST
from tests.once_in_a_run import once_in_a_run

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
SHIPPED = "tests/shipped/"
THIS = "tests/architecture/test_content_of_tests.py"

# how a test comes to read what ships: by its name, by its path, or by taking the setting away
NAMED = re.compile(r"\bSHIPPED\b")
BY_PATH = re.compile(r"""(?:ROOT|parents\[\d\]) / ["']questionnaires["']|["']questionnaires/\w+""")
UNSET = re.compile(r"""delenv\((?:SETTING|["']BAROMETER_AGENCY["'])""")
LEFT_OUT = re.compile(r"[,{] SETTING\}|!= SETTING\b")
CLEARED = re.compile(r"""startswith\(["']BAROMETER_["']\)|["']BAROMETER["'] not in""")

A_CHECKOUT = "a checkout is run with the content that lies in it"
A_FORMER_ONE = "a release of another day makes its demo of its own content"
AN_INSTALLATION = "what is installed from a wheel or a bundle is what ships"
BY_A_FILE = "an .env file names the content, which the environment would come before"
NAMES_ALONE = "files are named, and none is read"
OF_THE_RUN = "names the first agency for all that runs"
PROGRAMME = "modules and the template of a new agency, which are no agency's content"
ALLOWED = {
    "tests/architecture/test_agency_is_data.py": PROGRAMME,
    "tests/architecture/test_wheel.py": AN_INSTALLATION,
    "tests/architecture/test_what_computes.py": NAMES_ALONE,
    "tests/conftest.py": OF_THE_RUN,
    "tests/flow/test_bundle.py": AN_INSTALLATION,
    "tests/other_agencies/__init__.py": PROGRAMME,
    "tests/recipes.py": A_CHECKOUT,
    "tests/releases.py": A_FORMER_ONE,
    "tests/side_by_side.py": A_CHECKOUT,
    "tests/unit/installation/test_settings.py": BY_A_FILE,
    "tests/unit/questionnaires/test_foreign_files.py": PROGRAMME,
}


def _reaches(text: str) -> bool:
    """Whether a module of tests can come to read what ships."""
    if any(one.search(text) for one in (NAMED, BY_PATH, UNSET, LEFT_OUT)):
        return True
    return bool(CLEARED.search(text)) and not re.search(r"\bSETTING: str\(", text)


def _found() -> set[str]:
    return {
        name
        for path in TESTS.rglob("*.py")
        if not (name := path.relative_to(ROOT).as_posix()).startswith((SHIPPED, THIS))
        and _reaches(path.read_text(encoding="utf-8"))
    }


@cache
def _reaching() -> set[str]:
    return once_in_a_run("reaching", _found)


@pytest.mark.parametrize("name", sorted(_reaching() | set(ALLOWED)))
def test_no_test_outside_tests_shipped_reads_what_ships(name):
    assert name in ALLOWED, "read the first agency (tests/agencies.py), or move it to tests/shipped"
    assert name in _reaching(), "it does no more: take it out of ALLOWED"


@pytest.mark.parametrize(
    "line",
    [
        "load_library(SHIPPED)",
        'ROOT / "questionnaires" / "forms.toml"',
        'Path("questionnaires/forms.toml")',
        "monkeypatch.delenv(SETTING)",
        '{k: v for k, v in os.environ.items() if not k.startswith("BAROMETER_")}',
        '{k: v for k, v in os.environ.items() if "BAROMETER" not in k}',
        "{k: v for k, v in os.environ.items() if k != SETTING}",
    ],
)
def test_each_way_to_what_ships_is_seen(line):
    assert _reaches(line)


def test_this_process_and_those_it_starts_read_the_first_agency():
    assert content_folder() == FIRST
    line = "from questionnaires.content import content_folder; print(content_folder())"
    told = subprocess.run([sys.executable, "-c", line], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == str(FIRST)
