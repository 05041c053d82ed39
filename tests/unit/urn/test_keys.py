import errno
import stat
import uuid
from pathlib import Path

import pytest

from survey_app.counting.urn import key_files, keys
from survey_app.counting.urn.errors import KeyFileError


def test_the_private_key_is_for_the_worker_alone(tmp_path):
    wave, folder = uuid.uuid4(), tmp_path / "keys"
    keys.make(folder, wave)
    path = keys.key_file(folder, wave)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert keys.held(folder) == (wave,)


def test_the_public_key_belongs_to_the_private_one(tmp_path):
    wave = uuid.uuid4()
    public = keys.make(tmp_path, wave)
    assert keys.read(tmp_path, wave).public_key().public_bytes_raw() == public


def test_a_key_that_had_no_room_stands_in_no_other_keys_way(tmp_path, monkeypatch):
    wave = uuid.uuid4()
    with monkeypatch.context() as full:
        full.setattr(key_files.os, "write", lambda file, content: len(content) // 2)
        with pytest.raises(OSError, match="No space left"):
            keys.make(tmp_path, wave)
    assert keys.held(tmp_path) == ()
    public = keys.make(tmp_path, wave)
    assert keys.read(tmp_path, wave).public_key().public_bytes_raw() == public


def test_a_wave_never_gets_a_second_key(tmp_path):
    wave = uuid.uuid4()
    keys.make(tmp_path, wave)
    with pytest.raises(KeyFileError, match="has a key already"):
        keys.make(tmp_path, wave)


def test_a_destroyed_key_is_gone_and_may_be_destroyed_again(tmp_path):
    wave = uuid.uuid4()
    keys.make(tmp_path, wave)
    path = keys.key_file(tmp_path, wave)
    raw = path.read_bytes()
    with path.open("rb") as left_open:
        assert keys.destroy(tmp_path, wave)
        # overwritten first: whoever still holds the file reads something else
        assert left_open.read() != raw
    assert not keys.destroy(tmp_path, wave)
    assert keys.held(tmp_path) == ()
    with pytest.raises(KeyFileError, match="nobody can open the urn"):
        keys.read(tmp_path, wave)


def test_a_file_that_is_no_key_is_named(tmp_path):
    wave = uuid.uuid4()
    keys.make(tmp_path, wave)
    keys.key_file(tmp_path, wave).write_bytes(b"short")
    with pytest.raises(KeyFileError, match="not a key of 32 bytes"):
        keys.read(tmp_path, wave)


@pytest.fixture(params=["one disk", "two disks"])
def disks(request, monkeypatch):
    """Moving within a disk, and to another, where no file can be renamed to."""
    if request.param == "two disks":
        rename = Path.rename

        def across(source, target):
            if source.parent != target.parent:
                raise OSError(errno.EXDEV, "another disk")
            return rename(source, target)

        monkeypatch.setattr(Path, "rename", across)


def in_the_old_place(tmp_path):
    old, new, wave = tmp_path / "var" / "keys", tmp_path / "var-keys", uuid.uuid4()
    keys.make(old, wave)
    return old, new, wave, keys.key_file(old, wave).read_bytes()


def test_keys_move_whole_and_leave_nothing_behind(tmp_path, disks):
    old, new, wave, raw = in_the_old_place(tmp_path)
    with keys.key_file(old, wave).open("rb") as left_open:
        assert keys.move(old, new) == 1
        # on one disk it is the same file; the copy on another disk is overwritten
        assert left_open.read() != raw or keys.key_file(new, wave).stat().st_nlink == 1
    assert keys.key_file(new, wave).read_bytes() == raw
    assert [path.name for path in new.iterdir()] == [f"{wave}.key"]
    assert stat.S_IMODE(keys.key_file(new, wave).stat().st_mode) == 0o600
    assert stat.S_IMODE(new.stat().st_mode) == 0o700
    assert not old.exists()
    assert keys.move(old, new) == 0


@pytest.mark.parametrize("step", ["create", "rename", "destroy_file"])
def test_a_move_that_is_killed_is_finished_by_the_next(tmp_path, disks, monkeypatch, step):
    old, new, wave, raw = in_the_old_place(tmp_path)
    places = {"create": key_files, "destroy_file": key_files, "rename": Path}

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(places[step], step, killed)
        try:
            keys.move(old, new)
        except KeyboardInterrupt:
            found = [keys.key_file(folder, wave) for folder in (old, new)]
            assert raw in [path.read_bytes() for path in found if path.exists()]
    keys.move(old, new)
    assert keys.key_file(new, wave).read_bytes() == raw
    assert [path.name for path in new.iterdir()] == [f"{wave}.key"]
    assert not old.exists()


def test_two_keys_of_one_wave_are_told_and_left_alone(tmp_path, disks):
    old, new, wave, raw = in_the_old_place(tmp_path)
    keys.make(new, wave)
    with pytest.raises(KeyFileError, match="two keys of one wave"):
        keys.move(old, new)
    assert keys.key_file(old, wave).read_bytes() == raw


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError, match="set BAROMETER_KEY_DIR"):
        keys.make(tmp_path / "file" / "keys", uuid.uuid4())
