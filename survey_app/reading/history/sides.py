"""The two pages of earlier results: where each stands, and whose results are ours there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from survey_app.earlier.model import Audience
from survey_app.reading.charts.scale import CULTURE_BASE, REPUTATION_BASE
from survey_app.shared.i18n import N_


@dataclass(frozen=True, slots=True)
class HistorySide:
    """Where a page stands: its address, the page above, and whose results are ours."""

    audience: Audience
    address: str
    above: str
    above_name: str
    base: int


STAFF: Final = HistorySide("staff", "/culture/history", "/culture", N_("Kultur"), CULTURE_BASE)
PUBLIC: Final = HistorySide(
    "public", "/reputation/history", "/reputation", N_("Omdømme"), REPUTATION_BASE
)
