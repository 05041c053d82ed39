"""Whether the private key of each pilot lies where it should, and none where it should not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

from survey_app.asking.pilots.at_work import pilots_under_way
from survey_app.asking.pilots.pilots import sealed_pilots
from survey_app.asking.writing import writing
from survey_app.counting.urn import keys
from survey_app.piloting.open_pilot import keys_of_pilots
from survey_app.settings import Settings
from survey_app.waves.wave_keys import waves_with_keys


@dataclass(frozen=True, slots=True)
class KeyedPilot:
    """A pilot that is open, or over and not counted."""

    pilot: UUID
    instrument: str
    public_key: bytes


async def pilots_with_keys() -> list[KeyedPilot]:
    """Return the pilots that somebody needs a key file for, the oldest first; as ``worker``."""
    async with writing() as link:
        return [
            KeyedPilot(row["id"], row["instrument"], row["public_key"])
            for row in await sealed_pilots(link)
        ]


async def pilot_keys_elsewhere(settings: Settings) -> list[str]:
    """Say which pilots this host's worker cannot count, since their keys lie on another."""
    held = keys.held(keys_of_pilots(settings))
    return [
        f"the key of a pilot of the draft of «{one.instrument}» does not lie here: it is counted"
        " on the host that opened it, or on one that the key's file is brought to"
        for one in await pilots_with_keys()
        if one.pilot not in held
    ]


async def left_over_keys_of_pilots(settings: Settings) -> tuple[list[UUID], list[UUID]]:
    """Return the keys that lie here of pilots that are counted or gone, and those to be kept.

    One that somebody put there under a wrong name may be what another pilot, or a wave, can be
    counted by alone.
    """
    folder = keys_of_pilots(settings)
    # first the keys: one that is made meanwhile is of a pilot that is seen as asked for
    held = keys.held(folder)
    async with writing() as link:
        under_way = await pilots_under_way(link)
    over = [pilot for pilot in held if pilot not in under_way]
    if not over:
        return [], []
    needed = {one.public_key for one in await pilots_with_keys()}
    needed |= {one.public_key for one in await waves_with_keys()}
    found = await asyncio.to_thread(lambda: [keys.public_key_here(folder, one) for one in over])
    kept = [one for one, key in zip(over, found, strict=True) if key in needed]
    return [one for one in over if one not in kept], kept


async def undestroyed_pilot_keys(settings: Settings) -> list[str]:
    """Say which keys lie here of pilots that are counted or gone, and what to do."""
    folder = keys_of_pilots(settings)
    over, kept = await left_over_keys_of_pilots(settings)
    return [
        *(
            f"{keys.key_file(folder, pilot)} is of a pilot that is counted or gone: start the"
            " worker here, which destroys it"
            for pilot in over
        ),
        *(
            f"{keys.key_file(folder, pilot)} is the key of another pilot or of a wave that is not"
            " counted, and nothing destroys it: give it the name of what it opens"
            for pilot in kept
        ),
    ]
