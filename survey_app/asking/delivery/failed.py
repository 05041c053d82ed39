"""Mails that did not arrive, by reason and unit: that somebody was not reached, never an answer.

Of invitations alone. Who was to be reminded had not answered, so nothing is told of reminders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from survey_app.asking.delivery.mail_server import SENDER, UNCONFIRMED
from survey_app.asking.delivery.sms_gateway import CODE, UNKNOWN
from survey_app.shared.database import Login, fetch


class Cause(StrEnum):
    """Why a mail did not arrive, as somebody who can mend it tells causes apart."""

    NO_ADDRESS = "no-address"
    UNKNOWN = "unknown-address"
    LETTERS = "letters"
    FULL = "full"
    NO_ANSWER = "no-answer"
    REFUSED = "refused"
    SENDER = "no-sender"
    SENDER_REFUSED = "sender-refused"
    NO_NUMBER = "no-number"
    NUMBER_REFUSED = "number-refused"
    NO_RECEIPT = "no-receipt"
    UNCONFIRMED = "unconfirmed"


# RFC 3463 and RFC 5321: what the codes of servers say; a code of one's own begins with its class
_BY_CODE: Final[Mapping[str, Cause]] = {
    "no address": Cause.NO_ADDRESS,
    "no sender": Cause.SENDER,
    "no number": Cause.NO_NUMBER,
    f"{CODE}{UNKNOWN}": Cause.NO_RECEIPT,
    UNCONFIRMED: Cause.UNCONFIRMED,
    "5.1.1": Cause.UNKNOWN, "5.1.2": Cause.UNKNOWN, "5.1.3": Cause.UNKNOWN, "5.1.6": Cause.UNKNOWN,
    "5.1.10": Cause.UNKNOWN, "5.2.1": Cause.UNKNOWN,
    "550": Cause.UNKNOWN, "551": Cause.UNKNOWN, "553": Cause.UNKNOWN,
    "5.6.7": Cause.LETTERS,
    "5.2.2": Cause.FULL, "4.2.2": Cause.FULL, "552": Cause.FULL, "452": Cause.FULL,
}  # fmt: skip
ORDER: Final = tuple(Cause)
MOST: Final = 200
"""Addresses that a page lists."""


def cause_of(problem: str) -> Cause:
    """Return the cause that a code of a server stands for.

    Examples
    --------
    >>> cause_of("550").value, cause_of("5.2.2").value, cause_of("451").value, cause_of("554").value
    ('unknown-address', 'full', 'no-answer', 'refused')
    >>> cause_of("sms 422").value, cause_of("sms unknown").value
    ('number-refused', 'no-receipt')
    """
    if problem in _BY_CODE:
        return _BY_CODE[problem]
    if problem.startswith(CODE):
        return Cause.NUMBER_REFUSED
    if problem.startswith(SENDER):
        return Cause.SENDER_REFUSED
    return Cause.NO_ANSWER if problem.startswith("4") else Cause.REFUSED


@dataclass(frozen=True, slots=True)
class FailedMail:
    """One invitation that did not arrive: what is needed to mend its address, and no more."""

    cause: Cause
    address: str
    domain: str
    by_sms: bool
    came_back: bool
    """Whether mail to this very address came back for good."""
    attempts: int
    retries: int
    retried_at: datetime | None


@dataclass(frozen=True, slots=True)
class FailedGroup:
    """Invitations that did not arrive for one cause."""

    cause: Cause
    mails: tuple[FailedMail, ...]

    @property
    def by_sms(self) -> bool:
        """Whether all of them were to go as text messages."""
        return all(one.by_sms for one in self.mails)

    @property
    def retried_at(self) -> datetime | None:
        """When one of them was sent again last."""
        return max((one.retried_at for one in self.mails if one.retried_at), default=None)


@dataclass(frozen=True, slots=True)
class TriedAgain:
    """Invitations that a server put off and that are tried again by themselves, and when next."""

    number: int
    next_at: datetime | None


async def failed_mails(login: Login, wave: UUID) -> list[FailedGroup]:
    """Return the invitations of a wave that failed for good, by cause."""
    rows = await fetch(
        login,
        "SELECT o.problem, o.attempts, o.retries, o.retried_at,"
        " coalesce(p.undelivered, '') <> '' AS came_back,"
        " CASE o.channel WHEN 'sms' THEN coalesce(p.mobile, '')"
        " ELSE coalesce(p.email, i.email, '') END AS address, o.channel,"
        " coalesce(d.name, '') AS domain"
        " FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation"
        " LEFT JOIN asking.person p ON p.id = i.person"
        " LEFT JOIN asking.wave_domain d ON d.wave = i.wave AND d.code = i.domain"
        " WHERE i.wave = $1 AND o.kind = 'invitation' AND o.state = 'failed'"
        " ORDER BY d.position, address",
        wave,
    )
    mails = [
        FailedMail(
            cause_of(row["problem"]),
            row["address"],
            row["domain"],
            row["channel"] == "sms",
            row["came_back"] and row["channel"] != "sms",
            row["attempts"],
            row["retries"],
            row["retried_at"],
        )
        for row in rows
    ]
    groups = [
        FailedGroup(cause, tuple(one for one in mails if one.cause is cause)) for cause in ORDER
    ]
    return [group for group in groups if group.mails]


async def tried_again(login: Login, wave: UUID, *, now: datetime) -> TriedAgain:
    """Return how many invitations are tried again later than now, and when the next one is."""
    (row,) = await fetch(
        login,
        "SELECT count(*) AS number, min(o.due_at) AS next_at FROM asking.outbox o"
        " JOIN asking.invitation i ON i.id = o.invitation"
        " WHERE i.wave = $1 AND o.kind = 'invitation' AND o.state = 'due' AND o.attempts > 0"
        " AND o.due_at > $2",
        wave,
        now,
    )
    return TriedAgain(**row)


async def failed_by_domain(login: Login, wave: UUID) -> dict[str, int]:
    """Count the people of each domain whose invitation did not arrive."""
    rows = await fetch(
        login,
        "SELECT i.domain, count(*) AS n FROM asking.outbox o"
        " JOIN asking.invitation i ON i.id = o.invitation"
        " WHERE i.wave = $1 AND o.kind = 'invitation' AND o.state = 'failed' GROUP BY i.domain",
        wave,
    )
    return {row["domain"]: row["n"] for row in rows}


def causes_in(names: Sequence[str]) -> list[Cause]:
    """Read causes from a form; what is none of them is left out."""
    return [cause for cause in ORDER if cause.value in names]
