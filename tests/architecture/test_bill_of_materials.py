"""What is installed is known by name, version and licence; what nobody looked up is not «clean»."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.audit_dependencies import CLEAN, NOT_CHECKED, WEAK, code_of, of_npm, of_python
from tests.bill_of_materials import RULES, Part, denied_files, installed, refused

# what has a condition may be of another platform
LOCKED = re.compile(r"^([a-z0-9-]+)==([^ ]+) \\$", re.MULTILINE)


def test_every_part_is_under_a_licence_that_is_allowed_by_name():
    assert list(refused(installed())) == []


def test_no_package_brings_a_module_of_a_licence_that_is_denied():
    assert denied_files() == []


def test_each_exception_is_needed_and_has_its_reason():
    parts = {part.name for part in installed()}
    for name, rule in RULES["packages"].items():
        assert name in parts, f"{name} is not installed any more"
        assert len(rule["reason"]) > 20, name


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("(BSD-2-Clause OR GPL-2.0-only)", True),
        ("License :: OSI Approved :: BSD License", True),
        ("SSPL-1.0", False),
        ("MIT OR AGPL-3.0", False),
        ("SEE LICENSE IN LICENSE.md", False),
        ("", False),
    ],
)
def test_an_unknown_or_denied_licence_is_refused(licence, allowed):
    assert (not list(refused([Part("pypi", "some", "1", licence)]))) is allowed


def test_what_nobody_could_look_up_is_not_checked():
    skipped = {"dependencies": [{"name": "a", "skip_reason": "Dependency not found on PyPI"}]}
    for output in (json.dumps(skipped), "", "[]", "{}", '{"dependencies": []}', "no JSON"):
        assert code_of([of_python("lock", output)]) == NOT_CHECKED, output
    for output in ('{"message": "405 Method Not Allowed"}', "", '{"auditReportVersion": 2}'):
        assert code_of([of_npm("lock", output)]) == NOT_CHECKED, output


def test_a_known_weakness_comes_before_what_is_not_known():
    clean = {"name": "a", "version": "1", "vulns": []}
    weak = {"name": "b", "version": "1", "vulns": [{"id": "CVE-2026-1"}]}
    python = of_python("lock", json.dumps({"dependencies": [clean, weak]}))
    assert (python.looked_up, python.weak) == (2, ["b 1: CVE-2026-1"])
    npm = of_npm("lock", '{"message": "405"}')
    assert code_of([python, npm]) == WEAK
    good = of_python("lock", json.dumps({"dependencies": [clean]}))
    told = {
        "auditReportVersion": 2,
        "vulnerabilities": {},
        "metadata": {"dependencies": {"total": 3}},
    }
    assert code_of([good, of_npm("lock", json.dumps(told))]) == CLEAN
    assert code_of([good, npm]) == NOT_CHECKED


@pytest.mark.slow
def test_the_bill_names_every_part_of_the_locks_and_is_the_same_twice(tmp_path):
    bills = []
    for name in ("one", "two"):
        done = subprocess.run(
            ["make", "sbom", f"SBOM={tmp_path / name}"], check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        bills.append({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()})
    assert bills[0] == bills[1]
    python = json.loads(bills[0]["python.cdx.json"])
    named = {
        (re.sub("[-_.]+", "-", one["name"]).lower(), one["version"]) for one in python["components"]
    }
    assert set(LOCKED.findall(Path("requirements.lock").read_text())) <= named
    npm = json.loads(bills[0]["npm.cdx.json"])
    assert {"htmx.org", "@fontsource-variable/inter"} <= {one["name"] for one in npm["components"]}
