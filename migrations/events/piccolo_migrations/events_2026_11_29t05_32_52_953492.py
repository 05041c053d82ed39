from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import JSONB
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-29T05:32:52:953492"
VERSION = "1.38.0"
DESCRIPTION = "Let what happened be told in any language"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="events", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Event",
        tablename="event",
        column_name="text",
        db_column_name="text",
        column_class_name="JSONB",
        column_class=JSONB,
        params={
            "default": "{}",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema="events",
    )

    manager.drop_constraint(
        table_class_name="Event",
        tablename="event",
        constraint_name="told",
        schema="events",
    )

    manager.add_constraint(
        table_class_name="Event",
        tablename="event",
        constraint_name="in_words",
        constraint_class=Check,
        params={
            "condition": "text <> '{}' OR text_nb <> '' OR text_nn <> '' OR text_en <> ''"
        },
        schema="events",
    )

    return manager
