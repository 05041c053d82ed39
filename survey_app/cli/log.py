"""The audit log: whether it is whole."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from survey_app.cli.root import as_worker, barometer


@barometer.group("log")
def log_group() -> None:
    """Check what was done by whom."""


@log_group.command("verify")
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="a file that somebody kept of /log/heads.json: the log must lead through all of them",
)
@click.option("--json", "as_json", is_flag=True, help="as JSON")
def log_verify(heads: Path | None, *, as_json: bool) -> None:
    """Follow the chain through the whole log, and name the first row that does not fit.

    Ends with 0 where all fit, and with 5 where one does not.
    """
    from survey_app.audit.heads import read_heads
    from survey_app.commands.verify_log import verify_and_tell

    kept = read_heads(heads.read_bytes()) if heads else ()
    sys.exit(as_worker(lambda: verify_and_tell(kept, as_json=as_json, echo=click.echo)))
