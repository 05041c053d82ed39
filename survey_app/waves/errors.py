"""What can keep a wave from going on to its next state."""

from __future__ import annotations

from survey_app.asking.reasons import Reason
from survey_app.shared.errors import BarometerError


class ClosingError(BarometerError):
    """The wave is not in a state from which it can be closed; ``reason`` is it for a page."""

    def __init__(self, sentence: str, reason: Reason | None = None) -> None:
        self.reason = reason
        super().__init__(sentence)
