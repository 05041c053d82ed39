"""The shelf: what was published, once and for all."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    UUID,
    Bytea,
    DoublePrecision,
    ForeignKey,
    Integer,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class Publication(Table, tablename="publication", schema="publications"):
    """A wave's protected tables, immutable; ``content`` is canonical JSON and hashed."""

    id = UUID(primary_key=True)
    campaign = Varchar(length=60, index=True, help_text="campaign key")
    wave = UUID()
    wave_key = Varchar(length=60)
    sequence = Integer()
    kind = Varchar(length=20)
    population = Varchar(length=20)
    version = SmallInt(default=1, help_text="above 1: corrected ('rettet')")
    computed_at = Timestamptz()
    released_at = Timestamptz()
    open_results = SmallInt(default=0, help_text="1: agency level for everybody; 2: all of it")
    head = JSONB(help_text="labels, rates and domains: what lists need, taken from the content")
    content = Bytea()
    content_hash = Varchar(length=80)
    manifest = JSONB()


class WaveRecord(Table, tablename="wave_record", schema="publications"):
    """What a wave's urn held, for everybody to check; immutable, one for each published wave."""

    wave = UUID(primary_key=True, default=None, null=False)
    wave_key = Varchar(length=60, unique=True)
    content = Bytea(help_text="canonical JSON, served as it is")
    content_hash = Varchar(length=80)
    key_list = Bytea(null=True, default=None, help_text="as served while the wave was open")


class Estimate(Table, tablename="estimate", schema="publications"):
    """One published cell, taken from the content, for trends across publications."""

    id = UUID(primary_key=True)
    publication = ForeignKey(Publication, null=False, on_delete=OnDelete.restrict)
    measure = Varchar(length=40)
    statistic = Varchar(length=20)
    category = Varchar(length=20, default="")
    level = Varchar(length=20)
    domain = Varchar(length=60, default="")
    n = Integer(null=True, default=None)
    mean = DoublePrecision(null=True, default=None)
    se = DoublePrecision(null=True, default=None)
    low = DoublePrecision(null=True, default=None)
    high = DoublePrecision(null=True, default=None)
    status = Varchar(length=24)


class Asked(Table, tablename="asked", schema="publications"):
    """The questionnaire behind publications that do not say what stood behind their measures.

    Filled once, when an installation of before publication format 5 is upgraded.
    """

    questionnaire = Varchar(length=80, primary_key=True, help_text="its hash")
    content = Bytea(help_text="canonical JSON, as the wave has it")


class ForeignAnswers(Table, tablename="foreign_answers", schema="publications"):
    """A place whose figures in a wave hold a few answers from elsewhere; from the first days.

    Filled once, when an installation of those days is upgraded: since record format 3 no answer is
    counted where it was not given.
    """

    id = UUID(primary_key=True)
    wave = UUID(default=None, null=False, index=True)
    level = Varchar(length=20)
    domain = Varchar(length=60)
