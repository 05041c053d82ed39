"""Everything that one publication follows from, read from the tables and frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analytics.pipeline import WaveData
from analytics.waves import WaveMeta
from questionnaires.background import NO_BACKGROUND, Background
from questionnaires.loader import load_library
from questionnaires.margins import USUAL, Margins
from questionnaires.model import Questionnaire
from questionnaires.population import Population, read_population
from survey_app.asking.campaigns.arrival_alarms import alarm_of
from survey_app.asking.campaigns.states import State
from survey_app.asking.people.crosswalk import steps_before
from survey_app.asking.writing import writing
from survey_app.counting.responses.store import CountRecord, figures_of, responses_of
from survey_app.counting.responses.store import record_of as count_record
from survey_app.publications.series import foreign_places
from survey_app.publications.store import (
    count_versions,
    newest_of,
    shelved_record,
    versions_of,
)
from survey_app.publishing.errors import (
    PublishingError,
    ResponsesChangedError,
    ResponsesGoneError,
)
from survey_app.publishing.inputs.asked import AskedSeries, read_series
from survey_app.publishing.inputs.counted import read_counted
from survey_app.publishing.inputs.history import Shown, read_history
from survey_app.publishing.inputs.margins import margins_of
from survey_app.publishing.inputs.past import Past, read_past
from survey_app.publishing.inputs.response_set import response_set_hash
from survey_app.publishing.inputs.wave_meta import (
    meta_of,
    panel_called,
    panel_of,
    weighted_population,
)
from survey_app.publishing.inputs.year_before import YearBefore, read_pooled_units, read_year_before
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link
from survey_app.waves.plan import background_as_planned
from survey_app.waves.stored import (
    StoredWave,
    domains_of,
    key_list_of,
    questionnaires,
    stored_wave,
    waves_before,
)

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from survey_app.counting.responses.rows import AnswerRows

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
    comparable: frozenset[str] = frozenset()
    """Measures that were asked then as they are now."""
    regrouped: frozenset[str] = frozenset()
    """Variables whose groups then were other people (`AskedSeries.regrouped`)."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What an urn left: stored rows of (domain, answers), the record of the count, and its hash."""

    rows: AnswerRows
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
    series: AskedSeries = field(default_factory=AskedSeries)
    """What stood behind each measure, in this wave and in those before."""
    lineage: tuple[dict[str, str], ...] = ()
    """Of staff: the steps that units had taken when the wave opened, oldest first."""
    verdict_margins: Margins = USUAL
    """The smallest changes that matter, as frozen when the wave opened."""
    doubted: bool = False
    """Forms did not come as from people, and two people decided to publish all the same."""
    shelved: int = 0
    """Versions of publications of the same people that there were when this was read."""

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
        wave = await stored_wave(link, wave_key)
        if wave is None:
            raise PublishingError(f"there is no wave «{wave_key}»; `barometer wave list`")
        record = await count_record(link, wave.id)
        if counted is None and record is None:
            raise PublishingError(
                f"the wave «{wave_key}» is {wave.state}: close it first, so that it is counted"
            )
        questionnaire = (await questionnaires(link, [wave.questionnaire]))[wave.questionnaire]
        if counted is None:
            assert record is not None
            counted = await _read_counted(link, wave, record, len(questionnaire.columns))
        # first: of what comes while the rest is read, it is not known whether it was seen
        shelved = await count_versions(link, wave.population)
        domains = await domains_of(link, wave.id)
        series = await read_series(link, wave, questionnaire)
        earlier = await _read_earlier(link, wave, series)
        versions = await versions_of(link, wave.id, before=version)
        standing = await figures_of(link, wave.id)
        history = await read_history(link, wave, series)
        past = await read_past(link, wave, {one.meta.key for one in earlier}, series)
        year_before = await read_year_before(link, wave)
        alarm = await alarm_of(link, wave.id)
        pooled_units = await read_pooled_units(link, wave) if versions else frozenset()
        lineage = await steps_before(link, wave.opened_at) if wave.population == "staff" else ()
        opening = Opening(
            opened_on=_day(wave.opened_at),
            closed_on=_day(wave.closed_at),
            key_list=await key_list_of(link, wave.id),
            record=await shelved_record(link, wave.id),
        )
    people = None
    if wave.population in {"public", "open"}:
        people = read_population(wave.margins)
    return WaveInputs(
        wave_id=wave.id,
        data=_wave_data(wave, questionnaire, counted.rows, domains, people),
        population=people,
        campaign={
            "key": wave.campaign,
            "title": wave.title,
            "population": wave.population,
            "demo": wave.demo,
            "release": wave.release,
            "open_results": wave.open_results,
        },
        wave=_wave_facts(wave),
        domains=domains,
        record=counted.record,
        response_set_hash=counted.response_set_hash,
        earlier=earlier,
        versions=versions,
        standing_table=standing if versions else None,
        year_before=year_before,
        history=history,
        past=past,
        pooled_units=pooled_units,
        opens_on=wave.opens_on,
        series=series,
        opening=opening,
        lineage=lineage,
        verdict_margins=wave.verdict_margins,
        doubted=alarm is not None and alarm.decision == "publish",
        shelved=shelved,
    )


async def _read_counted(link: Link, wave: StoredWave, stored: CountRecord, columns: int) -> Counted:
    rows = await responses_of(link, wave.id, columns=columns)
    record = read_counted(stored.content)
    _check_responses(wave.key, rows, stored.response_set_hash, record)
    return Counted(rows, record, stored.response_set_hash)


def _check_responses(key: str, rows: AnswerRows, recorded: str, record: dict[str, Any]) -> None:
    if (record["accepted"] and not len(rows)) or "salt" not in record:
        raise ResponsesGoneError(key)
    if response_set_hash(rows, salt=bytes.fromhex(record["salt"])) != recorded:
        raise ResponsesChangedError(key)


def _day(at: datetime) -> str:
    return at.astimezone(OSLO).date().isoformat()


def _wave_facts(wave: StoredWave) -> dict[str, Any]:
    return {
        "key": wave.key,
        "sequence": wave.sequence,
        "kind": wave.kind,
        "labels": wave.labels,
        "closed_on": wave.last_day.isoformat(),
        "results_on": wave.results_on.isoformat(),
        "plan_hash": wave.plan_hash,
        "results_day": wave.results_on,
    }


def _wave_data(
    wave: StoredWave,
    questionnaire: Questionnaire,
    rows: AnswerRows,
    domains: tuple[dict[str, Any], ...],
    people: Population | None,
) -> WaveData:
    # in the order of their content: the order of rows means nothing, and sums must not move
    rows = rows.sorted()
    answers = pd.DataFrame(rows.codes, columns=list(questionnaire.columns))
    staff = wave.population == "staff"
    groups = NO_BACKGROUND if staff else _groups_of(wave, questionnaire, people)
    return WaveData(
        key=wave.key,
        kind=wave.kind,
        population=weighted_population(wave.population),
        questionnaire=questionnaire,
        answers=answers,
        domains=pd.Series(np.array(rows.domains, object)[rows.domain], dtype="str")
        if staff
        else None,
        frame=_frame(wave.population, domains),
        margins=margins_of(people, groups) if people else {},
        minimum_group=wave.minimum_group,
        invited_everybody=wave.invite == "everybody",
        panel=panel_called(wave.invite),
        background=groups,
        view=load_library().measures.public.trust,
    )


def _groups_of(
    wave: StoredWave, questionnaire: Questionnaire, people: Population | None
) -> Background:
    """Return the groups that a wave was planned with: what was added since is of later waves."""
    if wave.as_opened is not None:
        return wave.as_opened.background(load_library().background)
    return background_as_planned(
        questionnaire,
        wave.plan_hash,
        populations=(wave.population, weighted_population(wave.population)),
        minimum_group=wave.minimum_group,
        shares=people.further if people else None,
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
    link: Link, wave: StoredWave, series: AskedSeries
) -> tuple[EarlierWave, ...]:
    """Read the waves that changes are measured from, and the latest one, oldest first.

    Of a long series only those are read: for each measure the previous and the first wave that
    asked it alike, or in words that are linked to those of now.
    """
    waves = await waves_before(link, wave, (State.PUBLISHED,))
    measured = [series.measures(one.key) for one in waves]
    wanted = _needed([series.reached(one.key) for one in waves], frozenset(series.now))
    found = []
    for at in sorted(wanted):
        one = waves[at]
        table, content = await figures_of(link, one.id), await newest_of(link, one.id)
        if table is not None:
            foreign = await foreign_places(link, one.id)
            found.append(
                EarlierWave(
                    meta_of(one),
                    one.labels,
                    table,
                    content,
                    foreign,
                    measured[at],
                    series.regrouped(one.key),
                )
            )
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


def results_day(inputs: WaveInputs) -> date:
    """Return the day on which the campaign promised results."""
    day: date = inputs.wave["results_day"]
    return day
