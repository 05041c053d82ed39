"""What is wrong, and who is told of it; nothing of an answer, and of people their address alone."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, SmallInt, Timestamptz, Varchar
from piccolo.table import Table


class Host(Table, tablename="host", schema="asking"):
    """A machine with a worker: when it was last heard of, and what it saw of itself."""

    name = Varchar(length=120, primary_key=True)
    seen_at = Timestamptz()
    facts = JSONB(default="{}", help_text="free disk, whose keys lie there, how its clock is off")


class AlarmRow(Table, tablename="alarm", schema="asking"):
    """One thing that was wrong, from when to when."""

    id = UUID(primary_key=True)
    kind = Varchar(length=30)
    subject = Varchar(length=200, default="", help_text="which wave, host or address")
    facts = JSONB(default="{}")
    began_at = Timestamptz()
    seen_at = Timestamptz(help_text="the last time")
    ended_at = Timestamptz(null=True, default=None)
    told_at = Timestamptz(null=True, default=None, help_text="when it first went into a mail")
    over_told_at = Timestamptz(null=True, default=None)


class AlarmReader(Table, tablename="alarm_reader", schema="asking"):
    """An administrator who wants these mails; the address is the account's own."""

    account = UUID(primary_key=True)
    language = Varchar(length=20)
    asked_at = Timestamptz()


class AlarmLetter(Table, tablename="alarm_letter", schema="asking"):
    """One mail to one of them; one that waits is replaced by a newer one."""

    id = UUID(primary_key=True)
    address = Varchar(length=254)
    language = Varchar(length=20)
    content = JSONB(default="{}", help_text="what is wrong, and what no longer is")
    made_at = Timestamptz()
    state = Varchar(length=10, default="due", help_text="due, sent, failed")
    due_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    attempts = SmallInt(default=0)
    problem = Varchar(length=200, default="", help_text="the server's code, never an address")
