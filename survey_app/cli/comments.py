"""Who opens the quarantine of comments."""

from __future__ import annotations

import click

from survey_app.cli.root import as_worker, barometer


@barometer.group()
def comments() -> None:
    """Comments that staff write, where a campaign asks for them."""


@comments.command("keepers")
@click.argument("first")
@click.argument("second")
def comments_keepers(first: str, second: str) -> None:
    """Name the two accounts of HR that mask and release comments.

    FIRST and SECOND are their e-mail addresses. They take the place of those named before; whoever
    of the two masks a comment cannot release it.
    """
    from survey_app.comments.keepers import name_keepers
    from survey_app.shared.clock import now

    as_worker(lambda: name_keepers([first, second], now=now()))
    click.echo("named")
