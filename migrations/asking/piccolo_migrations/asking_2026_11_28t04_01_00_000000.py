from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

ID = "2026-11-28T04:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Prove whose key key holders seal to"


class Counter(Table, tablename="counter", schema="asking"):
    pass


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="asking", description=DESCRIPTION)

    async def empty():
        # Piccolo keeps the first database of a process
        Counter._meta.refresh_db()
        await Counter.raw("DELETE FROM asking.counter")

    # workers say again that they are here, with a proof
    manager.add_raw(empty)

    manager.add_column(
        table_class_name="Counter",
        tablename="counter",
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
