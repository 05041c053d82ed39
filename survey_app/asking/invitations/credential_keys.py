"""The keys that sign the credentials of a wave, one pair for each key group."""

from __future__ import annotations

from typing import Any
from uuid import UUID


async def forget(link: Any, wave: UUID) -> None:  # noqa: ANN401
    """Delete the keys of ``wave``, in the transaction that empties its urn."""
    await link.execute("DELETE FROM asking.credential_key WHERE wave = $1", wave)
