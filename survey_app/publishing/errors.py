"""What can keep a wave from being closed or published; never an answer."""

from __future__ import annotations

from survey_app.shared.errors import BarometerError


class ClosingError(BarometerError):
    """The wave is not in a state from which it can be closed."""


class PublishingError(BarometerError):
    """The wave cannot be published as it stands."""


class UnknownPublicationError(BarometerError):
    """No publication has this id."""
