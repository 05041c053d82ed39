"""Subscriptions and their letters; no figure, no respondent and no answer is anywhere near."""

from __future__ import annotations

from piccolo.columns import UUID, ForeignKey, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Subscription(Table, tablename="subscription", schema="subscriptions"):
    """Somebody who wants to be told when there are new figures of a place."""

    id = UUID(primary_key=True)
    account = UUID(index=True, help_text="who is told; no key into another schema")
    population = Varchar(length=20, help_text="whose answers: staff, public")
    place = Varchar(length=60, help_text="code of a unit or region; empty: the whole")
    language = Varchar(length=3)
    attachment = Varchar(length=4, default="", help_text="pdf, pptx, or nothing")
    created_at = Timestamptz()

    one_each = Unique([account, population, place])
    known_population = Check("population IN ('staff', 'public')")
    known_attachment = Check("attachment IN ('', 'pdf', 'pptx')")


class Letter(Table, tablename="letter", schema="subscriptions"):
    """One mail about one publication to one subscriber; gone with the subscription."""

    id = UUID(primary_key=True)
    subscription = ForeignKey(Subscription, null=False, on_delete=OnDelete.cascade)
    publication = UUID(help_text="no key into another schema")
    state = Varchar(length=10, default="due", help_text="due, sent, failed, cancelled")
    due_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    attempts = SmallInt(default=0)
    problem = Varchar(length=200, default="", help_text="the server's code, never an address")

    one_letter = Unique([subscription, publication])
