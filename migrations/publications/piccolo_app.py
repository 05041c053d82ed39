"""Piccolo's app for the schema ``publications``."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from survey_app.publications.tables import Estimate, ForeignAnswers, Publication, WaveRecord

APP_CONFIG = AppConfig(
    app_name="publications",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Publication, Estimate, WaveRecord, ForeignAnswers],
    migration_dependencies=[],
)
