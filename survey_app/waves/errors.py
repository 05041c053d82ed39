"""What can keep a wave from going on to its next state."""

from __future__ import annotations

from survey_app.shared.errors import BarometerError


class ClosingError(BarometerError):
    """The wave is not in a state from which it can be closed."""
