"""Run the pipeline on a counted wave and put the result on the shelf, in one transaction."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from analytics.errors import AnalyticsError
from survey_app.asking.campaigns.arrival_alarms import is_held
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.campaigns.results_told import AT_ONCE
from survey_app.asking.campaigns.states import State
from survey_app.asking.writing import writing
from survey_app.audit.record import COMMAND_LINE, record
from survey_app.counting.responses.store import put_figures
from survey_app.publications.store import (
    NewPublication,
    count_versions,
    lock_shelf,
    newest_version_of,
    put_publication,
    put_record,
    released_before,
)
from survey_app.publishing.computing.compute import Computed, assemble, estimate
from survey_app.publishing.computing.content import head_of
from survey_app.publishing.computing.wave_record import hash_of
from survey_app.publishing.errors import HeldError, PublishingError, ShelfMovedError
from survey_app.publishing.inputs.wave_inputs import Counted, WaveInputs, read_inputs, results_day
from survey_app.publishing.releasing.manifest import manifest
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Login, connection
from survey_app.waves.progress import PUBLISHED, note_progress
from survey_app.waves.states import change_state, lock_state
from survey_app.waves.stored import stored_wave

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Executor
    from uuid import UUID

type Tell = Callable[[str, str, int], Awaitable[None]]
OPEN_AGENCY, OPEN_ALL = 1, 2


@dataclass(frozen=True, slots=True)
class Prepared:
    """A publication in memory, with what it was computed from."""

    inputs: WaveInputs
    computed: Computed


async def publish_wave(
    wave_key: str,
    *,
    now: datetime,
    executor: Executor | None = None,
    correct: bool = False,
    reason: str = "",
    actor: str = COMMAND_LINE,
) -> UUID:
    """Publish a wave that was counted before, or publish one again.

    Parameters
    ----------
    wave_key : str
        Key of the wave.
    now : datetime
        When, with a zone; the release follows from the campaign.
    executor : Executor, optional
        Where the heavy frames go, by default a thread.
    correct : bool
        Publish a corrected version beside the one that stands.
    reason : str
        Why it is corrected: told beside the figures, and in the audit log.
    actor : str
        Who corrects it, for the audit log.

    Returns
    -------
    UUID
        The publication; the one that stands, when the wave was published before.

    Raises
    ------
    PublishingError
        If the wave is not counted, too few answered for anything to be shown or weighted, or
        something hidden would follow from what is shown: nothing is published.
    HeldError
        If forms of an open survey did not come as from people, and nobody decided to publish it.
    """
    async with writing() as link:
        standing = await newest_version_of(link, wave_key)
        wave = await stored_wave(link, wave_key)
        held = wave is not None and await is_held(link, wave.id)
    if standing is not None and not correct:
        return standing.id
    if held:
        raise HeldError(wave_key)
    prepared = await prepare(wave_key, executor=executor)
    return await store(prepared, now=now, reason=reason, actor=actor)


async def prepare(
    wave_key: str,
    *,
    counted: Counted | None = None,
    executor: Executor | None = None,
    telling: bool = True,
) -> Prepared:
    """Compute a wave's publication; nothing is written but how far it is.

    Parameters
    ----------
    wave_key : str
        Key of the wave.
    counted : Counted, optional
        What was just counted, in the caller's transaction; by default what is stored.
    executor : Executor, optional
        Where the heavy frames go, by default a thread.
    telling : bool
        Whether the page that waits is told how far it is.

    Raises
    ------
    PublishingError
        As `publish_wave`.
    """
    tell = _tell if telling else _keep_quiet
    await tell(wave_key, "reading", 5)
    inputs = await read_inputs(wave_key, counted=counted)
    if inputs.record["too_few"]:
        raise PublishingError(
            f"fewer than {inputs.data.minimum_group} answered «{wave_key}»: nothing can be shown"
        )
    computed = await _compute(inputs, executor, tell)
    await tell(wave_key, "storing", 90)
    return Prepared(inputs, computed)


async def _compute(inputs: WaveInputs, executor: Executor | None, tell: Tell) -> Computed:
    loop = asyncio.get_running_loop()
    key = inputs.data.key
    try:
        await tell(key, "estimating", 20)
        estimated = await loop.run_in_executor(executor, estimate, inputs)
        await tell(key, "protecting", 60)
        return await loop.run_in_executor(executor, assemble, inputs, estimated)
    except AnalyticsError as error:
        await tell(key, "", 0)
        raise PublishingError(f"the wave «{key}» is not published: {error}") from error


async def _tell(wave_key: str, step: str, percent: int) -> None:
    """Let the page that waits say how far it is, outside of the transaction that may be open."""
    async with connection(Login.WORKER) as link:
        await note_progress(link, wave_key, step, percent)


async def _keep_quiet(_wave_key: str, _step: str, _percent: int) -> None:
    """Tell nobody: the wave's row is the caller's until its transaction ends."""


async def store(
    prepared: Prepared, *, now: datetime, reason: str = "", actor: str = COMMAND_LINE
) -> UUID:
    """Put a publication on the shelf, with its wave record and its exact figures; all or nothing.

    Parameters
    ----------
    prepared : Prepared
    now : datetime
    reason : str
        Why what stands is corrected: told beside the figures, and in the audit log.
    actor : str
        Who corrects it.

    Returns
    -------
    UUID
        The publication; the one that stands, when another worker stored the same.

    Raises
    ------
    ShelfMovedError
        If figures of the same people were published or taken back since this was computed.
    PublishingError
        If the day of results was moved since then.
    """
    inputs, computed = prepared.inputs, prepared.computed
    content = json.loads(computed.content)
    publication = uuid.uuid4()
    wave, campaign = inputs.wave, inputs.campaign
    async with writing() as link:
        # two workers may compute the same wave; one of them stores it
        state = await lock_state(link, inputs.wave_id)
        standing = await newest_version_of(link, wave["key"])
        same = standing is not None and standing.content_hash == computed.content_hash
        # what was taken back and holds all the same is published anew, and said to be right
        if standing is not None and same and not standing.retracted:
            return standing.id
        # a process that stood still came back, after its turn had passed to another
        await lock_shelf(link)
        if await count_versions(link, campaign["population"]) != inputs.shelved:
            raise ShelfMovedError(wave["key"])
        if (await find_wave(Login.WORKER, wave["key"])).results_on != results_day(inputs):
            raise PublishingError(f"the day of results of «{wave['key']}» was moved meanwhile")
        released = release_time(campaign["release"], inputs, now=now)
        before = await released_before(
            link, campaign["population"], campaign["key"], wave["sequence"]
        )
        new = NewPublication(
            id=publication,
            campaign=campaign["key"],
            wave=inputs.wave_id,
            wave_key=wave["key"],
            sequence=wave["sequence"],
            kind=wave["kind"],
            population=campaign["population"],
            version=standing.version + 1 if standing else 1,
            computed_at=now,
            # a level and its change since a wave that is held back give that wave's level
            released_at=max(released, before or released),
            open_results=_open_results(campaign),
            head=json.dumps(head_of(content), ensure_ascii=False, sort_keys=True),
            content=computed.content,
            content_hash=computed.content_hash,
            manifest=json.dumps(manifest(publication, inputs, computed, reason), sort_keys=True),
        )
        await put_publication(link, new, content["estimates"])
        await _store_record(link, inputs, computed)
        await put_figures(link, inputs.wave_id, computed.table)
        if state is not State.PUBLISHED:
            await change_state(link, inputs.wave_id, wave["key"], State.PUBLISHED)
        await note_progress(link, wave["key"], PUBLISHED, 100)
        await record(
            Login.WORKER, now=now, actor=actor if standing else "system",
            action="wave corrected" if standing else "wave published", subject=wave["key"],
            publication=str(publication), content_hash=computed.content_hash,
            wave_record_hash=hash_of(computed.record), **({"reason": reason} if standing else {}),
        )  # fmt: skip
    return publication


async def _store_record(link: Link, inputs: WaveInputs, computed: Computed) -> None:
    """Put the wave record beside the first publication of its wave; it never changes."""
    assert inputs.opening is not None
    if inputs.opening.record is not None:
        return
    await put_record(
        link,
        inputs.wave_id,
        inputs.wave["key"],
        computed.record,
        hash_of(computed.record),
        inputs.opening.key_list,
    )


def release_time(release: str, inputs: WaveInputs, *, now: datetime) -> datetime:
    """Return when readers may see it: at once, or at a time of day on the day of results.

    Parameters
    ----------
    release : str
        ``"at once"`` or ``"HH:MM"``, Norwegian time.
    inputs : WaveInputs
    now : datetime
        When it was computed; nothing is released before.
    """
    if release == AT_ONCE:
        return now
    at = datetime.combine(results_day(inputs), time.fromisoformat(release), tzinfo=OSLO)
    return max(at, now)


def _open_results(campaign: dict[str, Any]) -> int:
    if campaign["population"] != "staff":
        return OPEN_ALL
    return OPEN_AGENCY if campaign["open_results"] else 0
