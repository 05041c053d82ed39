"""``barometer clock``: what time it is, and whether anything is closed or deleted by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from survey_app.asking.clock_watch import accept_clock, held_clocks
from survey_app.shared.database import Login, fetch


async def tell_clock(echo: Callable[[str], None], *, accept: bool) -> None:
    """Print both clocks and what is wrong with them; with ``accept``, believe the database's."""
    if accept:
        echo(f"the clock is right: {await accept_clock():%Y-%m-%d %H:%M:%S} UTC, from now on")
        return
    (row,) = await fetch(Login.WORKER, "SELECT clock_timestamp() AS now")
    echo(f"here      {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
    echo(f"database  {row['now']:%Y-%m-%d %H:%M:%S} UTC")
    for sentence in await held_clocks():
        echo(sentence)
