"""Count a pilot: opened in memory, told in protected figures, and its answers gone for good.

One transaction; last the key. Killed before the commit, nothing happened and it is run again.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from survey_app.asking.pilots.at_work import (
    due_pilots,
    note_pilot_counted,
    note_pilot_uncountable,
    take_pilot_to_count,
)
from survey_app.asking.pilots.pilots import PilotState
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.counting.urn import keys
from survey_app.counting.urn.errors import KeyFileError
from survey_app.counting.urn.lock import lock_for_emptying
from survey_app.counting.urn.proof import checking_keys, is_sealing_proven
from survey_app.counting.urn.remarks import remarks_room, unpacked_remarks
from survey_app.piloting.open_pilot import keys_of_pilots
from survey_app.piloting.pilot_keys import left_over_keys_of_pilots
from survey_app.settings import Settings
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Login, Row
from survey_app.shared.errors import BarometerError
from survey_app.waves.drop_urn import drop_urn, one_at_a_time

if TYPE_CHECKING:
    from analytics.pretest import Pretest
    from survey_app.counting.urn.opened import Ballots

log = logging.getLogger("barometer.piloting")

type Remarks = dict[str, list[str]]


async def close_due(settings: Settings, *, now: datetime) -> int:
    """Count the pilots that are over and whose key lies here; as ``worker``. Return how many.

    Of one that cannot be counted its authors are told why. It is tried again each time, since a
    lost key may be brought back.
    """
    async with writing() as link:
        due = await due_pilots(link, now.astimezone(OSLO).date())
    for pilot in due:
        try:
            await _close(pilot, settings, now)
        except KeyFileError as refused:
            await _cannot_be_counted(pilot, PilotState.NO_KEY, str(refused))
        except (BarometerError, OSError) as refused:
            # one that cannot be counted holds no other up
            log.warning("a pilot waits to be counted: %s", refused)
    return len(due)


async def _cannot_be_counted(pilot: UUID, state: PilotState, reason: str) -> None:
    async with writing() as link:
        is_news = await note_pilot_uncountable(link, pilot, state)
    if is_news:
        log.warning("a pilot waits to be counted: %s", reason)


async def destroy_left_over_keys_of_pilots(settings: Settings) -> int:
    """Destroy the keys that lie here of pilots that are counted or gone; return how many.

    A worker that was killed between the commit and the key leaves one, and a restore brings one
    back: it opens old copies of the urn again.
    """
    folder = keys_of_pilots(settings)
    over, _kept = await left_over_keys_of_pilots(settings)
    for pilot in over:
        await asyncio.to_thread(keys.destroy, folder, pilot)
    return len(over)


async def _close(pilot: UUID, settings: Settings, now: datetime) -> None:
    folder = keys_of_pilots(settings)
    async with writing() as link:
        await one_at_a_time(link)
        await lock_for_emptying(link, pilot)
        row = await take_pilot_to_count(link, pilot)
        is_changed = row is not None and not _is_as_opened(row, settings)
        if row is not None and not is_changed:
            await _count(link, row, settings, now)
            await drop_urn(link, pilot)
    if is_changed:
        # with another k in its row, or another form, more would be told than was promised
        await _cannot_be_counted(pilot, PilotState.CHANGED, f"{pilot} is not as it was opened")
        return
    await asyncio.to_thread(keys.destroy, folder, pilot)


def _is_as_opened(row: Row, settings: Settings) -> bool:
    asked = f"sha256:{hashlib.sha256(row['content']).hexdigest()}"
    keys_to_check = checking_keys(settings.secret())
    proven = is_sealing_proven(keys_to_check, row, row["sealing_proof"])
    return proven and asked == row["questionnaire"]


async def _count(link: Link, row: Row, settings: Settings, now: datetime) -> None:
    from survey_app.counting.urn.unseal import UrnOpening, urn_parts  # noqa: PLC0415 - large, and seldom needed

    questionnaire = load_library().with_sensitivity(Questionnaire.from_json(row["content"]))
    private_key = keys.read(keys_of_pilots(settings), row["id"])
    # with another key every ballot would be refused, and all of them deleted; the row is proven
    if private_key.public_key().public_bytes_raw() != row["public_key"]:
        raise KeyFileError(
            f"the key that lies here is not that of the pilot {row['id']}: nothing is lost; bring"
            " back a copy of the right file"
        )
    opening = UrnOpening(
        wave=row["id"],
        private_key=private_key,
        questionnaire=questionnaire,
        domains=frozenset({""}),
        comment=True,
        room=remarks_room(len(questionnaire.items)),
    )
    # whoever has the link may have sent more than fits in memory sealed
    async for some in urn_parts(link, row["id"]):
        await asyncio.to_thread(opening.add, some)
    ballots = (await asyncio.to_thread(opening.done)).ballots
    kept = ballots.only(~ballots.screened_out)
    found = await asyncio.to_thread(_figures, kept, questionnaire, row["minimum_group"])
    remarks = _remarks(kept, questionnaire, row["minimum_group"])
    await note_pilot_counted(link, row["id"], asdict(found) if found else None, remarks)
    await record(
        Login.WORKER, now=now, actor="system", action="pilot counted",
        subject=f"{row['instrument']}/v{row['version']}", form=row["form"], enough=bool(found),
    )  # fmt: skip


def _figures(ballots: Ballots, questionnaire: Questionnaire, minimum_group: int) -> Pretest | None:
    # statistics are heavy, and most workers never count a pilot
    import pandas as pd  # noqa: PLC0415

    from analytics.pretest import pretest  # noqa: PLC0415

    answers = pd.DataFrame(ballots.codes.astype("int16"), columns=list(questionnaire.columns))
    return pretest(answers, questionnaire, minimum_group=minimum_group)


def _remarks(ballots: Ballots, questionnaire: Questionnaire, minimum_group: int) -> Remarks:
    """Return what was written by question, if enough people wrote something; else nothing.

    In the order of the alphabet: neither when it came nor what else somebody wrote follows from it.
    """
    items = [item.id for item in questionnaire.items]
    by_person = [unpacked_remarks(one, items) for one in ballots.comments.values()]
    if len([one for one in by_person if one]) < minimum_group:
        return {}
    by_item = {item: sorted(one[item] for one in by_person if item in one) for item in items}
    return {item: said for item, said in by_item.items() if said}
