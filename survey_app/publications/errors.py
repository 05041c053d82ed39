"""What can be wrong when something is taken from the shelf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.shared.clock import OSLO
from survey_app.shared.errors import BarometerError

if TYPE_CHECKING:
    from survey_app.publications.retractions import Retraction


class NotOnShelfError(BarometerError):
    """No publication has this id, or its time has not come; readers cannot tell which."""

    def __init__(self) -> None:
        super().__init__("there is no such publication")


class RetractedError(BarometerError):
    """The figures were taken back: nobody is given them, and everybody is told why."""

    def __init__(self, retraction: Retraction) -> None:
        day = retraction.at.astimezone(OSLO).date().isoformat()
        super().__init__(
            f"the figures of «{retraction.wave_key}» were taken back on {day}: {retraction.reason}"
        )
        self.retraction = retraction
