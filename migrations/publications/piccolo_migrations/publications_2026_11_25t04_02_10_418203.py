from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea
from piccolo.columns.column_types import UUID
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-25T04:02:10:418203"
VERSION = "1.38.0"
DESCRIPTION = "Publish the wave record beside the results"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="publications", description=DESCRIPTION
    )

    manager.add_table(
        class_name="WaveRecord",
        tablename="wave_record",
        schema="publications",
        columns=None,
    )

    manager.add_column(
        table_class_name="WaveRecord",
        tablename="wave_record",
        column_name="wave",
        db_column_name="wave",
        column_class_name="UUID",
        column_class=UUID,
        params={
            "default": None,
            "null": False,
            "primary_key": True,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema="publications",
    )

    manager.add_column(
        table_class_name="WaveRecord",
        tablename="wave_record",
        column_name="wave_key",
        db_column_name="wave_key",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 60,
            "default": "",
            "null": False,
            "primary_key": False,
            "unique": True,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema="publications",
    )

    manager.add_column(
        table_class_name="WaveRecord",
        tablename="wave_record",
        column_name="content",
        db_column_name="content",
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
        schema="publications",
    )

    manager.add_column(
        table_class_name="WaveRecord",
        tablename="wave_record",
        column_name="content_hash",
        db_column_name="content_hash",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 80,
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
        schema="publications",
    )

    manager.add_column(
        table_class_name="WaveRecord",
        tablename="wave_record",
        column_name="key_list",
        db_column_name="key_list",
        column_class_name="Bytea",
        column_class=Bytea,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema="publications",
    )

    return manager
