"""Bring a campaign and its waves in line with the file: plan first, then one transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from survey_app.asking.campaigns.acts import take_back_opening
from survey_app.asking.campaigns.campaign_file import (
    CampaignFile,
    PlannedWave,
    read_campaign,
)
from survey_app.asking.campaigns.campaign_warnings import campaign_warnings
from survey_app.asking.campaigns.queries import CampaignRow, find_campaign
from survey_app.asking.campaigns.results_told import AT_ONCE
from survey_app.asking.campaigns.states import State
from survey_app.asking.campaigns.wave_names import named_apart
from survey_app.asking.errors import CampaignProblems, PlanRefused, Problem, problem
from survey_app.asking.mistakes import Mistake
from survey_app.asking.people.plan import FieldChange
from survey_app.asking.reasons import Against, Reason
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared.database import Link, Login, fetch
from survey_app.shared.trustees import as_column, trustees_of

__all__ = ["CampaignPlan", "apply_campaign", "plan_campaign", "read_campaign"]

CAMPAIGN_COLUMNS = (
    "title", "form", "population", "purpose", "legal_basis", "retention_days", "discussed_on",
    "sender", "contact", "help", "release", "open_results", "remind_everybody",
)  # fmt: skip
WAVE_COLUMNS = (
    "form", "kind", "invite", "opens_on", "closes_on", "results_on", "reminder_days", "labels",
    "trustees", "comment", "comment_days", "overlap", "cards", "sms",
)  # fmt: skip
# what those invited were told; a change needs a new campaign
PROMISED = frozenset({"form", "population", "purpose", "legal_basis", "retention_days"})
LOCK = 7_310_424_205


@dataclass(frozen=True, slots=True)
class WaveChange:
    """What happens to one wave: added, changed or removed."""

    key: str
    act: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """An import that has not happened."""

    file: CampaignFile
    is_new: bool
    fields: tuple[FieldChange, ...]
    waves: tuple[WaveChange, ...]

    def lines(self) -> Iterator[str]:
        """Write the differences as lines to be read before they are carried out."""
        if not (self.is_new or self.fields or self.waves):
            yield f"nothing changes: the campaign «{self.file.key}» is as the file tells"
        elif self.is_new:
            yield f"+ campaign {self.file.key}: added"
        yield from (f"~ campaign {self.file.key}: {field}" for field in self.fields)
        signs = {"added": "+", "changed": "~", "removed": "-"}
        for wave in self.waves:
            yield f"{signs[wave.act]} wave {wave.key}: {wave.act}"
            yield from (f"    {field}" for field in wave.fields)
        yield from (f"note: {warning}" for warning in campaign_warnings(self.file))


async def closed_waves() -> frozenset[str]:
    """Return the keys of waves that have closed, whose days a file need not defend any more."""
    rows = await fetch(
        Login.WORKER,
        "SELECT key FROM asking.wave WHERE state IN ('closed', 'counted', 'published')",
    )
    return frozenset(row["key"] for row in rows)


async def plan_campaign(file: CampaignFile) -> CampaignPlan:
    """Compare a file with what is known; nothing is written.

    Raises
    ------
    CampaignProblems
        If the file would change a wave that has opened, or what was promised to those invited.
    """
    file = await named_apart(file)
    known = await _known_campaign(file.key)
    waves = {row["key"]: row for row in await _known_waves(file.key)}
    problems = [
        *_taken_keys(file, await _foreign_keys(file)),
        *await _out_of_order(file, set(waves)),
    ]
    started = any(row["state"] != State.DRAFT for row in waves.values())
    fields = _fields(known, _campaign_values(file)) if known else ()
    if started:
        problems += [
            problem(0, field.column, Mistake.PROMISED)
            for field in fields
            if field.column in PROMISED
        ]
    problems += _told_later(fields, waves.values())
    changes = list(_wave_changes(file, waves, problems))
    if problems:
        raise CampaignProblems(problems)
    return CampaignPlan(file, known is None, fields, tuple(changes))


def _told_later(
    fields: Iterable[FieldChange], waves: Iterable[Mapping[str, Any]]
) -> Iterator[Problem]:
    """Refuse results at once while people wait for those of a day that they were told."""
    if any(row["state"] in {State.OPEN, State.CLOSED} for row in waves):
        for field in fields:
            if field.column == "release" and field.after == AT_ONCE:
                yield problem(0, field.column, Mistake.PROMISED)


async def apply_campaign(
    plan: CampaignPlan, *, now: datetime, actor: str = "system", demo: bool = False
) -> None:
    """Carry a plan out, all of it or nothing; waves get their number in the series.

    Raises
    ------
    CampaignProblems
        If what is known changed after the plan was made, so that the file does not fit any more.
    """
    async with writing() as link:
        await _lock(link, plan.file.key)
        fresh = await plan_campaign(plan.file)
        if (fresh.fields, fresh.waves) != (plan.fields, plan.waves):
            raise CampaignProblems([problem(0, "", Mistake.CAMPAIGN_CHANGED)])
        campaign = await _write_campaign(link, plan.file, now=now, demo=demo)
        if fresh.fields:
            await _take_back_openings(link, campaign)
        await _write_waves(link, campaign, fresh)
        await _number_waves(link, plan.file.population)
        await record(
            Login.WORKER,
            now=now,
            actor=actor,
            action="import campaign",
            subject=plan.file.key,
            waves={change.key: change.act for change in fresh.waves},
        )


async def write_wave(
    campaign: str, wave: PlannedWave, *, now: datetime, actor: str, new: bool = False
) -> None:
    """Add a wave to a campaign, or give a draft of it other dates; other waves stay as they are.

    Parameters
    ----------
    campaign : str
        Key of the campaign.
    wave : PlannedWave
    now : datetime
    actor : str
        For the audit log.
    new : bool
        Whether it was planned as one more: it writes over none that has its key by now.

    Raises
    ------
    PlanRefused
        If it was to be a new one, and another has its key.
    CampaignProblems
        If the wave has opened, another campaign has its key, or it would open before a wave that
        has opened already.
    UnknownWave
        If there is no such campaign.
    """
    async with writing() as link:
        await _lock(link, campaign)
        row = await find_campaign(Login.WORKER, campaign)
        known = {one["key"]: one for one in await _known_waves(campaign)}
        alone = await named_apart(_alone(row, wave))
        problems = [
            *_taken_keys(alone, await _foreign_keys(alone)),
            *await _out_of_order(alone, set(known)),
        ]
        changes = [one for one in _wave_changes(alone, known, problems) if one.key == wave.key]
        if new and any(one.act == "changed" for one in changes):
            raise PlanRefused([Reason(Against.PLANNED)])
        if problems:
            raise CampaignProblems(problems)
        await _write_waves(link, row.id, CampaignPlan(alone, False, (), tuple(changes)))
        await _number_waves(link, row.population)
        acts = {change.key: change.act for change in changes}
        await record(
            Login.WORKER, now=now, actor=actor, action="wave planned", subject=campaign, waves=acts
        )


async def _lock(link: Link, campaign: str) -> None:
    """Let one write at a time, and nobody a draft that is being opened: it is read afterwards."""
    await link.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
    await link.execute(
        "SELECT FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.key = $1 AND w.state = 'draft' ORDER BY w.id FOR UPDATE OF w",
        campaign,
    )


def _alone(row: CampaignRow, wave: PlannedWave) -> CampaignFile:
    """Lay a campaign out as a file with one wave."""
    values = {name: getattr(row, name) for name in CAMPAIGN_COLUMNS}
    return CampaignFile(key=row.key, waves=(wave,), **values)


async def _known_campaign(key: str) -> dict[str, Any] | None:
    rows = await fetch(Login.WORKER, "SELECT * FROM asking.campaign WHERE key = $1", key)
    return rows[0] if rows else None


async def _known_waves(campaign: str) -> list[dict[str, Any]]:
    return await fetch(
        Login.WORKER,
        "SELECT w.* FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.key = $1 ORDER BY w.sequence",
        campaign,
    )


async def _foreign_keys(file: CampaignFile) -> set[str]:
    rows = await fetch(
        Login.WORKER,
        "SELECT w.key FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.key <> $1 AND w.key = ANY($2::text[])",
        file.key,
        [wave.key for wave in file.waves],
    )
    return {row["key"] for row in rows}


def _taken_keys(file: CampaignFile, taken: set[str]) -> Iterator[Problem]:
    for wave in file.waves:
        if wave.key in taken:
            yield problem(0, "waves", Mistake.WAVE_TAKEN, key=wave.key)


async def _out_of_order(file: CampaignFile, known: set[str]) -> list[Problem]:
    rows = await fetch(
        Login.WORKER,
        "SELECT max(w.opens_on) AS latest FROM asking.wave w"
        " JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.population = $1 AND w.state NOT IN ('draft', 'cancelled')",
        file.population,
    )
    latest: date | None = rows[0]["latest"]
    return [
        problem(0, "waves", Mistake.OUT_OF_ORDER, key=wave.key)
        for wave in file.waves
        if wave.key not in known and latest is not None and wave.opens_on < latest
    ]


def _campaign_values(file: CampaignFile) -> dict[str, Any]:
    return {name: getattr(file, name) for name in CAMPAIGN_COLUMNS}


def _wave_values(wave: PlannedWave) -> dict[str, Any]:
    return {name: getattr(wave, name) for name in WAVE_COLUMNS} | {
        "trustees": as_column(wave.trustees)
    }


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    pairs = ((name, _plain(before[name], after[name]), _plain(after[name], None)) for name in after)
    return tuple(FieldChange(name, str(old), str(new)) for name, old, new in pairs if old != new)


def _plain(value: object, after: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str) and isinstance(after, Mapping):
        return json.loads(value)
    if isinstance(value, Mapping):
        return dict(value)
    return "" if value is None else value


def _holders(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write key holders as they are compared and shown: name and fingerprint."""
    told = [f"{one.name} ({one.fingerprint})" for one in trustees_of(values["trustees"])]
    return {**values, "trustees": " and ".join(told)}


def _wave_changes(
    file: CampaignFile, known: Mapping[str, Mapping[str, Any]], problems: list[Problem]
) -> Iterator[WaveChange]:
    for wave in file.waves:
        before = known.get(wave.key)
        if before is None:
            yield WaveChange(wave.key, "added")
            continue
        fields = _fields(_holders(before), _holders(_wave_values(wave)))
        if before["state"] != State.DRAFT and not wave.trustees:
            # they may have been named when it was opened
            fields = tuple(field for field in fields if field.column != "trustees")
        if fields and before["state"] != State.DRAFT:
            names = ", ".join(field.column for field in fields)
            fixed = {"key": wave.key, "state": before["state"], "names": names}
            problems.append(problem(0, "waves", Mistake.WAVE_FIXED, **fixed))
        elif fields:
            yield WaveChange(wave.key, "changed", fields)
    told = {wave.key for wave in file.waves}
    for key, before in known.items():
        if key not in told and before["state"] == State.DRAFT:
            yield WaveChange(key, "removed")


async def _write_campaign(
    link: Link,
    file: CampaignFile,
    *,
    now: datetime,
    demo: bool,
) -> uuid.UUID:
    values = _campaign_values(file) | {"demo": demo, "imported_at": now}
    for name in ("title", "purpose"):
        values[name] = json.dumps(values[name], ensure_ascii=False)
    names = list(values)
    places = ", ".join(f"${at}" for at in range(3, len(names) + 3))
    renewed = ", ".join(f"{name} = excluded.{name}" for name in names)
    found: uuid.UUID = await link.fetchval(
        f"INSERT INTO asking.campaign (id, key, {', '.join(names)}) VALUES ($1, $2, {places})"  # noqa: S608 - our own column names
        f" ON CONFLICT (key) DO UPDATE SET {renewed} RETURNING id",
        uuid.uuid4(),
        file.key,
        *values.values(),
    )
    return found


async def _write_waves(link: Link, campaign: uuid.UUID, plan: CampaignPlan) -> None:
    acts = {change.key: change.act for change in plan.waves}
    removed = [key for key, act in acts.items() if act == "removed"]
    await link.execute("DELETE FROM asking.wave WHERE key = ANY($1::text[])", removed)
    for wave in (wave for wave in plan.file.waves if wave.key in acts):
        values = _wave_values(wave)
        values["reminder_days"] = list(wave.reminder_days)
        for name in ("labels", "comment"):
            values[name] = json.dumps(values[name], ensure_ascii=False)
        names = list(values)
        places = ", ".join(f"${at}" for at in range(4, len(names) + 4))
        renewed = ", ".join(f"{name} = excluded.{name}" for name in names)
        written = await link.fetchval(
            f"INSERT INTO asking.wave (id, campaign, key, {', '.join(names)}, sequence)"  # noqa: S608 - our own column names
            f" VALUES ($1, $2, $3, {places}, 0) ON CONFLICT (key) DO UPDATE SET {renewed}"
            " RETURNING id",
            uuid.uuid4(),
            campaign,
            wave.key,
            *values.values(),
        )
        await take_back_opening(link, written)


async def _take_back_openings(link: Link, campaign: uuid.UUID) -> None:
    """Have every draft approved anew: what its campaign says of itself has changed."""
    drafts = await link.fetch(
        "SELECT id FROM asking.wave WHERE campaign = $1 AND state = 'draft'", campaign
    )
    for row in drafts:
        await take_back_opening(link, row["id"])


async def _number_waves(link: Link, population: str) -> None:
    # numbers of waves that have opened stand in publications; only drafts move
    await link.execute(
        "WITH series AS (SELECT w.id, w.opens_on, w.key, w.state, w.sequence FROM asking.wave w"
        " JOIN asking.campaign c ON c.id = w.campaign WHERE c.population = $1),"
        " taken AS (SELECT coalesce(max(sequence), 0) AS last FROM series WHERE state <> 'draft'),"
        " numbered AS (SELECT id, (SELECT last FROM taken)"
        " + row_number() OVER (ORDER BY opens_on, key) AS number FROM series WHERE state = 'draft')"
        " UPDATE asking.wave w SET sequence = number FROM numbered"
        # one of another campaign may have opened since it was read
        " WHERE numbered.id = w.id AND w.state = 'draft'",
        population,
    )
