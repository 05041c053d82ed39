"""Why a page is not shown."""

from __future__ import annotations

from survey_app.shared.errors import BarometerError


class SignInRequired(BarometerError):  # noqa: N818 - a state, not a fault
    """The page needs an account; the reader comes back to ``address`` afterwards."""

    def __init__(self, address: str) -> None:
        super().__init__("sign in first")
        self.address = address


class ForeignPage(BarometerError):  # noqa: N818 - a state, not a fault
    """The reader's role has no business here."""


class ForeignRequest(BarometerError):  # noqa: N818 - a state, not a fault
    """A writing request that did not come from our own page."""


class TooBusy(BarometerError):  # noqa: N818 - a state, not a fault
    """So many sign in at once that one more has to come again in a moment."""


class AccountError(BarometerError):
    """An account cannot be made as asked."""
