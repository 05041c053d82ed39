"""What the command line does for delivery."""

from __future__ import annotations

from collections.abc import Callable

from survey_app.asking.campaigns.queries import find_campaign, find_wave
from survey_app.asking.delivery.remind import remind_wave
from survey_app.asking.invitations.replace_link import replace_link
from survey_app.audit.record import COMMAND_LINE, record
from survey_app.shared.clock import now
from survey_app.shared.database import Login


async def remind_named(key: str, echo: Callable[[str], None]) -> None:
    """Queue a reminder and say what the mail server learns from it.

    How many are reminded is not said: they had not answered.
    """
    await remind_wave(key, now=now())
    await record(Login.WORKER, now=now(), actor=COMMAND_LINE, action="people reminded", subject=key)
    campaign = await find_campaign(Login.WORKER, (await find_wave(Login.WORKER, key)).campaign)
    echo("the reminders are due and leave with the worker")
    if not campaign.remind_everybody:
        echo("whoever runs the mail server can see who had not answered by today")


async def replace_named(key: str, who: str | int, echo: Callable[[str], None]) -> None:
    """Give a new link and say what will be seen of it."""
    done = await replace_link(key, who, now=now(), actor=COMMAND_LINE)
    if done.by_mail:
        echo("a new link is due and leaves with the worker; the old one opens nothing any more")
    else:
        echo("the old link and its code open nothing any more; the letter with the new ones:")
        echo(f'barometer wave letters {key} --format pdf --row {who} --again "link replaced"')
    if done.was_used:
        echo(f"{done.in_wave} used links were replaced in this wave, and its record will say so:")
        echo("each of them could have become two ballots, which nobody can tell apart")
