"""Where earlier results are kept: each source whole, so that none is ever half there."""

from __future__ import annotations

from piccolo.columns import Bytea, Timestamptz, Varchar
from piccolo.table import Table


class EarlierSource(Table, tablename="source", schema="earlier"):
    """One source with its units, measures, declared changes and figures."""

    key = Varchar(length=60, primary_key=True)
    audience = Varchar(length=10, help_text="staff, public")
    content = Bytea(help_text="JSON of survey_app.earlier.model.Source")
    content_hash = Varchar(length=80)
    imported_at = Timestamptz()
