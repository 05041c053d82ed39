"""Piccolo's app for the schema ``actions``."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from survey_app.actions.tables import Action, Reminder

APP_CONFIG = AppConfig(
    app_name="actions",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Action, Reminder],
    migration_dependencies=[],
)
