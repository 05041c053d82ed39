"""Piccolo's app for the schema ``accounts``."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from survey_app.accounts.tables import (
    Account,
    AccountIdentity,
    AccountInvitation,
    AccountNotice,
    ApiToken,
    Passkey,
    RecoveryCode,
    SecondStep,
)

APP_CONFIG = AppConfig(
    app_name="accounts",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[
        Account,
        AccountIdentity,
        AccountInvitation,
        AccountNotice,
        ApiToken,
        Passkey,
        RecoveryCode,
        SecondStep,
    ],
    migration_dependencies=[],
)
