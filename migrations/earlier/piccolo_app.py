"""Piccolo's app for the schema ``earlier``."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from survey_app.earlier.tables import EarlierSource

APP_CONFIG = AppConfig(
    app_name="earlier",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[EarlierSource],
    migration_dependencies=[],
)
