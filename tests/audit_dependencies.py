"""Ask who knows of weaknesses in what is locked: `make audit-dependencies`.

Ends with 0 where every part was looked up and nothing is known, 1 where something is, and 3 where
anything was not looked up: silence is no answer. (pip-audit ends with 0 also when it was told of
no package at all.)
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.node import npm

CLEAN, WEAK, NOT_CHECKED = 0, 1, 3
PATIENCE: Final = 300  # seconds
LOCKS: Final = ("requirements-dev.lock", "requirements-uv.lock", "requirements-audit.lock")


@dataclass(slots=True)
class Answer:
    """What was found in one lock, and what was not looked up."""

    lock: str
    looked_up: int = 0
    weak: list[str] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)


def of_python(lock: str, output: str) -> Answer:
    """Read what pip-audit said of a lock; whatever it skipped was not checked."""
    answer = Answer(lock)
    packages = _read(output).get("dependencies")
    if not packages:
        answer.not_checked.append("nobody answered")
    for one in packages or ():
        if "skip_reason" in one or "vulns" not in one:
            answer.not_checked.append(str(one.get("name")))
        else:
            answer.looked_up += 1
            answer.weak += [f"{one['name']} {one.get('version')}: {v['id']}" for v in one["vulns"]]
    return answer


def of_npm(lock: str, output: str) -> Answer:
    """Read what `npm audit` said."""
    answer = Answer(lock)
    told = _read(output)
    counts = told.get("metadata", {}).get("dependencies", {})
    if "auditReportVersion" not in told or not counts.get("total"):
        answer.not_checked.append("nobody answered")
        return answer
    answer.looked_up = counts["total"]
    answer.weak = [
        f"{name}: {one.get('severity')}" for name, one in told["vulnerabilities"].items()
    ]
    return answer


def code_of(answers: list[Answer]) -> int:
    """Return how the command ends: a known weakness comes before what is not known."""
    if any(one.weak for one in answers):
        return WEAK
    return NOT_CHECKED if any(one.not_checked for one in answers) else CLEAN


def _read(output: str) -> dict[str, Any]:
    try:
        told = json.loads(output)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _ask(command: list[str], lock: str, read: Callable[[str, str], Answer]) -> Answer:
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired):
        return read(lock, "")
    return read(lock, done.stdout)


def main() -> int:
    """Ask for each lock, and say what came of it."""
    answers = [
        _ask([".bom/bin/pip-audit", "--disable-pip", "--require-hashes", "-r", lock, "-f", "json",
              "--progress-spinner", "off"], lock, of_python)
        for lock in LOCKS
    ]  # fmt: skip
    answers.append(_ask([*npm(), "audit", "--json"], "package-lock.json", of_npm))
    for one in answers:
        sys.stdout.write(f"{one.lock}: {one.looked_up} looked up, {len(one.weak)} weak\n")
        sys.stdout.writelines(f"  {weak}\n" for weak in one.weak)
        if one.not_checked:
            few = ", ".join(one.not_checked[:5])
            sys.stdout.write(f"  not checked: {len(one.not_checked)} ({few} …)\n")
    return code_of(answers)


if __name__ == "__main__":
    sys.exit(main())
