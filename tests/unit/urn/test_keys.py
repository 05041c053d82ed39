import stat
import uuid

import pytest

from survey_app.counting.urn import keys
from survey_app.counting.urn.errors import KeyFileError


def test_the_private_key_is_for_the_worker_alone(tmp_path):
    wave = uuid.uuid4()
    keys.make(tmp_path, wave)
    path = keys.key_file(tmp_path, wave)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert keys.held(tmp_path) == (wave,)


def test_the_public_key_belongs_to_the_private_one(tmp_path):
    wave = uuid.uuid4()
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
