"""What cannot be taken along or brought back."""

from __future__ import annotations

from survey_app.shared.errors import BarometerError


class BackupError(BarometerError):
    """No backup was made; what was begun of it is gone."""


class BrokenBackupError(BarometerError):
    """The file is no backup of ours, or not whole; nothing was changed."""


class RestoreError(BarometerError):
    """A backup was not restored; the sentence says what stands in the way."""
