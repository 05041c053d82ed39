"""What keeps waves from being counted or published, as pages tell it: that, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from survey_app.asking.campaigns.sealing_alarms import Alarm, alarmed_waves
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, fetch


@dataclass(frozen=True, slots=True)
class HeldUp:
    """Waves that could not be counted, by the day of the last try, and what else is in doubt."""

    waves: dict[UUID, date]
    clock: bool
    exchanged: dict[UUID, Alarm]
    """Waves of which somebody exchanged what ballots are sealed to."""


async def held_up(login: Login) -> HeldUp:
    """Look for waves that wait for somebody who runs the system."""
    rows = await fetch(
        login,
        # what key holders have to do again stands on their pages
        "SELECT wave, tried_at FROM asking.wave_work WHERE problem <> '' AND kind <> 'incomplete'",
    )
    clocks = await fetch(login, "SELECT EXISTS (SELECT FROM asking.clock WHERE held <> '') AS held")
    days = {row["wave"]: row["tried_at"].astimezone(OSLO).date() for row in rows}
    return HeldUp(days, clocks[0]["held"], await alarmed_waves(login))
