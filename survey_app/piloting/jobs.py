"""Jobs: pilots are opened and counted, and go with all that they found. Each may run twice."""

from __future__ import annotations

from typing import Any

from survey_app.asking.clock_watch import trusted_now
from survey_app.piloting.close_pilot import close_due, destroy_left_over_keys_of_pilots
from survey_app.piloting.forget_pilots import forget_given_up, forget_pilots
from survey_app.piloting.open_pilot import open_asked
from survey_app.settings import settings
from survey_app.shared.clock import OSLO


async def carry_out_pilots(_ctx: dict[str, Any]) -> None:
    """Count pilots that are over, delete those given up, open those that were asked for."""
    at = await trusted_now()
    await close_due(settings(), now=at)
    await forget_given_up(settings(), now=at)
    await destroy_left_over_keys_of_pilots(settings())
    # where no key can be written, what is open is counted all the same
    await open_asked(settings(), now=at)


async def forget_old_pilots(_ctx: dict[str, Any]) -> None:
    """Delete pilots whose time is over, and those of drafts that were deleted."""
    at = await trusted_now()
    await forget_pilots(settings(), today=at.astimezone(OSLO).date(), now=at)
