from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import UUID
from piccolo.columns.column_types import Varchar
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-28T02:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Make a table of the places whose figures hold answers from other units"

_PLAIN = {
    "primary_key": False,
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
        class_name="ForeignAnswers",
        tablename="foreign_answers",
        schema="publications",
        columns=None,
    )
    manager.add_column(
        table_class_name="ForeignAnswers",
        tablename="foreign_answers",
        column_name="id",
        db_column_name="id",
        column_class_name="UUID",
        column_class=UUID,
        params=_PLAIN
        | {"default": UUID4(), "null": False, "primary_key": True},
        schema="publications",
    )
    manager.add_column(
        table_class_name="ForeignAnswers",
        tablename="foreign_answers",
        column_name="wave",
        db_column_name="wave",
        column_class_name="UUID",
        column_class=UUID,
        params=_PLAIN | {"default": None, "null": False, "index": True},
        schema="publications",
    )
    for name, length in (("level", 20), ("domain", 60)):
        manager.add_column(
            table_class_name="ForeignAnswers",
            tablename="foreign_answers",
            column_name=name,
            db_column_name=name,
            column_class_name="Varchar",
            column_class=Varchar,
            params=_PLAIN
            | {"length": length, "default": "", "null": False},
            schema="publications",
        )
    return manager
