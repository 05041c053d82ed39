"""The outbox: what is to be sent, and what was."""

from __future__ import annotations

from piccolo.columns import UUID, ForeignKey, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from survey_app.asking.campaigns.tables import Wave
from survey_app.asking.invitations.tables import Invitation


class OutboxMessage(Table, tablename="outbox", schema="asking"):
    """One message to one invitation; written with the invitation, sent by a worker."""

    id = UUID(primary_key=True)
    invitation = ForeignKey(Invitation, null=False, on_delete=OnDelete.cascade)
    kind = Varchar(length=20, help_text="invitation, reminder-1, reminder-2, reminder-3")
    channel = Varchar(length=10, default="email", help_text="email or sms, as the invitation")
    state = Varchar(length=10, default="due", help_text="due, sent, failed, cancelled")
    due_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    attempts = SmallInt(default=0)
    problem = Varchar(length=200, default="", help_text="the server's code, never an address")
    retries = SmallInt(default=0, help_text="how often somebody asked for it to be sent again")
    retried_at = Timestamptz(null=True, default=None, help_text="when, the last time")

    once = Unique([invitation, kind])


class TrialMail(Table, tablename="trial_mail", schema="asking"):
    """A mail or text of a wave, for whoever asked to see it; no link in it opens anything."""

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    account = UUID(help_text="who asked; the address is the account's own")
    kind = Varchar(length=20, help_text="invitation, reminder, sms-invitation, sms-reminder")
    mobile = Varchar(length=16, default="", help_text="of a text message, until it has gone")
    language = Varchar(length=20)
    asked_at = Timestamptz()
    state = Varchar(length=10, default="due", help_text="due, sent, failed")
    due_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    attempts = SmallInt(default=0)
    problem = Varchar(length=200, default="", help_text="the server's code, never an address")


class ToldReturned(Table, tablename="told_returned", schema="asking"):
    """A mail that came back, as a program told: until the worker has noted it, within a minute."""

    id = UUID(primary_key=True)
    outbox = UUID(help_text="which mail; it may be gone")
    status = Varchar(length=11, help_text="the server's code")
    address = Varchar(length=254, help_text="as the server named it; empty where it did not")
    at = Timestamptz(null=True, default=None, help_text="by the server's clock")
    told_at = Timestamptz()
