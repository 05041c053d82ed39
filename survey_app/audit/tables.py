"""What was done by whom, for those who must be able to check; never an answer, token or address.

Rows are only ever added, and each carries the hash of the one before (``migrations/walls/log.sql``,
docs/adr/0110).
"""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Bytea, Date, Timestamptz, Varchar
from piccolo.table import Table


class AuditEvent(Table, tablename="event", schema="audit"):
    """One act: opening, closing, publishing, importing, signing in, destroying a key.

    ``number``, ``before`` and ``hash`` are the database's own, given as the transaction ends.
    """

    id = UUID(primary_key=True)
    at = Timestamptz()
    actor = Varchar(length=254, help_text="account e-mail, or 'system'")
    action = Varchar(length=60)
    subject = Varchar(length=120, default="")
    facts = JSONB(default="{}")
    number = BigInt(null=True, default=None, unique=True, help_text="from 1, without a gap")
    before = Bytea(null=True, default=None, help_text="hash of the row before")
    hash = Bytea(null=True, default=None, help_text="of this row and the one before")


class LogHead(Table, tablename="head", schema="audit"):
    """Where the log stood when a day began, and whether all of it fitted."""

    day = Date(primary_key=True, default=None)
    number = BigInt(default=0, help_text="the last row that fits; 0 of an empty log")
    hash = Bytea(default=b"")
    rows = BigInt(default=0, help_text="looked at")
    verified_at = Timestamptz()
    misfit = Varchar(length=20, default="", help_text="what does not fit after it; empty: nothing")


class DroppedPiece(Table, tablename="dropped", schema="audit"):
    """Rows that were dropped when their time was over: what they ended with stays."""

    number = BigInt(primary_key=True, default=0, help_text="the last of them")
    hash = Bytea(default=b"")
    until = Date(default=None, help_text="the day of the head that they ended with")
    rows = BigInt(default=0)
    dropped_at = Timestamptz()
