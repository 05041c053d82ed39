"""Campaigns and waves as pages show them: dates, promises, and counts as of last midnight."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from survey_app.asking.campaigns.queries import CampaignRow, WaveRow, list_campaigns, list_waves
from survey_app.asking.campaigns.states import State
from survey_app.asking.delivery.queries import DeliveryState, delivery_state
from survey_app.asking.delivery.remind import Reminders, reminders_of
from survey_app.asking.instruments.asked import planned_questionnaire
from survey_app.asking.letters.queries import LetterRunRow, letters_made
from survey_app.shared.database import Login, fetch

LATEST: Final = 3  # with the one that is open, a year of pulses; what was before is folded


@dataclass(frozen=True, slots=True)
class DomainCount:
    """How many were invited and have answered, in one domain; ``None`` where it is not shown.

    ``answered`` is of the whole as it was counted, of a unit at least so many, of a region about.
    """

    level: str
    code: str
    parent: str
    name: str
    invited: int
    answered: int | None
    counted_on: date | None

    @property
    def rate(self) -> float | None:
        """Share of those invited, from 0 to 1."""
        if self.answered is None or not self.invited:
            return None
        return self.answered / self.invited


@dataclass(frozen=True, slots=True)
class CampaignWaves:
    """A campaign with its waves, the newest first, and each wave's count for the whole."""

    campaign: CampaignRow
    waves: tuple[WaveRow, ...]
    whole: dict[UUID, DomainCount]

    @property
    def shown(self) -> list[WaveRow]:
        """The waves that stand open on a page: see `part_waves`."""
        return part_waves(self.waves)[0]


@dataclass(frozen=True, slots=True)
class OpenWave:
    """A wave in the field."""

    wave: WaveRow
    whole: DomainCount
    domains: tuple[DomainCount, ...]
    opted_out: int
    delivery: DeliveryState
    reminders: Reminders
    letters: tuple[LetterRunRow, ...]

    @property
    def by_mail(self) -> bool:
        """Whether anybody is invited by mail."""
        return self.wave.population == "staff" or self.wave.invite == "list"

    @property
    def by_letter(self) -> bool:
        """Whether anybody is invited by letter."""
        return self.wave.invite in {"sample", "list"}

    @property
    def has_counts(self) -> bool:
        """Whether any count is shown yet."""
        return self.whole.answered is not None


@functools.lru_cache(maxsize=128)
def _questions(content: bytes) -> int:
    return Questionnaire.from_json(content).question_count


async def question_counts(login: Login, waves: Sequence[WaveRow]) -> dict[UUID, int]:
    """Return how many questions each wave has: as frozen, and of others as they would be today.

    A wave that asked nothing, and whose form is not there any more, is left out.
    """
    rows = await fetch(
        login,
        "SELECT hash, content FROM asking.questionnaire WHERE hash = ANY($1::text[])",
        [wave.questionnaire for wave in waves if wave.questionnaire],
    )
    by_hash = {row["hash"]: _questions(row["content"]) for row in rows}
    return {
        wave.id: by_hash.get(wave.questionnaire or "")
        or (await planned_questionnaire(login, wave)).question_count
        for wave in waves
        if wave.questionnaire in by_hash or wave.form in load_library().forms
    }


def part_waves(waves: Sequence[WaveRow]) -> tuple[list[WaveRow], list[WaveRow]]:
    """Part waves, the newest first, into those that stand open on a page and those that are folded.

    Open stand all that somebody can do something with, and the newest of those that are over.
    """
    over = [wave for wave in waves if wave.state in {State.PUBLISHED, State.CANCELLED}]
    folded = {wave.id for wave in over[LATEST:]}
    return (
        [wave for wave in waves if wave.id not in folded],
        [wave for wave in waves if wave.id in folded],
    )


async def campaigns_with_waves(
    login: Login, populations: Sequence[str] | None
) -> list[CampaignWaves]:
    """Return campaigns that have an open wave first, then those with the newest wave."""
    waves = await list_waves(login)
    whole = {
        row["wave"]: _count(row)
        for row in await fetch(
            login,
            "SELECT wave, level, code, parent, name, invited, answered, counted_on"
            " FROM asking.wave_domain WHERE level = 'agency'",
        )
    }
    found = [
        CampaignWaves(
            campaign,
            tuple(wave for wave in waves if wave.campaign == campaign.key),
            whole,
        )
        for campaign in await list_campaigns(login, populations)
    ]

    def newest(entry: CampaignWaves) -> tuple[bool, date]:
        states = {wave.state for wave in entry.waves}
        return "open" in states, max((wave.opens_on for wave in entry.waves), default=date.min)

    return sorted(found, key=newest, reverse=True)


def _count(row: dict[str, object]) -> DomainCount:
    return DomainCount(**{name: row[name] for name in DomainCount.__slots__})  # type: ignore[arg-type]  # the columns have these types


async def open_waves(login: Login, waves: Sequence[WaveRow], *, now: datetime) -> list[OpenWave]:
    """Return what is known of those waves of a campaign that are in the field."""
    found = []
    for wave in (wave for wave in waves if wave.state == "open"):
        rows = await fetch(
            login,
            "SELECT level, code, parent, name, invited, answered, counted_on, opted_out"
            " FROM asking.wave_domain WHERE wave = $1 ORDER BY position, code",
            wave.id,
        )
        domains = [_count(row) for row in rows]
        whole = next(domain for domain in domains if domain.level == "agency")
        found.append(
            OpenWave(
                wave,
                whole,
                _in_order(domains),
                next(row["opted_out"] for row in rows if row["level"] == "agency"),
                await delivery_state(login, wave.id, now=now),
                await reminders_of(login, wave, now=now),
                tuple(await letters_made(login, wave.id)),
            )
        )
    return found


def _in_order(domains: Sequence[DomainCount]) -> tuple[DomainCount, ...]:
    """Put each region before its own units, in the organisation's order, and units alone last."""
    tops = [domain for domain in domains if domain.level in {"region", "county"}]
    units = [domain for domain in domains if domain.level == "unit"]
    lines = (line for top in tops for line in (top, *_inside(units, top.code)))
    return (*lines, *_inside(units, ""))


def _inside(units: Sequence[DomainCount], code: str) -> list[DomainCount]:
    return [one for one in units if one.parent == code]
