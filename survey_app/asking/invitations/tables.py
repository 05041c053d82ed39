"""The right to answer once. Nothing here knows what was answered, nor when."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Bytea, ForeignKey, Integer, SmallInt, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from survey_app.asking.campaigns.tables import Wave
from survey_app.asking.people.tables import Person


class Invitation(Table, tablename="invitation", schema="asking"):
    """One person's right to answer one wave. The token is derived, never stored."""

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    person = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.set_null)
    pid = Bytea(unique=True, help_text="9 random bytes, the public half of the token")
    generation = SmallInt(default=0, help_text="raised to revoke a lost link")
    domain = Varchar(length=60, help_text="reporting unit, or county of the sample file")
    language = Varchar(length=3, default="nb")
    channel = Varchar(length=10, default="email", help_text="email, sms or letter")
    email = Varchar(
        length=254, null=True, default=None, help_text="of a list; staff have their own"
    )
    # joins the file of names and addresses, which is read at printing and never kept
    sample_row = Integer(null=True, default=None, help_text="line of the sample file or list")
    # no time beside the mark: it would tie the person to a ballot (anonymity-design.md 4.12)
    marked = Boolean(default=False)
    opted_out = Boolean(default=False)
    withdrawn = Boolean(default=False)


class TypedCode(Table, tablename="typed_code", schema="asking"):
    """Finds the invitation whose printed code somebody types; the code itself is nowhere."""

    id = UUID(primary_key=True)
    invitation = ForeignKey(Invitation, null=False, unique=True, on_delete=OnDelete.cascade)
    code_hash = Bytea(unique=True, help_text="HMAC under a key that is not in the database")


class PooledCard(Table, tablename="card", schema="asking"):
    """A card without a name: the right to answer once for a domain, drawn from a pile.

    Who holds it is nobody's to know. Neither its place in a pile nor its unit stands here; the code
    is derived, as a letter's is.
    """

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    pid = Bytea(unique=True, help_text="9 bytes, the public half of the token")
    code_hash = Bytea(unique=True, help_text="HMAC under a key that is not in the database")
    domain = Varchar(length=60, help_text="key group: reporting unit, or what is above it")
    # no time beside the mark, as in an invitation
    marked = Boolean(default=False)


class CardPile(Table, tablename="card_pile", schema="asking"):
    """The cards of a reporting unit, and how many people there are they for."""

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    unit = Varchar(length=60, help_text="reporting unit that they are handed out in")
    domain = Varchar(length=60, help_text="key group that their answers carry")
    people = SmallInt(help_text="without an invitation of their own: as many cards may be used")

    one_pile = Unique([wave, unit])


class SampleCount(Table, tablename="sample_count", schema="asking"):
    """How many were invited per combination that the sample file holds (public waves)."""

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    county = Varchar(length=4)
    age = Varchar(length=4)
    gender = Varchar(length=4)
    invited = SmallInt()


class Credential(Table, tablename="credential", schema="asking"):
    """What was issued to an invitation: enough to answer a retry, gone when the urn is emptied."""

    id = UUID(primary_key=True)
    invitation = ForeignKey(Invitation, null=False, unique=True, on_delete=OnDelete.cascade)
    # no reference to the wave: each answer would lock that one row
    wave = UUID()
    # no time here either, and nothing that the answers side ever sees
    blinded_hash = Bytea(help_text="SHA-256 of the blinded message")
    blind_signature = Bytea(help_text="256 bytes, useless to all but the browser that blinded")


class CredentialKey(Table, tablename="credential_key", schema="asking"):
    """The pair of keys that signs the credentials of one key group, until the urn is emptied."""

    id = UUID(primary_key=True)
    wave = ForeignKey(Wave, null=False, on_delete=OnDelete.cascade)
    key_group = Varchar(length=60, help_text="domain that answers carry; empty for the public")
    public_key = Bytea(help_text="SubjectPublicKeyInfo, DER")
    sealed_private = Bytea(help_text="PKCS 8 under a key that is not in the database")

    one_each = Unique([wave, key_group])
