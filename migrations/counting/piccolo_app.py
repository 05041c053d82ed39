"""Piccolo's app for the schema ``counting``."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from survey_app.counting.responses.tables import Response, WaveRecord, WaveTable

APP_CONFIG = AppConfig(
    app_name="counting",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Response, WaveRecord, WaveTable],
    migration_dependencies=[],
)
