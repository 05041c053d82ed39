"""A book as JSON-stat 2.0 (https://json-stat.org/full/): one cube, a status for each empty cell."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from survey_app.reading.exports.model import ExportBook, Value
from survey_app.reading.kinds import short_form_of
from survey_app.shared.agency import agency_as_source
from survey_app.shared.i18n import N_, Language, translator

MEANS: Final = {
    "mean": N_("Verdi, 0–100"),
    "low": N_("Nedre grense (95 %)"),
    "high": N_("Øvre grense (95 %)"),
    "se": N_("Standardfeil"),
    "n": N_("Antall svar"),
    "change": N_("Endring siden forrige gang, poeng"),
    "change_low": N_("Endring, nedre grense"),
    "change_high": N_("Endring, øvre grense"),
}
SHARES: Final = {
    "mean": N_("Andel, 0–1"),
    "low": N_("Nedre grense (95 %)"),
    "high": N_("Øvre grense (95 %)"),
    "n": N_("Antall svar"),
}
NOT_ASKED: Final = "not_published"
_NOT_ASKED: Final = N_("Finnes ikke i publikasjonen")
AGENCY: Final = "agency"

type _Record = Mapping[str, Value]
type _Cells = dict[tuple[str, ...], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Dimension:
    id: str
    label: str
    categories: Mapping[str, str]
    children: Mapping[str, list[str]] | None = None
    notes: Mapping[str, list[str]] | None = None


def json_stat_bytes(book: ExportBook, *, shares: bool = False) -> bytes:
    """Write the means of a book as a cube, or the shares of each answer.

    Parameters
    ----------
    book : ExportBook
    shares : bool
        Whether the cube holds how answers fall instead of means.
    """
    estimates = [
        row
        for row in book.table("estimates").records()
        if row["statistic"] == ("share" if shares else "mean")
    ]
    label = translator(book.language).gettext
    statistics = {code: label(text) for code, text in (SHARES if shares else MEANS).items()}
    dimensions = _dimensions(book, estimates, shares=shares)
    cells = _cells(estimates, dimensions)
    if not shares:
        _add_changes(book, cells)
    dataset = _dataset(book, dimensions, statistics, cells)
    return (json.dumps(dataset, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _dimensions(book: ExportBook, rows: Sequence[_Record], *, shares: bool) -> list[_Dimension]:
    gettext = translator(book.language).gettext
    made = [
        _Dimension("wave", gettext(N_("Måling")), _named(rows, _text("wave"), "wave_name")),
        _Dimension(
            "domain",
            gettext(N_("Sted eller gruppe")),
            _named(rows, place_id, "domain_name"),
            _children(rows),
        ),
        _measures(rows, book.language),
    ]
    if shares:
        answers = _named(rows, _text("category"), "category")
        made.append(_Dimension("category", gettext(N_("Svar, kode")), answers))
    return made


def _measures(rows: Sequence[_Record], language: Language) -> _Dimension:
    """Name the measures; a short form says that it cannot be compared with all questions."""
    gettext = translator(language).gettext
    names = _named(rows, _text("measure"), "measure_name")
    note = gettext(N_("Har bare noen av spørsmålene i %(code)s. De to kan ikke sammenlignes."))
    notes = {one: [note % {"code": full}] for one in names if (full := short_form_of(one))}
    return _Dimension("measure", gettext(N_("Mål")), names, notes=notes)


def _text(key: str) -> Callable[[_Record], str]:
    return lambda row: str(row[key])


def place_id(row: _Record) -> str:
    """Return a place's code in the cube, which no place of another level has."""
    code = str(row["domain"])
    return f"type:{code}" if row["level"] == "unit_type" else code or AGENCY


def _named(rows: Iterable[_Record], code: Callable[[_Record], str], name: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        found.setdefault(code(row), str(row[name]))
    return found


def _children(rows: Iterable[_Record]) -> Mapping[str, list[str]]:
    """Return which places are parts of which, as JSON-stat has it."""
    parts: dict[str, list[str]] = {}
    for row in rows:
        if row["level"] in {"region", "unit"}:
            inside = parts.setdefault(str(row["parent"]) or AGENCY, [])
            if place_id(row) not in inside:
                inside.append(place_id(row))
    return parts


def _key(row: _Record, dimensions: Sequence[_Dimension]) -> tuple[str, ...]:
    return tuple(place_id(row) if d.id == "domain" else str(row[d.id]) for d in dimensions)


def _cells(rows: Iterable[_Record], dimensions: Sequence[_Dimension]) -> _Cells:
    names = ("mean", "low", "high", "se", "n", "status")
    return {_key(row, dimensions): {one: row[one] for one in names} for row in rows}


def _add_changes(book: ExportBook, cells: _Cells) -> None:
    """Put changes beside the means: as pages show them, not what two waves differ by as they stand.

    Publications of before the rule that reads a change from all waves have the latter alone.
    """
    for row in book.table("changes").records():
        key = (str(row["wave"]), place_id(row), str(row["measure"]))
        if row["role"] == "previous" and row["statistic"] == "mean" and key in cells:
            read = "" if row["model_difference"] is None else "model_"
            cells[key] |= {
                "change": row[f"{read}difference"],
                "change_low": row[f"{read}low"],
                "change_high": row[f"{read}high"],
                "change_status": row["status"],
            }


def _dataset(
    book: ExportBook, dimensions: list[_Dimension], statistics: Mapping[str, str], cells: _Cells
) -> dict[str, Any]:
    gettext = translator(book.language).gettext
    values: list[Value] = []
    status: dict[str, str] = {}
    for key in itertools.product(*(one.categories for one in dimensions)):
        cell = cells.get(key, {})
        for statistic in statistics:
            value = cell.get(statistic)
            if value is None:
                status[str(len(values))] = _why(cell, statistic)
            values.append(value)
    last = _Dimension("statistic", gettext(N_("Størrelse")), statistics)
    # many waves of unlike surveys make a cube of holes: then only what is there is written
    sparse = 2 * len(status) > len(values)
    if sparse:
        status = {place: why for place, why in status.items() if why != NOT_ASKED}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": book.title,
        "updated": book.updated.isoformat(timespec="seconds"),
        "source": f"{agency_as_source(book.language)}, Verdibarometer",
        "note": list(book.notes),
        "id": [one.id for one in (*dimensions, last)],
        "size": [len(one.categories) for one in (*dimensions, last)],
        "role": {"time": ["wave"], "metric": ["statistic"]},
        "dimension": {one.id: _dimension(one, dimensions) for one in (*dimensions, last)},
        "value": _filled(values) if sparse else values,
        "status": status,
        "extension": {
            "language": book.language,
            "facts": dict(book.facts),
            "status": {"label": {**book.statuses, NOT_ASKED: gettext(_NOT_ASKED)}},
        },
    }


def _filled(values: Sequence[Value]) -> dict[str, Value]:
    return {str(place): value for place, value in enumerate(values) if value is not None}


def _why(cell: Mapping[str, Any], statistic: str) -> str:
    """Say why a value is missing: hidden, or never computed."""
    name = "change_status" if statistic.startswith("change") else "status"
    found = cell.get(name)
    return str(found) if found and found != "published" else NOT_ASKED


def _dimension(one: _Dimension, others: Sequence[_Dimension]) -> dict[str, Any]:
    codes = list(one.categories)
    category: dict[str, Any] = {"index": codes, "label": dict(one.categories)}
    if one.children:
        known = {
            parent: [code for code in inside if code in one.categories]
            for parent, inside in one.children.items()
            if parent in one.categories
        }
        category["child"] = known
    if one.notes:
        category["note"] = dict(one.notes)
    if one.id == "statistic":
        digits = 3 if any(other.id == "category" for other in others) else 1
        category["unit"] = {code: {"decimals": 0 if code == "n" else digits} for code in codes}
    return {"label": one.label, "category": category}
