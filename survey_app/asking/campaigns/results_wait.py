"""Which waves' results wait for those of an earlier wave of the same series.

A change since a wave that is held back would tell its level, so nothing is shown before the wave
that it is compared with (publishing/releasing): one day of results that is far away holds up all
that come after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from questionnaires.series import in_one_series
from survey_app.asking.campaigns.queries import WaveRow, list_campaigns, list_waves
from survey_app.asking.campaigns.results_told import AT_ONCE
from survey_app.asking.campaigns.states import State
from survey_app.shared.database import Login

# a wave that stays counted was answered by too few, or waits for somebody who decides
_WITHOUT_RESULTS: Final = frozenset({State.CANCELLED, State.COUNTED})


@dataclass(frozen=True, slots=True)
class HeldResults:
    """A wave whose results come later than it says itself, and the wave that it waits for."""

    wave: WaveRow
    other: WaveRow

    @property
    def until(self) -> date:
        """The day of results of the other wave."""
        return self.other.results_on

    @property
    def mended_at(self) -> str:
        """The page where that day is moved; empty where it cannot be moved any more."""
        if self.other.state == State.DRAFT:
            return f"/waves/{self.other.key}/plan"
        movable = self.other.state in {State.OPEN, State.CLOSED}
        return f"/waves/{self.other.key}/dates" if movable else ""


def results_expected(wave: WaveRow, held: Sequence[HeldResults]) -> tuple[date, str]:
    """Return when the results of a wave come, where some are ``held``.

    Returns
    -------
    date
        Of the wave's plan, or of the wave that they wait for.
    str
        A time of that day, or `AT_ONCE`: as soon as they are computed.
    """
    later = next((one for one in held if one.wave.id == wave.id), None)
    return (later.until, later.other.release) if later else (wave.results_on, wave.release)


async def held_results(login: Login, *, today: date) -> list[HeldResults]:
    """Return every wave whose results wait for another's, in the order of their populations."""
    releases = {one.key: one.release for one in await list_campaigns(login, None)}
    return held_among(await list_waves(login), releases, today=today)


async def held_results_of(wave: WaveRow, *, today: date) -> list[HeldResults]:
    """Return what the results of one wave wait for; empty where they come as they say."""
    return [one for one in await held_results(Login.WEB, today=today) if one.wave.id == wave.id]


async def results_ahead(wave: WaveRow, *, today: date) -> dict[str, object]:
    """Return what a page says of results to come.

    ``held`` is as of `held_results_of`, ``expected`` of `results_expected`; ``shown_on`` is the day
    that they wait for once they are computed, None where they wait for none.
    """
    held = await held_results_of(wave, today=today)
    day, release = results_expected(wave, held)
    waits = release != AT_ONCE and day >= today
    return {"held": held, "expected": (day, release), "shown_on": day if waits else None}


def held_among(
    waves: Sequence[WaveRow], releases: Mapping[str, str], *, today: date
) -> list[HeldResults]:
    """Return those of some waves whose results wait for another's.

    Parameters
    ----------
    waves : sequence of WaveRow
        All of their populations.
    releases : mapping of str to str
        ``"at once"`` or a time of the day of results, by campaign.
    today : date
        What waited until a day that has come waits no more.
    """
    found = []
    before: list[WaveRow] = []
    for wave in sorted(waves, key=lambda one: one.sequence):
        on_its_day = releases[wave.campaign] != AT_ONCE
        # counted the night after its last day
        own = wave.results_on if on_its_day else wave.last_day + timedelta(days=1)
        if wave.state != State.CANCELLED:
            others = [one for one in before if _holds_up(one, wave)]
            other = max(others, key=lambda one: (one.results_on, one.sequence), default=None)
            if other and other.results_on > max(own, today):
                found.append(HeldResults(wave, other))
        if on_its_day:
            before.append(wave)
    return found


def _holds_up(other: WaveRow, wave: WaveRow) -> bool:
    """Tell whether results of an earlier wave hold up those of ``wave``, or will."""
    if other.population != wave.population or other.state in _WITHOUT_RESULTS:
        return False
    if not in_one_series(wave.population, wave.campaign, other.campaign):
        return False
    # when a wave is published it is settled what it waits for: what was on the shelf by then
    return wave.state != State.PUBLISHED or other.state == State.PUBLISHED
