"""Count an urn: open it, generalise, and work out the whole publication, all of it in memory.

Nothing is written before everything is there (``anonymity-design.md`` 6): a wave that cannot be
weighted or published keeps its urn and its key. Closing a wave and rehearsing one both come here.
"""

from __future__ import annotations

import asyncio
import secrets
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from questionnaires.model import NOT_ANSWERED, NOT_APPLICABLE, NOT_ASKED
from survey_app.asking.campaigns.arrival_alarms import ArrivalSign, drop_alarm, is_held
from survey_app.asking.campaigns.states import State
from survey_app.counting.responses.store import insert_responses
from survey_app.counting.urn.unseal import UrnOpening, urn_parts
from survey_app.publishing.closing.emptied import Emptied, empty_outside, empty_staff
from survey_app.publishing.closing.keep_comments import keep_comments
from survey_app.publishing.closing.write_record import UrnCount, counted_by, write_record
from survey_app.publishing.inputs.wave_inputs import Counted
from survey_app.publishing.releasing.publish_wave import Prepared, prepare, store
from survey_app.shared.database import Link
from survey_app.waves.arrival_signs import alike
from survey_app.waves.progress import note_progress
from survey_app.waves.states import change_state
from survey_app.waves.watch_arrivals import raise_arrival_alarm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor
    from datetime import datetime
    from uuid import UUID

    from survey_app.counting.urn.opened import OpenedUrn
    from survey_app.counting.urn.trustee_keys import UrnOpener
    from survey_app.publishing.closing.wave_frame import WaveFrame


@dataclass(frozen=True, slots=True)
class Ready:
    """A counted wave, ready to be written: its urn and its publication.

    ``publication`` is None where fewer than k answered: nothing is stored then, and nothing shown.
    ``signs``: by what one sees in the ballots of an open survey that they are not of people.
    """

    frame: WaveFrame
    urn: UrnCount
    publication: Prepared | None
    signs: dict[ArrivalSign, int] = field(default_factory=dict)


async def count_urn(
    link: Link,
    frame: WaveFrame,
    opener: UrnOpener,
    *,
    executor: Executor | None = None,
    telling: bool = True,
) -> Ready:
    """Open all ballots of a closed wave and compute what follows from them.

    Parameters
    ----------
    link : asyncpg connection
        As ``worker``, in the transaction that empties the urn and holds its lock.
    frame : WaveFrame
    opener : UrnOpener
        What opens the urn.
    executor : Executor, optional
        Where the heavy frames go, by default a thread.
    telling : bool
        Whether the page that waits is told how far it is.

    Raises
    ------
    PublishingError
        If the wave cannot be weighted, or something hidden would follow from what is shown.
    """
    opening = UrnOpening(
        wave=frame.id,
        private_key=opener,
        questionnaire=frame.questionnaire,
        domains=frame.codes,
        comment=frame.comment is not None,
    )
    async for some in urn_parts(link, frame.id):
        await asyncio.to_thread(opening.add, some)
    opened = await asyncio.to_thread(opening.done)
    del opening
    emptied = await asyncio.to_thread(_emptied, opened, frame)
    urn = await counted_by(link, frame, opened, emptied)
    if emptied.too_few:
        return Ready(frame, urn, None)
    signs = _signs(opened, frame)
    # comments are still wanted; the answers would stand in memory twice while all is computed
    urn = replace(urn, opened=replace(opened, ballots=opened.ballots.without_answers()))
    del opened
    counted = Counted(emptied.rows, urn.record, urn.response_set_hash)
    publication = await prepare(frame.key, counted=counted, executor=executor, telling=telling)
    return Ready(frame, urn, publication, signs)


async def write_counted(link: Link, ready: Ready, *, now: datetime) -> UUID | None:
    """Write responses, comments, record and publication in the caller's transaction.

    Returns
    -------
    UUID or None
        The publication, if there is one. An open survey whose forms did not come as from people
        waits for two who decide.
    """
    frame, urn = ready.frame, ready.urn
    await change_state(link, frame.id, frame.key, State.COUNTED)
    await note_progress(link, frame.key, "counted", 0)
    await _store_responses(link, frame.id, urn.emptied)
    await keep_comments(link, frame, urn.opened, urn.emptied)
    await write_record(link, frame, urn, now=now)
    if ready.publication is None:
        # too few answered: nothing is left that two could decide of
        await drop_alarm(link, frame.id)
    elif ready.signs:
        await raise_arrival_alarm(link, frame.id, frame.key, ready.signs, now=now)
    if ready.publication is None or await is_held(link, frame.id):
        # too few answered, or two decide first: no figures are on their way
        await note_progress(link, frame.key, "", 0)
        return None
    return await store(ready.publication, now=now)


def _signs(opened: OpenedUrn, frame: WaveFrame) -> dict[ArrivalSign, int]:
    if frame.invite != "open":
        return {}
    whole = (one.answers for one in opened.ballots if not one.screened_out)
    return alike(whole, unanswered=frozenset({NOT_ANSWERED, NOT_APPLICABLE, NOT_ASKED}))


def _emptied(opened: OpenedUrn, frame: WaveFrame) -> Emptied:
    if frame.population == "staff":
        return empty_staff(
            opened.ballots, frame.questionnaire, frame.groups, minimum_group=frame.minimum_group
        )
    return empty_outside(
        opened.ballots, frame.questionnaire, frame.known, minimum_group=frame.minimum_group
    )


async def _store_responses(link: Link, wave: UUID, emptied: Emptied) -> None:
    n = len(emptied.rows)
    in_turn = emptied.rows.in_turn(order_by_chance(n))
    await insert_responses(link, wave, zip(_ids(n), in_turn, strict=True))


def order_by_chance(n: int) -> npt.NDArray[np.intp]:
    """Give the places of ``n`` rows in the order of numbers that nobody can guess."""
    return np.argsort(np.frombuffer(secrets.token_bytes(8 * n), np.uint64), kind="stable")


def _ids(n: int) -> Iterator[UUID]:
    """Give random UUIDs (version 4), sorted."""
    drawn = np.frombuffer(secrets.token_bytes(16 * n), np.uint8).reshape(n, 16).copy()
    drawn[:, 6] = drawn[:, 6] & 0x0F | 0x40
    drawn[:, 8] = drawn[:, 8] & 0x3F | 0x80
    for one in np.sort(drawn.view(np.dtype((np.void, 16))).ravel()):
        yield uuid.UUID(bytes=bytes(one))
