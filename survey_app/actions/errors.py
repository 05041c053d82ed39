"""What can be wrong with an action; never who wrote it."""

from __future__ import annotations

from survey_app.shared.errors import BarometerError


class UnknownActionError(BarometerError):
    """There is no such action."""


class ChangedMeanwhileError(BarometerError):
    """Somebody else changed the action after the form was opened; nothing was written."""
