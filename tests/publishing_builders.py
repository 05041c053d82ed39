"""A small simulated agency with waves that were answered, built by the ordinary ways."""

import copy
import functools
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from questionnaires.loader import load_library
from survey_app.asking.campaigns.import_campaign import apply_campaign, plan_campaign, read_campaign
from survey_app.asking.people.import_people import apply_import, plan_import, read_register
from survey_app.asking.writing import writing
from survey_app.settings import Settings
from survey_app.simulation.agency import SimulatedAgency, make_agency
from survey_app.simulation.calendar import open_pulse, public_calendar, staff_calendar
from survey_app.simulation.fielding import Fielding
from survey_app.simulation.files import public_campaign, register_csv, staff_campaign
from survey_app.simulation.staff_model import make_staff

TODAY = date(2026, 11, 25)
SEED = 7


@functools.cache
def _agency(people: int) -> SimulatedAgency:
    """Draw units and people once for all agencies of this size."""
    return make_agency(people, seed=SEED)


@dataclass
class SmallAgency:
    """An agency whose waves are imported and none of them opened."""

    settings: Settings
    people: int = 400
    waves: int = 2
    public_waves: int = 1
    gross: int = 3000
    panels: bool = False
    earlier: np.ndarray = field(init=False)

    def __post_init__(self):
        agency = copy.deepcopy(_agency(self.people))
        self.staff = make_staff(agency, seed=SEED)
        self.history = staff_calendar(self.waves, panels=self.panels, today=TODAY)
        self.halves = public_calendar(self.public_waves, today=TODAY)
        self.fielding = Fielding(self.settings, SEED)
        self.earlier = np.zeros(agency.people, dtype=int)

    async def imported(self):
        first = min(w.opens_on for w in (*self.history, *self.halves)) - timedelta(days=30)
        now = self.history[0].opened_at - timedelta(days=40)
        await apply_import(
            await plan_import(read_register(register_csv(self.staff.agency)), today=first),
            rng=np.random.default_rng(1),
            today=first,
            now=now,
        )
        pulse = open_pulse(today=TODAY)
        for text in (staff_campaign(self.history, pulse), public_campaign(self.halves)):
            plan = await plan_campaign(read_campaign(text, load_library()))
            await apply_campaign(plan, now=now, demo=True)
        return self

    async def answered(self, at: int = 0):
        """Open a staff wave and let its people answer; it is still open."""
        wave = self.history[at]
        await self.fielding.hold_staff(self.staff, wave, self.earlier)
        return wave

    async def published(self, at: int = 0):
        wave = await self.answered(at)
        return wave, await self.fielding.finish(wave)

    async def public_published(self):
        wave = self.halves[0]
        await self.fielding.hold_public(wave, gross=self.gross)
        return wave, await self.fielding.finish(wave)


async def wave_record() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await value("SELECT content FROM counting.wave_record"))
    return found


async def value(sql, *values):
    async with writing() as link:
        return await link.fetchval(sql, *values)


async def rows(sql, *values):
    async with writing() as link:
        return await link.fetch(sql, *values)
