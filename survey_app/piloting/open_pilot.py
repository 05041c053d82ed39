"""Open a pilot: its key, its urn and the proof of both, in one transaction or not at all."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from questionnaires.model import Questionnaire
from survey_app.asking.pilots.at_work import note_pilot_opened, take_pilot_to_open
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.counting.urn import keys, partitions, spent
from survey_app.counting.urn.ballot import ballot_size
from survey_app.counting.urn.proof import sealing_proof
from survey_app.counting.urn.remarks import remarks_room
from survey_app.settings import Settings
from survey_app.shared.database import Link, Login, Row

_FOLDER: Final = "pilots"


def keys_of_pilots(settings: Settings) -> Path:
    """Return where the private keys of pilots lie: apart from those of waves."""
    return settings.key_folder / _FOLDER


async def open_asked(settings: Settings, *, now: datetime) -> int:
    """Open every pilot that was asked for, the oldest first; as ``worker``. Return how many."""
    opened = 0
    while await _open_next(settings, now):
        opened += 1
    return opened


async def _open_next(settings: Settings, now: datetime) -> bool:
    async with writing() as link:
        row = await take_pilot_to_open(link)
        if row is None:
            return False
        await _open(link, row, settings)
        await record(
            Login.WORKER, now=now, actor="system", action="pilot opened",
            subject=f"{row['instrument']}/v{row['version']}", form=row["form"],
        )  # fmt: skip
    return True


async def _open(link: Link, row: Row, settings: Settings) -> None:
    folder = keys_of_pilots(settings)
    questionnaire = Questionnaire.from_json(row["content"])
    size = ballot_size(
        len(questionnaire.columns), comment=True, room=remarks_room(len(questionnaire.items))
    )
    await spent.put_up_receipts(link, row["id"])
    await partitions.put_up(link, row["id"], size)
    # a key that lies here was left by an opening that came to nothing
    await asyncio.to_thread(keys.destroy, folder, row["id"])
    public_key = await asyncio.to_thread(keys.make, folder, row["id"])
    sealing: dict[str, Any] = {
        "id": row["id"],
        "key": row["code"],
        "invite": "open",
        "population": row["population"],
        "questionnaire": row["questionnaire"],
        "plan_hash": "",
        "minimum_group": settings.minimum_group,
        "public_key": public_key,
        "ballot_size": size,
        "cover_key": None,
        "key_list": None,
        "key_list_hash": "",
        "trustees": "[]",
    }
    await note_pilot_opened(link, sealing, sealing_proof(settings.secret(), sealing))
