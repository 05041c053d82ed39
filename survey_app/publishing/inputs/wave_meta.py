"""What decides how a stored wave is compared with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.waves import WaveMeta
from survey_app.asking.people.panels import called_panel

if TYPE_CHECKING:
    from datetime import date

    from analytics.pipeline import Population
    from survey_app.waves.stored import StoredWave


def meta_of(wave: StoredWave) -> WaveMeta:
    """Read it from a wave's key, kind, population, day of opening and whom it invites."""
    return WaveMeta(
        wave.key,
        wave.kind,
        weighted_population(wave.population),
        wave.invite == "everybody",
        panel_of(letter_of(wave.invite), wave.opens_on),
    )


def weighted_population(population: str) -> Population:
    """Return how answers are weighted: as staff, as the public, or as of nobody known."""
    return "staff" if population == "staff" else "public" if population == "public" else "open"


def letter_of(invite: str) -> str | None:
    """Return the letter that a pulse calls people by; None where it calls all, or a sample."""
    way, _, letter = invite.partition(":")
    return letter if way == "panel" else None


def panel_of(letter: str | None, opens_on: date) -> str | None:
    """Name the people that a pulse calls by a letter, which others answer to each year."""
    return None if letter is None else called_panel(letter, opens_on.year)
