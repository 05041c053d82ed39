"""Files that hold secrets: for their owner, whole, and in no other's place."""

import pytest

from survey_app.shared.new_file import NotWrittenError, write_new


def test_a_new_file_is_for_its_owner_alone(tmp_path):
    path = tmp_path / "letters.csv"
    write_new(path, b"content")
    assert path.read_bytes() == b"content"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_no_file_is_overwritten(tmp_path):
    path = tmp_path / "letters.csv"
    path.write_text("the letters of last week")
    with pytest.raises(NotWrittenError, match="is there already and is not overwritten"):
        write_new(path, b"content")
    assert path.read_text() == "the letters of last week"


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path):
    path = tmp_path / "letters.csv"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotWrittenError):
        write_new(path, b"content")
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_missing_is_told(tmp_path):
    with pytest.raises(NotWrittenError, match="is no folder"):
        write_new(tmp_path / "none" / "letters.csv", b"content")
