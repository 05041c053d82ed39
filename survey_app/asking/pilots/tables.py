"""A pilot of a version: its link, what its ballots are sealed to, and what it found."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Bytea, Date, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table


class Pilot(Table, tablename="pilot", schema="asking"):
    """Questions of a draft tried out behind one open link; its states are in ``pilots.py``.

    Nobody is invited, and it is no wave: no list, trend or publication knows of it. The row is
    deleted ``KEPT_DAYS`` after its last day.
    """

    id = UUID(primary_key=True)
    draft = UUID(help_text="the version whose questions they are")
    instrument = Varchar(length=60)
    version = SmallInt()
    form = Varchar(length=60)
    code = Varchar(length=40, unique=True, help_text="the end of its link")
    state = Varchar(length=20, default="asked", help_text="a PilotState of pilots.py")
    asked_by = UUID()
    actor = Varchar(length=200)
    asked_at = Timestamptz()
    closes_on = Date(help_text="the last day on which it can be answered")
    contact = Text(help_text="whom those who answer may ask")
    population = Varchar(length=20)
    questionnaire = Varchar(length=80, help_text="hash of content")
    content = Bytea(help_text="the questionnaire as the draft had it")
    minimum_group = SmallInt(null=True, default=None, help_text="k, frozen at opening")
    public_key = Bytea(null=True, default=None, help_text="seals ballots (HPKE, X25519)")
    ballot_size = Integer(null=True, default=None, help_text="bytes of every padded ballot")
    sealing_proof = Bytea(help_text="signature over what ballots are sealed to")
    figures = JSONB(default="{}", help_text="what was found, protected; empty until it is counted")
    remarks = JSONB(default="{}", help_text="by question, in the order of the alphabet")
