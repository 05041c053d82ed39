"""Which publication came last, and when one is released; as whoever the tables are bound to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from survey_app.publications.tables import Publication


async def latest_id(campaign: str = "") -> UUID | None:
    """Return the publication that was computed last, of a campaign where one is named."""
    query = Publication.select(Publication.id)
    if campaign:
        query = query.where(Publication.campaign == campaign)
    found = (
        await query.order_by(Publication.computed_at, Publication.version, ascending=False)
        .first()
        .run()
    )
    return found["id"] if found else None


async def release_of(publication: UUID) -> datetime:
    """Return when readers may see a publication."""
    found = await Publication.select(Publication.released_at).where(Publication.id == publication)
    released: datetime = found[0]["released_at"]
    return released
