"""What decides how a stored wave is compared with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.waves import WaveMeta
from survey_app.asking.people.panels import called_panel
from survey_app.shared.database import Row

if TYPE_CHECKING:
    from datetime import date


def meta_of(wave: Row) -> WaveMeta:
    """Read it from a wave's key, kind, population, day of opening and whom it invites."""
    population = wave["population"]
    return WaveMeta(
        wave["key"],
        wave["kind"],
        population if population in {"staff", "public"} else "open",
        wave["invite"] == "everybody",
        panel_of(wave["invite"].partition(":")[2] or None, wave["opens_on"]),
    )


def panel_of(letter: str | None, opens_on: date) -> str | None:
    """Name the people that a pulse calls by a letter, which others answer to each year."""
    return None if letter is None else called_panel(letter, opens_on.year)
