"""Piccolo's app for the schema ``audit``."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from survey_app.audit.tables import AuditEvent, DroppedPiece, LogHead

APP_CONFIG = AppConfig(
    app_name="audit",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[AuditEvent, LogHead, DroppedPiece],
    migration_dependencies=[],
)
