"""What the outbox tells those who run a wave: counts and a clear state, never a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from survey_app.settings import settings
from survey_app.shared.database import Login, fetch

SERVER = "server "
# a sweep runs every quarter of a minute; what is older than this is held up by something, unless
# others go meanwhile: thousands, or so many a minute, take longer
HELD_UP = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """Messages of a wave by what became of them."""

    sent: int
    waiting: int
    """Invitations. Those who wait for a reminder had not answered: their number is told nowhere."""
    put_off: int
    """Invitations that a server put off: they are tried again by themselves, later."""
    reminding: bool
    """Whether reminders are on their way, or went in the hours that they are told in."""
    failed: int
    texts_waiting: int
    """Of the invitations that wait, those that go by text message."""
    texts_failed: int
    """Of those that failed, the same."""
    mails_held_up: bool
    texts_held_up: bool
    resting: bool
    """It waits for the end of quiet hours or days."""
    server: str
    """Why the server took no mail at the last try; empty when it did."""
    gateway: str
    """Why the gateway took no text message at the last try; empty when it did."""

    @property
    def held_up(self) -> bool:
        """Whether messages of either kind stand still."""
        return self.mails_held_up or self.texts_held_up


async def delivery_state(login: Login, wave: UUID, *, now: datetime) -> DeliveryState:
    """Count the messages of one wave."""
    (row,) = await fetch(
        login,
        "SELECT count(*) FILTER (WHERE o.state = 'sent' AND o.kind = 'invitation') AS sent,"
        " count(*) FILTER (WHERE o.state = 'due' AND o.due_at <= $2 AND o.kind = 'invitation')"
        " AS waiting,"
        " count(*) FILTER (WHERE o.state = 'due' AND o.due_at > $2 AND o.attempts > 0"
        " AND o.kind = 'invitation') AS put_off,"
        " coalesce(bool_or(o.state = 'due' AND o.due_at <= $2 AND o.kind <> 'invitation'), false)"
        " AS reminders_due,"
        # until the hour ends in which the last one went: when it went tells how many they were
        " coalesce(bool_or(o.due_at <= $2 AND o.kind <> 'invitation' AND (o.state = 'due'"
        " OR $2 < o.due_at + interval '1 hour' * (1 + floor("
        "extract(epoch FROM coalesce(o.sent_at, o.due_at) - o.due_at) / 3600)))), false)"
        " AS reminding,"
        " count(*) FILTER (WHERE o.state = 'failed' AND o.kind = 'invitation') AS failed,"
        " count(*) FILTER (WHERE o.state = 'due' AND o.due_at <= $2 AND o.kind = 'invitation'"
        " AND o.channel = 'sms') AS texts_waiting,"
        " count(*) FILTER (WHERE o.state = 'failed' AND o.kind = 'invitation'"
        " AND o.channel = 'sms') AS texts_failed,"
        " coalesce(min(o.due_at) FILTER (WHERE o.state = 'due' AND o.channel <> 'sms') < $3,"
        " false) AND NOT EXISTS (SELECT FROM asking.outbox m WHERE m.channel <> 'sms'"
        " AND m.sent_at > $3) AS mails_held_up,"
        " coalesce(min(o.due_at) FILTER (WHERE o.state = 'due' AND o.channel = 'sms') < $3,"
        " false) AND NOT EXISTS (SELECT FROM asking.outbox m WHERE m.channel = 'sms'"
        " AND m.sent_at > $3) AS texts_held_up,"
        " coalesce(max(o.problem) FILTER (WHERE o.state = 'due' AND o.channel <> 'sms'"
        " AND starts_with(o.problem, $4)), '') AS server,"
        " coalesce(max(o.problem) FILTER (WHERE o.state = 'due' AND o.channel = 'sms'"
        " AND starts_with(o.problem, $4)), '') AS gateway"
        " FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation WHERE i.wave = $1",
        wave,
        now,
        now - HELD_UP,
        SERVER,
    )
    found = dict(row)
    # what waits for the morning is held up by nothing
    waits = found.pop("reminders_due") or row["waiting"] > 0
    resting = waits and settings().quiet_time.holds(now)
    told = {
        "server": row["server"].removeprefix(SERVER),
        "gateway": row["gateway"].removeprefix(SERVER),
        "mails_held_up": row["mails_held_up"] and not resting,
        "texts_held_up": row["texts_held_up"] and not resting,
        "resting": resting,
    }
    return DeliveryState(**found | told)


async def note_server_down(reason: str, *, now: datetime, channel: str = "email") -> None:
    """Write beside the first message that waits why its server takes none; sending clears it."""
    await fetch(
        Login.WORKER,
        "UPDATE asking.outbox SET problem = $1 WHERE id = ("
        " SELECT id FROM asking.outbox WHERE state = 'due' AND due_at <= $2 AND channel = $3"
        " ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)",
        f"{SERVER}{reason}",
        now,
        channel,
    )


async def mails_due(login: Login) -> int:
    """Count the mails of all waves that wait to be sent."""
    [row] = await fetch(login, "SELECT count(*) AS due FROM asking.outbox WHERE state = 'due'")
    return int(row["due"])


async def sms_due(*, now: datetime) -> bool:
    """Tell whether any text message waits, so that no gateway is asked in vain."""
    return bool(
        await fetch(
            Login.WORKER,
            "SELECT 1 FROM asking.outbox WHERE state = 'due' AND channel = 'sms' AND due_at <= $1"
            " LIMIT 1",
            now,
        )
    )
