"""Campaigns and waves as rows, for pages, the command line and the rooms that run waves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from survey_app.asking.campaigns.field_days import last_day
from survey_app.asking.campaigns.promised import PromiseKey, promised
from survey_app.asking.campaigns.results_told import AT_ONCE
from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import UnknownWave
from survey_app.shared.database import Login, fetch
from survey_app.shared.trustees import Trustee, trustees_of

RETRACTED: Final = "retracted"
"""How far a wave is whose figures were taken back, and no others stand yet."""
_WAVES = (
    "SELECT w.id, w.key, w.sequence, w.form, w.kind, w.state, w.labels, w.invite, w.opens_on,"
    " w.closes_on, w.results_on, w.reminder_days, w.questionnaire, w.opened_at, w.closed_at,"
    " w.trustees, w.comment, w.comment_days, w.promised_more, w.not_reachable, w.minimum_group,"
    " w.key_list_hash, w.overlap, w.cards, w.sms, w.results_planned_on,"
    " w.progress_step = 'retracted' AS taken_back,"
    " w.closed_at + make_interval(days => c.retention_days) AS answers_until,"
    " c.key AS campaign, c.population, c.release"
    " FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
)


@dataclass(frozen=True, slots=True)
class WaveRow:
    """One wave, with its campaign's key, population and release."""

    id: UUID
    key: str
    sequence: int
    form: str
    kind: str
    state: str
    labels: dict[str, Any]
    invite: str
    opens_on: date
    closes_on: date
    results_on: date
    reminder_days: Sequence[int]
    questionnaire: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    trustees: tuple[Trustee, ...]
    comment: dict[str, str]
    comment_days: int | None
    promised_more: bool
    not_reachable: int
    """Staff who would be invited, and have no e-mail address of their own."""
    minimum_group: int | None
    """k, frozen at opening; None before."""
    key_list_hash: str
    overlap: str
    """Version whose words half of those asked get, such as ``v1``; empty: everybody the newest."""
    cards: bool
    """Whether staff whom nothing reaches that is sent get cards."""
    sms: bool
    """Whether staff without an e-mail address of their own get text messages."""
    campaign: str
    population: str
    release: str
    """`AT_ONCE`, or the time at which its day of results shows them."""
    taken_back: bool = False
    """Whether its figures were taken back, and none stand yet in their place."""
    answers_until: datetime | None = None
    """Until when its answers are kept, once it is closed."""
    results_planned_on: date | None = None
    """The day of results of its plan, where another wave put that off."""

    @property
    def promise(self) -> PromiseKey:
        """Which message says what those who answer are promised."""
        return promised(invited=self.invite != "open", two_holders=bool(self.trustees))

    @property
    def at_once(self) -> bool:
        """Whether results come as soon as they are computed, and wait for no day."""
        return self.release == AT_ONCE

    @property
    def last_day(self) -> date:
        """The last day on which anybody can answer, or could; that of the plan before it opens."""
        ended = self.closed_at if self.opened_at else None
        return last_day(self.closes_on, ended) if ended else self.closes_on

    def answers_gone(self, at: datetime) -> bool:
        """Whether its answers are kept no longer: nothing is computed from them again."""
        return self.answers_until is not None and self.answers_until < at

    @property
    def waits_for_trustees(self) -> bool:
        """Whether it is closed and only its two key holders can open the urn."""
        return self.state == "closed" and bool(self.trustees)


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign as it was imported."""

    id: UUID
    key: str
    title: dict[str, str]
    form: str
    population: str
    purpose: dict[str, str]
    legal_basis: str
    retention_days: int | None
    discussed_on: date | None
    sender: str
    contact: str
    help: str
    release: str
    open_results: bool
    remind_everybody: bool
    demo: bool
    imported_at: datetime


def _wave(row: dict[str, Any]) -> WaveRow:
    read = {name: json.loads(row[name]) for name in ("labels", "comment")}
    return WaveRow(**row | read | {"trustees": trustees_of(row["trustees"])})


async def list_waves(login: Login, campaign: str | None = None) -> list[WaveRow]:
    """Return all waves, or those of one campaign, the newest first."""
    rows = await fetch(
        login,
        _WAVES + " WHERE $1::text IS NULL OR c.key = $1 ORDER BY w.opens_on DESC, w.key",
        campaign,
    )
    return [_wave(row) for row in rows]


async def list_waves_ahead(login: Login, today: date) -> list[WaveRow]:
    """Return the waves that have opened and whose day of results has not passed."""
    rows = await fetch(
        login,
        _WAVES + " WHERE w.results_on >= $1 AND w.state <> ALL($2::text[])",
        today,
        [State.DRAFT, State.CANCELLED],
    )
    return [_wave(row) for row in rows]


async def find_wave(login: Login, key: str) -> WaveRow:
    """Return the wave with this key.

    Raises
    ------
    UnknownWave
        If there is none.
    """
    rows = await fetch(login, _WAVES + " WHERE w.key = $1", key)
    if not rows:
        raise UnknownWave(key)
    return _wave(rows[0])


async def frozen_questionnaire(login: Login, wave: WaveRow) -> bytes | None:
    """Return the questionnaire that a wave froze, as canonical JSON; None before it has opened."""
    rows = await fetch(
        login, "SELECT content FROM asking.questionnaire WHERE hash = $1", wave.questionnaire
    )
    return rows[0]["content"] if rows else None


async def list_campaigns(
    login: Login, populations: Sequence[str] | None = None
) -> list[CampaignRow]:
    """Return campaigns in the order of their keys; only of ``populations`` where given."""
    rows = await fetch(
        login,
        "SELECT * FROM asking.campaign WHERE $1::text[] IS NULL OR population = ANY($1)"
        " ORDER BY key",
        list(populations) if populations is not None else None,
    )
    texts = ("title", "purpose")
    return [CampaignRow(**row | {name: json.loads(row[name]) for name in texts}) for row in rows]


async def find_campaign(login: Login, key: str) -> CampaignRow:
    """Return the campaign with this key.

    Raises
    ------
    UnknownWave
        If there is none.
    """
    for campaign in await list_campaigns(login):
        if campaign.key == key:
            return campaign
    raise UnknownWave(key, "campaign")


async def is_of_the_demo(login: Login) -> bool:
    """Tell whether any campaign here was made up by the demo."""
    rows = await fetch(login, "SELECT EXISTS (SELECT FROM asking.campaign WHERE demo) AS found")
    return bool(rows[0]["found"])


async def has_waves(login: Login) -> bool:
    """Tell whether any wave was ever imported."""
    return bool(await fetch(login, "SELECT 1 FROM asking.wave LIMIT 1"))
