"""Piccolo's app for the schema ``subscriptions``."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from survey_app.subscriptions.tables import Letter, Subscription

APP_CONFIG = AppConfig(
    app_name="subscriptions",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Subscription, Letter],
    migration_dependencies=[],
)
