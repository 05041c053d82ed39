"""The pair of keys of a wave. The private one is a file outside the database and its backups.

It is made when the wave opens, read once when the urn is emptied, and destroyed right after: then
every ballot row that still lies in old pages, logs or backups is noise (``anonymity-design.md`` 6).
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.counting.urn import key_files
from survey_app.counting.urn.errors import KeyFileError

FOLDER = "keys"
SUFFIX = ".key"
KEY_BYTES = 32


def key_file(data_dir: Path, wave: UUID) -> Path:
    """Return where the private key of ``wave`` lies, or would."""
    return data_dir / FOLDER / f"{wave}{SUFFIX}"


def make(data_dir: Path, wave: UUID) -> bytes:
    """Make the pair of keys of a wave and keep the private one, mode 600, on disk before return.

    Returns
    -------
    bytes
        The public key, 32 bytes.

    Raises
    ------
    KeyFileError
        If the wave has a key: a second one would make its ballots unreadable.
    """
    path = key_file(data_dir, wave)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = X25519PrivateKey.generate()
    try:
        key_files.create(path, private.private_bytes_raw())
    except FileExistsError:
        raise KeyFileError(
            f"the wave has a key already ({path}); close the wave, or destroy the key of a wave "
            "that was never opened"
        ) from None
    return private.public_key().public_bytes_raw()


def read(data_dir: Path, wave: UUID) -> X25519PrivateKey:
    """Return the private key of a wave.

    Raises
    ------
    KeyFileError
        If there is none, or the file is not a key.
    """
    path = key_file(data_dir, wave)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise KeyFileError(
            f"there is no key at {path}: without it nobody can open the urn of this wave; "
            "bring back the copy made with 'backup --with-wave-keys', if there is one"
        ) from None
    if len(raw) != KEY_BYTES:
        raise KeyFileError(f"{path} is not a key of {KEY_BYTES} bytes; bring back a copy of it")
    return X25519PrivateKey.from_private_bytes(raw)


def destroy(data_dir: Path, wave: UUID) -> bool:
    """Overwrite and remove the private key; tell whether there was one. Safe to run twice."""
    return key_files.destroy(key_file(data_dir, wave))


def held(data_dir: Path) -> tuple[UUID, ...]:
    """Return the waves whose private keys lie here, for the start-up check and ``doctor``."""
    found = []
    for path in (data_dir / FOLDER).glob(f"*{SUFFIX}"):
        with contextlib.suppress(ValueError):  # a stray file is no key of ours
            found.append(UUID(path.stem))
    return tuple(sorted(found))
