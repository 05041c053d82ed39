"""What keeps waves from being counted or published, as pages tell it: that, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from survey_app.asking.campaigns.arrival_alarms import SeenArrivals, arrival_alarms
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.campaigns.results_told import AT_ONCE
from survey_app.asking.campaigns.results_wait import HeldResults
from survey_app.asking.campaigns.sealing_alarms import Alarm, alarmed_waves
from survey_app.asking.campaigns.states import STATE_NAMES, TAKEN_BACK_NAME, State
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import N_


@dataclass(frozen=True, slots=True)
class HeldUp:
    """Waves that could not be counted, by the day of the last try, and what else is in doubt."""

    waves: dict[UUID, date]
    clock: bool
    exchanged: dict[UUID, Alarm]
    """Waves of which somebody exchanged what ballots are sealed to."""
    doubted: dict[UUID, SeenArrivals]
    """Open surveys whose forms did not come as from people."""

    def will_publish(self, wave: WaveRow) -> bool:
        """Whether a counted wave may have results to come: a fault or a decision keeps them.

        Where neither does, too few have answered for any, or they are there in a moment.
        """
        return wave.id in self.waves or self.is_undecided(wave)

    def is_undecided(self, wave: WaveRow) -> bool:
        """Whether two have yet to decide if its results are shown at all."""
        return wave.id in self.doubted and not self.doubted[wave.id].decision

    def still_to_come(self, held: Sequence[HeldResults]) -> list[HeldResults]:
        """Leave out results that wait for another's and do not come at all."""
        return [
            one for one in held if one.wave.state != State.COUNTED or self.will_publish(one.wave)
        ]

    def is_withheld(self, wave: WaveRow) -> bool:
        """Whether two have decided that its results are not shown."""
        return wave.id in self.doubted and self.doubted[wave.id].decision == "withhold"

    def has_too_few(self, wave: WaveRow) -> bool:
        """Whether a wave stays counted since fewer answered than anything is shown of.

        A wave is counted and published at once, unless something else keeps it.
        """
        kept = wave.id in self.waves or wave.id in self.doubted
        return wave.state == State.COUNTED and not kept

    def is_to_come(self, wave: WaveRow, on: date, *, now: datetime) -> bool:
        """Whether the results of a wave that has opened are on their way, to come ``on`` a day."""
        if wave.state == State.PUBLISHED:
            waits = wave.release != AT_ONCE and now < _released(wave)
            return waits and not wave.taken_back
        counted = wave.state == State.COUNTED and self.will_publish(wave)
        on_its_way = counted or wave.state in {State.OPEN, State.CLOSED}
        in_time = now.astimezone(OSLO).date() <= on
        return on_its_way and in_time and not self.is_undecided(wave)

    def state_of(self, wave: WaveRow) -> str:
        """Name where a wave stands, or what it is kept by; bokmål."""
        if wave.id in self.exchanged:
            return N_("Må ses på")
        if wave.id in self.waves:
            return N_("Opptellingen stoppet")
        if wave.waits_for_trustees:
            return N_("Venter på nøkler")
        if wave.taken_back:
            return TAKEN_BACK_NAME
        if wave.state == State.COUNTED and wave.id in self.doubted:
            decision = self.doubted[wave.id].decision
            return {"": N_("Holdes tilbake"), "withhold": N_("Publiseres ikke")}.get(
                decision, STATE_NAMES[State.COUNTED]
            )
        return N_("For få svar") if self.has_too_few(wave) else STATE_NAMES[State(wave.state)]


def _released(wave: WaveRow) -> datetime:
    return datetime.combine(wave.results_on, time.fromisoformat(wave.release), OSLO)


async def held_up(login: Login) -> HeldUp:
    """Look for waves that wait for somebody who runs the system."""
    rows = await fetch(
        login,
        # what key holders have to do again stands on their pages
        "SELECT wave, tried_at FROM asking.wave_work WHERE problem <> '' AND kind <> 'incomplete'",
    )
    clocks = await fetch(login, "SELECT EXISTS (SELECT FROM asking.clock WHERE held <> '') AS held")
    days = {row["wave"]: row["tried_at"].astimezone(OSLO).date() for row in rows}
    return HeldUp(days, clocks[0]["held"], await alarmed_waves(login), await arrival_alarms(login))
