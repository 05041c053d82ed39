"""An agency's content to begin with: it is sound, its own, and never written over anything."""

import errno
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from questionnaires.loader import load_library
from survey_app.cli import barometer
from survey_app.commands.files import UnwritableFileError
from survey_app.commands.init import FolderTakenError, write_content


def _words_of_the_first():
    agency = load_library().agency
    texts = (agency.name, agency.in_sentence, agency.as_source, *agency.keywords)
    return {word.casefold().removeprefix("the ") for text in texts for word in text.values()}


def test_what_is_written_passes_the_check_and_says_what_to_do_next(tmp_path):
    folder = tmp_path / "Vår etat"
    told = CliRunner().invoke(barometer, ["init", str(folder)], catch_exceptions=False).output
    lines = [shlex.split(line) for line in told.splitlines() if str(folder) in line][1:]
    assert ["2.", "barometer", "questionnaire", "check", str(folder)] in lines
    assert ["4.", "Set", f"BAROMETER_AGENCY={folder}"] in lines
    checked = CliRunner().invoke(barometer, ["questionnaire", "check", str(folder)])
    assert re.fullmatch(r"\d+ items in \d+ forms: no mistakes\n", checked.output)


def test_nothing_that_is_written_speaks_of_another_agency(tmp_path):
    write_content(tmp_path / "ours")
    words = re.compile("|".join(sorted(map(re.escape, _words_of_the_first()))))
    files = [path for path in (tmp_path / "ours").rglob("*") if path.is_file()]
    assert len(files) > 15
    assert not [
        path.name for path in files if words.search(path.read_text(encoding="utf-8").casefold())
    ]


def test_every_file_begins_by_saying_what_it_holds(tmp_path):
    write_content(tmp_path / "ours")
    silent = [
        path.name
        for path in (tmp_path / "ours").rglob("*.toml")
        if not path.read_text(encoding="utf-8").startswith("#") and "text." not in path.name
    ]
    assert not silent


def test_it_has_each_text_that_a_wave_of_staff_sends_by_text_message(tmp_path):
    write_content(tmp_path / "ours")
    for path in (tmp_path / "ours" / "messages").glob("*.toml"):
        texts = tomllib.loads(path.read_text(encoding="utf-8"))["sms"]
        assert {"staff", "reminder", "reminder_all"} <= texts.keys(), path.name


@pytest.mark.parametrize("taken", ["file", "folder"])
def test_nothing_is_written_over(tmp_path, taken):
    folder = tmp_path / "ours"
    kept = folder if taken == "file" else folder / "agency.toml"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("our own")
    with pytest.raises(FolderTakenError, match="name a new folder"):
        write_content(folder)
    assert kept.read_text() == "our own"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept]


@pytest.mark.parametrize("made_before", ["etat/ours", "etat", ""])
def test_where_there_is_no_room_nothing_is_left_behind(tmp_path, monkeypatch, made_before):
    folder, write = tmp_path / "etat/ours", Path.write_bytes
    (tmp_path / made_before).mkdir(parents=True, exist_ok=True)
    there = [*tmp_path.rglob("*")]

    def full(path, content):
        if path.name == "text.nb.toml":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UnwritableFileError, match=r"ours cannot be written \(No space left"):
        write_content(folder)
    assert [*tmp_path.rglob("*")] == there
