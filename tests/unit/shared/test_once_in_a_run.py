"""Made-up publications are made by one process of a run, and read by the others."""

import os
import tempfile

import pytest

from tests.once_in_a_run import once_in_a_run


def counted(found):
    def make():
        found.append(len(found))
        return {"made": [len(found)]}

    return make


def test_what_one_process_of_a_run_has_made_the_others_read(tmp_path, monkeypatch):
    folder = tmp_path / f"barometer-tests-{os.getpid()}"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    times = []
    first, second = (once_in_a_run("some", counted(times)) for _ in range(2))
    assert (first, second) == ({"made": [1]}, {"made": [1]})
    assert times == [0]
    # a test may alter what it got
    assert first["made"] is not second["made"]
    assert once_in_a_run("others", counted(times)) == {"made": [2]}


# that of a run around this one is not its own
@pytest.mark.parametrize("name", ["elsewhere", "barometer-tests-0"])
def test_without_a_folder_of_the_run_nothing_is_left_for_the_next(tmp_path, monkeypatch, name):
    folder = tmp_path / name
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    times = []
    for number in (1, 2):
        assert once_in_a_run("some", counted(times)) == {"made": [number]}
    assert not [*folder.iterdir()]
