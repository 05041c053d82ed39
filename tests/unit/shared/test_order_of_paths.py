"""Tests find what the conftest.py of their folder offers, in whatever order files are named."""

import subprocess
import sys

HOOK = "from tests.each_folder_once import pytest_collect_directory\n"
OFFERED = "import pytest\n\n\n@pytest.fixture\ndef offered():\n    return 1\n"
USED = "def test_it(offered):\n    assert offered == 1\n"


def test_a_folder_named_before_and_after_a_file_above_it_keeps_its_fixtures(tmp_path):
    below = tmp_path / "tests" / "above" / "below"
    below.mkdir(parents=True)
    (below.parent.parent / "conftest.py").write_text(HOOK)
    (below.parent / "test_above.py").write_text("def test_it():\n    pass\n")
    (below / "conftest.py").write_text(OFFERED)
    for name in ("first", "last"):
        (below / f"test_{name}.py").write_text(USED)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("-c", "/dev/null", f"--rootdir={tmp_path}"),
            *(below / "test_first.py", below.parent / "test_above.py", below / "test_last.py"),
        ],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    assert "3 passed" in done.stdout, done.stdout
