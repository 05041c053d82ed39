"""Whether a wave is the first of its population: its form then asks about nothing before it."""

from __future__ import annotations

from survey_app.asking.campaigns.queries import WaveRow
from survey_app.shared.database import Login, fetch


async def is_first_wave(login: Login, wave: WaveRow) -> bool:
    """Tell whether no earlier wave of this population was held: then nothing is to look back on."""
    rows = await fetch(
        login,
        "SELECT 1 FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.population = $1 AND w.sequence < $2 AND w.state NOT IN ('draft', 'cancelled')"
        " LIMIT 1",
        wave.population,
        wave.sequence,
    )
    return not rows


async def populations_asked(login: Login) -> frozenset[str]:
    """Return whom a wave was held of: of all others the next wave is the first."""
    rows = await fetch(
        login,
        "SELECT DISTINCT c.population FROM asking.wave w JOIN asking.campaign c"
        " ON c.id = w.campaign WHERE w.state NOT IN ('draft', 'cancelled')",
    )
    return frozenset(row["population"] for row in rows)
