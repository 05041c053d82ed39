"""What a process loads before it serves: each start of a page's server waits for it."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


COMPUTES = {"pandas", "pyarrow", "scipy.stats", "scipy.sparse", "statsmodels"}


def loaded_by(module: str) -> set[str]:
    """Tell what of the statistics a process has in memory that did no more than start."""
    code = f"import sys, json; import {module}; print(json.dumps([*sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return COMPUTES & {*json.loads(done.stdout)}


def test_pages_start_without_the_statistics_that_the_worker_computes_with():
    assert loaded_by("survey_app.app") == set()


def test_a_worker_starts_without_the_statistics_that_its_child_computes_with():
    assert loaded_by("survey_app.worker") == set()
