"""What two key holders do, each with their own key."""

from __future__ import annotations

from pathlib import Path

import click

from survey_app.cli.root import ask_passphrase, barometer


@barometer.group()
def trustee() -> None:
    """Keys of the two people who open a wave together; needs no database and no network."""


@trustee.command("key")
@click.argument("name")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), required=True)
def trustee_key(name: str, output: Path) -> None:
    """Make a pair of keys for NAME: a private file to keep and a public one to hand out."""
    from survey_app.commands.trustees import make_named

    passphrase = click.prompt("New passphrase", hide_input=True, confirmation_prompt=True)
    make_named(name, passphrase, output, click.echo)


@trustee.command("show")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--open", "opens", is_flag=True, help="try the passphrase of a private key too")
def trustee_show(file: Path, *, opens: bool) -> None:
    """Show whose key a file holds, with its fingerprint to read aloud."""
    from survey_app.commands.trustees import show_named

    show_named(file, ask_passphrase if opens else None, click.echo)


@trustee.command("destroy")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.confirmation_option(prompt="Whatever this key alone can open is lost. Destroy it?")
def trustee_destroy(file: Path) -> None:
    """Overwrite and remove a private key file, once its wave is counted."""
    from survey_app.commands.trustees import destroy_named

    destroy_named(file, click.echo)
