"""What everybody may hear of a wave whose earlier waves were not opened to everybody.

A level and its change since another wave give that wave's level, so nothing is told since a wave
that is not open.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


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
    if content["since_labels"].keys() <= set(keys):
        return content
    told = {
        table: [row for row in content[table] if row.get("since") in keys]
        for table in ("changes", "trends")
    }
    path = [row for row in content["path"] if {row["since"], row.get("until") or ""} <= {*keys, ""}]
    statements = [
        {**row, "changes": [one for one in row["changes"] if one["since"] in keys]}
        for row in content["statements"]
    ]
    return {**content, **told, "path": path, "statements": statements}
