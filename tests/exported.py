"""Publications as exports take them out, and a reader of JSON-stat made from its specification."""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from survey_app.publications.corrections import Correction
from survey_app.publications.doubted import is_doubted
from survey_app.publications.formats import margins_in
from survey_app.reading.exports.scope import ExportScope, Part
from survey_app.reading.published import Published
from survey_app.reading.waves import Wave
from tests.builders_publication import public_series, rows, staff_series

FIRST_OUT = datetime(2026, 4, 1, 8, tzinfo=UTC)
# nowhere by chance, and known also where it is rounded or written with the signs of a language
POISON = 66678.7789
_POISON = re.compile(r"666789|66\D{0,8}67[89](?!\d)|poison")


def poison_in(text: str) -> list[str]:
    """Return what stands in a text that only a hidden cell of a `poisoned` publication holds."""
    return [text[max(0, one.start() - 80) : one.end() + 40] for one in _POISON.finditer(text)]


def wave_of_content(content: Mapping[str, Any], version: int = 1) -> Wave:
    wave = content["wave"]
    shelf = rows(content, version=version)
    return Wave(
        publication=str(shelf["id"]),
        campaign=content["campaign"]["key"],
        key=wave["key"],
        sequence=wave["sequence"],
        kind=wave["kind"],
        labels=wave["labels"],
        closed_on=wave["closed_on"],
        released_at=datetime(2026, 6, 1, 8, tzinfo=UTC),
        version=version,
        open_results=shelf["open_results"],
        measures=frozenset(m["code"] for m in content["measures"]),
        doubted=is_doubted(content),
        margins=margins_in(content),
        correction=Correction(FIRST_OUT, "En vekt var feil.") if version > 1 else None,
    )


def part(content: Mapping[str, Any], scope: ExportScope | None = None, version: int = 1) -> Part:
    return Part(wave_of_content(content, version), Published(content), scope or ExportScope())


def main_wave() -> dict[str, Any]:
    return staff_series()[3]


def public_wave() -> dict[str, Any]:
    return public_series()[-1]


def poisoned(content: Mapping[str, Any], figure: float = POISON) -> dict[str, Any]:
    """The same publication, as if a mistake had left figures in cells that are not shown."""
    made = copy.deepcopy(dict(content))
    for row in made["estimates"]:
        if row["status"] != "published":
            row |= {"n": 6, "mean": figure, "se": figure, "low": figure, "high": figure,
                    "deff": figure, "n_eff": figure, "band": "poison"}  # fmt: skip
    for row in made["domains"]:
        if row["status"] != "published":
            # how many were invited is told of every place
            row |= {"answered": 666789, "rate": figure, "bound": "poison"}
    hidden = [row for row in made["changes"] if row["level"] == "unit"][:5]
    for row in hidden:
        row |= {"status": "suppressed_primary", "difference": figure, "low": figure,
                "high": figure, "verdict": "poison", "model_difference": figure,
                "model_low": figure, "chance": figure, "p": figure, "se": figure}  # fmt: skip
    return made


def smuggled(content: Mapping[str, Any], figure: float = POISON) -> dict[str, Any]:
    """The same publication, as if somebody had written figures of three people into it.

    Of the first place below the whole that is shown, with all that hangs on a mean; and what hangs
    on the means that are not shown.
    """
    made = copy.deepcopy(dict(content))
    few = place_of_few(made)
    few |= {"answered": 3, "rate": figure} if "rate" in few else {"n": 3}
    spoilt = {(few["level"], few["code"])}
    for row in made["estimates"]:
        if (row["level"], row["domain"]) in spoilt:
            row |= {"status": "published", "n": 3, "mean": figure, "low": figure, "high": figure}
    for row in made["changes"]:
        if (row["level"], row["domain"]) in spoilt:
            row |= {"status": "published", "difference": figure, "low": figure, "high": figure}
    silent = made["nonresponse"] or {"ranges": []}
    hidden = [row for row in made["estimates"] if row["statistic"] == "mean" and not shows(row)]
    for row in (*hidden, *(one for one in made["estimates"] if one["mean"] == figure)):
        place = {"measure": row["measure"], "level": row["level"], "domain": row["domain"]}
        silent["ranges"].append({**place, "low": figure, "high": figure})
        if row["level"] == "unit":
            made["pooled"].append({
                "measure": row["measure"], "domain": row["domain"], "eb": figure, "eb_se": 1.0,
                "g": 0.9, "difference": "higher", "low": figure, "high": figure,
            })  # fmt: skip
            made["trends"].append({**made["trends"][0], **place, "estimate": figure})
    return made


def place_of_few(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the place in which `smuggled` leaves three people."""
    return next(d for d in content["domains"] if d["level"] in {"unit", "group"} and shows(d))


def shows(row: Mapping[str, Any]) -> bool:
    return bool(row["status"] == "published")


def cells(dataset: Mapping[str, Any]) -> Iterator[tuple[dict[str, str], Any, str | None]]:
    """Read a JSON-stat 2.0 dataset: (category of each dimension), value, status; row-major."""
    orders = []
    for name in dataset["id"]:
        index = dataset["dimension"][name]["category"]["index"]
        orders.append(sorted(index, key=index.get) if isinstance(index, dict) else list(index))
    assert [len(order) for order in orders] == dataset["size"]
    values, status = dataset["value"], dataset.get("status", {})
    for place, key in enumerate(itertools.product(*orders)):
        value = values.get(str(place)) if isinstance(values, dict) else values[place]
        why = status[place] if isinstance(status, list) else status.get(str(place))
        yield dict(zip(dataset["id"], key, strict=True)), value, why


def few(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same publication with a handful of measures, for programs that read slowly."""
    kept = {"KI", "TRY", "APN", "NYT", "SIK", "TI", "OM1", "vp.try.1", "vp.hen.1", "om.til.1"}
    tables = {
        name: [row for row in content[name] if row["measure"] in kept]
        for name in ("estimates", "changes", "pooled")
    }
    return {**content, **tables, "measures": [m for m in content["measures"] if m["code"] in kept]}
