"""Actions and the reminders of their dates; no respondent and no answer is anywhere near."""

from __future__ import annotations

from piccolo.columns import (
    UUID,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Action(Table, tablename="action", schema="actions"):
    """Something that a leader does about a finding. It is never deleted: it is dropped, and why."""

    id = UUID(primary_key=True)
    unit = Varchar(length=60, index=True, help_text="code of a unit or region; empty: the agency")
    said = Text(help_text="the finding, as staff would say it")
    what = Text(help_text="what is done about it")
    who = Varchar(length=160, help_text="a role or function, never a name")
    starts_on = Date()
    due_on = Date()
    ended_on = Date(null=True, default=None, help_text="when it was done or dropped")
    state = Varchar(length=10, default="planned")
    reason = Text(default="", help_text="why it was dropped")
    outcome = Text(default="", help_text="what happened, in the leader's words, for staff")
    statement = Varchar(length=80, default="", help_text="id of the strategy's statement")
    measure = Varchar(length=60, default="", help_text="the index or item that should move")
    wave = Varchar(length=60, default="", help_text="key of the wave that the finding is from")
    visible = Boolean(default=False, help_text="whether staff may read it without signing in")
    discussed_on = Date(null=True, default=None, help_text="set by a representative alone")
    owner = UUID(help_text="the account that is reminded; no key into another schema")
    version = Integer(default=1, help_text="counts changes, so that nobody overwrites another's")
    created_at = Timestamptz()
    changed_at = Timestamptz()

    due_after_start = Check("due_on >= starts_on")
    ended_if_closed = Check("(ended_on IS NOT NULL) = (state IN ('done', 'dropped'))")
    dropped_with_reason = Check("state <> 'dropped' OR reason <> ''")


class Reminder(Table, tablename="reminder", schema="actions"):
    """One mail to the owner of an action, before its due date or on it."""

    id = UUID(primary_key=True)
    action = ForeignKey(Action, null=False, on_delete=OnDelete.cascade)
    kind = Varchar(length=10, help_text="before, due")
    day = Date(help_text="the due date that it is about: a new date is reminded of anew")
    state = Varchar(length=10, default="due", help_text="due, sent, failed, cancelled")
    due_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    attempts = SmallInt(default=0)
    problem = Varchar(length=200, default="", help_text="the server's code, never an address")

    once = Unique([action, kind, day])
