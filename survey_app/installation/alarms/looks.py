"""What is looked at, again and again: one function for each thing that can be wrong.

The command ``doctor``, the page, the mails and the measurements all tell what stands here.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from redis.exceptions import RedisError

from survey_app.asking.clock_watch import MOST, held_clocks
from survey_app.audit.heads import last_look
from survey_app.audit.read import since_when
from survey_app.installation.alarms.alarm import AlarmKind, RaisedAlarm
from survey_app.installation.alarms.certificates import look_at_certificates
from survey_app.installation.alarms.host import Disk, HostState, living
from survey_app.installation.alarms.mail_looks import (
    bounces,
    mail_server,
    returned_mail,
    waiting_mail,
)
from survey_app.installation.alarms.wave_looks import (
    exchanged_keys,
    late_waves,
    missing_keys,
    strange_arrivals,
    wrong_keys,
)
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login
from survey_app.shared.faults import places_of

log = logging.getLogger("barometer.alarms")
STALE_LOG_DAYS: Final = 2
BACKUP: Final = "backup made"
BACK_SOON: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LookScope:
    """What a look is given: the settings, the time and the machines that were heard of."""

    chosen: Settings
    now: datetime
    hosts: Sequence[HostState]


type AlarmLook = Callable[[LookScope], Awaitable[list[RaisedAlarm]]]
type KindsAndLook = tuple[frozenset[AlarmKind], AlarmLook]


@dataclass(frozen=True, slots=True)
class SeenAlarms:
    """What was wrong, and which kinds could not be looked at."""

    alarms: list[RaisedAlarm]
    unknown: frozenset[AlarmKind]


async def look_for_alarms(
    scope: LookScope, looks: Sequence[KindsAndLook] | None = None
) -> SeenAlarms:
    """Look at everything, as ``worker``; what breaks on the way takes nothing else with it."""
    alarms: list[RaisedAlarm] = []
    unknown: set[AlarmKind] = set()
    for kinds, one in LOOKS if looks is None else looks:
        try:
            alarms += await one(scope)
        except Exception as error:  # noqa: BLE001 - one look must not stop the others
            unknown |= kinds
            log.warning(
                "%s cannot be looked at: %s at %s",
                ", ".join(sorted(kinds)), type(error).__name__, places_of(error),
            )  # fmt: skip
    return SeenAlarms(alarms, frozenset(unknown))


async def _queue(_scope: LookScope) -> list[RaisedAlarm]:
    try:
        await queue.redis_client().ping()
    except (RedisError, OSError):
        told = "redis: does not answer: start it again; nobody can sign in, and nothing is lost"
        return [RaisedAlarm(AlarmKind.QUEUE, "", told)]
    return []


async def _clocks(scope: LookScope) -> list[RaisedAlarm]:
    jumped = [
        RaisedAlarm(AlarmKind.CLOCK, told.partition(":")[0], f"clock: {told}")
        for told in await held_clocks()
    ]
    off = [
        RaisedAlarm(
            AlarmKind.CLOCK,
            one.name,
            f"clock: that of {one.name} is {one.offset:+.0f} s from the database's: set both by"
            " NTP",
        )
        for one in living(scope.hosts, scope.now)
        if abs(one.offset) > MOST.total_seconds()
        and one.name not in {alarm.subject for alarm in jumped}
    ]
    return [*jumped, *off]


async def _disks(scope: LookScope) -> list[RaisedAlarm]:
    return [
        of_disk(disk, host.name)
        for host in living(scope.hosts, scope.now)
        for disk in host.disks
        if disk.nearly_full
    ]


def of_disk(disk: Disk, host: str) -> RaisedAlarm:
    """Say that a machine's disk is nearly full."""
    return RaisedAlarm(
        AlarmKind.DISK,
        f"{host}: {disk.path}",
        f"disk: {disk.percent} % is free of that of {disk.path} on {host}: make room; when it is"
        " full, answers are refused",
        {"host": host, "path": disk.path, "percent": str(disk.percent)},
    )


async def _certificates(scope: LookScope) -> list[RaisedAlarm]:
    return await look_at_certificates(scope.chosen, scope.now)


async def _backup(scope: LookScope) -> list[RaisedAlarm]:
    most = scope.chosen.backup_days
    if not most or scope.chosen.demo:
        return []
    backups = await since_when(Login.WORKER, BACKUP)
    since = backups.last or backups.began
    days = (scope.now - since).days if since else 0
    if days <= most:
        return []
    told = f"the last one is {days} days old" if backups.last else "none has been made"
    return [
        RaisedAlarm(
            AlarmKind.BACKUP,
            "",
            f"backup: {told}: barometer backup FILE (BAROMETER_BACKUP_DAYS={most})",
            {"days": str(days), "never": "" if backups.last else "yes"},
        )
    ]


async def _log(scope: LookScope) -> list[RaisedAlarm]:
    last = await last_look(Login.WORKER)
    if last is None:
        return []
    if last.found.misfit is not None:
        where = f"after row {last.found.head.number} ({last.found.misfit})"
        told = (
            f"audit log: broken {where}: keep the database as it is, and ask barometer log verify"
        )
        return [RaisedAlarm(AlarmKind.LOG, "", told, {"broken": "yes"})]
    days = (scope.now.astimezone(OSLO).date() - last.verified_at.astimezone(OSLO).date()).days
    if days > STALE_LOG_DAYS:
        told = f"audit log: nobody has verified it for {days} days: see the worker's log"
        return [RaisedAlarm(AlarmKind.LOG, "", told, {"broken": ""})]
    return []


async def _mail_server(scope: LookScope) -> list[RaisedAlarm]:
    return await mail_server(scope.chosen)


async def _returned_mail(scope: LookScope) -> list[RaisedAlarm]:
    return await returned_mail(scope.chosen)


async def _waiting_mail(scope: LookScope) -> list[RaisedAlarm]:
    return await waiting_mail(scope.chosen, scope.now)


async def _bounces(_scope: LookScope) -> list[RaisedAlarm]:
    return await bounces()


async def _missing_keys(scope: LookScope) -> list[RaisedAlarm]:
    held = {wave for host in _with_keys(scope) for wave in host.waves}
    return await missing_keys(held)


async def _wrong_keys(scope: LookScope) -> list[RaisedAlarm]:
    return await wrong_keys(_with_keys(scope))


def _with_keys(scope: LookScope) -> list[HostState]:
    # one that is started again for a while takes no key with it
    return [one for one in scope.hosts if one.seen_at > scope.now - BACK_SOON]


async def _exchanged_keys(scope: LookScope) -> list[RaisedAlarm]:
    return await exchanged_keys(scope.chosen)


async def _late_waves(scope: LookScope) -> list[RaisedAlarm]:
    return await late_waves(scope.now)


async def _arrivals(_scope: LookScope) -> list[RaisedAlarm]:
    return await strange_arrivals()


LOOKS: Final[tuple[KindsAndLook, ...]] = (
    (frozenset({AlarmKind.QUEUE}), _queue),
    (frozenset({AlarmKind.MAIL_SERVER}), _mail_server),
    (frozenset({AlarmKind.MAIL_WAITS}), _waiting_mail),
    (frozenset({AlarmKind.BOUNCES}), _bounces),
    (frozenset({AlarmKind.RETURNS}), _returned_mail),
    (frozenset({AlarmKind.KEY_MISSING}), _missing_keys),
    (frozenset({AlarmKind.KEY_WRONG}), _wrong_keys),
    (frozenset({AlarmKind.KEY_EXCHANGED}), _exchanged_keys),
    (frozenset({AlarmKind.LATE}), _late_waves),
    (frozenset({AlarmKind.CLOCK}), _clocks),
    (frozenset({AlarmKind.DISK}), _disks),
    (frozenset({AlarmKind.MAIL_CERTIFICATE, AlarmKind.PAGE_CERTIFICATE}), _certificates),
    (frozenset({AlarmKind.ARRIVALS}), _arrivals),
    (frozenset({AlarmKind.BACKUP}), _backup),
    (frozenset({AlarmKind.LOG}), _log),
)
"""Each with the kinds that stay as they were where it cannot look."""

# the doctor asks Redis and the mail servers by itself, also where there is no database
_BY_ITSELF: Final = frozenset({AlarmKind.QUEUE, AlarmKind.MAIL_SERVER, AlarmKind.RETURNS})
DOCTORS: Final = tuple(one for one in LOOKS if not one[0] & _BY_ITSELF)
