"""Comments, and who handles them. No key to a response, no unit, no language, no time of its own.

Texts lie in two tables, so that what may be done to each is a grant: only a function of the
database moves a comment from the first to the second (``migrations/walls/comments.sql``).
"""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Date, Integer, SmallInt, Text, Varchar
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Check
from piccolo.table import Table


class CommentWave(Table, tablename="wave", schema="comments"):
    """A wave that asked for comments: its promise about them, and counts."""

    wave = UUID(primary_key=True, default=None, null=False)
    key = Varchar(length=60)
    reason = JSONB(help_text="why a comment was asked for, by language")
    minimum = SmallInt(help_text="frozen at opening; fewer are neither kept nor shown")
    answered = Integer(help_text="responses of the wave")
    written = Integer(null=True, default=None, help_text="empty where too few wrote: none is kept")
    held = Integer(default=0, help_text="deleted before release")
    removed = Integer(default=0, help_text="deleted after release, by a reader")
    delete_on = Date()


class Quarantine(Table, tablename="quarantine", schema="comments"):
    """A comment that two people have not agreed on yet; masks are written over what they hide."""

    id = UUID(primary_key=True, default=UUID4())
    wave = UUID(default=None, null=False)
    text = Text()
    masked_by = UUID(null=True, default=None, help_text="account of who masked it, or saw to it")
    gone_by = UUID(null=True, default=None, help_text="held back by; the night deletes it")


class Released(Table, tablename="released", schema="comments"):
    """A comment that may be read, as it was released."""

    id = UUID(primary_key=True, default=UUID4())
    wave = UUID(default=None, null=False)
    text = Text()
    gone_by = UUID(null=True, default=None, help_text="removed by; the night deletes it")


class Keeper(Table, tablename="keeper", schema="comments"):
    """One of the two who may open the quarantine; there is no third number."""

    number = SmallInt(primary_key=True, default=None, null=False)
    account = UUID(unique=True, default=None, null=False)

    two = Check("number IN (1, 2)")


class CodeBook(Table, tablename="code_book", schema="comments"):
    """The themes and their words, one row for each version; the latest counts."""

    version = Integer(primary_key=True, default=None, null=False)
    content = JSONB()
