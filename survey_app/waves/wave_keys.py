"""The end of a wave's private key: destroyed where it lies, and recorded only then.

``anonymity-design.md`` 6. Whoever keeps a key can open old copies of the urn.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.counting.urn import keys
from survey_app.shared.database import Login

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from survey_app.shared.database import Link


async def destroy_key(wave: UUID, *, key_dir: Path, now: datetime) -> bool:
    """Destroy a wave's key and record it, where it lies; tell whether it does.

    Another file of its name is left as it is: it may be the only copy of another wave's key.
    """
    async with writing() as link:
        public_key = await link.fetchval("SELECT public_key FROM asking.wave WHERE id = $1", wave)
    # only who destroyed it may say so: the key may lie on another host
    if not await asyncio.to_thread(_blank_if_shown, key_dir, wave, public_key):
        return False
    async with writing() as link:
        key = await link.fetchval(
            "UPDATE asking.wave SET key_destroyed_at = coalesce(key_destroyed_at, $2)"
            " WHERE id = $1 RETURNING key",
            wave,
            now,
        )
        await record(Login.WORKER, now=now, actor="system", action="key destroyed", subject=key)
    # last: killed before, what is left of the file has it recorded by whoever finds it
    await asyncio.to_thread(keys.destroy, key_dir, wave)
    return True


def _blank_if_shown(key_dir: Path, wave: UUID, public_key: bytes | None) -> bool:
    return keys.is_shown(key_dir, wave, public_key) and keys.blank(key_dir, wave)


def key_is_here(wave: UUID, *, key_dir: Path) -> bool:
    """Tell whether this host holds the private key of a wave: then it alone can empty the urn."""
    return wave in keys.held(key_dir)


async def waves_in_field(link: Link) -> dict[UUID, str]:
    """Return the waves whose urn may hold ballots: their keys by id."""
    rows = await link.fetch(
        "SELECT id, key FROM asking.wave WHERE state IN ('open', 'closed') ORDER BY key"
    )
    return {row["id"]: row["key"] for row in rows}


async def keys_elsewhere(key_dir: Path) -> list[str]:
    """Say which waves this host's worker cannot count, since their keys lie on another.

    Returns
    -------
    list of str
        One sentence for each wave that is open, or closed and not counted.
    """
    return [
        f"the key of the {one.state} wave «{one.key}» does not lie here: it is counted on"
        " the host that opened it, or on one that the key's file is brought to"
        for one in await waves_with_keys()
        if not key_is_here(one.wave, key_dir=key_dir)
    ]


@dataclass(frozen=True, slots=True)
class KeyedWave:
    """A wave that is open, or closed and not counted, and whose one key is a file."""

    wave: UUID
    key: str
    state: str
    public_key: bytes


async def waves_with_keys() -> list[KeyedWave]:
    """Return the waves that somebody needs a key file for, by their keys."""
    async with writing() as link:
        rows = await link.fetch(
            "SELECT id, key, state, public_key FROM asking.wave WHERE state IN ('open', 'closed')"
            " AND trustees = '[]'::jsonb AND public_key IS NOT NULL ORDER BY key"
        )
    return [KeyedWave(*row) for row in rows]


async def destroy_left_over_keys(*, key_dir: Path, now: datetime) -> int:
    """Destroy the keys that lie here of waves whose urn is empty: after a kill or a restore.

    That its destruction was recorded does not matter: a key that was brought back opens old copies
    again. A file that is not the wave's key stays, and ``undestroyed_keys`` tells of it.

    Returns
    -------
    int
        Keys destroyed.
    """
    rows = await _emptied_waves(keys.held(key_dir))
    return sum([await destroy_key(row["id"], key_dir=key_dir, now=now) for row in rows])


async def settle_keys(*, data_dir: Path, key_dir: Path, now: datetime) -> int:
    """Bring keys that an earlier version left in the data folder to where they lie now.

    Keys of waves whose urn is empty are destroyed where they lie, not carried about.

    Returns
    -------
    int
        Keys moved.
    """
    old = old_folder(data_dir)
    if old.resolve() == key_dir or not keys.held(old):
        return 0
    await destroy_left_over_keys(key_dir=old, now=now)
    return await asyncio.to_thread(keys.move, old, key_dir)


def old_folder(data_dir: Path) -> Path:
    """Return where versions before ``BAROMETER_KEY_DIR`` kept the keys of waves."""
    return data_dir / "keys"


async def undestroyed_keys(key_dir: Path) -> list[str]:
    """Say which counted or cancelled waves may still have a key, here or elsewhere, and what to do.

    Returns
    -------
    list of str
        One sentence for each wave; empty when every destruction is done and recorded.
    """
    lying = await _emptied_waves(keys.held(key_dir))
    here, others = await asyncio.to_thread(_sorted_by_whose, key_dir, lying)
    async with writing() as link:
        elsewhere = await link.fetch(
            "SELECT id, key, state FROM asking.wave"
            " WHERE state IN ('counted', 'published', 'cancelled')"
            " AND key_destroyed_at IS NULL AND public_key IS NOT NULL AND NOT id = ANY($1)"
            # trustees keep and destroy their own
            " AND trustees = '[]'::jsonb"
            " ORDER BY key",
            [row["id"] for row in here],
        )
    return [
        *(
            f"the key of the {row['state']} wave «{row['key']}» lies in {key_dir}: "
            "start the worker here, which destroys it"
            for row in here
        ),
        *(
            f"{keys.key_file(key_dir, row['id'])} is not the key of the {row['state']} wave"
            f" «{row['key']}», and nothing destroys it: find out whose it is, and take it out of"
            " the folder"
            for row in others
        ),
        *(
            f"the destruction of the key of the {row['state']} wave «{row['key']}» is not recorded,"
            " and it does not lie here: start the worker on the host that opened the wave"
            for row in elsewhere
        ),
    ]


async def unknown_keys(key_dir: Path) -> list[str]:
    """Say which keys lie here of waves that this database has not; nothing destroys these.

    A backup from before their opening was restored, or they are another installation's.
    """
    held = keys.held(key_dir)
    async with writing() as link:
        rows = await link.fetch("SELECT id FROM asking.wave WHERE id = ANY($1)", list(held))
    known = {row["id"] for row in rows}
    return [
        f"{keys.key_file(key_dir, wave)} is of no wave in this database: of another installation,"
        " or of a wave that was opened after the backup that was restored; keep it until you know"
        for wave in held
        if wave not in known
    ]


async def _emptied_waves(waves: Sequence[UUID]) -> list[Any]:
    async with writing() as link:
        found: list[Any] = await link.fetch(
            "SELECT id, key, state, public_key FROM asking.wave WHERE id = ANY($1)"
            " AND state IN ('counted', 'published', 'cancelled') ORDER BY key",
            list(waves),
        )
    return found


def _sorted_by_whose(key_dir: Path, rows: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return the waves whose files are their keys, and those whose files are something else."""
    whose = [(row, keys.is_shown(key_dir, row["id"], row["public_key"])) for row in rows]
    return [row for row, own in whose if own], [row for row, own in whose if not own]
