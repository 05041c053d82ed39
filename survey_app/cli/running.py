"""Run an installation: all of it, a part, or its checks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from survey_app.cli.root import EXIT_FAULT, PEOPLE, PORT, barometer, settings


@barometer.command()
@click.option(
    "--agency",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="a folder with another agency's content, as barometer init writes it",
)
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option(
    "--people",
    type=PEOPLE,
    default=5600,
    show_default=True,
    help="more people means more units",
)
@click.option(
    "--waves", type=click.IntRange(0), default=12, show_default=True, help="closed staff waves"
)
@click.option(
    "--public-waves",
    type=click.IntRange(0),
    default=8,
    show_default=True,
    help="closed public waves",
)
@click.option("--seed", default=20210109, show_default=True)
@click.option("--reset", is_flag=True, help="throw the demo's data away and begin anew")
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="JSON, once all answers",
)
def demo(**choices: Any) -> None:  # noqa: ANN401 - the options above, each of its own type
    """Run the whole system with a simulated agency."""
    from survey_app.shared.errors import ServiceError

    try:
        from survey_app.commands.demo import run_demo
    except ModuleNotFoundError as missing:
        raise ServiceError(
            f"the demo needs the package {missing.name}, which production does without: make setup"
        ) from None
    run_demo(**choices)


@barometer.command()
@click.option("--port", type=PORT, default=8000, show_default=True)
def up(port: int) -> None:
    """Migrate, then run web and worker in this terminal."""
    from survey_app.commands.up import run_up

    run_up(port=port)


@barometer.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--processes", default=1, show_default=True)
@click.option("--ballots-only", is_flag=True, help="take ballots and show key lists, no pages")
def web(host: str, port: int, processes: int, *, ballots_only: bool) -> None:
    """Serve the pages."""
    from survey_app.commands.listen import serve_web

    serve_web(host=host, port=port, processes=processes, ballots_only=ballots_only)


@barometer.command()
def worker() -> None:
    """Send, count and publish."""
    from survey_app.commands.serve import serve_worker

    serve_worker()


@barometer.command()
@click.option("--new-passwords", is_flag=True, help="give logins that exist this host's passwords")
@click.option("--new-secret", is_flag=True, help="take this host's secret; links of before die")
@click.option("--renew-passwords", is_flag=True, help="make new passwords for the logins")
@click.option("--renew-secret", is_flag=True, help="take this host's first secret; links go on")
def migrate(
    *, new_passwords: bool, new_secret: bool, renew_passwords: bool, renew_secret: bool
) -> None:
    """Bring the database to this version."""
    from survey_app.installation.set_up import set_up

    with set_up(
        settings(),
        new_passwords=new_passwords,
        new_secret=new_secret,
        renewed_passwords=renew_passwords,
        renewed_secret=renew_secret,
    ) as done:
        refused, others, trusted = done.refused, done.others, done.trusted
        renewed = done.renewed
    for name in refused:
        click.echo(f"the server refused to set {name} per role: see barometer doctor", err=True)
    for key in trusted:
        if new_secret:
            click.echo(f"links, cards and codes of the wave «{key}» that were given are dead")
        click.echo(f"the wave «{key}» was opened before: what it is sealed to is taken on trust")
    if renewed:
        click.echo(
            f"secret renewed: {renewed.sealed_anew} second steps sealed anew; keep the former one"
            " on the second line until barometer doctor says that it may go"
        )
    if renewed and renewed.unopened:
        click.echo(f"{renewed.unopened} second steps were sealed under neither, and stay as lost")
    if others:
        click.echo(
            f"of another version at work: {', '.join(others)}: what it needs is left in place; run"
            " barometer migrate again when none of it runs any more"
        )
    click.echo("migrated")


@barometer.command()
@click.option("--accept", is_flag=True, help="the clock is right: go on closing and deleting")
def clock(*, accept: bool) -> None:
    """Say what time it is here and at the database, and whether it is trusted."""
    from survey_app.cli.root import as_worker
    from survey_app.commands.clock import tell_clock

    as_worker(lambda: tell_clock(click.echo, accept=accept))


@barometer.command()
def doctor() -> None:
    """Tell what is wrong with this installation, and how to mend it."""
    from survey_app.installation.doctor import examine

    findings = examine()
    for finding in findings:
        click.echo(f"{finding.sign} {finding.sentence}")
    if any(finding.bad for finding in findings):
        sys.exit(EXIT_FAULT)
