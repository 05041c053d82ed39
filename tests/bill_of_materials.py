"""What is installed, and under which licences: `make sbom`, without asking anybody.

Python's packages tell it of themselves, those of npm in their lock. A licence that is not in
``data/licences.toml`` ends it with 1, and so does one that nobody can read.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, Final

from tests.node import npm

RULES: Final[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "data" / "licences.toml").read_text()
)
CLASSIFIED: Final = "License :: OSI Approved"


@dataclass(frozen=True, slots=True)
class Part:
    """One package: where it comes from, what it is called, and what it says of its licence."""

    registry: str
    name: str
    version: str
    licence: str


def installed() -> list[Part]:
    """List the packages of this environment, and those that npm's lock names."""
    python = [
        Part("pypi", _normal(one.metadata["Name"]), one.version, _of_python(one))
        for one in distributions()
    ]
    lock = json.loads(Path("package-lock.json").read_text())["packages"]
    node = [
        Part("npm", path.rpartition("node_modules/")[2], one["version"], one.get("license", ""))
        for path, one in lock.items()
        if path
    ]
    return sorted({*python, *node}, key=lambda part: (part.registry, part.name, part.version))


def refused(parts: Iterable[Part]) -> Iterator[str]:
    """Say of which parts the licence is unknown, denied, or not one that is allowed."""
    for part in parts:
        stays = RULES["packages"].get(part.name)
        if not part.licence:
            yield f"{part.name}: says nothing of its licence"
        elif any(one.lower() in part.licence.lower() for one in RULES["denied"]["names"]):
            yield f"{part.name}: {part.licence} is denied"
        elif not stays and not _allowed(part.licence):
            yield f"{part.name}: {part.licence} is not in tests/data/licences.toml"


def denied_files() -> list[str]:
    """List files of modules that came along in somebody else's package under another licence."""
    return [
        f"{one.metadata['Name']}: {path}"
        for one in distributions()
        for path in one.files or ()
        if path.name in RULES["denied"]["files"]
    ]


def _allowed(licence: str) -> bool:
    """Read an expression: of what stands beside OR one must be allowed, of what beside AND all."""
    expression = licence.strip()
    if expression.startswith("("):
        expression = expression.removeprefix("(").removesuffix(")")
    for joined, enough in ((r" OR ", any), (r" AND |, ", all)):
        if len(parts := re.split(joined, expression)) > 1:
            return enough(_allowed(one) for one in parts)
    name = expression.removeprefix(CLASSIFIED).removeprefix(" :: ")
    return RULES["written"].get(name, name) in RULES["allowed"]


def _of_python(package: Distribution) -> str:
    told = package.metadata
    if expression := told.get("License-Expression"):
        return str(expression)
    kinds = [line for line in told.get_all("Classifier") or [] if line.startswith("License")]
    written = (told.get("License") or "").partition("\n")[0]
    if not (written or kinds):
        files = [path for path in package.files or () if "LICENSE" in path.name]
        written = "".join(path.read_text().strip().partition("\n")[0] for path in files)
    return " OR ".join(kinds) or written


def _normal(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


def write(folder: Path) -> list[str]:
    """Write both bills and the list of licences; return what is refused."""
    folder.mkdir(exist_ok=True)
    parts = installed()
    with (folder / "licences.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["registry", "name", "version", "licence", "why_it_may_stay"])
        for part in parts:
            reason = RULES["packages"].get(part.name, {}).get("reason", "")
            rows.writerow([part.registry, part.name, part.version, part.licence, reason])
    subprocess.run(
        [".bom/bin/cyclonedx-py", "environment", sys.executable, "--output-reproducible",
         "--pyproject", "pyproject.toml", "-o", str(folder / "python.cdx.json")],
        check=True,
    )  # fmt: skip
    told = subprocess.run(
        [*npm(), "sbom", "--sbom-format", "cyclonedx", "--package-lock-only"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    bill = json.loads(told.stdout)
    # the same of the same lock: neither a clock, nor chance, nor the folder's name
    del bill["serialNumber"], bill["metadata"]["timestamp"]
    bill["metadata"]["component"]["name"] = bill["metadata"]["component"]["purl"].split("/")[1]
    (folder / "npm.cdx.json").write_text(json.dumps(bill, indent=2) + "\n")
    return [*refused(parts), *denied_files()]


def main() -> int:
    """Write the bills into the folder that is named."""
    folder = Path(sys.argv[1])
    wrong = write(folder)
    sys.stdout.writelines(f"{one}\n" for one in wrong)
    if not wrong:
        sys.stdout.write(f"{folder}: {len(installed())} parts, each under a licence that may be\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
