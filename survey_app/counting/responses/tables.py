"""Opened answers: wave and domain codes only. No path to a person, and no time.

Primary keys are random and given when the urn is emptied (``anonymity-design.md`` 4.2).
"""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Array, Bytea, SmallInt, Varchar
from piccolo.columns.defaults.uuid import UUID4
from piccolo.table import Table


class Response(Table, tablename="response", schema="counting"):
    """One answer sheet, in the order of the frozen questionnaire's columns."""

    id = UUID(primary_key=True, default=UUID4())
    wave = UUID(default=None, null=False)
    domain = Varchar(length=60, help_text="reporting unit, generalised to k; or empty")
    answers = Array(base_column=SmallInt(), help_text="codes of questionnaires.model")


class WaveRecord(Table, tablename="wave_record", schema="counting"):
    """What an emptied urn held: invited, accepted and refused per key group, and a hash."""

    wave = UUID(primary_key=True, default=None, null=False)
    content = JSONB()
    response_set_hash = Varchar(length=80)


class WaveTable(Table, tablename="wave_table", schema="counting"):
    """The exact estimates of a wave, before disclosure control: for the worker's eyes only."""

    wave = UUID(primary_key=True, default=None, null=False)
    content = Bytea()
