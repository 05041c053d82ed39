"""An alarm: one thing that somebody has to do something about, with what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class AlarmKind(StrEnum):
    """What can be wrong while an installation runs."""

    WORKER = "worker"
    QUEUE = "queue"
    MAIL_SERVER = "mail server"
    MAIL_WAITS = "mail waits"
    BOUNCES = "bounces"
    RETURNS = "returned mail"
    KEY_MISSING = "key missing"
    KEY_WRONG = "key wrong"
    KEY_EXCHANGED = "key exchanged"
    LATE = "late"
    CLOCK = "clock"
    DISK = "disk"
    MAIL_CERTIFICATE = "mail certificate"
    PAGE_CERTIFICATE = "page certificate"
    ARRIVALS = "arrivals"
    BACKUP = "backup"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class RaisedAlarm:
    """One thing that is wrong.

    Attributes
    ----------
    kind : AlarmKind
    subject : str
        Which wave, host or address; with ``kind`` it tells one alarm from another.
    sentence : str
        For ``doctor`` and the log: what is wrong, and what to do.
    facts : mapping of str to str
        What the words of pages and mails are filled in with.
    """

    kind: AlarmKind
    subject: str
    sentence: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptAlarm:
    """One as it is kept; ``ended_at`` is empty as long as it lasts."""

    id: UUID
    kind: AlarmKind
    subject: str
    facts: Mapping[str, str]
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    told_at: datetime | None
    over_told_at: datetime | None
