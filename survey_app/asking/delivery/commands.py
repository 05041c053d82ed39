"""What the command line does for delivery."""

from __future__ import annotations

from collections.abc import Callable

from survey_app.asking.campaigns.queries import find_campaign, find_wave
from survey_app.asking.delivery.remind import remind_wave
from survey_app.shared.clock import now
from survey_app.shared.database import Login


async def remind_named(key: str, echo: Callable[[str], None]) -> None:
    """Queue a reminder and say what the mail server learns from it."""
    number = await remind_wave(key, now=now())
    campaign = await find_campaign(Login.WORKER, (await find_wave(Login.WORKER, key)).campaign)
    echo(f"{number} reminders are due and leave with the worker")
    if not campaign.remind_everybody:
        echo("whoever runs the mail server can see who had not answered by today")
