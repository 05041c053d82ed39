"""What was measured before, and by others."""

from __future__ import annotations

from pathlib import Path

import click

from survey_app.cli.root import as_worker, barometer


@barometer.group()
def earlier() -> None:
    """Take in aggregated results of earlier surveys, and of others."""


@earlier.command("import")
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="show what would change, write nothing")
def earlier_import(manifest: Path, *, dry_run: bool) -> None:
    """Take in a source: a manifest and its CSV files (docs/formats/earlier-results.md)."""
    from survey_app.earlier.commands import import_named

    as_worker(lambda: import_named(manifest, dry_run=dry_run, echo=click.echo))


@earlier.command("list")
def earlier_list() -> None:
    """List the sources, with what they hold."""
    from survey_app.earlier.commands import list_named

    as_worker(lambda: list_named(click.echo))


@earlier.command("remove")
@click.argument("key")
@click.confirmation_option(prompt="Its figures disappear from all pages. Remove the source?")
def earlier_remove(key: str) -> None:
    """Remove a source with all its figures."""
    from survey_app.earlier.commands import remove_named

    as_worker(lambda: remove_named(key, click.echo))
