"""Alarms over time: since when each has lasted, and when it was over."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from survey_app.installation.alarms.alarm import AlarmKind, KeptAlarm, RaisedAlarm
from survey_app.installation.alarms.host import SILENT_AFTER, HostState
from survey_app.installation.alarms.looks import SeenAlarms
from survey_app.shared.database import Link, Login, Row, fetch

log = logging.getLogger("barometer.alarms")
OVER_AFTER: Final = timedelta(minutes=10)
"""What comes and goes is one alarm: it is over when it has not been seen for so long."""
LAST_LOOK: Final = timedelta(minutes=2, seconds=45)
"""A worker looks every two minutes: what lasts was seen no longer ago than this."""
SHOWN_AFTER: Final = timedelta(days=14)
KEPT: Final = timedelta(days=365)
WORTH_TELLING: Final = timedelta(minutes=15)
_COLUMNS: Final = (
    "SELECT id, kind, subject, facts, began_at, seen_at, ended_at, told_at, over_told_at"
    " FROM asking.alarm"
)


async def settle(link: Link, seen: SeenAlarms, *, now: datetime) -> None:
    """Keep what is wrong now, and end what no longer is.

    Parameters
    ----------
    link : asyncpg connection
        As ``worker``, in a transaction that holds the lock of the looks.
    seen : SeenAlarms
    now : datetime
        With a zone.
    """
    rows = await link.fetch(f"{_COLUMNS} WHERE ended_at IS NULL")
    open_ones = {(row["kind"], row["subject"]): row for row in rows}
    found = {(one.kind.value, one.subject[:200]): one for one in seen.alarms}
    for key, alarm in found.items():
        if key in open_ones:
            await link.execute(
                "UPDATE asking.alarm SET seen_at = $2, facts = $3 WHERE id = $1",
                open_ones[key]["id"], now, json.dumps(dict(alarm.facts)),
            )  # fmt: skip
        else:
            log.warning("%s", alarm.sentence)
            await _begin(link, alarm, began=now, now=now)
    for key, row in open_ones.items():
        still = key in found or key[0] in {kind.value for kind in seen.unknown}
        # also where it was seen while the clock was ahead
        gone = abs(now - row["seen_at"]) >= OVER_AFTER or key[0] == AlarmKind.WORKER
        if not still and gone:
            log.warning("over: %s", " ".join(key).strip())
            await link.execute(
                "UPDATE asking.alarm SET ended_at = $2 WHERE id = $1", row["id"], now
            )
    await link.execute("DELETE FROM asking.alarm WHERE ended_at < $1", now - KEPT)


async def _begin(link: Link, alarm: RaisedAlarm, *, began: datetime, now: datetime) -> None:
    await link.execute(
        "INSERT INTO asking.alarm (id, kind, subject, facts, began_at, seen_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        uuid.uuid4(),
        alarm.kind.value,
        alarm.subject[:200],
        json.dumps(dict(alarm.facts)),
        began,
        now,
    )


async def note_silence(link: Link, hosts: Sequence[HostState], *, now: datetime) -> None:
    """Keep that no worker was heard of for a while: the first that is back says so, and it is over.

    It counts as told when it began, since nobody could.
    """
    last = max((one.seen_at for one in hosts), default=now)
    if now - last < WORTH_TELLING:
        return
    await link.execute(
        "INSERT INTO asking.alarm (id, kind, subject, facts, began_at, seen_at, ended_at, told_at)"
        " VALUES ($1, $2, '', '{}', $3, $4, $4, $3)",
        uuid.uuid4(),
        AlarmKind.WORKER.value,
        last,
        now,
    )


async def lasting(login: Login, *, now: datetime) -> list[KeptAlarm]:
    """Return what is wrong now, the longest first; a silent worker among it, who cannot say so."""
    rows = await fetch(login, f"{_COLUMNS} WHERE ended_at IS NULL ORDER BY began_at, kind, subject")
    silent = await silence(login, now=now)
    return [*([silent] if silent else []), *_kept(rows)]


async def silence(login: Login, *, now: datetime) -> KeptAlarm | None:
    """Return since when no worker has been heard of; None where one has, or there never was any."""
    [row] = await fetch(login, "SELECT max(seen_at) AS last FROM asking.host")
    if row["last"] is None or now - row["last"] < SILENT_AFTER:
        return None
    return KeptAlarm(
        uuid.UUID(int=0), AlarmKind.WORKER, "", {}, row["last"], now, None, None, None
    )  # fmt: skip


async def mail_refused_at(login: Login) -> datetime | None:
    """Return when the mail server was last seen to refuse us; None where the last look got in.

    The alarm goes on for a while after that, since what comes and goes is one alarm.
    """
    [row] = await fetch(
        login,
        "SELECT max(seen_at) AS seen FROM asking.alarm WHERE kind = $1 AND ended_at IS NULL"
        " AND seen_at > now() - $2::interval",
        AlarmKind.MAIL_SERVER.value,
        LAST_LOOK,
    )
    seen: datetime | None = row["seen"]
    return seen


async def ended(login: Login, *, now: datetime) -> list[KeptAlarm]:
    """Return what was over in the last two weeks, the latest first."""
    rows = await fetch(
        login, f"{_COLUMNS} WHERE ended_at > $1 ORDER BY ended_at DESC LIMIT 50", now - SHOWN_AFTER
    )
    return _kept(rows)


async def unsettled_alarms(link: Link) -> list[KeptAlarm]:
    """Return all that lasts, or whose end was not told yet, in the caller's transaction."""
    rows = await link.fetch(
        f"{_COLUMNS} WHERE ended_at IS NULL OR (told_at IS NOT NULL AND over_told_at IS NULL)"
        " ORDER BY began_at, kind, subject"
    )
    return _kept(rows)


def _kept(rows: Sequence[Row]) -> list[KeptAlarm]:
    return [
        KeptAlarm(**{**row, "kind": AlarmKind(row["kind"]), "facts": json.loads(row["facts"])})
        for row in rows
        # a later version may have told of what this one does not know
        if row["kind"] in AlarmKind
    ]
