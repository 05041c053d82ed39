from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

ID = "2026-11-28T04:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Prove who laid ready what key holders take"


class HandOver(Table, tablename="hand_over", schema="counting"):
    pass


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="counting", description=DESCRIPTION)

    async def empty():
        # Piccolo keeps the first database of a process
        HandOver._meta.refresh_db()
        await HandOver.raw("DELETE FROM counting.hand_over")

    # laid out again from the urn, with a proof
    manager.add_raw(empty)

    manager.add_column(
        table_class_name="HandOver",
        tablename="hand_over",
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
        schema="counting",
    )

    return manager
