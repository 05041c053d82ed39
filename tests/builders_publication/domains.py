"""The agency and its parts: regions, units and unit types of staff, groups of the public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_app.publishing.computing.names import group_names, unit_type_names
from tests.builders_publication.facts import (
    GROUPS,
    MERGED_UNIT,
    PROBATION,
    PROTECTING_UNIT,
    REGIONS,
    SMALL_UNIT,
    library,
)


def _unit_population(region: str, number: int) -> int:
    return {SMALL_UNIT: 32, PROTECTING_UNIT: 45}.get(f"{region}-{number}", 60 + 23 * number)


def _status(code: str, kind: str, number: int) -> str:
    if code == SMALL_UNIT:
        return "suppressed_primary"
    if code == PROTECTING_UNIT:
        return "suppressed_secondary"
    # A pulse asks a third, so the smaller units have no figures of their own.
    if kind == "pulse" and number < 4:
        return "suppressed_primary"
    return "published"


def staff_domains(kind: str, share: float) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for region, (name, units) in REGIONS.items():
        inside = []
        for number in range(1, units + 1):
            code = f"{region}-{number}"
            place = name.removeprefix("Region ")
            unit_name = f"Fengsel {place} {number}"
            members = [unit_name]
            if code == MERGED_UNIT:
                members = [f"Friomsorg {place} 2", f"Overgangsbolig {place} 1"]
                unit_name = " og ".join(members)
            if code == SMALL_UNIT:
                unit_name = f"Regionadministrasjon {place}"
                members = [unit_name]
            inside.append((code, unit_name, members, _unit_population(region, number)))
        regional = [_domain("region", region, "", name, [name], sum(u[3] for u in inside), share)]
        for number, (code, unit_name, members, population) in enumerate(inside, start=1):
            rate = share * (0.65 if code == "nord-1" else 1.0 + 0.05 * (number % 3))
            status = _status(code, kind, number)
            row = _domain("unit", code, region, unit_name, members, population, rate, status)
            regional.append(row)
        rows += regional
    total = sum(row["population"] for row in rows if row["level"] == "region")
    types = [
        _domain("unit_type", code, "", unit_type_names(code), [], sum(
            row["population"] for row in rows if row["kind"] == code), share)
        for code in ("fengsel_hoy", "friomsorg")
    ]  # fmt: skip
    return [_domain("agency", "", "", "Hele etaten", [], total, share), *types, *rows]


def _domain(
    level: str, code: str, parent: str, name: Any, members: list[str], population: int,
    rate: float, status: str = "published",
) -> dict[str, Any]:  # fmt: skip
    shown = status == "published"
    answered = round(population * rate)
    return {
        "level": level, "code": code, "parent": parent, "name": name,
        "kind": "friomsorg" if code in PROBATION else "fengsel_hoy" if level == "unit" else "",
        "members": members, "population": population,
        "invited": population if shown else None, "answered": answered if shown else None,
        "rate": round(answered / population, 2) if shown else None,
        "bound": "", "low_rate": shown and rate < 0.4, "status": status,
    }  # fmt: skip


def public_domains(respondents: int) -> list[dict[str, Any]]:
    whole = {"nb": "Alle 18 år og eldre", "nn": "Alle 18 år og eldre", "en": "Everyone aged 18+"}
    rows = [_group("agency", "", whole, respondents)]
    questionnaire = library().questionnaire("omdomme")
    rows += [
        _group("group", code, group_names(questionnaire, code), respondents // 4) for code in GROUPS
    ]
    counties = [o for o in questionnaire.option_set("d.fylke").options if o.value is not None]
    for county in counties:
        hidden = county.code == "56"
        row = _group("group", f"county:{county.code}", dict(county.label), respondents // 15)
        if hidden:
            row |= {"answered": None, "status": "suppressed_primary"}
        rows.append(row)
    return rows


def _group(level: str, code: str, name: Mapping[str, str], answered: int) -> dict[str, Any]:
    return {
        "level": level, "code": code, "parent": "", "name": name,
        "kind": code.split(":", maxsplit=1)[0], "members": [], "population": None,
        "invited": None, "n": answered, "answered": None, "rate": None,
        "bound": "", "low_rate": False, "status": "published",
    }  # fmt: skip
