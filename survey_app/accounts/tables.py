"""Accounts of those who read results; respondents have none."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Timestamptz, Varchar
from piccolo.table import Table


class Account(Table, tablename="account", schema="accounts"):
    """Somebody who may sign in, with a role and, for some roles, a unit."""

    id = UUID(primary_key=True)
    email = Varchar(length=254, unique=True)
    password = Varchar(length=200, secret=True, help_text="argon2id")
    role = Varchar(length=20)
    unit = Varchar(length=60, default="", help_text="scope of leaders and representatives")
    language = Varchar(length=2, default="nb")
    active = Boolean(default=True)
    created_at = Timestamptz()
