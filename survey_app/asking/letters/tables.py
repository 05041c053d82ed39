"""When letters were made, and what was asked for on pages. Nobody stands here, and no link."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Bytea, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from survey_app.asking.campaigns.tables import Wave


class LetterRun(Table, tablename="letter_run", schema="asking"):
    """One file of letters that was made for a wave."""

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    kind = Varchar(length=10, help_text="first or second; cards")
    made_at = Timestamptz()
    # empty where the file holds only those who have not answered: their number is nobody's
    letters = Integer(null=True, default=None)
    digital = Integer(null=True, default=None, help_text="handed over to mailboxes beside these")
    reason = Text(default="", help_text="why the same letters were made again")


class LetterRequest(Table, tablename="letter_request", schema="asking"):
    """Letters that somebody asked for on a page; gone after an hour.

    What names people is sealed: to the memory of one worker on its way there, and to the session
    of whoever asked on its way back.
    """

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    account = UUID(help_text="who asked, and alone gets the file")
    actor = Varchar(length=254, help_text="who stands in the audit log")
    asked_at = Timestamptz(help_text="or made at, from when it was made")
    counter = UUID(help_text="the worker that can open what is sealed")
    file_name = Varchar(length=200, help_text="of the letters")
    facts = JSONB(default="{}", help_text="how many letters by language, and what kind: no row")
    state = Varchar(
        length=10, default="waiting", help_text="waiting, confirmed, made, fetched, refused"
    )
    outcome = Varchar(length=20, default="", help_text="why it was refused, by name")
    content = Bytea(default=b"", help_text="sealed; empty once it is fetched or refused")
