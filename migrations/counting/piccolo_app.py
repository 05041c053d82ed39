"""Piccolo's app for the schema ``counting``."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from survey_app.counting.responses.tables import Response, WaveRecord, WaveTable
from survey_app.counting.urn.tables import HandOver

APP_CONFIG = AppConfig(
    app_name="counting",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Response, WaveRecord, WaveTable, HandOver],
    migration_dependencies=[],
)
