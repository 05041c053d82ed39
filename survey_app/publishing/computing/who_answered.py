"""Who answered, by what the frame knows: from counts that a publication tells, and no others.

What is not told of a unit is not asked for: the units of a region that are not counted stand
together as what the region's count leaves, which every reader can reckon out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from analytics.errors import FrameError
from analytics.nonresponse.representativity import ANSWERED, INVITED, representativity
from survey_app.publishing.inputs.past import told_rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analytics.nonresponse.representativity import CategoryPart

STAFF: Final = ("region", "unit_type", "unit_size")
PUBLIC: Final = ("county",)
_SIZES: Final = ((25, "under_25"), (50, "25_49"), (100, "50_99"))
_LARGEST: Final = "100_plus"
_DIGITS: Final = 3
_COUNTY: Final = "county:"


def indicators(
    content: Mapping[str, Any],
    counties: pd.DataFrame | None = None,
    versions: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any] | None:
    """Say how alike those who answered are to those who were asked.

    Parameters
    ----------
    content : mapping
        The publication: ``domains``, ``response``, ``estimates``, ``campaign``.
    counties : DataFrame, optional
        ``county`` and ``invited`` of the public's sample.
    versions : sequence of mapping
        Publications of the wave that this one corrects, oldest first.

    Returns
    -------
    dict or None
        None where too little is told: of an open link, or where no two categories are counted.
    """
    staff = content["campaign"]["population"] == "staff"
    groups = _staff(content) if staff else _public(content, counties, versions)
    variables = [name for name in (STAFF if staff else PUBLIC) if len(set(groups[name])) > 1]
    if not variables:
        return None
    try:
        found = representativity(groups, variables)
    except FrameError:
        # all or none of a category answered: a share that is told of nobody
        return None
    return {
        "r": _round(found.r),
        "r_se": _round(found.se),
        "r_unadjusted": _round(found.unadjusted),
        "response": _round(found.response),
        "variables": [
            {
                "variable": part.variable,
                "unconditional": _round(part.unconditional),
                "unconditional_se": _round(part.unconditional_se),
                "conditional": _round(part.conditional),
                "categories": [_category(one) for one in part.categories],
            }
            for part in found.variables
        ],
    }


def _category(part: CategoryPart) -> dict[str, Any]:
    return {
        "category": part.category,
        "invited": part.invited,
        "answered": part.answered,
        "unconditional": _round(part.unconditional),
        "unconditional_se": _round(part.unconditional_se),
        "conditional": _round(part.conditional),
        "conditional_se": _round(part.conditional_se),
    }


def _round(value: float) -> float | None:
    return round(value, _DIGITS) + 0.0 if np.isfinite(value) else None


def _staff(content: Mapping[str, Any]) -> pd.DataFrame:
    told = {
        (rate[0], rate[1]): rate[3:]
        for row in content["domains"]
        if (rate := told_rate(row, content["response"]))
    }
    units = [row for row in content["domains"] if row["level"] == "unit"]
    rows = [
        (row["parent"], row["kind"], _size(row["population"]), *told["unit", row["code"]])
        for row in units
        if ("unit", row["code"]) in told
    ]
    for row in content["domains"]:
        if row["level"] == "region" and ("region", row["code"]) in told:
            own = [one for one in rows if one[0] == row["code"]]
            rows.append((row["code"], "", "", *_left(told["region", row["code"]], own)))
    if ("agency", "") in told:
        rows.append(("", "", "", *_left(told["agency", ""], rows)))
    return _groups(rows, STAFF)


def _left(whole: tuple[int, int], counted: Iterable[tuple[Any, ...]]) -> tuple[int, int]:
    """Return how many answered, and of how many, beside those that are counted."""
    pairs = [row[-2:] for row in counted]
    return whole[0] - sum(one[0] for one in pairs), whole[1] - sum(one[1] for one in pairs)


def _groups(rows: Iterable[tuple[Any, ...]], variables: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=[*variables, ANSWERED, INVITED])
    # a remainder in which all or none answered has no propensity
    possible = (frame[ANSWERED] > 0) & (frame[ANSWERED] < frame[INVITED])
    return frame[possible].reset_index(drop=True)


def _size(people: int) -> str:
    return next((name for limit, name in _SIZES if people < limit), _LARGEST)


def _public(
    content: Mapping[str, Any],
    counties: pd.DataFrame | None,
    versions: Sequence[Mapping[str, Any]],
) -> pd.DataFrame:
    """Count the answers of each county that is shown: as many as its fullest figure has.

    A county of which hardly anybody was silent would tell who answered, as a unit would.
    """
    if counties is None or counties.empty:
        return _groups([], PUBLIC)
    most: dict[str, int] = {}
    for row in content["estimates"]:
        if row["level"] == "group" and row["domain"].startswith(_COUNTY) and row.get("n"):
            code = row["domain"].removeprefix(_COUNTY)
            most[code] = max(most.get(code, 0), row["n"])
    asked = dict(zip(counties["county"].astype("str"), counties["invited"], strict=True))
    k = content["limits"]["minimum_group"]
    rows = ((code, n, int(asked[code])) for code, n in sorted(most.items()) if code in asked)
    listed = [row for row in rows if row[1] >= k and row[2] - row[1] >= k]
    for before in filter(None, map(_listed, versions)):
        listed = [row for row in listed if row[0] in before]
    return _groups(_covering(listed, set(asked), content["response"], k), PUBLIC)


def _covering(
    listed: list[tuple[str, int, int]], counties: set[str], response: Mapping[str, Any], k: int
) -> list[tuple[str, int, int]]:
    """Leave the smallest out too, until what the whole leaves is more than a few of one county.

    The whole less those that are listed tells how many were asked elsewhere. Of a single county
    that is its own number, and beside its n, how many of it were silent.
    """
    kept = sorted(listed, key=lambda row: (row[2], row[0]), reverse=True)
    asked = response["invited"] - (response.get("screened_out") or 0)
    while kept and len(kept) < len(counties):
        left = asked - sum(row[2] for row in kept)
        # at most so many: who answered no question of a figure is in no n
        answered = response["answers"] - sum(row[1] for row in kept)
        if len(counties) - len(kept) > 1 and left - answered >= k:
            break
        kept.pop()
    return sorted(kept)


def _listed(version: Mapping[str, Any]) -> set[str]:
    """Name the counties that a version lists: two lists would tell what one of them leaves out."""
    found = (version.get("nonresponse") or {}).get("indicators") or {}
    return {
        one["category"]
        for variable in found.get("variables", ())
        if variable["variable"] in PUBLIC
        for one in variable["categories"]
    }
