"""How much of what is large enough a publication shows, as far as it tells how large that is.

Counted among all cells, by how many answered each, the share of a whole wave told how many hidden
cells at least k people had answered, and how many ten: whether a place whose number of answers is
withheld had nearly all of its people heard followed from two decimals (docs/adr/0036).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    type Place = tuple[str, str]

_OF_STAFF = "staff_mean"
_OF_GROUPS = "public_group"


def told_left(content: Mapping[str, Any]) -> dict[str, float | None]:
    """Say which share of the cells of places that tell how many answered is shown.

    Parameters
    ----------
    content : mapping
        A publication, with ``estimates``.

    Returns
    -------
    dict
        ``cells_from_k_published``: of all cells of places that tell at least k answers;
        ``means_from_limit_published``: of means of scales and indices, where these are as many as a
        mean needs; ``units_with_an_index``: of all units. None where there are none. All 0-1.
    """
    rows, limits = content["estimates"], content["limits"]
    counts = _told_counts(content)
    large = [row for row in rows if _enough(counts, row, limits["minimum_group"])]
    needed = limits.get(_OF_STAFF if content["campaign"]["population"] == "staff" else _OF_GROUPS)
    composed = {one["code"] for one in content["measures"] if one["kind"] != "item"}
    means = [row for row in rows if row["statistic"] == "mean" and row["measure"] in composed]
    enough = [row for row in means if _enough(counts, row, needed)]
    units = {row["code"] for row in content["domains"] if row["level"] == "unit"}
    seen = {row["domain"] for row in means if row["level"] == "unit" and _is_shown(row)}
    return {
        "cells_from_k_published": _share(large),
        "means_from_limit_published": _share(enough),
        "units_with_an_index": round(len(seen & units) / len(units), 4) if units else None,
    }


def _told_counts(content: Mapping[str, Any]) -> dict[Place, int]:
    """Read how many answered in each place: its own count, or the largest beside its figures."""
    counts: dict[Place, int] = {}
    for row in content["domains"]:
        if row.get("answered") is not None and not row.get("bound"):
            counts[row["level"], row["code"]] = row["answered"]
    for row in content["estimates"]:
        if row.get("n") is not None:
            place = (row["level"], row["domain"])
            counts[place] = max(counts.get(place, 0), row["n"])
    return counts


def _enough(counts: Mapping[Place, int], row: Mapping[str, Any], least: int | None) -> bool:
    return counts.get((row["level"], row["domain"]), -1) >= (least or 0)


def _is_shown(row: Mapping[str, Any]) -> bool:
    return bool(row["status"] == "published")


def _share(rows: list[Mapping[str, Any]]) -> float | None:
    return round(sum(map(_is_shown, rows)) / len(rows), 4) if rows else None
