"""What can be wrong with an event; never who wrote it."""

from __future__ import annotations

from survey_app.shared.errors import BarometerError


class UnknownEventError(BarometerError):
    """There is no such event, or it was taken away."""


class EventChangedMeanwhileError(BarometerError):
    """Somebody else changed the event after the form was opened; nothing was written."""
