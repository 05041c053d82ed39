"""The files that tell catalogues of the open data, where there is any."""

from __future__ import annotations

import asyncio
from datetime import datetime

from survey_app.reading.exports.scope import OPEN_LEVELS
from survey_app.reading.results.open_facts import ADDRESS, OpenFacts
from survey_app.reading.results.overview import waves_for_everybody
from survey_app.settings import Settings


def can_describe(contact: str) -> bool:
    """Tell whether somebody can be written to: a catalogue without an address is not valid."""
    return bool(ADDRESS.search(contact))


async def catalogue(name: str, contact: str, settings: Settings, at: datetime) -> bytes:
    """Return one of ``CATALOGUES``; empty where nothing is open, or nobody can be written to."""
    waves = [
        wave for population in OPEN_LEVELS for wave in await waves_for_everybody(population, at)
    ]
    if not waves or not can_describe(contact):
        return b""
    days, released = [wave.day for wave in waves], [wave.released_at for wave in waves]
    facts = OpenFacts(
        settings.base_url, contact, settings.organisation_number,
        min(days), max(days), min(released), max(released),
    )  # fmt: skip
    return await asyncio.to_thread(_written, facts, name)


def _written(facts: OpenFacts, name: str) -> bytes:
    # RDF is loaded where somebody asks for it: few do
    from survey_app.reading.results.catalog import catalog_bytes  # noqa: PLC0415

    return catalog_bytes(facts, name)
