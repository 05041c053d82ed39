"""What everybody may hear of a wave whose earlier waves were not opened to everybody.

A level and its change since another wave give that wave's level, so nothing is told since a wave
that is not open.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from survey_app.reading.published import Published


def told_since_open(shown: Published, keys: Collection[str]) -> Published:
    """Leave of a publication as pages read it what `since_open_waves` leaves."""
    content = since_open_waves(shown.content, keys)
    return shown if content is shown.content else Published(content)


def since_open_waves(content: Mapping[str, Any], keys: Collection[str]) -> Mapping[str, Any]:
    """Leave of a publication what is measured from waves that are open.

    Parameters
    ----------
    content : mapping
        As the one door to publications gives it.
    keys : collection of str
        Of all waves of the population that are open.

    Returns
    -------
    mapping
        The content itself where all that it speaks of is open.
    """
    if _spoken_of(content) <= {*keys, None}:
        return content
    told = {
        table: [row for row in content[table] if row.get("since") in keys]
        for table in ("changes", "trends")
    }
    told["trends"] = [
        row if _jump_of(row) in {*keys, None} else {**row, "break": None} for row in told["trends"]
    ]
    path = [row for row in content["path"] if {row["since"], row.get("until") or ""} <= {*keys, ""}]
    statements = [
        {**row, "changes": [one for one in row["changes"] if one["since"] in keys]}
        for row in content["statements"]
    ]
    told |= {"path": path, "statements": statements}
    return {**content, **told, "checks": _checked(content["checks"], keys)}


def _spoken_of(content: Mapping[str, Any]) -> set[str | None]:
    trends = [since for row in content["trends"] for since in (row.get("since"), _jump_of(row))]
    composition = (content["checks"] or {}).get("composition") or {}
    found = [row["since"] for row in composition.get("rows", ())]
    return {*content["since_labels"], *trends, *found}


def _jump_of(trend: Mapping[str, Any]) -> str | None:
    return (trend.get("break") or {}).get("since")


def _checked(checks: Mapping[str, Any] | None, keys: Collection[str]) -> Mapping[str, Any] | None:
    """Leave out what of a change since another wave comes of places that grew or shrank."""
    found = (checks or {}).get("composition")
    if not checks or not found:
        return checks
    rows = [row for row in found["rows"] if row["since"] in keys]
    why = found.get("why") or (None if rows else "first")
    return {**checks, "composition": {**found, "rows": rows, "why": why}}
