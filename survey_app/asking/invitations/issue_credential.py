"""Issue one blind credential to an invitation, and mark it used: both or neither."""

from __future__ import annotations

from typing import Any
from uuid import UUID


async def forget(link: Any, wave: UUID) -> None:  # noqa: ANN401
    """Delete what was issued in ``wave``, in the transaction that empties its urn."""
    await link.execute("DELETE FROM asking.credential WHERE wave = $1", wave)
