"""Where keys and secrets lie, who may read them, and what a copy of this machine would hold."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from survey_app.asking.campaigns.queries import list_waves
from survey_app.counting.urn import keys
from survey_app.counting.urn.errors import KeyFileError
from survey_app.installation.findings import Inspection, Sign
from survey_app.piloting.open_pilot import keys_of_pilots
from survey_app.piloting.pilot_keys import pilots_with_keys
from survey_app.settings import Settings
from survey_app.shared.database import Login
from survey_app.waves.wave_keys import old_folder, waves_with_keys

PRIVATE = stat.S_IRWXG | stat.S_IRWXO
MOUNTS = Path("/proc/self/mounts")
# they end with the machine or the container that holds them
FLEETING = frozenset({"tmpfs", "ramfs", "overlay"})


class KeyFault(StrEnum):
    """Why a key file opens nothing."""

    ANOTHER = "another"
    SPOILED = "spoiled"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class WrongKeyFile:
    """A key file by which nobody could open an urn; its sentence says where it lies."""

    fault: KeyFault
    sentence: str


def key_findings(chosen: Settings) -> list[Inspection]:
    """Look at the files that hold secrets, and at the folders of the keys of waves and pilots."""
    return [*_secrets(chosen), *_folder(chosen), *_unusable(chosen)]


async def wrong_key_files(chosen: Settings) -> dict[UUID, WrongKeyFile]:
    """Return the waves and pilots that the files lying here of them open nothing of; as worker."""
    # first the files: the key of a wave that is counted meanwhile is overwritten
    here = await asyncio.to_thread(lambda: dict(_lying_here(chosen)))
    needed = [
        (one.wave, one.public_key, f"the {one.state} wave «{one.key}»", chosen.key_folder)
        for one in await waves_with_keys()
    ]
    needed += [
        (
            one.pilot,
            one.public_key,
            f"the pilot of the draft of «{one.instrument}»",
            keys_of_pilots(chosen),
        )
        for one in await pilots_with_keys()
    ]
    wrong = {}
    for one, public_key, name, folder in needed:
        found = here.get(one, public_key)
        if isinstance(found, WrongKeyFile):
            wrong[one] = found
        elif found != public_key:
            told = (
                f"{keys.key_file(folder, one)} is not the key of {name} and opens none of its"
                " answers: bring back a copy of the right file"
            )
            wrong[one] = WrongKeyFile(KeyFault.ANOTHER, told)
    return wrong


async def snapshot_findings(chosen: Settings) -> list[Inspection]:
    """Say which waves' answers a snapshot of this machine, taken now, could be used against."""
    held = set(keys.held(chosen.key_folder))
    waves = sorted(f"«{wave.key}»" for wave in await list_waves(Login.WORKER) if wave.id in held)
    tried = set(keys.held(keys_of_pilots(chosen)))
    waves += [
        f"a pilot of «{one.instrument}»" for one in await pilots_with_keys() if one.pilot in tried
    ]
    if not waves:
        return [
            Inspection(Sign.GOOD, "keys: a snapshot of this machine would hold no key of a wave")
        ]
    sentence = (
        f"keys: a snapshot of this machine would hold the keys of {', '.join(waves)}: with "
        "the database, whoever keeps it finds out who answered what; take none while waves are "
        "open, or let two people hold the keys (docs/trustees.md)"
    )
    return [Inspection(Sign.NOTE, sentence)]


def _secrets(chosen: Settings) -> Iterator[Inspection]:
    secret = chosen.data_dir / "secret_key"
    if chosen.secret_key is None:
        yield Inspection(Sign.NOTE, f"keys: the token key is kept in {secret}: back it up")
    files = [secret, chosen.data_dir / "logins.json", *chosen.key_folder.rglob("*")]
    loose = [path for path in files if path.is_file() and path.stat().st_mode & PRIVATE]
    for path in loose:
        yield Inspection(Sign.BAD, f"keys: {path} is readable for others: chmod 600")
    if not loose:
        yield Inspection(Sign.GOOD, "keys: their files are private")


def _folder(chosen: Settings) -> Iterator[Inspection]:
    folder = chosen.key_folder
    sentence = f"keys: those of open waves lie in {folder}: leave it out of every backup"
    yield Inspection(Sign.NOTE, sentence)
    if folder.is_relative_to(chosen.data_dir.resolve()):
        yield Inspection(
            Sign.BAD,
            "keys: BAROMETER_KEY_DIR lies in the data folder, which is backed up: set it to a"
            " folder outside, and move the files there",
        )
    for one in (folder, keys_of_pilots(chosen)):
        if one.is_dir() and one.stat().st_mode & PRIVATE:
            yield Inspection(Sign.BAD, f"keys: {one} is open to others: chmod 700")
    if _is_fleeting(folder):
        yield Inspection(
            Sign.NOTE,
            f"keys: {folder} may be lost when this machine or container starts again, and with it"
            " the answers of open waves: set BAROMETER_KEY_DIR to a disk that stays",
        )
    left = keys.held(old_folder(chosen.data_dir))
    if left and old_folder(chosen.data_dir).resolve() != folder:
        yield Inspection(
            Sign.BAD,
            f"keys: {len(left)} from before lie in {old_folder(chosen.data_dir)}: start the worker"
            " here, which moves or destroys them",
        )


def _unusable(chosen: Settings) -> Iterator[Inspection]:
    """Find keys that nobody could open an urn with, before that is needed."""
    for _, found in _lying_here(chosen):
        if isinstance(found, WrongKeyFile):
            yield Inspection(Sign.BAD, f"keys: {found.sentence}")


def _lying_here(chosen: Settings) -> Iterator[tuple[UUID, bytes | WrongKeyFile]]:
    """Yield what each key file is here: its public key, or what is wrong with it."""
    for folder in (chosen.key_folder, keys_of_pilots(chosen)):
        for one in keys.held(folder):
            path = keys.key_file(folder, one)
            try:
                yield one, keys.read(folder, one).public_key().public_bytes_raw()
            except KeyFileError as error:
                # one that was destroyed meanwhile is no file any more
                if path.exists(follow_symlinks=False):
                    yield one, WrongKeyFile(KeyFault.SPOILED, str(error))
            except OSError as error:
                told = f"{path} cannot be read here ({error.strerror}): the worker must"
                yield one, WrongKeyFile(KeyFault.UNREAD, told)


def _is_fleeting(folder: Path) -> bool:
    try:
        mounts = [line.split()[1:3] for line in MOUNTS.read_text().splitlines()]
    except OSError:  # no such file on this system
        return False
    above = [(place, kind) for place, kind in mounts if folder.is_relative_to(place)]
    # of mounts on the same place the last one counts
    _, kind = max(above, key=lambda one: len(one[0]), default=("", ""))
    return kind in FLEETING
