"""A wave of staff of whom some have no e-mail and draw cards."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.asking.invitations.card_piles import card_codes, find_piles
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection, fetch
from tests.builders_answering import OpenedWave, an_open_wave

WITHOUT = {"nord-1": 3, "sor-1": 1}


async def a_wave_with_cards(
    settings: Settings, without: Mapping[str, int] = WITHOUT, **how: object
) -> OpenedWave:
    """Two units of twenty, of whom so many have no e-mail; bound as ``web`` afterwards."""

    async def with_cards(key: str) -> None:
        for unit, people in without.items():
            await fetch(
                Login.WORKER,
                "UPDATE asking.person SET email = '' WHERE id IN (SELECT p.id FROM asking.person p"
                " JOIN asking.unit u ON u.id = p.unit WHERE u.code = $1"
                " ORDER BY p.number LIMIT $2)",
                unit,
                people,
            )
        await fetch(Login.WORKER, "UPDATE asking.wave SET cards = true WHERE key = $1", key)

    return await an_open_wave(settings, before_opening=with_cards, **how)


async def codes(settings: Settings, wave: OpenedWave) -> dict[str, list[str]]:
    """The codes of each pile, by the unit that they are handed out in."""
    async with connection(Login.WORKER) as link:
        found = await find_piles(link, wave.id)
    secret = settings.secret()
    return {pile.unit: card_codes(pile, wave.id, secret) for pile in found}
