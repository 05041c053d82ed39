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


@witness.command("code")
@click.argument("address")
@click.option(
    "--static",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="the folder static/ of a build of the same release; of this programme when left out",
)
@click.option("--page", "pages", multiple=True, help="a page that is to load nothing else")
def witness_code(address: str, static: Path | None, pages: tuple[str, ...]) -> None:
    """Fetch what ADDRESS gives browsers to run, and hold it against a build of your own.

    Ends with 1 where anything is not as it was built here.
    """
    from survey_app.commands.witness_code import check_code
    from survey_app.shared.pages import STATIC

    if not check_code(address, static or STATIC, click.echo, pages=pages):
        sys.exit(EXIT_FAULT)


@witness.command("compare")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("other", type=click.Path(dir_okay=False, path_type=Path))
def witness_compare(file: Path, other: Path) -> None:
    """Say whether two witnesses were told the same; ends with 1 where they were not."""
    from survey_app.commands.witness import compare

    if not compare(file, other, click.echo):
        sys.exit(EXIT_FAULT)
