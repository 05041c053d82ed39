"""``backup`` and ``restore``: an installation in one file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from survey_app.asking.letters.seal import read_recipient
from survey_app.commands.progress import Progress
from survey_app.installation.backups.make import BackupMade, make_backup
from survey_app.installation.backups.restore import Restored, restore_backup
from survey_app.installation.backups.sealing import read_identities
from survey_app.installation.logins import make_passwords
from survey_app.installation.services import services
from survey_app.installation.tables import bind_worker
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.database import Login

Echo = Callable[[str], None]

KEYS_SUFFIX: Final = ".wave-keys"
MEGABYTE: Final = 1e6


def run_backup(
    settings: Settings, path: Path, recipients: Sequence[str], keys_for: str | None, echo: Echo
) -> None:
    """Make a backup, and say what it holds, what it does not, and how to keep it."""
    readers = [read_recipient(one) for one in recipients]
    keys_reader = read_recipient(keys_for) if keys_for else ""
    keys_path = path.with_name(path.name + KEYS_SUFFIX) if keys_reader else None
    with services(settings, *Login) as found, Progress() as progress:
        bind_worker()
        made = asyncio.run(
            make_backup(
                settings,
                found,
                path,
                recipients=readers,
                keys_path=keys_path,
                keys_for=keys_reader,
                now=clock.now(),
                report=progress.report,
            )
        )
    _tell_backup(made, path, keys_path, encrypted=bool(readers), echo=echo)


def run_restore(
    settings: Settings, path: Path, identity: Path | None, keys_path: Path | None, echo: Echo
) -> None:
    """Restore a backup, and say what came and what to do next."""
    identities = read_identities(identity) if identity else []
    if settings.external_database:
        make_passwords(settings)
    with services(settings, *Login) as found, Progress() as progress:
        bind_worker()
        done = asyncio.run(
            restore_backup(
                settings,
                found,
                path,
                identities=identities,
                keys_path=keys_path,
                now=clock.now(),
                report=progress.report,
            )
        )
    _tell_restored(done, echo)


def _tell_backup(
    made: BackupMade, path: Path, keys_path: Path | None, *, encrypted: bool, echo: Echo
) -> None:
    echo(
        f"{path}: {made.bytes / MEGABYTE:.1f} MB, {made.rows} rows, {made.publications}"
        " publications, the secret that links are derived from"
    )
    if not encrypted:
        echo(
            "it is not encrypted, and whoever has it has every address and can make every link:"
            " --recipient age1… encrypts it"
        )
    tells = ", and tells who had answered waves that are not counted yet" if made.uncounted else ""
    echo(f"keep it 14 days at most: it has the addresses of those who were invited{tells}")
    if made.sealed_keys:
        echo(
            f"{keys_path}: the keys of {', '.join(made.sealed_keys)}; with the backup they open the"
            " answers: keep the two apart, and delete this one when the waves are counted"
        )
    for key in made.left_out:
        echo(f"the key of the open wave «{key}» is not in it: without it nobody opens its answers")


def _tell_restored(done: Restored, echo: Echo) -> None:
    echo(
        f"restored what was backed up at {done.made_at}: {done.rows} rows and {done.publications}"
        " publications, each as it was"
    )
    if done.agency is not None:
        echo(f"the agency's content lies in {done.agency}: set BAROMETER_AGENCY to it")
    if done.keys_brought:
        echo(f"{done.keys_brought} keys of open waves were brought back")
    for sentence in done.keys_missing:
        echo(f"{sentence}; if that key is gone, its answers cannot be opened: cancel the wave")
    if done.mails_due:
        echo(
            f"{done.mails_due} mails wait and are sent when a worker starts; those that were sent"
            " after the backup was made are sent once more"
        )
    for name in done.refused:
        echo(f"the server refused to set {name} per role: see barometer doctor")
    echo("start web and worker, and ask barometer doctor")
