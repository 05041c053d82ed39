"""The pair of keys of a wave. The private one is a file outside the database and every backup.

It is made when the wave opens, read once when the urn is emptied, and destroyed right after: then
every ballot row that still lies in old pages, logs or backups is noise (``anonymity-design.md`` 6).
The folder (``BAROMETER_KEY_DIR``) holds these keys and nothing else.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.counting.urn import key_files
from survey_app.counting.urn.errors import KeyFileError

SUFFIX = ".key"
KEY_BYTES = 32


def key_file(folder: Path, wave: UUID) -> Path:
    """Return where the private key of ``wave`` lies, or would."""
    return folder / f"{wave}{SUFFIX}"


def make(folder: Path, wave: UUID) -> bytes:
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
    path = key_file(folder, wave)
    _make_folder(folder)
    private = X25519PrivateKey.generate()
    try:
        key_files.create(path, private.private_bytes_raw())
    except FileExistsError:
        raise KeyFileError(
            f"the wave has a key already ({path}); close the wave, or destroy the key of a wave "
            "that was never opened"
        ) from None
    return private.public_key().public_bytes_raw()


def read(folder: Path, wave: UUID) -> X25519PrivateKey:
    """Return the private key of a wave.

    Raises
    ------
    KeyFileError
        If there is none, or the file is not a key.
    """
    path = key_file(folder, wave)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise KeyFileError(
            f"there is no key at {path}: without it nobody can open the urn of this wave; bring "
            "back a copy of that file, if somebody made one, or run this on the machine that "
            "opened the wave"
        ) from None
    if len(raw) != KEY_BYTES:
        raise KeyFileError(f"{path} is not a key of {KEY_BYTES} bytes; bring back a copy of it")
    return X25519PrivateKey.from_private_bytes(raw)


def public_key_here(folder: Path, wave: UUID) -> bytes | None:
    """Return the public key of the file that lies here of a wave; None where it is no key."""
    try:
        return read(folder, wave).public_key().public_bytes_raw()
    except (KeyFileError, OSError):
        return None


def is_shown(folder: Path, wave: UUID, public_key: bytes | None) -> bool:
    """Tell whether the file that lies here of a wave is its key, or what overwriting it left.

    Whoever brought back another file under its name may have no other copy of it.
    """
    try:
        raw = key_file(folder, wave).read_bytes()
    except OSError:
        return False
    is_blank = len(raw) == KEY_BYTES and not any(raw)
    return is_blank or (public_key is not None and public_key_here(folder, wave) == public_key)


def blank(folder: Path, wave: UUID) -> bool:
    """Overwrite the private key and leave its file; tell whether there was one."""
    return key_files.overwrite(key_file(folder, wave))


def destroy(folder: Path, wave: UUID) -> bool:
    """Overwrite and remove the private key; tell whether there was one. Safe to run twice."""
    return key_files.destroy_file(key_file(folder, wave))


def held(folder: Path) -> tuple[UUID, ...]:
    """Return the waves whose private keys lie here, for the start-up check and ``doctor``."""
    found = []
    for path in folder.glob(f"*{SUFFIX}"):
        with contextlib.suppress(ValueError):  # a stray file is no key of ours
            found.append(UUID(path.stem))
    return tuple(sorted(found))


def move(old: Path, new: Path) -> int:
    """Bring the keys that lie in ``old`` to ``new``, each whole in one of the two at any moment.

    Returns
    -------
    int
        Keys moved.

    Raises
    ------
    KeyFileError
        If both folders hold a key of one wave and they differ: neither is touched then.
    """
    waves = held(old)
    if not waves:
        return 0
    _make_folder(new)
    with key_files.alone_in(old):
        for wave in waves:
            try:
                key_files.move_file(key_file(old, wave), key_file(new, wave))
            except FileExistsError:
                raise KeyFileError(
                    f"{key_file(old, wave)} and {key_file(new, wave)} are two keys of one wave: "
                    "find out which one opens it, and take the other away"
                ) from None
    with contextlib.suppress(OSError):  # what else lies there is not ours
        old.rmdir()
    return len(waves)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyFileError(
            f"the folder of the wave keys cannot be made: {folder}: {error.strerror}; set"
            " BAROMETER_KEY_DIR to one that this user may write, outside the data folder"
        ) from None
