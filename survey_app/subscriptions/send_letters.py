"""Send a letter to each subscriber when figures are out: one row, one mail, one commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Final
from uuid import UUID

from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.one_by_one import Became, became, is_last, send_one_by_one
from survey_app.shared.database import Login, Row, fetch

# a publication that came out while the worker stood still is told of this long
STILL_NEWS: Final = timedelta(days=14)

_QUEUE = """
INSERT INTO subscriptions.letter (id, subscription, publication, state, due_at, attempts, problem)
SELECT gen_random_uuid(), s.id, p.id, 'due', $1, 0, ''
FROM subscriptions.subscription s
JOIN publications.publication p ON p.population = s.population
WHERE p.released_at <= $1 AND p.released_at > greatest(s.created_at, $1 - $2::interval)
  AND NOT EXISTS (SELECT FROM publications.publication n
                  WHERE n.wave = p.wave AND n.version > p.version AND n.released_at <= $1)
  -- of figures that were taken back before their day nobody was told
  AND (p.manifest->'retracted' IS NULL OR EXISTS (SELECT FROM publications.publication f
       WHERE f.wave = p.wave AND f.version < p.version AND f.released_at <= p.released_at))
ON CONFLICT (subscription, publication) DO NOTHING
RETURNING id
"""
# the campaign lends its sender: figures come from whoever asked
_CLAIM = """
SELECT l.id, l.publication, l.attempts, l.problem, s.id AS subscription, s.population, s.place,
       s.language, s.attachment, r.id AS account, r.email, r.role, r.unit, c.sender,
       EXISTS (SELECT FROM publications.publication n WHERE n.wave = p.wave
               AND n.version > p.version AND n.released_at <= $1) AS corrected
FROM subscriptions.letter l
JOIN subscriptions.subscription s ON s.id = l.subscription
JOIN publications.publication p ON p.id = l.publication
LEFT JOIN subscriptions.reader r ON r.id = s.account
LEFT JOIN asking.campaign c ON c.key = p.campaign
WHERE l.state = 'due' AND l.due_at <= $1
ORDER BY l.due_at, l.publication, s.place LIMIT 1
FOR UPDATE OF l SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that is to be written: about what, to whom, and as what they sign in."""

    letter: UUID
    subscription: UUID
    publication: UUID
    account: UUID
    population: str
    place: str
    language: str
    attachment: str
    email: str
    role: str
    unit: str
    sender: str


class NothingToTellError(Exception):
    """The reader may not see the place any more, or the publication has no figures to tell of."""


_IDS: Final = ("subscription", "publication", "account")
_FACTS: Final = (
    "population", "place", "language", "attachment", "email", "role", "unit", "sender",
)  # fmt: skip

type Write = Callable[[Due, datetime], Awaitable[EmailMessage]]


async def queue_letters(*, now: datetime) -> int:
    """Write down every letter whose publication is out; running twice changes nothing.

    Of a corrected publication the newest version alone is told of, and of nothing that was out
    before somebody subscribed.

    Returns
    -------
    int
        How many are new.
    """
    return len(await fetch(Login.WORKER, _QUEUE, now, STILL_NEWS))


async def some_due(*, now: datetime) -> bool:
    """Tell whether any letter waits to be sent."""
    rows = await fetch(
        Login.WORKER,
        "SELECT EXISTS (SELECT FROM subscriptions.letter WHERE state = 'due' AND due_at <= $1)"
        " AS some",
        now,
    )
    return bool(rows[0]["some"])


async def send_letters(url: str, write: Write, *, clock: Callable[[], datetime]) -> int:
    """Send every letter that is due, as `send_one_by_one` does.

    Parameters
    ----------
    url : str
        The mail server's.
    write : callable
        Writes a mail; raises `NothingToTellError` where there is none to write.
    clock : callable
        Tells the time.

    Returns
    -------
    int
        How many were sent.

    Raises
    ------
    MailServerDown
        If the server takes no mail; what is not sent stays due.
    """
    async with MailServer(url) as server:

        async def look_at(row: Row, now: datetime) -> Became:
            return await _look_at(row, server, write, now)

        return await send_one_by_one("subscriptions.letter", _CLAIM, look_at, clock=clock)


async def _look_at(
    row: Row,
    server: MailServer,
    write: Write,
    now: datetime,
) -> Became:
    if row["email"] is None:
        return Became("cancelled", "no active account")
    if row["corrected"]:
        # it waited while figures were put right: the letter about those tells
        return Became("cancelled", "corrected since")
    if not row["sender"]:
        return Became("failed", "no sender")
    facts = {name: row[name] for name in _FACTS}
    facts |= {name: UUID(str(row[name])) for name in _IDS}
    facts["letter"] = UUID(str(row["id"]))
    due = Due(**facts)
    try:
        mail = await write(due, now)
    except NothingToTellError:
        return Became("cancelled", "nothing to tell")
    except Exception as error:  # noqa: BLE001 - one letter must not stop the others
        # its kind alone: a message may quote a figure or an address
        return Became(
            "failed" if is_last(row["attempts"]) else "due", f"not written: {type(error).__name__}"
        )
    verdict, code = await server.send(mail)
    return became(verdict, code, attempts=row["attempts"])
