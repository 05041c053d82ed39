"""Piccolo's app for the schema ``comments``."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from survey_app.comments.tables import CodeBook, CommentWave, Keeper, Quarantine, Released

APP_CONFIG = AppConfig(
    app_name="comments",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[CommentWave, Quarantine, Released, Keeper, CodeBook],
    migration_dependencies=[],
)
