from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean
from piccolo.columns.column_types import Bytea
from piccolo.columns.column_types import UUID
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

ID = "2026-11-28T06:15:02:887608"
VERSION = "1.38.0"
DESCRIPTION = "Prove what ballots are sealed to"


class KeyHolder(Table, tablename="key_holder", schema="asking"):
    pass


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="asking", description=DESCRIPTION)

    async def ask_again():
        # Piccolo keeps the first database of a process
        KeyHolder._meta.refresh_db()
        await KeyHolder.raw(
            "UPDATE asking.key_holder h SET compared = false FROM asking.wave w"
            " WHERE w.id = h.wave AND w.state = 'draft'"
        )

    # they say once more that both keys agree, and this time it is proven which
    manager.add_raw(ask_again)

    manager.add_table(
        class_name="SealingAlarm",
        tablename="sealing_alarm",
        schema="asking",
        columns=None,
    )

    manager.add_column(
        table_class_name="SealingAlarm",
        tablename="sealing_alarm",
        column_name="wave",
        db_column_name="wave",
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
        table_class_name="SealingAlarm",
        tablename="sealing_alarm",
        column_name="holders",
        db_column_name="holders",
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

    manager.add_column(
        table_class_name="Wave",
        tablename="wave",
        column_name="sealing_proof",
        db_column_name="sealing_proof",
        column_class_name="Bytea",
        column_class=Bytea,
        params={
            "default": b"",
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
        table_class_name="KeyHolder",
        tablename="key_holder",
        column_name="proof",
        db_column_name="proof",
        column_class_name="Bytea",
        column_class=Bytea,
        params={
            "default": b"",
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
