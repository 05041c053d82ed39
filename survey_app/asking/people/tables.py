"""The register: units and the people in them."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    Bytea,
    Date,
    DoublePrecision,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.table import Table


class Unit(Table, tablename="unit", schema="asking"):
    """A node of the organisation; the tree is what is valid on a day."""

    id = UUID(primary_key=True)
    code = Varchar(length=60, unique=True)
    name = Varchar(length=200)
    kind = Varchar(length=40, help_text="agency, region, or a type of unit_types.toml")
    parent = Varchar(length=60, null=True, default=None, help_text="code of the parent unit")
    valid_from = Date()
    valid_to = Date(null=True, default=None, help_text="last day; empty while it exists")
    position = Integer(default=0, help_text="place in the organisation's own order")
    since = Date(
        null=True,
        default=None,
        help_text="first day of its present name, type and place; empty: valid_from",
    )


class FormerUnit(Table, tablename="former_unit", schema="asking"):
    """What a unit was called, what it was and where it stood, from one day to another."""

    id = UUID(primary_key=True)
    code = Varchar(length=60, index=True)
    name = Varchar(length=200)
    kind = Varchar(length=40)
    parent = Varchar(length=60, null=True, default=None)
    valid_from = Date()
    valid_to = Date(help_text="last day")


class UnitLink(Table, tablename="unit_link", schema="asking"):
    """The crosswalk: where a unit of before goes on, and as what; written by imports."""

    id = UUID(primary_key=True)
    origin = Varchar(length=60, help_text="code of the unit of before")
    target = Varchar(length=60, default="", help_text="code of the unit now; empty where closed")
    kind = Varchar(length=10, help_text="renamed, moved, split, merged, closed")
    share = DoublePrecision(null=True, default=None, help_text="0-1 of the origin's people")
    name = Varchar(length=200, help_text="what the origin was called, or stood under, before")
    day = Date(help_text="first day of what is now")
    recorded_at = Timestamptz(help_text="waves that opened earlier know nothing of it")
    decided_by = Varchar(length=254)


class Person(Table, tablename="person", schema="asking"):
    """Somebody in the staff register, as the HR extract told."""

    id = UUID(primary_key=True)
    number = Varchar(length=60, unique=True, help_text="the HR system's own key")
    email = Varchar(length=254)
    undelivered = Varchar(
        length=20, default="", help_text="why mail to this address came back for good; empty: not"
    )
    mobile = Varchar(
        length=16, default="", help_text="E.164, of those without an own e-mail address alone"
    )
    language = Varchar(length=3, default="nb")
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    panel = Varchar(length=1, help_text="A, B or C: a rotation of invitations, not a file")
    quarter = SmallInt(help_text="0 to 3, of the panel: the two make other panels, too")
    active = Boolean(default=True)
    left_on = Date(null=True, default=None, help_text="day on which the register ended them")


class RegisterUpload(Table, tablename="register_upload", schema="asking"):
    """A file that somebody uploaded: kept for a day, its content until it is carried out."""

    id = UUID(primary_key=True)
    uploaded_at = Timestamptz()
    account = UUID(help_text="whose it is: nobody else sees or confirms it")
    actor = Varchar(length=254, help_text="who stands in the audit log")
    file_name = Varchar(length=200)
    content = Bytea(help_text="the file, deflated; empty once it is carried out")
    fields = JSONB(default="{}", help_text="meanings of columns, and places of new units")
    # what was looked over: the worker carries out that, or nothing
    seen = Varchar(length=64)
    state = Varchar(length=10, default="waiting", help_text="waiting, confirmed, done, changed")
    confirmed_at = Timestamptz(null=True, default=None)
    counts = JSONB(default="{}")


class UnitLinkAct(Table, tablename="unit_link_act", schema="asking"):
    """What somebody decided anew of a unit on a page; the worker reads it as the command's file."""

    id = UUID(primary_key=True)
    origin = Varchar(length=60, help_text="code of the unit of before")
    asked_at = Timestamptz()
    asked_by = UUID(help_text="account")
    actor = Varchar(length=254, help_text="who stands in the audit log, and as who decided")
    content = Text(help_text="CSV as of the command; empty once it is carried out")
    state = Varchar(length=10, default="asked", help_text="asked, done, refused")
    outcome = JSONB(default="[]", help_text="mistakes by name, each with what fills its sentence")
