"""Why nobody was signed in by the provider; pages have a sentence for each."""

from __future__ import annotations

from enum import StrEnum

from survey_app.shared.errors import BarometerError


class SignOnProblem(StrEnum):
    """What is the matter, for the page in the reader's language."""

    AWAY = "away"
    """The provider does not answer, or not as it should."""
    LOST = "lost"
    """The reply belongs to no attempt of this browser, or came too late."""
    DENIED = "denied"
    """The provider, or the person there, said no."""
    FORGED = "forged"
    """What the provider is said to have signed is not valid."""
    WEAK = "weak"
    """Signed in there in a weaker way than is asked for."""
    NO_ROLE = "no role"
    """Nothing in the directory gives a role here."""
    NO_UNIT = "no unit"
    """The role is bound to a unit, and the directory names none."""
    CLOSED = "closed"
    """The account was closed here."""
    TAKEN = "taken"
    """The address is that of an account that another person of the directory signs in to."""
    ELSEWHERE = "elsewhere"
    """The person has linked another account by now, from another tab or under another address."""
    WAIT = "wait"
    """So many began to sign in from the same network that one more has to wait."""
    NO_ADDRESS = "no address"
    """The directory tells no e-mail address of a new person."""
    ALIKE = "alike"
    """The address that it tells may be read as another one."""


class SignOnError(BarometerError):
    """Somebody was not signed in by the provider."""

    def __init__(self, message: str, kind: SignOnProblem) -> None:
        super().__init__(message)
        self.kind = kind
