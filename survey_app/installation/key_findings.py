"""Where keys and secrets lie, who may read them, and what a copy of this machine would hold."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from survey_app.asking.campaigns.queries import list_waves
from survey_app.counting.urn import keys
from survey_app.counting.urn.errors import KeyFileError
from survey_app.installation.findings import Inspection, Sign
from survey_app.piloting.open_pilot import keys_of_pilots
from survey_app.piloting.pilot_keys import pilots_with_keys
from survey_app.settings import Settings
from survey_app.shared.database import Login
from survey_app.waves.wave_keys import old_folder

PRIVATE = stat.S_IRWXG | stat.S_IRWXO
MOUNTS = Path("/proc/self/mounts")
# they end with the machine or the container that holds them
FLEETING = frozenset({"tmpfs", "ramfs", "overlay"})


def key_findings(chosen: Settings) -> list[Inspection]:
    """Look at the files that hold secrets, and at the folders of the keys of waves and pilots."""
    return [*_secrets(chosen), *_folder(chosen), *_unusable(chosen)]


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
    for folder in (chosen.key_folder, keys_of_pilots(chosen)):
        for one in keys.held(folder):
            try:
                keys.read(folder, one)
            except KeyFileError as error:
                yield Inspection(Sign.BAD, f"keys: {error}")
            except OSError as error:
                path = keys.key_file(folder, one)
                sentence = f"keys: {path} cannot be read here ({error.strerror}): the worker must"
                yield Inspection(Sign.BAD, sentence)


def _is_fleeting(folder: Path) -> bool:
    try:
        mounts = [line.split()[1:3] for line in MOUNTS.read_text().splitlines()]
    except OSError:  # no such file on this system
        return False
    above = [(place, kind) for place, kind in mounts if folder.is_relative_to(place)]
    # of mounts on the same place the last one counts
    _, kind = max(above, key=lambda one: len(one[0]), default=("", ""))
    return kind in FLEETING
