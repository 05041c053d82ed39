"""What can go wrong with comments. No error carries a word of one."""

from __future__ import annotations

from survey_app.shared.errors import BarometerError


class NotYoursError(BarometerError):
    """The comment has left, has changed meanwhile, or somebody else must do this."""

    def __init__(self) -> None:
        super().__init__("the comment has changed or left, or another person must do this")


class KeeperError(BarometerError):
    """The two who open the quarantine cannot be these."""


class CodeBookError(BarometerError):
    """The code book was changed by somebody else meanwhile, or cannot be read."""
