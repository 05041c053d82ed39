"""What decides how a stored wave is compared with others."""

from __future__ import annotations

from typing import Any

from analytics.estimation.change import WaveMeta


def meta_of(wave: Any) -> WaveMeta:  # noqa: ANN401 - an asyncpg record
    """Read it from a wave's key, kind, population and whom it invites."""
    population = wave["population"]
    return WaveMeta(
        wave["key"],
        wave["kind"],
        population if population in {"staff", "public"} else "open",
        wave["invite"] == "everybody",
        wave["invite"].partition(":")[2] or None,
    )
