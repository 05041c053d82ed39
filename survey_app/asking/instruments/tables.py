"""Versions of instruments that are written on pages, and what is said of them before release."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    UUID,
    ForeignKey,
    Integer,
    OnDelete,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Unique
from piccolo.table import Table


class InstrumentVersion(Table, tablename="instrument_version", schema="asking"):
    """A version of an instrument as the text of its files; its states are in ``versions.py``.

    What is released never changes again: a trigger of the schema sees to it.
    """

    id = UUID(primary_key=True)
    instrument = Varchar(length=60)
    version = SmallInt()
    state = Varchar(length=20, help_text="draft, review, released")
    files = JSONB(help_text="text by name of file")
    saved = Integer(default=1, help_text="rises with each change: two who write see one another")
    changed_at = Timestamptz()
    changed_by = UUID(help_text="account: whoever last changed it cannot release it")
    changed_actor = Varchar(length=200)
    sent_at = Timestamptz(null=True, default=None)
    reason = Text(default="", help_text="why it was sent back")
    released_at = Timestamptz(null=True, default=None)
    released_by = UUID(null=True, default=None)
    released_actor = Varchar(length=200, default="")
    hash = Varchar(length=80, default="", help_text="of its content, as it was released")
    one_of_each_number = Unique([instrument, version])


class VersionComment(Table, tablename="version_comment", schema="asking"):
    """What somebody says of a question while its version is written or read, and the answer.

    It goes with the draft where that is deleted, and when the version is released.
    """

    id = UUID(primary_key=True)
    version = ForeignKey(InstrumentVersion, null=False, on_delete=OnDelete.cascade)
    item = Varchar(length=60)
    said = Text()
    said_at = Timestamptz()
    actor = Varchar(length=200)
    answer = Text(default="", help_text="empty: not answered yet")
    answered_at = Timestamptz(null=True, default=None)
    answered_actor = Varchar(length=200, default="")
