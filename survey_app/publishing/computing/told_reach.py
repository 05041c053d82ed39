"""How many staff could not be reached, as far as everybody may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def told_reach(record: Mapping[str, Any], minimum_group: int) -> dict[str, int]:
    """Return ``not_reachable`` of the whole, from k up; nothing of fewer, and nothing of none.

    Parameters
    ----------
    record : mapping
        What was written down when the urn was emptied.
    minimum_group : int
        k.
    """
    number: int = record.get("not_reachable", 0)
    return {"not_reachable": number} if number >= max(minimum_group, 1) else {}
