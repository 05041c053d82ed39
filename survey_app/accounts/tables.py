"""Accounts of those who read results; respondents have none."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Date, Timestamptz, Varchar
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


class ApiToken(Table, tablename="api_token", schema="accounts"):
    """Access for a program: read-only, for what its scopes name, until it expires or is revoked."""

    id = UUID(primary_key=True)
    name = Varchar(length=80, help_text="what it is for, in the words of who made it")
    digest = Varchar(length=64, unique=True, help_text="SHA-256; the token itself is told once")
    scopes = Varchar(length=200, help_text="with commas between")
    expires_on = Date()
    revoked = Boolean(default=False)
    created_at = Timestamptz()
