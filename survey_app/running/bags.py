"""A bag of files for an archive (RFC 8493): what it holds, with the hash of each. Pure.

The same files give the same bytes: nothing in it is of the moment at which it was made.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Final

_DECLARATION: Final = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
# the earliest that a zip file can tell: it is nobody's business when somebody fetched it
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o644 << 16


def pack_bag(payload: Mapping[str, bytes], about: Mapping[str, str]) -> dict[str, bytes]:
    """Return all files of a bag by their paths.

    Parameters
    ----------
    payload : mapping of str to bytes
        Files by name, which stand under ``data/``.
    about : mapping of str to str
        What ``bag-info.txt`` says; names as in the RFC.
    """
    data = {f"data/{name}": content for name, content in sorted(payload.items())}
    size = sum(len(content) for content in data.values())
    info = {**about, "Payload-Oxum": f"{size}.{len(data)}"}
    tags = {
        "bag-info.txt": "".join(f"{name}: {_one_line(told)}\n" for name, told in info.items()),
        "bagit.txt": _DECLARATION,
        "manifest-sha256.txt": _manifest(data),
    }
    written = {name: text.encode() for name, text in tags.items()}
    return {**data, **written, "tagmanifest-sha256.txt": _manifest(written).encode()}


def _one_line(told: str) -> str:
    return " ".join(told.split())


def _manifest(files: Mapping[str, bytes]) -> str:
    return "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
    )


def zip_bag(bag: Mapping[str, bytes], folder: str) -> bytes:
    """Return a bag as one file that unpacks into ``folder``; the same each time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(bag.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _READABLE
            entry.create_system = 3  # a Unix, wherever it runs
            packed.writestr(entry, content)
    return made.getvalue()
