"""Types of units that are no single type."""

from __future__ import annotations

from typing import Final

# What a unit that several were merged into has for a type, where theirs differ: one of its own, so
# that no type's figures hold the answers of another.
SEVERAL_TYPES: Final = "several_types"
