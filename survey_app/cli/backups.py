"""Take an installation along, and bring it back."""

from __future__ import annotations

from pathlib import Path

import click

from survey_app.cli.root import barometer, settings


@barometer.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--recipient",
    "recipients",
    multiple=True,
    help="public key of age (age1…) of one who may open it, or a file that holds it; several times",
)
@click.option(
    "--with-wave-keys",
    "keys_for",
    metavar="RECIPIENT",
    help="write the keys of open waves to FILE.wave-keys, sealed to this public key of age",
)
def backup(file: Path, recipients: tuple[str, ...], keys_for: str | None) -> None:
    """Write the database, the secret and the agency's content to FILE, while all runs.

    Keys of open waves are left out: whoever holds them with the database opens the answers.
    """
    from survey_app.commands.backups import run_backup

    run_backup(settings(), file, recipients, keys_for, click.echo)


@barometer.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--identity",
    type=click.Path(dir_okay=False, path_type=Path),
    help="file with the secret key of age that opens it",
)
@click.option(
    "--wave-keys",
    "keys_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="keys of waves that were open, as --with-wave-keys wrote them",
)
def restore_from(file: Path, identity: Path | None, keys_file: Path | None) -> None:
    """Bring FILE back into an empty installation, and compare it with what was taken."""
    from survey_app.commands.backups import run_restore

    run_restore(settings(), file, identity, keys_file, click.echo)
