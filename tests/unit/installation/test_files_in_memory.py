"""Tests keep their files in memory where there is room, and leave nothing there."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests import places


@pytest.fixture
def memory(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "MEMORY", tmp_path)
    monkeypatch.setattr(places, "ROOM", 1)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.delenv("TMPDIR", raising=False)
    yield tmp_path
    # what was set here by hand is no business of the next test
    os.environ.pop("TMPDIR", None)


def test_what_is_temporary_lies_in_memory_also_for_children(memory):
    folder = places.keep_files_in_memory()
    assert folder == memory / f"barometer-tests-{os.getpid()}"
    assert Path(tempfile.mkdtemp()).parent == folder
    child = subprocess.run(["sh", "-c", "echo $TMPDIR"], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == str(folder)


def test_a_folder_that_somebody_names_is_heeded(memory, monkeypatch):
    monkeypatch.setenv("TMPDIR", "/elsewhere")
    assert places.keep_files_in_memory() is None
    assert os.environ["TMPDIR"] == "/elsewhere"


def test_where_memory_is_small_files_lie_on_disk(memory, monkeypatch):
    monkeypatch.setattr(places, "ROOM", 1 << 60)
    assert places.keep_files_in_memory() is None
    assert not list(memory.iterdir())


def test_what_a_killed_run_left_is_removed_and_a_running_one_keeps_its_files(memory):
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    for number in (ended.pid, os.getppid()):
        (memory / f"barometer-tests-{number}" / "barometer-tests-abc").mkdir(parents=True)
    places.keep_files_in_memory()
    left = {folder.name for folder in memory.iterdir()}
    assert left == {f"barometer-tests-{number}" for number in (os.getppid(), os.getpid())}
