from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete
from piccolo.columns.base import OnUpdate
from piccolo.columns.column_types import Boolean
from piccolo.columns.column_types import ForeignKey
from piccolo.columns.column_types import SmallInt
from piccolo.columns.column_types import UUID
from piccolo.columns.column_types import Varchar
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique
from piccolo.table import Table


class Invitation(Table, tablename="invitation", schema="asking"):
    id = UUID(
        default=UUID4(),
        null=False,
        primary_key=True,
        unique=False,
        index=False,
        index_method=IndexMethod.btree,
        choices=None,
        db_column_name=None,
        secret=False,
    )


ID = "2026-11-29T14:42:55:519027"
VERSION = "1.38.0"
DESCRIPTION = "Note each letter that goes to a mailbox"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="asking", description=DESCRIPTION)

    manager.add_table(
        class_name="MailboxLetter",
        tablename="mailbox_letter",
        schema="asking",
        columns=None,
    )

    manager.add_column(
        table_class_name="MailboxLetter",
        tablename="mailbox_letter",
        column_name="id",
        db_column_name="id",
        column_class_name="UUID",
        column_class=UUID,
        params={
            "default": UUID4(),
            "null": False,
            "primary_key": True,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema="asking",
    )

    manager.add_column(
        table_class_name="MailboxLetter",
        tablename="mailbox_letter",
        column_name="invitation",
        db_column_name="invitation",
        column_class_name="ForeignKey",
        column_class=ForeignKey,
        params={
            "references": Invitation,
            "on_delete": OnDelete.cascade,
            "on_update": OnUpdate.cascade,
            "target_column": None,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema="asking",
    )

    manager.add_column(
        table_class_name="MailboxLetter",
        tablename="mailbox_letter",
        column_name="kind",
        db_column_name="kind",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 10,
            "default": "",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema="asking",
    )

    manager.add_column(
        table_class_name="MailboxLetter",
        tablename="mailbox_letter",
        column_name="generation",
        db_column_name="generation",
        column_class_name="SmallInt",
        column_class=SmallInt,
        params={
            "default": 0,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema="asking",
    )

    manager.add_column(
        table_class_name="MailboxLetter",
        tablename="mailbox_letter",
        column_name="state",
        db_column_name="state",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 10,
            "default": "handed",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema="asking",
    )

    manager.add_constraint(
        table_class_name="MailboxLetter",
        tablename="mailbox_letter",
        constraint_name="one_letter",
        constraint_class=Unique,
        params={
            "columns": ["invitation", "kind", "generation"],
            "nulls_distinct": True,
        },
        schema="asking",
    )

    manager.add_column(
        table_class_name="LetterRun",
        tablename="letter_run",
        column_name="unsure",
        db_column_name="unsure",
        column_class_name="Boolean",
        column_class=Boolean,
        params={
            "default": False,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema="asking",
    )

    return manager
