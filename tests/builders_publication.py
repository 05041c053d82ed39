"""Publications to read: a staff series of six waves and a public one of four, as content.

The content follows the publication's format; the figures are made up with a fixed seed, with units
that are hidden because they are small and units that are hidden to protect those.
"""

from __future__ import annotations

import functools
import hashlib
import json
import random
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from analytics.groups import AGES, GENDERS, YES_NO
from questionnaires.loader import load_library
from survey_app.publications.tables import Estimate, Publication
from survey_app.publishing.content import head_of
from survey_app.publishing.names import UNIT_TYPES, group_names
from survey_app.publishing.statements import statement_rows

REGIONS = {
    "ost": ("Region Øst", 7),
    "sor": ("Region Sør", 6),
    "sorvest": ("Region Sørvest", 5),
    "nord": ("Region Nord", 4),
}
SMALL_UNIT = "sor-6"
PROTECTING_UNIT = "sor-5"
MERGED_UNIT = "sorvest-5"
STAFF_WAVES = [
    ("2024-h", "main", "verdipuls.main", "Høsten 2024", "høst", 2024, "2024-10-04"),
    ("2025-02", "pulse", "verdipuls.k1", "Februar 2025", "feb", 2025, "2025-02-28"),
    ("2025-05", "pulse", "verdipuls.k2", "Mai 2025", "mai", 2025, "2025-05-30"),
    ("2025-h", "main", "verdipuls.main", "Høsten 2025", "høst", 2025, "2025-10-03"),
    ("2026-02", "pulse", "verdipuls.k1", "Februar 2026", "feb", 2026, "2026-02-27"),
    ("2026-05", "pulse", "verdipuls.k2", "Mai 2026", "mai", 2026, "2026-05-29"),
]
PUBLIC_WAVES = [
    ("2024-09", "half_year", "omdomme", "September 2024", "sep", 2024, "2024-10-01"),
    ("2025-03", "half_year", "omdomme", "Mars 2025", "mar", 2025, "2025-04-01"),
    ("2025-09", "half_year", "omdomme", "September 2025", "sep", 2025, "2025-10-01"),
    ("2026-03", "half_year", "omdomme", "Mars 2026", "mar", 2026, "2026-04-01"),
]
LEVELS = {
    "TRY": 75.0, "APN": 64.0, "NYT": 67.0, "SIK": 67.5, "AAT": 65.0, "AAS": 72.0, "AAM": 62.0,
    "TRY-kjerne": 76.5, "APN-kjerne": 65.5, "NYT-kjerne": 69.0, "AMB": 66.8,
    "EVN": 66.0, "VEL": 62.0, "INT": 63.0, "OPN": 57.0, "TRO": 65.0, "SAM": 59.0, "PLA": 60.0,
    "EAI-3": 50.0,
}  # fmt: skip
DRIFT = {"NYT-kjerne": 1.1, "NYT": 1.0, "APN": -0.2}
FALLS = {("sorvest", "APN"): -5.0, ("sor", "APN"): -3.6, ("sorvest", "AAT"): -4.6}
CELL = (
    "measure", "statistic", "category", "level", "domain", "n", "mean", "se", "low", "high",
    "status",
)  # fmt: skip
PROBATION = {"sor-4", "sorvest-5"}
SHIFT = {"code": "item_shifts", "item": "vp.sik.3", "level": "unit_type", "group": "friomsorg",
         "points": 6}  # fmt: skip
AGE_SHIFT = {"code": "item_shifts", "item": "om.vel.2", "level": "group", "group": "age:18-29",
             "points": -7}  # fmt: skip
GROUPS = (
    *(f"age:{code}" for code in AGES.values()),
    *(f"gender:{code}" for code in GENDERS.values()),
    *(f"education:{code}" for code in "1234"),
    *(f"knowledge:{code}" for code in "1234"),
    *(f"{group}:{code}" for group in ("contact", "channel") for code in YES_NO),
)


@functools.cache
def _library() -> Any:
    return load_library()


def _labels(name: str, short: str, year: int, kind: str) -> dict[str, Any]:
    kinds = {"main": ", hovedmåling", "pulse": ", kortmåling", "half_year": "", "open": ""}
    lower = name[0].lower() + name[1:]
    season = lower.startswith("høsten")
    english = _english(name)
    english_kinds = {"main": ", main survey", "pulse": ", pulse", "half_year": "", "open": ""}
    nynorsk = lower.replace("høsten", "hausten")
    return {
        "name": {
            "nb": name + kinds[kind],
            "nn": (nynorsk[0].upper() + nynorsk[1:])
            + kinds[kind].replace("hovedmåling", "hovudmåling"),
            "en": english + english_kinds[kind],
        },
        "since": {"nb": f"siden {lower}", "nn": f"sidan {nynorsk}", "en": f"since {english}"},
        "short": {"nb": short, "nn": short.replace("høst", "haust"), "en": english.split()[0][:3]},
        "year": year,
        "in": {
            "nb": lower if season else f"i {lower}",
            "nn": nynorsk if season else f"i {nynorsk}",
            "en": f"in {english}",
        },
    }


def _english(name: str) -> str:
    words = {"Høsten": "autumn", "Februar": "February", "Mai": "May", "Mars": "March"}
    month, year = name.split()
    return f"{words.get(month, month)} {year}"


def _measures(form: str) -> list[dict[str, Any]]:
    questionnaire = _library().questionnaire(form)
    made = []
    for index in questionnaire.indices:
        items = [item for scale in questionnaire.scales if scale.code in index.weights
                 for item in scale.items]  # fmt: skip
        made.append(_measure(index.code, "index", index.title, index.short, index.about,
                             dict(index.weights), items))  # fmt: skip
    known = {measure["code"] for measure in made}
    made += [
        _measure(scale.code, "scale", scale.title, scale.title, {}, {}, list(scale.items))
        for scale in questionnaire.scales
        if scale.code not in known
    ]
    for item in questionnaire.items:
        if item.purpose == "measure":
            options = [
                {"code": option.code, "label": dict(option.label)}
                for option in questionnaire.option_set(item).options
            ]
            made.append(
                _measure(item.id, "item", item.text, item.text, {}, {}, [item.id],
                         statements=list(item.statements), options=options,
                         reversed=item.reversed)
            )  # fmt: skip
    return made


def _measure(
    code: str,
    kind: str,
    title: Mapping[str, str],
    short: Mapping[str, str],
    about: Mapping[str, str],
    parts: Mapping[str, float],
    items: list[str],
    **more: Any,
) -> dict[str, Any]:
    return {
        "code": code, "kind": kind, "title": dict(title), "short": dict(short),
        "about": dict(about), "parts": dict(parts), "items": items,
        "statements": more.get("statements", []), "options": more.get("options", []),
        "reversed": more.get("reversed", False),
    }  # fmt: skip


def _level(code: str, parts: Mapping[str, float], place: str, number: int, late: bool) -> float:
    rng = random.Random(f"{code}/{place}")
    weights = parts or {code: 1.0}
    total = 0.0
    for part, weight in weights.items():
        base = LEVELS.get(part, 50.0 + random.Random(part).random() * 25)
        base += DRIFT.get(part, 0.0) * number
        region = place.split("-", maxsplit=1)[0]
        if late:
            base += FALLS.get((region, part), 0.0)
        total += weight * base
    spread = 0.0 if not place else (2.0 if "-" not in place else 6.0)
    return min(99.0, max(1.0, total + rng.uniform(-spread, spread)))


def _estimate(measure: str, level: str, domain: str, mean: float, n: int) -> dict[str, Any]:
    se = round(20.0 / max(n, 1) ** 0.5, 1) or 0.1
    low, high = max(0.0, mean - 1.96 * se), min(100.0, mean + 1.96 * se)
    return {
        "measure": measure, "statistic": "mean", "category": "", "level": level, "domain": domain,
        "n": n, "mean": round(mean, 1), "se": se, "low": round(low, 1), "high": round(high, 1),
        "deff": 1.1, "n_eff": round(n / 1.1, 1), "status": "published",
    }  # fmt: skip


def _hidden(measure: str, level: str, domain: str, status: str) -> dict[str, Any]:
    return {
        "measure": measure, "statistic": "mean", "category": "", "level": level, "domain": domain,
        "n": None, "mean": None, "se": None, "low": None, "high": None, "deff": None,
        "n_eff": None, "status": status,
    }  # fmt: skip


def _verdict(difference: float, low: float, high: float, margin: float) -> tuple[str, bool]:
    if low > 0 and difference >= margin:
        return "up", False
    if high < 0 and difference <= -margin:
        return "down", False
    if low > -margin and high < margin:
        return "steady", False
    return "uncertain", low > 0 or high < 0


def _change(
    new: Mapping[str, Any], old: Mapping[str, Any], since: str, labels: Any, role: str
) -> dict[str, Any]:
    margin = 5.0 if new["level"] == "unit" else 3.0
    difference = round(new["mean"] - old["mean"], 1)
    se = round((new["se"] ** 2 + old["se"] ** 2) ** 0.5 * 0.8, 1) or 0.1
    low, high = round(difference - 1.96 * se, 1), round(difference + 1.96 * se, 1)
    verdict, under = _verdict(difference, low, high, margin)
    return {
        "measure": new["measure"], "statistic": "mean", "level": new["level"],
        "domain": new["domain"], "since": since, "since_labels": labels, "role": role,
        "difference": difference, "se": se, "low": low, "high": high, "p": 0.05,
        "p_adjusted": 0.05, "verdict": verdict, "under_limit": under, "margin": margin,
        "status": "published",
    }  # fmt: skip


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


def _staff_domains(kind: str, share: float) -> list[dict[str, Any]]:
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
        _domain("unit_type", code, "", dict(UNIT_TYPES[code]), [], sum(
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


@functools.cache
def staff_series() -> list[dict[str, Any]]:
    """Contents of six staff waves, oldest first."""
    series: list[dict[str, Any]] = []
    for number, (key, kind, form, name, short, year, closed) in enumerate(STAFF_WAVES):
        share = 0.56 if kind == "main" else 0.47
        domains = _staff_domains(kind, share)
        if kind == "pulse":
            for row in domains:
                if row["invited"] is not None:
                    row["invited"] = row["population"] // 3
                    row["answered"] = round(row["invited"] * row["rate"])
        content = _content("verdipuls", "staff", key, number, kind, form, closed,
                           _labels(name, short, year, kind), domains)  # fmt: skip
        _fill(content, series, number, late=number >= 3)
        content["agreement"] = _agreement(content)
        content["trends"] = _trends(content, series, "KI-kjerne")
        content["drivers"] = []
        content["statements"] = _statements(content)
        if kind == "main":
            content["warnings"].append(SHIFT)
            content["drivers"] = _drivers(content)
        if number and int(series[-1]["wave"]["labels"]["year"]) < year:
            content["yearly"] = _yearly(series, year - 1)
        series.append(content)
    return series


def _trends(
    content: dict[str, Any], earlier: list[dict[str, Any]], measure: str
) -> list[dict[str, Any]]:
    """Compare the agency and its regions with the first wave, as the worker does with a model."""
    rows = []
    for row in content["estimates"]:
        if row["measure"] != measure or row["level"] not in {"agency", "region"}:
            continue
        before = [
            (one["wave"]["key"], old["mean"]) for one in earlier for old in one["estimates"]
            if (old["measure"], old["level"], old["domain"]) == (measure, row["level"],
                                                                 row["domain"])
        ]  # fmt: skip
        change = round(row["mean"] - before[0][1], 1) if before else 0.0
        low, high = round(change - 1.2, 1), round(change + 1.2, 1)
        rows.append({
            "measure": measure, "level": row["level"], "domain": row["domain"],
            "waves": len(before) + 1, "smoothed": len(before) > 2, "estimate": row["mean"],
            "low": row["low"], "high": row["high"], "since": before[0][0] if before else None,
            "change": change if before else None, "change_low": low if before else None,
            "change_high": high if before else None,
            "direction": _verdict(change, low, high, 3.0)[0], "under_limit": False, "margin": 3.0,
            "slope": 0.4, "slope_low": -0.1, "slope_high": 0.9,
            "warning": "" if len(before) > 2 else "too_short",
        })  # fmt: skip
    return rows


def _statements(content: dict[str, Any]) -> list[dict[str, Any]]:
    estimates, changes = pd.DataFrame(content["estimates"]), pd.DataFrame(content["changes"])
    if changes.empty:
        columns = ["measure", "statistic", "level", "status", "role", "since", "low"]
        changes = pd.DataFrame(columns=columns)
    return statement_rows(_library().questionnaire(content["form"]), estimates, changes)


def _drivers(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Let the second predictor of each outcome surely stand out, and the last surely not."""
    known = {one["code"] for one in content["measures"]}
    shares = (0.12, 0.25, 0.11, 0.11, 0.1, 0.09, 0.09, 0.08, 0.05)
    return [
        {"outcome": one.id, "measure": one.measure, "n": 2616, "r_squared": 0.34, "r_low": 0.31,
         "r_high": 0.37, "warnings": [],
         "predictors": [
             {"measure": code, "share": share, "low": round(share - 0.03, 3),
              "high": round(share + 0.03, 3), "rank_low": 1 if share == 0.25 else 2,
              "rank_high": 1 if share == 0.25 else 9}
             for code, share in zip(one.predictors, shares, strict=True)]}
        for one in load_library().drivers
        if {one.measure, *one.predictors} <= known
    ]  # fmt: skip


def _agreement(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Tell units apart in main waves, except on openness; in a pulse too few of them answer."""
    units = sum(row["level"] == "unit" and row["status"] == "published"
                for row in content["domains"])  # fmt: skip
    main = content["wave"]["kind"] == "main"
    return [
        {"measure": one["code"], "units": units, "icc1": 0.05 if apart else 0.02,
         "icc2": 0.78 if apart else 0.47, "comparable": apart}
        for one in content["measures"]
        if one["kind"] != "item" and units >= 10
        for apart in [main and not one["code"].startswith("APN")]
    ]  # fmt: skip


def _yearly(series: list[dict[str, Any]], year: int) -> list[dict[str, Any]]:
    """Give the small unit one figure for the pulses of the year before, where there were two."""
    waves = [one["wave"] for one in series]
    pulses = [one for one in waves if (one["kind"], one["labels"]["year"]) == ("pulse", year)]
    figures = [
        {"measure": code, "level": "unit", "domain": SMALL_UNIT, "n": 19, "mean": mean, "se": 2.6,
         "low": round(mean - 5.4, 1), "high": round(mean + 5.4, 1), "status": "published"}
        for code, mean in (("KI-kjerne", 66.4), ("TRY-kjerne", 71.2), ("APN-kjerne", 62.0),
                           ("NYT-kjerne", 66.1))
    ]  # fmt: skip
    kept = [{"key": one["key"], "labels": one["labels"]} for one in pulses]
    return [{"year": year, "waves": kept, "figures": figures}] if len(pulses) > 1 else []


@functools.cache
def public_series(population: str = "public") -> list[dict[str, Any]]:
    """Contents of four public waves, oldest first; ``open`` gives one from an open link."""
    waves = PUBLIC_WAVES if population == "public" else PUBLIC_WAVES[-1:]
    series: list[dict[str, Any]] = []
    for number, (key, kind, form, name, short, year, closed) in enumerate(waves):
        respondents = 1982 if population == "public" else 214
        domains = _public_domains(respondents)
        sort = "open" if population == "open" else kind
        content = _content("omdomme" if population == "public" else "omdomme-apen", population,
                           key, number, sort, form, closed, _labels(name, short, year, sort),
                           domains)  # fmt: skip
        content["weights"] = {"deff_kish": 1.163, "n_eff": round(respondents / 1.163, 1)}
        content["response"] = {"invited": 7400, "answers": respondents, "rr2": 0.27}
        _fill(content, series, number, late=False)
        content["warnings"].append(AGE_SHIFT)
        content["trends"] = _trends(content, series, "TI")
        content["statements"] = _statements(content)
        content["estimates"].append({
            **_estimate("TI", "agency", "", 84.0, respondents), "statistic": "share",
            "category": "view", "mean": 0.84, "se": 0.01, "low": 0.82, "high": 0.86,
        })  # fmt: skip
        series.append(content)
    return series


def _public_domains(respondents: int) -> list[dict[str, Any]]:
    whole = {"nb": "Alle 18 år og eldre", "nn": "Alle 18 år og eldre", "en": "Everyone aged 18+"}
    rows = [_group("agency", "", whole, respondents)]
    questionnaire = _library().questionnaire("omdomme")
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


def _content(
    campaign: str, population: str, key: str, number: int, kind: str, form: str, closed: str,
    labels: Any, domains: list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    title = "Verdipuls" if population == "staff" else "Omdømmemåling"
    agency = domains[0]
    return {
        "format": 1,
        "campaign": {"key": campaign, "title": {"nb": title, "nn": title, "en": title},
                     "population": population, "demo": True},
        "wave": {"key": key, "sequence": number + 1, "kind": kind, "labels": labels,
                 "closed_on": closed, "results_on": closed},
        "questionnaire": "sha256:0", "form": form, "measures": _measures(form),
        "domains": domains,
        "response": {"invited": agency["invited"], "answered": agency["answered"]},
        "weights": {}, "reliability": [], "warnings": [],
        "limits": {"minimum_group": 5, "staff_mean": 10, "staff_distribution": 20},
        "estimates": [], "changes": [], "pooled": [], "yearly": [], "since_labels": {},
        "agreement": [], "trends": [],
    }  # fmt: skip


def _fill(content: dict[str, Any], earlier: list[dict[str, Any]], number: int, late: bool) -> None:
    for measure in content["measures"]:
        for domain in content["domains"]:
            if measure["kind"] == "item" and domain["level"] == "group":
                continue
            key = (measure["code"], domain["level"], domain["code"])
            if domain["status"] != "published":
                content["estimates"].append(_hidden(*key, domain["status"]))
                continue
            place = domain["code"].replace(":", "-") if domain["level"] != "agency" else ""
            mean = _level(measure["code"], measure["parts"], place, number, late)
            row = _estimate(*key, mean, domain["answered"] or domain["n"])
            content["estimates"].append(row)
            _compare(content, earlier, row)
            _pool(content, domain, row)
            if measure["code"].startswith("vp.hen"):
                content["estimates"].append({
                    **_hidden(*key, "published"), "statistic": "prevalence", "band": "30_49",
                })  # fmt: skip
            if measure["kind"] == "item":
                _distribute(content, row, measure["options"])


def _compare(content: dict[str, Any], earlier: list[dict[str, Any]], row: Any) -> None:
    if row["level"] == "group":
        return
    same = [
        (old, found)
        for old in earlier
        for found in old["estimates"]
        if (found["measure"], found["statistic"], found["level"], found["domain"])
        == (row["measure"], row["statistic"], row["level"], row["domain"])
        and found["mean"] is not None
    ]
    if content["wave"]["kind"] == "main":
        same = [pair for pair in same if pair[0]["wave"]["kind"] == "main"] or same
    if not same:
        return
    for role, (old, found) in (("previous", same[-1]), ("first", same[0])):
        wave = old["wave"]
        content["since_labels"][wave["key"]] = wave["labels"]
        content["changes"].append(_change(row, found, wave["key"], wave["labels"], role))


def _pool(content: dict[str, Any], domain: Any, row: Any) -> None:
    if domain["level"] not in {"region", "unit"}:
        return
    agency = next(
        found["mean"]
        for found in content["estimates"]
        if found["measure"] == row["measure"] and found["level"] == "agency"
    )
    gap = row["mean"] - agency
    sure = abs(gap) > 1.96 * row["se"]
    limit = 5.0 if domain["level"] == "unit" else 3.0
    step = "none"
    if sure and abs(gap) >= limit:
        step = ("high" if gap > 0 else "low") + ("2" if abs(gap) >= 10 else "1")
    content["pooled"].append({
        "measure": row["measure"], "domain": domain["code"], "eb": row["mean"],
        "eb_se": row["se"], "g": 0.9, "difference": step,
        "low": round(gap - 1.96 * row["se"], 1), "high": round(gap + 1.96 * row["se"], 1),
    })  # fmt: skip


def _distribute(content: dict[str, Any], row: Any, options: list[Any]) -> None:
    scored = [option["code"] for option in options if option["code"].isdigit()]
    centre = row["mean"] / 100 * (len(scored) - 1)
    weight = [2.0 ** -abs(index - centre) for index in range(len(scored))]
    for code, part in zip(scored, weight, strict=True):
        share = round(part / sum(weight), 2)
        content["estimates"].append({
            **row, "statistic": "share", "category": code, "mean": share, "se": 0.02,
            "low": round(max(0.0, share - 0.04), 2), "high": round(min(1.0, share + 0.04), 2),
        })  # fmt: skip


def words(reply: Any) -> str:
    """Return the text of a page that a reader sees, with its spaces made plain."""
    text = re.sub(r"(?s)<svg.*?</svg>|<[^>]+>", " ", reply.text)
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


@functools.cache
def _raw(wave: str, population: str) -> bytes:
    series = staff_series() if population == "staff" else public_series(population)
    content = next(one for one in series if one["wave"]["key"] == wave)
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def rows(content: Mapping[str, Any], *, version: int = 1) -> dict[str, Any]:
    """A publication's columns for the table ``publications.publication``."""
    raw = _raw(content["wave"]["key"], content["campaign"]["population"])
    digest = "sha256:" + hashlib.sha256(raw).hexdigest()
    closed = datetime.fromisoformat(content["wave"]["closed_on"]).replace(hour=8, tzinfo=UTC)
    return {
        "id": uuid.uuid5(uuid.NAMESPACE_URL, digest + str(version)),
        "campaign": content["campaign"]["key"],
        "wave": uuid.uuid5(uuid.NAMESPACE_URL, content["wave"]["key"]),
        "wave_key": content["wave"]["key"],
        "sequence": content["wave"]["sequence"],
        "kind": content["wave"]["kind"],
        "population": content["campaign"]["population"],
        "version": version,
        "computed_at": closed,
        "released_at": closed,
        "open_results": 2 if content["campaign"]["population"] != "staff" else 1,
        "head": head_of(content),
        "content": raw,
        "content_hash": digest,
        "manifest": {"content_hash": digest},
    }


async def put_on_shelf(*contents: Mapping[str, Any], **changed: Any) -> None:
    """Store publications as the worker does, with the means of indices and scales for trends."""
    for content in contents:
        columns = rows(content) | changed
        await Publication.insert(Publication(**columns))
        kept = {m["code"] for m in content["measures"] if m["kind"] != "item"}
        cells = [
            Estimate(
                publication=columns["id"],
                **{name: cell[name] for name in CELL},
            )
            for cell in content["estimates"]
            if cell["measure"] in kept and cell["statistic"] == "mean"
        ]
        await Estimate.insert(*cells)
