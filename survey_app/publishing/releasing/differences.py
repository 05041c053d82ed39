"""Where two contents differ: to the digit, or in what both tell."""

from __future__ import annotations

import json
import math
from typing import Any, Final, TypeGuard

from survey_app.publications.formats import read_content

TOLERANCE: Final = 1e-8
_MEASURED: Final = (
    "measure", "statistic", "level", "domain", "since", "role", "difference", "low", "high", "se",
    "p", "p_adjusted", "margin", "status",
)  # fmt: skip
_BESIDE: Final = ("range_", "tipping_")


def difference(stored: bytes, again: bytes, *, loosely: bool) -> str | None:
    """Return where a publication differs from what it was made again as, or None.

    Parameters
    ----------
    stored, again : bytes
        Canonical JSON.
    loosely : bool
        Whether another programme made it: then what it tells is compared, each format read as the
        present one, and what came later is passed over.
    """
    one, other = json.loads(stored), json.loads(again)
    if not loosely:
        return first_difference(one, other)
    told, now = (_without_beside(read_content(each)) for each in (stored, again))
    # what nobody is told of a content any more is not compared either
    both = (one.keys() & other.keys() & told.keys() & now.keys()) - {"format"}
    if told["findings"]["rule"] != now["findings"]["rule"]:
        told, now = _without_findings(told), _without_findings(now)
    return first_difference({key: told[key] for key in both}, {key: now[key] for key in both})


def _without_beside(content: dict[str, Any]) -> dict[str, Any]:
    """Leave what stands in ``nonresponse`` there alone: earlier contents have none of it."""
    return content | {
        table: [
            {name: fact for name, fact in row.items() if not name.startswith(_BESIDE)}
            for row in content[table]
        ]
        for table in ("estimates", "changes")
    }


def _without_findings(content: dict[str, Any]) -> dict[str, Any]:
    """Leave what two waves differ by: what is said of it follows from another rule."""
    return content | {
        "findings": None,
        "changes": [
            {name: row[name] for name in _MEASURED if name in row} for row in content["changes"]
        ],
        "statements": [
            {name: fact for name, fact in row.items() if name != "changes"}
            for row in content["statements"]
        ],
    }


def first_difference(one: object, other: object, place: str = "content") -> str | None:
    """Return where two contents first differ by more than 1e-8, or None."""
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return place
        pairs = [(one[key], other[key], f"{place}.{key}") for key in sorted(one)]
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return place
        pairs = [(a, b, f"{place}[{at}]") for at, (a, b) in enumerate(zip(one, other, strict=True))]
    elif _is_number(one) and _is_number(other):
        return None if math.isclose(one, other, rel_tol=0, abs_tol=TOLERANCE) else place
    else:
        return None if type(one) is type(other) and one == other else place
    return next((found for a, b, at in pairs if (found := first_difference(a, b, at))), None)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
