from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-28T22:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Make a table of what was asked behind publications that do not say so themselves"

_PLAIN = {
    "null": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="publications", description=DESCRIPTION
    )
    manager.add_table(
        class_name="Asked",
        tablename="asked",
        schema="publications",
        columns=None,
    )
    manager.add_column(
        table_class_name="Asked",
        tablename="asked",
        column_name="questionnaire",
        db_column_name="questionnaire",
        column_class_name="Varchar",
        column_class=Varchar,
        params=_PLAIN | {"length": 80, "default": "", "primary_key": True},
        schema="publications",
    )
    manager.add_column(
        table_class_name="Asked",
        tablename="asked",
        column_name="content",
        db_column_name="content",
        column_class_name="Bytea",
        column_class=Bytea,
        params=_PLAIN | {"default": b"", "primary_key": False},
        schema="publications",
    )
    return manager
