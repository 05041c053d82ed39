"""What was done by whom, for those who must be able to check; never an answer, token or address."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Timestamptz, Varchar
from piccolo.table import Table


class AuditEvent(Table, tablename="event", schema="audit"):
    """One act: opening, closing, publishing, importing, signing in, destroying a key."""

    id = UUID(primary_key=True)
    at = Timestamptz()
    actor = Varchar(length=254, help_text="account e-mail, or 'system'")
    action = Varchar(length=60)
    subject = Varchar(length=120, default="")
    facts = JSONB(default="{}")
