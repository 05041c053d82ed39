"""Events on the time axis; no respondent, no answer and no name is anywhere near."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Boolean, Date, Integer, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table


class Event(Table, tablename="event", schema="events"):
    """Something that happened on a day, in a place.

    A row is never deleted: what was taken away, or had another day before, still counts among what
    was tried on the figures.
    """

    id = UUID(primary_key=True)
    side = Varchar(length=10, help_text="staff, public")
    day = Date()
    kind = Varchar(length=12)
    shape = Varchar(length=8, help_text="step, decay")
    place = Varchar(length=60, index=True, help_text="code of a unit or region; empty: the agency")
    text = JSONB(default="{}", help_text="words by language")
    # written for the version before, which reads them: to be taken away in the next one
    text_nb = Varchar(length=120, default="")
    text_nn = Varchar(length=120, default="")
    text_en = Varchar(length=120, default="")
    open = Boolean(default=False, help_text="whether everybody sees it, without signing in")
    role = Varchar(length=20, help_text="the role of who wrote it; the account is in the log")
    version = Integer(default=1, help_text="counts changes, so that nobody overwrites another's")
    created_at = Timestamptz()
    changed_at = Timestamptz()
    removed_at = Timestamptz(null=True, default=None)

    in_words = Check("text <> '{}' OR text_nb <> '' OR text_nn <> '' OR text_en <> ''")
    known_side = Check("side IN ('staff', 'public')")
    known_shape = Check("shape IN ('step', 'decay')")
