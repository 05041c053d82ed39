"""Piccolo's configuration: the migrator's engine and one app per schema."""

from __future__ import annotations

from piccolo.conf.apps import AppRegistry

from survey_app.shared.database import Login, engine

DB = engine(Login.MIGRATOR)

APP_REGISTRY = AppRegistry(
    apps=[
        "migrations.asking.piccolo_app",
        "migrations.counting.piccolo_app",
        "migrations.publications.piccolo_app",
        "migrations.accounts.piccolo_app",
        "migrations.audit.piccolo_app",
        "migrations.actions.piccolo_app",
        "migrations.events.piccolo_app",
        "migrations.earlier.piccolo_app",
        "migrations.comments.piccolo_app",
        "migrations.subscriptions.piccolo_app",
    ]
)
