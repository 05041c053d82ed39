"""When letters were made, what was asked for on pages, and which went to mailboxes.

No name, no number and no link stands here.
"""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from survey_app.asking.campaigns.tables import Wave
from survey_app.asking.invitations.tables import Invitation


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
    unsure = Boolean(default=False, help_text="of those alone of whom Altinn left it unsure")


class MailboxLetter(Table, tablename="mailbox_letter", schema="asking"):
    """One letter handed over to a mailbox: by its invitation, as a mail in the outbox.

    Written before it is handed over, so that it is never handed over and unknown.
    """

    id = UUID(primary_key=True)
    invitation = ForeignKey(Invitation, null=False, on_delete=OnDelete.cascade)
    kind = Varchar(length=10, help_text="first or second")
    generation = SmallInt(default=0, help_text="of the link in it: another link is another letter")
    state = Varchar(length=10, default="handed", help_text="handed: unsure; delivered")

    one_letter = Unique([invitation, kind, generation])


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
