"""What decides how a stored wave is compared with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.waves import WaveMeta
from survey_app.asking.people.panels import PANELS, called_panel, rotation_of

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
        panel_of(panel_called(wave.invite), wave.opens_on),
    )


def weighted_population(population: str) -> Population:
    """Return how answers are weighted: as staff, as the public, or as of nobody known."""
    return "staff" if population == "staff" else "public" if population == "public" else "open"


def panel_called(invite: str) -> str | None:
    """Return what a wave calls a part of the staff by; None where it calls all, or a sample.

    Examples
    --------
    >>> [panel_called(one) for one in ("panel:B", "rotation:2/3:5", "everybody")]
    ['B', '2+3/3', None]
    """
    way, _, letter = invite.partition(":")
    if way == "panel":
        return letter
    rotation = rotation_of(invite)
    return rotation.name if rotation else None


def panel_of(called: str | None, opens_on: date) -> str | None:
    """Name the people that a wave calls so: other people answer to a letter each year."""
    return called_panel(called, opens_on.year) if called in PANELS else called
