"""Releases beside one another: versions of a wave, waves of a year, a series."""

from analytics.disclosure.releases.published_cells import CELL, PublishedCells
from analytics.disclosure.releases.released_wave import ReleasedWave

__all__ = ["CELL", "PublishedCells", "ReleasedWave"]
