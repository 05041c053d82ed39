"""schemathesis tries the API of a running system by its own description."""

import os
import subprocess
import sys

import pytest

TRIES = 6  # examples of each address and way of trying


@pytest.mark.filterwarnings("ignore")
def test_nothing_is_found_that_the_description_does_not_allow(demo, warm, tmp_path):
    token = subprocess.run(
        [warm.executable, "-m", "survey_app.cli", "token", "create", "--name", "tests",
         "--scope", "results:staff", "--scope", "results:public"],
        env=os.environ | {"BAROMETER_DATA_DIR": str(demo.data_dir)},
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    found = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", f"{demo.facts['base_url']}/api/schema",
         "-H", f"Authorization: Bearer {token}", "--max-examples", str(TRIES), "--no-color",
         "--seed", "5"],
        capture_output=True, text=True, check=False, cwd=tmp_path,  # it keeps what it tried there
    )  # fmt: skip
    assert found.returncode == 0, found.stdout[-3000:]
    assert "No issues found" in found.stdout, found.stdout[-1500:]
