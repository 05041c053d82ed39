"""Queue reminders: rows in the outbox for those whose link is unused and who can be reminded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from survey_app.asking.campaigns.queries import WaveRow, find_wave, list_waves
from survey_app.asking.campaigns.states import State
from survey_app.asking.delivery.outbox import SOONEST
from survey_app.asking.errors import ReminderRefused, WrongState
from survey_app.asking.reasons import Against, Reason
from survey_app.asking.writing import writing
from survey_app.settings import settings
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, fetch

MORNING = time(9)
MOST = 3

# the choice is made once, in the database: nobody's mark travels to a program and back
_QUEUE = """
WITH queued AS (
    INSERT INTO asking.outbox (id, invitation, kind, channel, state, due_at, attempts, problem)
    SELECT gen_random_uuid(), i.id, $2::varchar, i.channel, 'due',
        GREATEST($3::timestamptz, o.sent_at + $4), 0, ''
    FROM asking.invitation i
    JOIN asking.outbox o ON o.invitation = i.id AND o.kind = 'invitation' AND o.state = 'sent'
    JOIN asking.wave w ON w.id = i.wave
    JOIN asking.campaign c ON c.id = w.campaign
    WHERE i.wave = $1 AND i.channel IN ('email', 'sms') AND NOT i.opted_out AND NOT i.withdrawn
      AND (c.remind_everybody OR NOT i.marked)
      AND NOT EXISTS (SELECT FROM asking.person p WHERE p.id = i.person AND NOT p.active)
    ON CONFLICT (invitation, kind) DO NOTHING
    RETURNING id
), nobody AS (
    -- all have answered: it has its day all the same, as where they did before the mails left
    INSERT INTO asking.outbox (id, invitation, kind, channel, state, due_at, attempts, problem)
    SELECT gen_random_uuid(), i.id, $2::varchar, i.channel, 'cancelled', $3::timestamptz, 0,
        'nobody'
    FROM asking.invitation i
    JOIN asking.outbox o ON o.invitation = i.id AND o.kind = 'invitation' AND o.state = 'sent'
    WHERE i.wave = $1 AND i.channel IN ('email', 'sms') AND NOT EXISTS (SELECT FROM queued)
    ORDER BY i.id LIMIT 1
    ON CONFLICT (invitation, kind) DO NOTHING
    RETURNING id
)
SELECT count(*) FROM queued HAVING count(*) > 0 OR EXISTS (SELECT FROM nobody)
"""


async def remind_wave(key: str, *, now: datetime) -> int:
    """Queue the next reminder of an open wave at once.

    Returns
    -------
    int
        How many were queued.

    Raises
    ------
    UnknownWave
        If there is no such wave.
    WrongState
        If the wave is not open.
    ReminderRefused
        If the last reminder went out within a day or waits for its hour, or three have gone out.
    """
    async with writing() as link:
        wave = await find_wave(Login.WORKER, key)
        if wave.state != State.OPEN:
            raise WrongState(key, wave.state, "reminded of: only an open wave can")
        sent = await _sent(Login.WORKER, wave.id)
        if reasons := _against(sent, now):
            raise ReminderRefused(reasons)
        number = _next_number(wave, sent.highest, now.astimezone(OSLO).date())
        # whoever asks for it has seen when the invitations went
        told = await link.fetchval(_QUEUE, wave.id, f"reminder-{number}", now, timedelta())
    return told or 0


async def reasons_against_reminding(login: Login, wave: UUID, *, now: datetime) -> list[Reason]:
    """Say why no further reminder of an open wave goes out now; nothing where one may."""
    return _against(await _sent(login, wave), now)


@dataclass(frozen=True, slots=True)
class _Sent:
    """When each reminder that was queued began to go, or will, and the highest number.

    What is due in quiet hours goes when they are over. One that was missed while the worker stood
    still has a number too, and is not among them, nor is one that waited until the next had come,
    and so went to nobody.
    """

    began: tuple[datetime, ...]
    highest: int


async def _sent(login: Login, wave: UUID) -> _Sent:
    # for single people one may wait longer: they were invited late, or their server puts it off
    rows = await fetch(
        login,
        "SELECT split_part(o.kind, '-', 2)::int AS number, min(o.due_at) AS at,"
        " bool_and(o.state = 'cancelled' AND o.problem <> 'nobody') AS cancelled"
        " FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation"
        " WHERE i.wave = $1 AND o.kind <> 'invitation' GROUP BY o.kind ORDER BY at",
        wave,
    )
    highest = max((row["number"] for row in rows), default=0)
    # of the last one it is not told that all to whom it was to go have answered
    quiet = settings().quiet_time
    told = (row for row in rows if not row["cancelled"] or row["number"] == highest)
    began = (quiet.over(row["at"]) for row in told)
    return _Sent(tuple(began), highest)


def _against(sent: _Sent, now: datetime) -> list[Reason]:
    if len(sent.began) >= MOST:
        return [Reason(Against.REMINDED_OFTEN, most=MOST)]
    if sent.began and now < sent.began[-1]:
        return [Reason(Against.REMINDER_WAITS, moment=sent.began[-1].astimezone(OSLO).isoformat())]
    if sent.began and now < sent.began[-1] + SOONEST:
        return [Reason(Against.REMINDED, day=sent.began[-1].astimezone(OSLO).date())]
    return []


@dataclass(frozen=True, slots=True)
class Reminders:
    """Days on which an open wave reminded, and when it still will: after quiet hours and days.

    ``replaced`` is the day of the plan on which nobody is reminded if somebody reminds by hand now,
    as that one has its number; None where the plan has no further one.
    """

    sent: tuple[date, ...]
    planned: tuple[datetime, ...]
    replaced: date | None


async def reminders_of(login: Login, wave: WaveRow, *, now: datetime) -> Reminders:
    """Return when an open wave reminded and will remind; what is queued for later today will."""
    sent = await _sent(login, wave.id)
    today = now.astimezone(OSLO).date()
    number = _next_number(wave, sent.highest, today)
    numbers = range(number, len(wave.reminder_days) + 1)
    days = [wave.opens_on + timedelta(days=wave.reminder_days[one - 1]) for one in numbers]
    ahead = tuple(day for day in days if today <= day <= wave.closes_on)
    queued = [at for at in sent.began if at > now]
    # one that waits, as the invitations came late, gives way to the next of the plan
    queued = [at for at in queued if not ahead or at.astimezone(OSLO).date() < ahead[0]]
    quiet = settings().quiet_time
    moments = (quiet.over(datetime.combine(day, MORNING, OSLO)) for day in ahead)
    return Reminders(
        tuple(at.astimezone(OSLO).date() for at in sent.began if at <= now),
        # what would go after the last day goes to nobody
        tuple(at for at in (*queued, *moments) if at.astimezone(OSLO).date() <= wave.closes_on),
        ahead[0] if ahead and ahead[0] == days[0] else None,
    )


async def queue_due_reminders(*, today: date, now: datetime) -> dict[str, int]:
    """Queue the reminders whose day has come; running twice changes nothing.

    A day that was missed while the worker stood still is not made up for beside the next one, nor
    when that comes within a day. Whoever was invited late is reminded a day later at the earliest.

    Returns
    -------
    dict of str to int
        How many were queued, by wave key; of a wave that nobody was written to yet, nothing.
    """
    queued = {}
    for wave in await list_waves(Login.WORKER):
        number = _number_due(wave, today)
        if wave.state != State.OPEN or number == 0 or wave.closes_on < today:
            continue
        if _gives_way(wave, number, today, now):
            continue
        due_at = max(now, _planned(wave, number))
        async with writing() as link:
            started = await link.fetchval(
                "SELECT EXISTS (SELECT FROM asking.outbox o"
                " JOIN asking.invitation i ON i.id = o.invitation"
                " WHERE i.wave = $1 AND o.kind = $2)",
                wave.id,
                f"reminder-{number}",
            )
            if not started:
                told = await link.fetchval(_QUEUE, wave.id, f"reminder-{number}", due_at, SOONEST)
                if told is not None:
                    queued[wave.key] = told
    return queued


def _number_due(wave: WaveRow, today: date) -> int:
    """Return the number of the latest reminder whose day has come; 0 before the first."""
    passed = (today - wave.opens_on).days
    return sum(day <= passed for day in wave.reminder_days)


def _planned(wave: WaveRow, number: int) -> datetime:
    day = wave.opens_on + timedelta(days=wave.reminder_days[number - 1])
    return datetime.combine(day, MORNING, OSLO)


def _gives_way(wave: WaveRow, number: int, today: date, now: datetime) -> bool:
    """Tell whether a reminder whose day was missed is dropped, as the next one comes so soon."""
    if number == len(wave.reminder_days) or _planned(wave, number).date() == today:
        return False
    return _planned(wave, number + 1) < now + SOONEST


def _next_number(wave: WaveRow, highest: int, today: date) -> int:
    """Return the number of one by hand: that of the next of the plan, which is then not sent.

    One whose day has come while the worker stood still is the next: it would be queued at once.
    """
    return max(highest + 1, _number_due(wave, today))
