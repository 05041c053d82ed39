"""The outbox as rows: claim one that is due, and write down what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from survey_app.asking.campaigns.results_told import AT_ONCE
from survey_app.asking.delivery.compose import Envelope, Recipient
from survey_app.asking.delivery.one_by_one import BACKOFF_HANDED_OVER
from survey_app.asking.delivery.returned import mail_key
from survey_app.asking.errors import MailLost, SmsLost
from survey_app.asking.invitations.credential_keys import secret_of_wave
from survey_app.asking.invitations.tokens import token_for
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Row

# minutes to wait after the first, second ... time that the server said "later"
BACKOFF = (1, 5, 15, 60, 240, 720)

SOONEST = timedelta(hours=24)
"""Between two reminders of one person, whatever held up the first: a button that was pressed twice,
a worker that stood still, a mail server that was away, quiet hours."""

_LATELY = timedelta(hours=1)
_OTHERS_GO = (
    "SELECT EXISTS (SELECT FROM asking.outbox"
    " WHERE state = 'sent' AND channel = $1 AND sent_at > $2)"
)
# a telephone at work goes to a colleague, and with it the link would
_OWN_NUMBER = """CASE WHEN NOT EXISTS (SELECT FROM asking.person q
                WHERE q.mobile = p.mobile AND q.active AND q.id <> p.id) THEN p.mobile END"""
_OWN_ADDRESS = """CASE WHEN NOT EXISTS (SELECT FROM asking.person q
                WHERE lower(q.email) = lower(p.email) AND q.active AND q.id <> p.id)
                THEN p.email END"""
_OVERTAKEN = """(o.kind <> 'invitation' AND EXISTS (SELECT FROM asking.outbox n
                WHERE n.invitation = o.invitation AND n.kind <> 'invitation'
                AND n.kind > o.kind))"""
_CLAIM = f"""
SELECT o.id, o.kind, o.attempts, o.problem, o.retries, i.pid, i.generation, i.language,
       i.marked, i.opted_out, i.withdrawn, NOT coalesce(p.active, true) AS has_left,
       {_OVERTAKEN} AS overtaken,
       CASE WHEN o.channel = 'sms' THEN {_OWN_NUMBER}
            ELSE coalesce(p.email, i.email) END AS address,
       CASE WHEN o.channel = 'sms' THEN {_OWN_ADDRESS}
            WHEN w.sms AND coalesce(p.email, i.email, '') = '' THEN {_OWN_NUMBER} END AS elsewhere,
       w.id AS wave, w.state, w.closes_on, w.results_on,
       coalesce(w.minimum_group, 0) AS minimum_group, w.questionnaire,
       w.key AS wave_key, w.key_list_hash,
       c.key AS campaign, c.population, c.sender, c.contact, c.demo, c.remind_everybody,
       c.release
FROM asking.outbox o
JOIN asking.invitation i ON i.id = o.invitation
JOIN asking.wave w ON w.id = i.wave
JOIN asking.campaign c ON c.id = w.campaign
LEFT JOIN asking.person p ON p.id = i.person
WHERE o.state = 'due' AND o.due_at <= $1 AND o.channel = $2
  AND (w.state <> 'open' OR w.closes_on >= $3)
ORDER BY o.due_at
LIMIT 1
FOR UPDATE OF o SKIP LOCKED
"""  # noqa: S608 - constants
# Held as long as the later one, so that neither goes while the other is on its way. A reminder
# never waits for a later one: that has overtaken it, or waits here for it.
_EARLIER = """
SELECT max(former.sent_at) FROM (
    SELECT n.sent_at FROM asking.outbox o JOIN asking.outbox n ON n.invitation = o.invitation
    WHERE o.id = $1 AND n.kind <> 'invitation' AND n.kind < o.kind FOR UPDATE OF n
) AS former
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that is ours until the transaction ends."""

    id: UUID
    attempts: int
    problem: str
    """What it failed by the last time; empty where it was not tried."""
    retries: int
    """How often somebody asked for it to be sent again."""
    needless: bool
    """Nobody is waiting for it any more: closed, withdrawn, answered, opted out or left, or the
    next reminder has come while it waited."""
    too_soon: datetime | None
    """When it may go, of a reminder that would follow another within `SOONEST`."""
    unreachable: bool
    """There is no address."""
    other_way: str
    """The channel that reaches them since the register changed; empty where none does."""
    envelope: Envelope
    recipient: Recipient


async def claim_next(
    link: Link,
    *,
    secret: bytes,
    now: datetime,
    channel: str = "email",
    frozen: dict[str, bytes] | None = None,
) -> Claim | None:
    """Lock the next message of a channel that is due and that no other worker holds.

    The invitation itself is not locked: whoever answers just now does not wait for a mail server.

    Parameters
    ----------
    frozen : dict, optional
        Questionnaires by their hash, for the next call; they are read where they are not there.
    """
    # of a wave that is past its last day and not closed yet nothing goes out: it asks for answers
    # by a day that has passed
    row = await link.fetchrow(_CLAIM, now, channel, now.astimezone(OSLO).date())
    if row is None:
        return None
    content = await _content(link, row["questionnaire"], {} if frozen is None else frozen)
    links_of = await secret_of_wave(link, row["wave"], secret)
    envelope = Envelope(
        row["campaign"],
        row["population"],
        row["sender"],
        row["contact"],
        row["demo"],
        row["remind_everybody"],
        row["minimum_group"],
        row["closes_on"],
        row["results_on"],
        content,
        row["wave_key"],
        row["key_list_hash"],
        at_once=row["release"] == AT_ONCE,
    )
    recipient = Recipient(
        row["id"],
        row["kind"],
        row["address"] or "",
        row["language"],
        token_for(links_of, row["wave"], row["pid"], row["generation"]),
        mail_key(row["id"], secret),
        replaced=row["generation"] > 0,
    )
    return Claim(
        row["id"],
        row["attempts"],
        row["problem"],
        row["retries"],
        _is_needless(row),
        _too_soon(await _reminded_at(link, row), now),
        not row["address"] or not content,
        other_channel(channel) if row["elsewhere"] and not row["address"] else "",
        envelope,
        recipient,
    )


async def _content(link: Link, of: str | None, frozen: dict[str, bytes]) -> bytes:
    """Return the canonical JSON of a questionnaire; nothing without one.

    Some ten kilobytes, the same for everybody: it is read once for all mails of a run.
    """
    if of is None:
        return b""
    if of not in frozen:
        frozen[of] = await link.fetchval(
            "SELECT content FROM asking.questionnaire WHERE hash = $1", of
        )
    return frozen[of]


def _is_needless(row: Row) -> bool:
    # address and number of who left go to a colleague, or to a manager who reads what comes
    if row["state"] != "open" or row["withdrawn"] or row["has_left"]:
        return True
    if row["kind"] == "invitation":
        return False
    return bool(
        row["overtaken"] or row["opted_out"] or (row["marked"] and not row["remind_everybody"])
    )


async def _reminded_at(link: Link, row: Row) -> datetime | None:
    """Return when the last reminder before this one went, and wait for one that is on its way."""
    if row["kind"] == "invitation":
        return None
    found: datetime | None = await link.fetchval(_EARLIER, row["id"])
    return found


def _too_soon(reminded_at: datetime | None, now: datetime) -> datetime | None:
    if reminded_at is None or now >= reminded_at + SOONEST:
        return None
    return reminded_at + SOONEST


def other_channel(channel: str) -> str:
    """Return the other of the two ways that messages are sent by."""
    return "email" if channel == "sms" else "sms"


async def send_otherwise(link: Link, claim: Claim) -> None:
    """Let a message go by the other way, which alone reaches its person by now.

    One row is one message: it is sent by the one or by the other. A reminder leaves the
    invitation as it was, since its channel would tell afterwards who had not answered.
    """
    await link.execute(
        "UPDATE asking.outbox SET channel = $2, problem = '' WHERE id = $1",
        claim.id,
        claim.other_way,
    )
    if claim.recipient.kind == "invitation":
        await link.execute(
            "UPDATE asking.invitation SET channel = $2"
            " WHERE id = (SELECT invitation FROM asking.outbox WHERE id = $1)",
            claim.id,
            claim.other_way,
        )


async def wait_until(link: Link, claim: Claim, due_at: datetime) -> None:
    """Let a message wait without having been tried."""
    await link.execute("UPDATE asking.outbox SET due_at = $2 WHERE id = $1", claim.id, due_at)


async def note(
    link: Link,
    claim: Claim,
    state: str,
    *,
    problem: str = "",
    sent_at: datetime | None = None,
) -> None:
    """Write what became of a message for good: sent, failed or cancelled."""
    await link.execute(
        "UPDATE asking.outbox SET state = $2, problem = $3, sent_at = $4, attempts = $5"
        " WHERE id = $1",
        claim.id,
        state,
        problem,
        sent_at,
        claim.attempts + (state in {"sent", "failed"}),
    )


async def try_later(
    link: Link,
    claim: Claim,
    problem: str,
    *,
    now: datetime,
    waits: Sequence[int] = BACKOFF,
) -> None:
    """Put a message off; after the last wait it has failed."""
    if claim.attempts >= len(waits):
        await note(link, claim, "failed", problem=problem)
        return
    await link.execute(
        "UPDATE asking.outbox SET state = 'due', attempts = $4, problem = $2, due_at = $3"
        " WHERE id = $1",
        claim.id,
        problem,
        now + timedelta(minutes=waits[claim.attempts]),
        claim.attempts + 1,
    )


async def put_off_lost(
    link: Link, claim: Claim, lost: MailLost | SmsLost, channel: str, *, now: datetime
) -> None:
    """Put off a message over which the server went away, behind those of others.

    It counts as tried where the server may have taken it, or takes those of others: it fails after
    the last wait. Where the server refuses everybody, all wait until that is mended.
    """
    if not lost.refused or await link.fetchval(_OTHERS_GO, channel, now - _LATELY):
        await try_later(link, claim, lost.code, now=now, waits=_waits(claim, lost))
    else:
        due_at = now + timedelta(minutes=BACKOFF[0])
        await wait_until(link, claim, due_at)


def _waits(claim: Claim, lost: MailLost | SmsLost) -> Sequence[int]:
    if not (isinstance(lost, MailLost) and lost.handed_over):
        return BACKOFF
    if claim.problem == lost.code:
        return BACKOFF_HANDED_OVER
    # what was tried before gave nobody a copy: it is tried once more at least
    last = BACKOFF_HANDED_OVER[-1:]
    return BACKOFF_HANDED_OVER + last * (len(BACKOFF) - len(BACKOFF_HANDED_OVER))


async def hold_lost(link: Link, claim: Claim) -> bool:
    """Hold a message that was noted as lost in case, until what became of it is committed.

    False where it does not go: somebody has meanwhile had it sent again, or its link replaced, or
    the next reminder has come.
    """
    found = await link.fetchval(
        "SELECT id FROM asking.outbox WHERE id = $1 AND state = 'failed' AND retries = $2"
        " FOR UPDATE",
        claim.id,
        claim.retries,
    )
    if found is None:
        return False
    # only once it is held: whoever sends the next one held it until now
    if await link.fetchval(f"SELECT {_OVERTAKEN} FROM asking.outbox o WHERE id = $1", claim.id):  # noqa: S608 - ours
        await note(link, claim, "cancelled")
        return False
    return True


async def let_wait(link: Link, claim: Claim) -> None:
    """Let a message wait as before: it was noted as lost in case, and has not gone."""
    await link.execute(
        "UPDATE asking.outbox SET state = 'due', attempts = $2, problem = ''"
        " WHERE id = $1 AND state = 'failed'",
        claim.id,
        claim.attempts,
    )
