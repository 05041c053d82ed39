"""What can be wrong with keys and ballots. No error carries an answer."""

from __future__ import annotations

from survey_app.shared.errors import BarometerError


class KeyFileError(BarometerError):
    """The private key of a wave is missing, there already, or not a key."""


class IncompleteHandOverError(BarometerError):
    """What key holders opened is not what was sealed: one is left out, doubled, or not genuine."""


class ChangedHandOverError(BarometerError):
    """What lies ready for a key holder is not what a process of ours put there."""


class BallotError(BarometerError):
    """A ballot cannot be packed or read; the sentence never says what it holds."""
