"""The archive that a backup is, where it cannot be written."""

import errno
import gc
import io
import tarfile

import pytest

from survey_app.installation.backups.archive import ArchiveWriter, checked_manifest


class Full(io.RawIOBase):
    """A disk that has room for some bytes."""

    def __init__(self, room):
        self.room = room

    def writable(self):
        return True

    def write(self, content):
        self.room -= len(content)
        if self.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return len(content)


@pytest.mark.parametrize("room", [0, 3_000, 200_000])
def test_where_the_disk_is_full_nothing_more_is_tried_once_it_was_told(room):
    writer, sink = None, Full(room)
    with pytest.raises(OSError, match="No space left"):  # noqa: PT012 - whichever part is too much
        writer = ArchiveWriter(sink)
        for number in range(40):
            writer.add(f"part/{number}", bytes(10_000))
        writer.finish({})
    sink.close()
    del writer
    gc.collect()  # what is written then would be an error in a test


def test_an_archive_through_a_pipe_is_that_in_a_file():
    class Pipe(io.BytesIO):
        def tell(self):
            raise OSError(errno.ESPIPE, "Illegal seek")

    made = []
    for sink in (io.BytesIO(), Pipe()):
        writer = ArchiveWriter(sink)
        writer.add("one", b"1" * 700)
        writer.finish({"told": 1})
        made.append(sink.getvalue())
    assert made[0] == made[1]
    assert checked_manifest(io.BytesIO(made[0]))["told"] == 1
    with tarfile.open(fileobj=io.BytesIO(made[0])) as read:
        assert read.getnames() == ["one", "manifest.json"]
