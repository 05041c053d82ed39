"""A publication whose forms did not come as from people, and that two decided to show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

DOUBTED: Final = "arrivals_unlike_people"
"""The warning's code: it stands beside every figure of the publication."""


def is_doubted(content: Mapping[str, Any]) -> bool:
    """Tell whether a publication says so of itself; its head or the whole."""
    return any(one["code"] == DOUBTED for one in content.get("warnings", ()))
