"""What can be wrong when something is taken from the shelf."""

from __future__ import annotations

from survey_app.shared.errors import BarometerError


class NotOnShelfError(BarometerError):
    """No publication has this id, or its time has not come; readers cannot tell which."""

    def __init__(self) -> None:
        super().__init__("there is no such publication")
