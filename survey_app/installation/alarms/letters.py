"""Mails about alarms: at the start, once a day while something lasts, and when it is over.

At most one an hour to each reader, whatever comes and goes; one that waits for the mail server is
replaced by a newer one, so that nobody gets a pile when the server is back.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from survey_app.accounts.alarm_readers import alarm_readers
from survey_app.administration.jobs import own_sender
from survey_app.asking.campaigns.for_readers import newest_sender
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.one_by_one import Became, became, send_one_by_one
from survey_app.installation.alarms.alarm import AlarmKind, KeptAlarm
from survey_app.installation.alarms.write_mail import write_alarm_mail
from survey_app.settings import Settings
from survey_app.shared.clock import now as the_time
from survey_app.shared.database import Link, Login, fetch
from survey_app.shared.i18n import first_language

log = logging.getLogger("barometer.alarms")
TABLE: Final = "asking.alarm_letter"
SETTLED: Final = timedelta(minutes=5)
"""What is gone before is told to nobody."""
BETWEEN: Final = timedelta(hours=1)
AGAIN: Final = timedelta(days=1)
KEPT: Final = timedelta(days=30)
_CLAIM: Final = (
    "SELECT id, address, language, content, made_at, attempts, problem FROM asking.alarm_letter"
    " WHERE state = 'due' AND due_at <= $1 ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED"
)


@dataclass(frozen=True, slots=True)
class ToTell:
    """What one mail says: what is wrong, of it what is new, and what is over."""

    now: Sequence[KeptAlarm]
    over: Sequence[KeptAlarm]

    @property
    def new(self) -> bool:
        """Whether anything in it was never told."""
        return any(one.told_at is None for one in self.now)


def what_to_tell(
    alarms: Sequence[KeptAlarm], *, last: datetime | None, now: datetime
) -> ToTell | None:
    """Return what a mail would say if one is to go now; else None.

    Parameters
    ----------
    alarms : sequence of KeptAlarm
        All that last, and those of which the end was not told.
    last : datetime or None
        When the mail before was made.
    now : datetime
    """
    settled = [one for one in alarms if one.ended_at is None and now - one.began_at >= SETTLED]
    over = [one for one in alarms if one.ended_at is not None and one.told_at is not None]
    found = ToTell(settled, over)
    if last is not None and now - last < BETWEEN:
        return None
    if found.new or found.over:
        return found
    if settled and (last is None or now - last >= AGAIN):
        return found
    return None


async def queue_alarm_letters(
    link: Link, alarms: Sequence[KeptAlarm], chosen: Settings, *, now: datetime
) -> None:
    """Write a mail for each reader, where one is to go, in the caller's transaction."""
    # what was made while the clock was ahead holds nothing up
    last = await link.fetchval(
        "SELECT max(made_at) FROM asking.alarm_letter WHERE made_at <= $1", now
    )
    # they hold addresses, and nobody looks at them again
    await link.execute("DELETE FROM asking.alarm_letter WHERE made_at < $1", now - KEPT)
    readers = await _readers(link, chosen) if chosen.smtp_url else []
    if not readers:
        # who asks for mails later is told of what lasts then, and of nothing that was over before
        await link.execute(
            "UPDATE asking.alarm SET over_told_at = $1"
            " WHERE ended_at IS NOT NULL AND over_told_at IS NULL",
            now,
        )
        return
    tell = what_to_tell(alarms, last=last, now=now)
    if tell is None:
        return
    for address, language in readers:
        before = await link.fetch(
            "DELETE FROM asking.alarm_letter WHERE address = $1 AND state = 'due'"
            " RETURNING content",
            address,
        )
        content = {
            "now": [_written(one) for one in tell.now],
            "over": [_written(one) for one in tell.over],
        }
        known = {one["id"] for one in content["over"]}
        for row in before:
            content["over"] += [
                one for one in json.loads(row["content"])["over"] if one["id"] not in known
            ]
        await link.execute(
            "INSERT INTO asking.alarm_letter"
            " (id, address, language, content, made_at, state, due_at, attempts, problem)"
            " VALUES ($1, $2, $3, $4, $5, 'due', $5, 0, '')",
            uuid.uuid4(), address, language, json.dumps(content), now,
        )  # fmt: skip
    await link.execute(
        "UPDATE asking.alarm SET told_at = coalesce(told_at, $2),"
        " over_told_at = CASE WHEN ended_at IS NOT NULL THEN $2::timestamptz END"
        " WHERE id = ANY($1)",
        [one.id for one in (*tell.now, *tell.over)],
        now,
    )


async def _readers(link: Link, chosen: Settings) -> list[tuple[str, str]]:
    asked = {address.casefold(): (address, lang) for address, lang in await alarm_readers(link)}
    for address in chosen.alarm_mail:
        asked.setdefault(address.casefold(), (address, first_language()))
    return list(asked.values())


def _written(alarm: KeptAlarm) -> dict[str, Any]:
    return {
        "id": str(alarm.id),
        "kind": alarm.kind.value,
        "subject": alarm.subject,
        "facts": dict(alarm.facts),
        "began_at": alarm.began_at.isoformat(),
        "ended_at": alarm.ended_at.isoformat() if alarm.ended_at else None,
        "new": alarm.told_at is None,
    }


def read_letter(content: str) -> tuple[list[KeptAlarm], list[KeptAlarm]]:
    """Return what a letter says is wrong, and what no longer is; ``told_at`` is empty for new."""
    parts = json.loads(content)
    return [_read(one) for one in parts["now"]], [_read(one) for one in parts["over"]]


def _read(one: dict[str, Any]) -> KeptAlarm:
    began = datetime.fromisoformat(one["began_at"])
    ended = datetime.fromisoformat(one["ended_at"]) if one["ended_at"] else None
    told = None if one["new"] else began
    return KeptAlarm(
        uuid.UUID(one["id"]), AlarmKind(one["kind"]), one["subject"], one["facts"],
        began, began, ended, told, None,
    )  # fmt: skip


async def send_alarm_letters(chosen: Settings) -> int:
    """Send what waits; returns how many.

    Raises
    ------
    MailServerDown
        If the server takes no mail; what is not sent stays due.
    """
    due = await fetch(
        Login.WORKER,
        "SELECT EXISTS (SELECT FROM asking.alarm_letter WHERE state = 'due' AND due_at <= $1)"
        " AS some",
        the_time(),
    )
    if chosen.smtp_url is None or not due[0]["some"]:
        return 0
    sender = await newest_sender(Login.WORKER) or own_sender(chosen.base_url)
    async with MailServer(chosen.smtp_url) as server:

        async def look_at(row: Any, at: datetime) -> Became:  # noqa: ANN401 - a row of any driver
            lasting, over = read_letter(row["content"])
            mail = write_alarm_mail(
                row["id"], row["address"], row["language"], lasting, over,
                sender=sender, chosen=chosen, now=at,
            )  # fmt: skip
            verdict, code = await server.send(mail)
            return became(verdict, code, attempts=row["attempts"])

        sent = await send_one_by_one(TABLE, _CLAIM, look_at, clock=the_time)
    log.info("mails about alarms sent: %d", sent)
    return sent
