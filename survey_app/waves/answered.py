"""What answering reads of waves, as ``web``: what a form shows, and what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from survey_app.asking.campaigns.tables import Wave
from survey_app.counting.urn.proof import SEALING
from survey_app.shared.database import Link, Login, Row, fetch, fetch_one

_SURVEY: Final = (
    f"SELECT {SEALING}, w.sealing_proof, w.state, w.kind, w.labels, w.opens_on, w.closes_on,"  # noqa: S608 - a constant
    " w.results_on, w.cards, w.comment, w.comment_days, w.minimum_comments, w.promised_more,"
    " w.as_opened,"
    " c.title, c.purpose, c.legal_basis, c.retention_days, c.contact, c.help, c.demo,"
    " c.release, q.content"
    " FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
    " JOIN asking.questionnaire q ON q.hash = w.questionnaire WHERE w.id = $1"
)


async def survey_row(link: Link, wave: UUID) -> Row:
    """Return an opened wave with campaign and questionnaire, and what proves its sealing."""
    return await fetch_one(link, _SURVEY, wave)


async def answering_domains(link: Link, wave: UUID) -> Sequence[Row]:
    """Return code and name of the domains that answers may carry; the whole has none."""
    return await link.fetch(
        "SELECT code, name FROM asking.wave_domain WHERE wave = $1 AND code <> ''", wave
    )


async def wave_by_link(link: Link, key: str) -> Row | None:
    """Return id, state, invite and version of the wave with this key, if it was ever opened."""
    return await link.fetchrow(
        "SELECT w.id, w.state, w.invite, w.xmin::text || '.' || c.xmin::text AS version"
        " FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE w.key = $1 AND w.questionnaire IS NOT NULL",
        key,
    )


async def open_campaigns() -> Sequence[Row]:
    """Return what campaigns with an open wave say of themselves, for the page on privacy."""
    return await fetch(
        Login.WEB,
        "SELECT DISTINCT c.key, c.title, c.purpose, c.legal_basis, c.retention_days, c.contact"
        " FROM asking.campaign c JOIN asking.wave w ON w.campaign = c.id WHERE w.state = 'open'"
        " ORDER BY c.key",
    )


async def open_promises() -> Sequence[Row]:
    """Return what those who answer open waves are promised, and the hash of each key list."""
    return await fetch(
        Login.WEB,
        "SELECT w.key AS wave, c.title, w.invite <> 'open' AS invited,"
        " w.trustees <> '[]' AS two_holders, w.promised_more, w.key_list_hash,"
        " w.cards, q.content FROM asking.wave w"
        " JOIN asking.campaign c ON c.id = w.campaign"
        " JOIN asking.questionnaire q ON q.hash = w.questionnaire"
        " WHERE w.state = 'open' ORDER BY w.key",
    )


async def published_key_list(wave_key: str) -> Row | None:
    """Return the key list of a wave that has opened, as written, and its hash."""
    found = await Wave.select(Wave.key_list, Wave.key_list_hash).where(
        Wave.key == wave_key, Wave.key_list.is_not_null()
    )
    return found[0] if found else None


async def key_list_hashes() -> dict[str, str]:
    """Return the hash of the key list of each wave that has one, by the wave's key."""
    rows = await (
        Wave.select(Wave.key, Wave.key_list_hash)
        .where(Wave.key_list.is_not_null())
        .order_by(Wave.key)
    )
    return {row["key"]: row["key_list_hash"] for row in rows}
