"""Changes as rows of the result: only between cells that both may show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.comparison.verdict import P_DECIMALS
from analytics.digits import number_to_digits
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.sections.plain_values import plain
from analytics.workbench.sections.result_values import head, rounded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.workbench.protection.statuses import Statuses
    from analytics.workbench.sections.change.wave_changes import WaveDifference
    from analytics.workbench.specification.model import Specification


def wave_change_rows(
    changes: list[WaveDifference], spec: Specification, hidden: Mapping[str | None, Statuses]
) -> list[dict[str, object]]:
    """List changes; where figures are protected, only those between two published cells."""
    asked = {(), *spec.by}
    rows: list[dict[str, object]] = []
    for change in changes:
        # Where nobody answered in one of the waves there is no change to speak of.
        if (
            change.by not in asked
            or np.isnan(change.difference)
            or not (_shown(change, change.since, hidden) and _shown(change, change.until, hidden))
        ):
            continue
        row = head(change.label)
        row |= {"domain": dict(zip(change.by, change.domain, strict=True))}
        row |= {"from": change.since, "to": change.until}
        for name in ("difference", "se", "low", "high"):
            value = float(getattr(change, name))
            if spec.disclosure is not None:
                value = rounded(value, "mean", change.label, 0)
            row[name] = plain(value)
        for name in ("p", "p_adjusted"):
            value = float(getattr(change, name))
            row[name] = plain(
                value if spec.disclosure is None else number_to_digits(value, P_DECIMALS)
            )
        rows.append(row | {"verdict": change.verdict} | _beside(change))
    return rows


def _beside(change: WaveDifference) -> dict[str, object]:
    """Write what [change] asks for beside each change of a file that is not protected."""
    return {
        key: {name: plain(part) for name, part in value.items()}
        if isinstance(value, dict)
        else plain(float(str(value)))
        for key, value in change.more.items()
    }


def _shown(change: WaveDifference, wave: str | None, hidden: Mapping[str | None, Statuses]) -> bool:
    found = hidden[wave]
    if found is None:
        return True
    position = change.places[0] if wave == change.since else change.places[1]
    return str(found[change.by][position]) == PUBLISHED
