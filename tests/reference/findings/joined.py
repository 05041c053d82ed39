"""Two tables of the same rule over other agencies, added up to one.

What is counted adds up as it is. Standard errors are those of a ratio in two strata, each the
agencies of one run: Σ (of_h se_h)² under the root, over Σ of_h (Cochran 1977, 5.3 and 6.11).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    type Row = Mapping[str, Any]

SHARES: Final = {"wrong": "called", "under_half": "called", "shown": "true", "found": "large"}
_NAMES: Final = ("regime", "truth", "still", "figures")
_COUNTS: Final = (
    "agencies", "any_call", "any_call_before", "any_apart", "steady", "steady_right",
    "expected_false",
)  # fmt: skip
_EARLY: Final = ("any_call", "steady", "steady_right", "expected_false")


def join(there: list[Row], new: list[Row]) -> list[dict[str, Any]]:
    """Add a table to one that is there, row by row.

    Parameters
    ----------
    there, new : list of dict
        Rows as `tests.reference.findings.__main__.row` lays them out, in the same order, of
        agencies that are in one of the two alone.

    Raises
    ------
    ValueError
        If a row is of another regime or truth, or another rule found what it tells.
    """
    return [_row(one, other) for one, other in zip(there, new, strict=True)]


def _row(one: Row, other: Row) -> dict[str, Any]:
    for name in _NAMES:
        if one[name] != other[name]:
            raise ValueError(f"{name}: {one[name]} is there, {other[name]} was drawn")
    levels = {rule: _levels(one[rule], other[rule]) for rule in ("present", "before")}
    called = (_over_all(one["present"]), _over_all(other["present"]))
    coverage = (one["coverage"], other["coverage"])
    return {
        **{name: one[name] for name in _NAMES},
        **_sums(one, other, _COUNTS),
        **levels,
        "errors": _errors((one["errors"], other["errors"]), called),
        "coverage": _covered(*coverage),
        "errors_of_coverage": _errors_of_coverage(
            (one["errors_of_coverage"], other["errors_of_coverage"]), coverage
        ),
        "first": {
            number: _early(early, other["first"][number]) for number, early in one["first"].items()
        },
    }


def _early(one: Row, other: Row) -> dict[str, Any]:
    called = (one["present"], other["present"])
    return {
        **_sums(one, other, _EARLY),
        "present": _sums(*called, called[0]),
        "errors": _errors((one["errors"], other["errors"]), called),
        "coverage": _covered(one["coverage"], other["coverage"]),
    }


def _sums(one: Row, other: Row, names: Mapping[str, Any] | tuple[str, ...]) -> dict[str, Any]:
    added = {name: one[name] + other[name] for name in names}
    return {
        name: round(value, 2) if isinstance(value, float) else value
        for name, value in added.items()
    }


def _levels(one: Row, other: Row) -> dict[str, Any]:
    return {level: _sums(here, other[level], here) for level, here in one.items()}


def _over_all(levels: Row) -> dict[str, float]:
    rows = list(levels.values())
    return {name: sum(row[name] for row in rows) for name in rows[0]}


def _covered(one: Row, other: Row) -> dict[str, list[int]]:
    names = {**one, **other}
    return {
        name: [a + b for a, b in zip(one.get(name, (0, 0)), other.get(name, (0, 0)), strict=True)]
        for name in names
    }


def _errors(errors: tuple[Row | None, Row | None], called: tuple[Row, Row]) -> Row | None:
    joined = {
        name: _error(
            [(of[below], (own or {}).get(name)) for own, of in zip(errors, called, strict=True)]
        )
        for name, below in SHARES.items()
    }
    known = {name: round(error, 5) for name, error in joined.items() if error is not None}
    return known or None


def _errors_of_coverage(errors: tuple[Row, Row], coverage: tuple[Row, Row]) -> dict[str, float]:
    joined = {
        name: _error(
            [
                (of.get(name, (0, 0))[1], own.get(name))
                for own, of in zip(errors, coverage, strict=True)
            ]
        )
        for name in {**coverage[0], **coverage[1]}
    }
    return {name: round(error, 5) for name, error in joined.items() if error is not None}


def _error(strata: list[tuple[float, float | None]]) -> float | None:
    """Return the error of a ratio over strata of (what it is of, its error); None without any."""
    whole = sum(of for of, _ in strata)
    if not whole:
        return None
    return math.sqrt(sum((of * (error or 0.0)) ** 2 for of, error in strata)) / whole
