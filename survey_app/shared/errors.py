"""What every named error of ours is: facts for a sentence, never an answer, token or address."""

from __future__ import annotations


class BarometerError(Exception):
    """A mistake that a person can mend; ``str()`` is one clear sentence."""


class SettingsError(BarometerError):
    """One or more settings are wrong."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class ServiceError(BarometerError):
    """A database, queue or mail server does not answer as it should."""
