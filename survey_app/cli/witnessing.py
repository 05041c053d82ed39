"""What somebody does who wants to see whether an installation stands by what it said."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from survey_app.cli.root import EXIT_FAULT, barometer


@barometer.group()
def witness() -> None:
    """Keep what an installation publishes, sign it, and see what changes; on your own machine."""


@witness.command("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def witness_key(file: Path) -> None:
    """Make a witness's key in FILE, and print the public one to hand out."""
    from survey_app.commands.witness import make_witness_key

    make_witness_key(file, click.echo)


@witness.command("keep")
@click.argument("address")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--key", type=click.Path(dir_okay=False, path_type=Path), required=True)
def witness_keep(address: str, file: Path, key: Path) -> None:
    """Ask ADDRESS what it has published, hold it against FILE, and add a signed line to it.

    Ends with 1 where something was changed or taken away; run it each day.
    """
    from survey_app.commands.witness import keep_heads

    if not keep_heads(address, file, key, click.echo):
        sys.exit(EXIT_FAULT)


@witness.command("compare")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("other", type=click.Path(dir_okay=False, path_type=Path))
def witness_compare(file: Path, other: Path) -> None:
    """Say whether two witnesses were told the same; ends with 1 where they were not."""
    from survey_app.commands.witness import compare

    if not compare(file, other, click.echo):
        sys.exit(EXIT_FAULT)
