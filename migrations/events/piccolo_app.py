"""Piccolo's app for the schema ``events``."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from survey_app.events.tables import Event

APP_CONFIG = AppConfig(
    app_name="events",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Event],
    migration_dependencies=[],
)
