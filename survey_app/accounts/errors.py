"""Why a page is not shown."""

from __future__ import annotations

from enum import StrEnum

from survey_app.shared.errors import BarometerError


class SignInRequired(BarometerError):  # noqa: N818 - a state, not a fault
    """The page needs an account; the reader comes back to ``address`` afterwards."""

    def __init__(self, address: str) -> None:
        super().__init__("sign in first")
        self.address = address


class SecondStepRequired(BarometerError):  # noqa: N818 - a state, not a fault
    """The reader's role must have a second step, and they have none yet."""


class SecondStepMeanwhile(BarometerError):  # noqa: N818 - a state, not a fault
    """The account's owner turned a second step on while the password alone was looked at."""


class ForeignPage(BarometerError):  # noqa: N818 - a state, not a fault
    """The reader's role has no business here."""


class ForeignPlace(ForeignPage):
    """The role has, and the reader's units are others; or there is no such unit."""


class ForeignRequest(BarometerError):  # noqa: N818 - a state, not a fault
    """A writing request that did not come from our own page."""


class TooBusy(BarometerError):  # noqa: N818 - a state, not a fault
    """So many sign in at once that one more has to come again in a moment."""


class AccountProblem(StrEnum):
    """What is the matter with an account as asked, for pages in the reader's language."""

    ADDRESS = "address"
    ALIKE = "alike"
    PASSWORD = "password"  # noqa: S105 - a field's name
    UNIT = "unit"
    TAKEN = "taken"
    UNKNOWN = "unknown"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    LAST_ADMINISTRATOR = "last administrator"
    LINK = "link"
    SECOND_STEP = "second step"
    TOKEN = "token"  # noqa: S105 - what is the matter with one


class AccountError(BarometerError):
    """An account cannot be made or changed as asked."""

    def __init__(self, message: str, kind: AccountProblem) -> None:
        super().__init__(message)
        self.kind = kind
