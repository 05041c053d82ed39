"""Accounts of those who read results; respondents have none."""

from __future__ import annotations

from piccolo.columns import (
    UUID,
    BigInt,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from survey_app.accounts.roles import LONGEST_SCOPE


class Account(Table, tablename="account", schema="accounts"):
    """Somebody who may sign in, with a role and, for some roles, a unit."""

    id = UUID(primary_key=True)
    email = Varchar(length=254, unique=True)
    password = Varchar(length=200, secret=True, help_text="argon2id")
    role = Varchar(length=20)
    unit = Varchar(
        length=LONGEST_SCOPE, default="", help_text="scope of leaders and representatives"
    )
    language = Varchar(length=3, default="nb")
    active = Boolean(default=True)
    closed_on = Date(null=True, default=None)
    created_at = Timestamptz()
    last_seen_on = Date(null=True, default=None, help_text="of the last signing in: a day, no time")
    given_by = UUID(null=True, default=None, help_text="account that gave it its role on a page")
    given_at = Timestamptz(null=True, default=None)


class AccountInvitation(Table, tablename="invitation", schema="accounts"):
    """A mail with a link to choose a password: for a new account, or for one whose is forgotten.

    The link's token is derived from the id (``invitation_link.py``), so that no dump holds one.
    """

    id = UUID(primary_key=True)
    purpose = Varchar(length=8, help_text="invite, reset")
    email = Varchar(length=254)
    role = Varchar(length=20, help_text="of the account to be; of a reset, the one it has")
    unit = Varchar(length=LONGEST_SCOPE, default="")
    language = Varchar(length=8)
    actor = Varchar(length=254, default="", help_text="who invites; empty where somebody forgot")
    invited_by = UUID(null=True, default=None, help_text="account of who invites")
    created_at = Timestamptz()
    ends_at = Timestamptz(help_text="the link is worth nothing afterwards")
    used_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    # of its mail
    state = Varchar(length=10, default="due", help_text="due, sent, failed, cancelled")
    due_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    attempts = SmallInt(default=0)
    problem = Varchar(length=200, default="", help_text="the server's code, never an address")

    known_purpose = Check("purpose IN ('invite', 'reset')")


class AccountIdentity(Table, tablename="identity", schema="accounts"):
    """Who an account's owner is at a provider of single sign-on, for as long as they are there."""

    id = UUID(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade)
    issuer = Varchar(length=300)
    subject = Varchar(length=300, help_text="never an address: that may be another's one day")
    linked_at = Timestamptz()

    one_account = Unique(["issuer", "subject"])


class SecondStep(Table, tablename="second_step", schema="accounts"):
    """What an account's owner has in an app, which shows codes to sign in with (TOTP)."""

    id = UUID(primary_key=True)
    account = ForeignKey(Account, null=False, unique=True, on_delete=OnDelete.cascade)
    sealed = Bytea(help_text="the secret, sealed under the installation's: no dump makes codes")
    last_step = BigInt(default=0, help_text="of the code taken last; no code is taken twice")
    since = Date()


class RecoveryCode(Table, tablename="recovery_code", schema="accounts"):
    """A code on paper, for when the app is lost; its row goes as it is used."""

    id = UUID(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade)
    digest = Varchar(length=64, help_text="HMAC under a key that is not in the database")


class Passkey(Table, tablename="passkey", schema="accounts"):
    """A key on somebody's device that signs them in (WebAuthn): its public half."""

    id = UUID(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade)
    credential = Bytea(unique=True, help_text="what the device calls it")
    public_key = Bytea(help_text="COSE")
    sign_count = BigInt(default=0, help_text="goes up with each use, or stays 0")
    name = Varchar(length=60, help_text="in the words of its owner")
    added_on = Date()
    last_used_on = Date(null=True, default=None)


class AccountNotice(Table, tablename="notice", schema="accounts"):
    """A mail that tells an account's owner what happened to their way of signing in."""

    id = UUID(primary_key=True)
    email = Varchar(length=254)
    language = Varchar(length=8)
    what = Varchar(length=20, help_text="on, off, taken, codes, recovery, guessed, …")
    created_at = Timestamptz()
    # of its mail
    state = Varchar(length=10, default="due", help_text="due, sent, failed")
    due_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    attempts = SmallInt(default=0)
    problem = Varchar(length=200, default="", help_text="the server's code, never an address")


class ApiToken(Table, tablename="api_token", schema="accounts"):
    """Access for a program: read-only, for what its scopes name, until it expires or is revoked."""

    id = UUID(primary_key=True)
    name = Varchar(length=80, help_text="what it is for, in the words of who made it")
    digest = Varchar(length=64, unique=True, help_text="SHA-256; the token itself is told once")
    scopes = Varchar(length=200, help_text="with commas between")
    expires_on = Date()
    revoked = Boolean(default=False)
    created_at = Timestamptz()
