"""What a machine with a worker sees of itself: its disks, its clock, and the keys there."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from survey_app.counting.urn import keys
from survey_app.installation.key_findings import KeyFault, WrongKeyFile, wrong_key_files
from survey_app.piloting.open_pilot import keys_of_pilots
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from survey_app.shared.embedded.places import private_place

SILENT_AFTER: Final = timedelta(minutes=5)
# a machine that was taken out of service is forgotten
FORGOTTEN_AFTER: Final = timedelta(days=14)
LEAST_RATIO: Final = 0.1
LEAST_BYTES: Final = 10 * 10**9
"""A disk is nearly full where less than both is free; a tenth of a large one is enough."""
NEVER_LESS: Final = 10**9


@dataclass(frozen=True, slots=True)
class Disk:
    """How much of a folder's disk is free, in whole percent: its bytes would tell of answers."""

    path: str
    percent: int
    nearly_full: bool


def is_nearly_full(free: int, total: int) -> bool:
    """Tell whether a disk fills up soon; both in bytes.

    Examples
    --------
    >>> is_nearly_full(9 * 10**9, 100 * 10**9), is_nearly_full(100 * 10**9, 2000 * 10**9)
    (True, False)
    """
    short = free < LEAST_RATIO * total and free < LEAST_BYTES
    return short or free < min(NEVER_LESS, total // 2)


@dataclass(frozen=True, slots=True)
class HostState:
    """A machine, as it was when it was last heard of.

    Attributes
    ----------
    name : str
    seen_at : datetime
    disks : sequence of Disk
    waves : frozenset of str
        Ids of waves and pilots whose private key lies there.
    offset : float
        Its clock less the database's, in seconds.
    wrong_keys : mapping of str to WrongKeyFile
        Which of ``waves`` the files there open nothing of, and why.
    """

    name: str
    seen_at: datetime
    disks: Sequence[Disk]
    waves: frozenset[str]
    offset: float
    wrong_keys: Mapping[str, WrongKeyFile] = field(default_factory=dict)


def own_name() -> str:
    """Return what this machine is called among those that are heard of."""
    return socket.gethostname()[:120]


def disks_of(chosen: Settings) -> list[Disk]:
    """Look at the disks of the data folder, of the keys and of an embedded database."""
    folders = [chosen.data_dir, chosen.key_folder]
    if not chosen.external_database:
        folders.append(private_place(chosen.data_dir))
    found: dict[int, Disk] = {}
    for folder in folders:
        there = _existing(folder.resolve())
        usage = shutil.disk_usage(there)
        percent = 100 * usage.free // usage.total if usage.total else 0
        # folders on one disk are one disk
        found.setdefault(
            there.stat().st_dev,
            Disk(str(folder), percent, is_nearly_full(usage.free, usage.total)),
        )
    return list(found.values())


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


async def look_at_host(chosen: Settings) -> HostState:
    """Look at this machine, as the worker."""
    [row] = await fetch(Login.WORKER, "SELECT clock_timestamp() AS now")
    offset = (datetime.now(UTC) - row["now"]).total_seconds()
    disks = await asyncio.to_thread(disks_of, chosen)
    waves = await asyncio.to_thread(_held, chosen)
    wrong = {str(one): told for one, told in (await wrong_key_files(chosen)).items()}
    return HostState(own_name(), row["now"], disks, waves, offset, wrong)


def _held(chosen: Settings) -> frozenset[str]:
    folders = (chosen.key_folder, keys_of_pilots(chosen))
    return frozenset(str(one) for folder in folders for one in keys.held(folder))


async def note_host(found: HostState) -> None:
    """Keep what a machine saw of itself, and forget those not heard of for two weeks."""
    await fetch(
        Login.WORKER,
        "INSERT INTO asking.host (name, seen_at, facts) VALUES ($1, $2, $3)"
        " ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at, facts = excluded.facts",
        found.name,
        found.seen_at,
        json.dumps(
            {
                "disks": [[one.path, one.percent, one.nearly_full] for one in found.disks],
                "waves": sorted(found.waves),
                "offset": round(found.offset, 1),
                "wrong_keys": {
                    one: [told.fault, told.sentence] for one, told in found.wrong_keys.items()
                },
            }
        ),
    )
    await fetch(
        Login.WORKER, "DELETE FROM asking.host WHERE seen_at < $1", found.seen_at - FORGOTTEN_AFTER
    )


async def list_hosts(login: Login) -> list[HostState]:
    """Return the machines that were heard of in the last two weeks, the latest first."""
    rows = await fetch(login, "SELECT name, seen_at, facts FROM asking.host ORDER BY seen_at DESC")
    return [_state(row["name"], row["seen_at"], json.loads(row["facts"])) for row in rows]


def _state(name: str, seen_at: datetime, facts: Mapping[str, Any]) -> HostState:
    disks = [Disk(*one) for one in facts["disks"]]
    # a worker of an earlier version tells nothing of this, one of a later version perhaps more
    wrong = {
        one: WrongKeyFile(KeyFault(fault), sentence)
        for one, (fault, sentence) in facts.get("wrong_keys", {}).items()
        if fault in KeyFault
    }
    return HostState(name, seen_at, disks, frozenset(facts["waves"]), facts["offset"], wrong)


def living(hosts: Sequence[HostState], now: datetime) -> list[HostState]:
    """Return the machines that were heard of just now."""
    return [one for one in hosts if one.seen_at > now - SILENT_AFTER]
