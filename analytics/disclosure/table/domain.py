"""One domain: a cell of the plan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class TableDomain:
    """One cell of the plan: a level, a code, and where it belongs.

    ``parent`` is the code above it ("" is the whole); ``unit_type`` is given for units only.
    """

    level: str
    code: str
    parent: str = ""
    unit_type: str = ""
