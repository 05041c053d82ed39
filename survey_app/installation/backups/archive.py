"""One file of many parts, written and read as a stream; each part with its hash.

A tar archive (POSIX pax), so that anybody can open it with what every machine has. The last part,
``manifest.json``, names the hash of each other one: a file that was cut off has none.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from typing import IO, Any, Final, cast

from survey_app.installation.backups.errors import BrokenBackupError

FORMAT: Final = "verdibarometer-backup/1"
MANIFEST: Final = "manifest.json"


class _Sink:
    """Where an archive goes, which may be a pipe: how far it has come is counted here.

    The streams of `tarfile` write what is left when they are collected, and so where nothing can
    be written any more, as on a full disk.
    """

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink, self._at = sink, 0

    def write(self, content: bytes) -> int:
        self._at += len(content)
        return self._sink.write(content)

    def tell(self) -> int:
        return self._at


class ArchiveWriter:
    """Adds parts to an archive, in the order in which they come."""

    def __init__(self, sink: IO[bytes]) -> None:
        to = cast("IO[bytes]", _Sink(sink))
        self._tar = tarfile.TarFile.open(fileobj=to, mode="w", format=tarfile.PAX_FORMAT)
        self._hashes: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        """Add one part, readable for the owner alone where it is unpacked."""
        self._hashes[name] = hashlib.sha256(content).hexdigest()
        self._put(name, content)

    def finish(self, told: dict[str, Any]) -> None:
        """Write the manifest, with what is ``told`` beside the hashes, and end the archive."""
        manifest = {"format": FORMAT, **told, "parts": self._hashes}
        self._put(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        self._tar.close()

    def _put(self, name: str, content: bytes) -> None:
        part = tarfile.TarInfo(name)
        part.size, part.mode = len(content), 0o600
        self._tar.addfile(part, io.BytesIO(content))


def read_parts(source: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """Read the parts of an archive one after another.

    Raises
    ------
    BrokenBackupError
        If it is no archive, or ends before its end.
    """
    try:
        with tarfile.open(fileobj=source, mode="r|") as archive:
            for part in archive:
                found = archive.extractfile(part) if part.isfile() else None
                if found is None:
                    raise BrokenBackupError(f"it holds «{part.name}», which no backup of ours has")
                yield part.name, found.read()
    except (tarfile.TarError, EOFError) as error:
        raise BrokenBackupError(f"it cannot be read to its end: {error}") from None


def checked_manifest(source: IO[bytes]) -> dict[str, Any]:
    """Read an archive whole, and return its manifest if every part is as it was written.

    Raises
    ------
    BrokenBackupError
        If a part is missing, more or other than the manifest says, or there is no manifest.
    """
    hashes: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    for name, content in read_parts(source):
        if name == MANIFEST:
            manifest = _read(content)
        else:
            hashes[name] = hashlib.sha256(content).hexdigest()
    if manifest is None:
        raise BrokenBackupError("it ends before its list of parts: it was cut off, or is no backup")
    if manifest.get("format") != FORMAT:
        raise BrokenBackupError(
            f"it is of the format «{manifest.get('format')}», and this version reads {FORMAT}"
        )
    written = manifest["parts"]
    if hashes != written:
        changed = sorted(
            name for name in hashes.keys() | written.keys() if hashes.get(name) != written.get(name)
        )
        raise BrokenBackupError(
            f"{len(changed)} of its parts are not as they were written, first «{changed[0]}»"
        )
    return manifest


def _read(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("parts"), dict):
        raise BrokenBackupError("its list of parts cannot be read")
    return found
