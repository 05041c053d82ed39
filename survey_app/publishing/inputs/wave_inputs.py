"""Everything that one publication follows from, read from the tables and frozen."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analytics.pipeline import WaveData
from analytics.waves import WaveMeta
from questionnaires.model import Questionnaire
from questionnaires.population import Population, read_population
from survey_app.asking.writing import writing
from survey_app.publishing.errors import (
    PublishingError,
    ResponsesChangedError,
    ResponsesGoneError,
)
from survey_app.publishing.inputs.counted import read_counted
from survey_app.publishing.inputs.history import Shown, read_history
from survey_app.publishing.inputs.margins import margins_of
from survey_app.publishing.inputs.past import Past, read_past
from survey_app.publishing.inputs.response_set import response_set_hash
from survey_app.publishing.inputs.stored import read_foreign
from survey_app.publishing.inputs.wave_meta import meta_of, panel_of
from survey_app.publishing.inputs.year_before import YearBefore, read_pooled_units, read_year_before
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Row

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

STAFF_COLUMNS = ("unit", "region", "unit_type", "population", "invited")


@dataclass(frozen=True, slots=True)
class EarlierWave:
    """An earlier wave of the series: its exact figures, and what it showed."""

    meta: WaveMeta
    labels: dict[str, Any]
    table: bytes
    content: bytes | None
    foreign: frozenset[tuple[str, str]] = frozenset()
    """Places whose figures hold answers from elsewhere."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What an urn left: stored rows of (domain, answers), the record of the count, and its hash."""

    rows: list[tuple[str, tuple[int, ...]]]
    record: dict[str, Any]
    response_set_hash: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What the wave record needs besides the counts; dates only.

    ``key_list`` is what respondents were given, ``record`` the wave record that stands on the
    shelf: a corrected publication keeps it.
    """

    opened_on: str
    closed_on: str
    key_list: bytes | None
    record: bytes | None = None


@dataclass(frozen=True, slots=True)
class WaveInputs:
    """What is computed from; the same inputs give the same publication."""

    wave_id: UUID
    data: WaveData
    campaign: dict[str, Any]
    wave: dict[str, Any]
    domains: tuple[dict[str, Any], ...]
    record: dict[str, Any]
    response_set_hash: str
    earlier: tuple[EarlierWave, ...]
    opening: Opening | None = None
    population: Population | None = None
    """What the answers of the public are weighted to."""
    versions: tuple[bytes, ...] = ()
    """What earlier versions of this very publication said, oldest first."""
    standing_table: bytes | None = None
    """In a correction: the exact figures of the version that stands."""
    year_before: YearBefore | None = None
    """In the first wave of a year: the pulses of the year that is over."""
    history: tuple[Shown, ...] = ()
    """What all earlier waves showed of the headline index, oldest first."""
    past: Past = field(default_factory=Past)
    """What earlier waves showed of everything, which changes are judged by."""
    pooled_units: frozenset[str] = frozenset()
    """In a correction: units that have a figure for the year which these answers are part of."""
    opens_on: date | None = None

    @property
    def meta(self) -> WaveMeta:
        """What decides how this wave is compared with others."""
        data = self.data
        panel = panel_of(data.panel, self.opens_on) if self.opens_on else data.panel
        return WaveMeta(data.key, data.kind, data.population, data.invited_everybody, panel)


async def read_inputs(
    wave_key: str, *, version: int | None = None, counted: Counted | None = None
) -> WaveInputs:
    """Read a counted wave with the earlier ones of its series.

    Parameters
    ----------
    wave_key : str
        Key of the wave.
    counted : Counted, optional
        What was just counted and is not stored yet; by default what was stored.
    version : int, optional
        Version that is to be made again: it knows those before it. By default the next.

    Raises
    ------
    PublishingError
        If there is no such wave, or its urn is not emptied.
    ResponsesGoneError, ResponsesChangedError
        If its responses are deleted, or not those that the emptying recorded.
    """
    async with writing() as link:
        row = await link.fetchrow(
            "SELECT w.*, q.content AS form_content, r.content AS record, r.response_set_hash,"
            " c.key AS campaign_key, c.title, c.population, c.demo, c.release, c.open_results,"
            " (SELECT p.content FROM publications.wave_record p WHERE p.wave = w.id) AS published"
            " FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
            " LEFT JOIN asking.questionnaire q ON q.hash = w.questionnaire"
            " LEFT JOIN counting.wave_record r ON r.wave = w.id WHERE w.key = $1",
            wave_key,
        )
        if row is None:
            raise PublishingError(f"there is no wave «{wave_key}»; `barometer wave list`")
        if row["record"] is None and counted is None:
            raise PublishingError(
                f"the wave «{wave_key}» is {row['state']}: close it first, so that it is counted"
            )
        questionnaire = Questionnaire.from_json(row["form_content"])
        if counted is None:
            counted = await _read_counted(link, row)
        domains = await link.fetch(
            "SELECT level, code, parent, name, kind, members, population, invited"
            " FROM asking.wave_domain WHERE wave = $1 ORDER BY position, level, code",
            row["id"],
        )
        earlier = await _read_earlier(link, row, questionnaire)
        versions = await link.fetch(
            "SELECT content FROM publications.publication WHERE wave = $1"
            " AND ($2::int IS NULL OR version < $2) ORDER BY version",
            row["id"],
            version,
        )
        standing = await link.fetchval(
            "SELECT content FROM counting.wave_table WHERE wave = $1", row["id"]
        )
        history = await read_history(link, row)
        past = await read_past(link, row, {one.meta.key for one in earlier})
        year_before = await read_year_before(link, row)
        pooled_units = await read_pooled_units(link, row) if versions else frozenset()
    found = tuple(dict(one) for one in domains)
    people = None
    if row["population"] in {"public", "open"}:
        people = read_population(row["margins"])
    return WaveInputs(
        wave_id=row["id"],
        data=_wave_data(row, questionnaire, counted.rows, found, people),
        population=people,
        campaign={
            "key": row["campaign_key"],
            "title": json.loads(row["title"]),
            "population": row["population"],
            "demo": row["demo"],
            "release": row["release"],
            "open_results": row["open_results"],
        },
        wave=_wave_facts(row),
        domains=found,
        record=counted.record,
        response_set_hash=counted.response_set_hash,
        earlier=earlier,
        versions=tuple(one["content"] for one in versions),
        standing_table=standing if versions else None,
        year_before=year_before,
        history=history,
        past=past,
        pooled_units=pooled_units,
        opens_on=row["opens_on"],
        opening=Opening(
            opened_on=_day(row["opened_at"]),
            closed_on=_day(row["closed_at"]),
            key_list=row["key_list"],
            record=row["published"],
        ),
    )


async def _read_counted(link: Link, row: Row) -> Counted:
    responses = await link.fetch(
        "SELECT domain, answers FROM counting.response WHERE wave = $1", row["id"]
    )
    rows = [(one["domain"], tuple(one["answers"])) for one in responses]
    record = read_counted(row["record"])
    _check_responses(row["key"], rows, row["response_set_hash"], record)
    return Counted(rows, record, row["response_set_hash"])


def _check_responses(
    key: str, rows: list[tuple[str, tuple[int, ...]]], recorded: str, record: dict[str, Any]
) -> None:
    if (record["accepted"] and not rows) or "salt" not in record:
        raise ResponsesGoneError(key)
    if response_set_hash(rows, salt=bytes.fromhex(record["salt"])) != recorded:
        raise ResponsesChangedError(key)


def _day(at: datetime) -> str:
    return at.astimezone(OSLO).date().isoformat()


def _wave_facts(row: Row) -> dict[str, Any]:
    return {
        "key": row["key"],
        "sequence": row["sequence"],
        "kind": row["kind"],
        "labels": json.loads(row["labels"]),
        "closed_on": row["closes_on"].isoformat(),
        "results_on": row["results_on"].isoformat(),
        "plan_hash": row["plan_hash"],
        "results_day": row["results_on"],
    }


def _wave_data(
    row: Row,
    questionnaire: Questionnaire,
    rows: list[tuple[str, tuple[int, ...]]],
    domains: tuple[dict[str, Any], ...],
    people: Population | None,
) -> WaveData:
    # in the order of their content: the order of rows means nothing, and sums must not move
    rows = sorted(rows)
    population = row["population"]
    answers = pd.DataFrame(
        np.array([codes for _, codes in rows], dtype=np.int16).reshape(
            len(rows), len(questionnaire.columns)
        ),
        columns=list(questionnaire.columns),
    )
    staff = population == "staff"
    return WaveData(
        key=row["key"],
        kind=row["kind"],
        population=population if population in {"staff", "public"} else "open",
        questionnaire=questionnaire,
        answers=answers,
        domains=pd.Series([domain for domain, _ in rows], dtype="str") if staff else None,
        frame=_frame(population, domains),
        margins=margins_of(people) if people else {},
        minimum_group=row["minimum_group"],
        invited_everybody=row["invite"] == "everybody",
        panel=row["invite"].partition(":")[2] or None,
    )


def _frame(population: str, domains: tuple[dict[str, Any], ...]) -> pd.DataFrame:
    if population == "staff":
        units = [one for one in domains if one["level"] == "unit"]
        return pd.DataFrame(
            [
                (one["code"], one["parent"], one["kind"], one["population"], one["invited"])
                for one in units
            ],
            columns=list(STAFF_COLUMNS),
        )
    if population == "public":
        counties = [one for one in domains if one["level"] == "county"]
        return pd.DataFrame(
            [(one["code"], one["population"], one["invited"]) for one in counties],
            columns=["county", "population", "invited"],
        )
    return pd.DataFrame()


async def _read_earlier(
    link: Link,
    row: Row,
    questionnaire: Questionnaire,
) -> tuple[EarlierWave, ...]:
    """Read the waves that changes are measured from, and the latest one, oldest first.

    Of a long series only those are read: for each measure the previous and the first wave with it.
    """
    waves = await link.fetch(
        "SELECT w.id, w.key, w.kind, w.invite, w.opens_on, w.labels, w.questionnaire, w.form,"
        " c.population"
        " FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.population = $1 AND w.sequence < $2 AND w.state = 'published'"
        " ORDER BY w.sequence",
        row["population"],
        row["sequence"],
    )
    measured = await _measures_of(link, [wave["questionnaire"] for wave in waves])
    wanted = _needed([measured[wave["questionnaire"]] for wave in waves], _measures(questionnaire))
    found = []
    for at in sorted(wanted):
        wave = waves[at]
        table = await link.fetchval(
            "SELECT content FROM counting.wave_table WHERE wave = $1", wave["id"]
        )
        content = await link.fetchval(
            "SELECT content FROM publications.publication WHERE wave = $1"
            " ORDER BY version DESC LIMIT 1",
            wave["id"],
        )
        if table is not None:
            foreign = await read_foreign(link, wave["id"])
            labels = json.loads(wave["labels"])
            found.append(EarlierWave(meta_of(wave), labels, table, content, foreign))
    return tuple(found)


def _needed(earlier: list[frozenset[str]], measures: frozenset[str]) -> set[int]:
    wanted = {len(earlier) - 1} if earlier else set()
    for order in (range(len(earlier)), reversed(range(len(earlier)))):
        left = measures
        for at in order:
            if left & earlier[at]:
                wanted.add(at)
                left -= earlier[at]
    return wanted


async def _measures_of(link: Link, hashes: list[str]) -> dict[str, frozenset[str]]:
    rows = await link.fetch(
        "SELECT hash, content FROM asking.questionnaire WHERE hash = ANY($1)", list(set(hashes))
    )
    return {row["hash"]: _measures(Questionnaire.from_json(row["content"])) for row in rows}


def _measures(questionnaire: Questionnaire) -> frozenset[str]:
    return frozenset(
        [
            *(index.code for index in questionnaire.indices),
            *(scale.code for scale in questionnaire.scales),
            *(item.id for item in questionnaire.items if item.purpose != "background"),
        ]
    )


def results_day(inputs: WaveInputs) -> date:
    """Return the day on which the campaign promised results."""
    day: date = inputs.wave["results_day"]
    return day
