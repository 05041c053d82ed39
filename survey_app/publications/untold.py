"""What is not shown has its key and a status, and nothing else: in what is written, and is read.

Nothing else is ever written (`publishing.computing.content`). Whoever reads takes it away once
more: pages, files, letters and programs each draw the line by what they find, some by the status
and some by the figure, and a cell that had both would be shown by one and hidden by another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SHOWN: Final = "published"
_IDENTITY: Final = frozenset(
    {"measure", "statistic", "category", "level", "domain", "since", "role", "status"}
)
_COUNTS: Final = ("answered", "rate")


def only_told(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave a suppressed cell its key and its status; any other one is as it was."""
    if row.get("status", SHOWN) == SHOWN:
        return dict(row)
    return {name: value for name, value in row.items() if name in _IDENTITY}


def blanked(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave whatever else a suppressed cell holds empty, as it is read."""
    if row.get("status", SHOWN) == SHOWN:
        return dict(row)
    return {
        name: value if name in _IDENTITY else "" if isinstance(value, str) else None
        for name, value in row.items()
    }


def told_domain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave a domain whose count is suppressed no count of answers; how many were invited stays."""
    if row.get("status", SHOWN) == SHOWN:
        return dict(row)
    untold = {name: None for name in _COUNTS if name in row}
    return {**row, **untold} | ({"bound": ""} if "bound" in row else {})


def without_untold(content: dict[str, Any]) -> dict[str, Any]:
    """Take away what stands in the cells of a publication, or of its head, that are not shown."""
    told = dict(content)
    for table in ("estimates", "changes"):
        if table in told:
            told[table] = [blanked(row) for row in told[table]]
    if "domains" in told:
        told["domains"] = [told_domain(row) for row in told["domains"]]
    if told.get("yearly"):
        told["yearly"] = [
            {**year, "figures": [blanked(row) for row in year["figures"]]}
            for year in told["yearly"]
        ]
    return told
