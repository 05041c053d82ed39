"""When letters were made. Nobody stands here, and no link."""

from __future__ import annotations

from piccolo.columns import UUID, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from survey_app.asking.campaigns.tables import Wave


class LetterRun(Table, tablename="letter_run", schema="asking"):
    """One file of letters that was made for a wave."""

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    kind = Varchar(length=10, help_text="first or second")
    made_at = Timestamptz()
    # empty where the file holds only those who have not answered: their number is nobody's
    letters = Integer(null=True, default=None)
    reason = Text(default="", help_text="why the same letters were made again")
