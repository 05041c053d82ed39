"""Whether a wave is the first of its series: its form then asks about nothing before it."""

from __future__ import annotations

from questionnaires.series import FRAMED, in_one_series
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.shared.database import Login, fetch


async def is_first_wave(login: Login, wave: WaveRow) -> bool:
    """Tell whether no earlier wave of its series was held: then nothing is to look back on."""
    rows = await fetch(
        login,
        "SELECT DISTINCT c.key FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.population = $1 AND w.sequence < $2 AND w.state NOT IN ('draft', 'cancelled')",
        wave.population,
        wave.sequence,
    )
    return not any(in_one_series(wave.population, wave.campaign, row["key"]) for row in rows)


async def populations_asked(login: Login) -> frozenset[str]:
    """Return whom a wave was held of: of all others the first wave of a new campaign is the first.

    So it is of an open link and of lists, whose campaigns are series of their own.
    """
    rows = await fetch(
        login,
        "SELECT DISTINCT c.population FROM asking.wave w JOIN asking.campaign c"
        " ON c.id = w.campaign WHERE w.state NOT IN ('draft', 'cancelled')",
    )
    return FRAMED & {row["population"] for row in rows}
