"""Figures of every measure in every domain: estimates, changes, smoothed means, shares."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from tests.builders_publication.facts import DRIFT, FALLS, LEVELS


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


def an_estimate(measure: str, level: str, domain: str, mean: float, n: int) -> dict[str, Any]:
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


def verdict_of(difference: float, low: float, high: float, margin: float) -> tuple[str, bool]:
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
    verdict, under = verdict_of(difference, low, high, margin)
    return {
        "measure": new["measure"], "statistic": "mean", "level": new["level"],
        "domain": new["domain"], "since": since, "since_labels": labels, "role": role,
        "difference": difference, "se": se, "low": low, "high": high, "p": 0.05,
        "p_adjusted": 0.05, "model_difference": difference, "model_low": low, "model_high": high,
        "verdict": verdict, "under_limit": under,
        "chance": 0.97 if verdict in {"up", "down"} else 0.4, "apart": False, "margin": margin,
        "status": "published",
    }  # fmt: skip


def fill_in(
    content: dict[str, Any], earlier: list[dict[str, Any]], number: int, late: bool
) -> None:
    """Add the figures of every measure, with their changes since the waves before."""
    before = _means_by_cell(earlier)
    for measure in content["measures"]:
        agency: Any = None
        for domain in content["domains"]:
            if measure["kind"] == "item" and domain["level"] == "group":
                continue
            key = (measure["code"], domain["level"], domain["code"])
            if domain["status"] != "published":
                content["estimates"].append(_hidden(*key, domain["status"]))
                continue
            place = domain["code"].replace(":", "-") if domain["level"] != "agency" else ""
            mean = _level(measure["code"], measure["parts"], place, number, late)
            row = an_estimate(*key, mean, domain["answered"] or domain["n"])
            agency = agency or row
            content["estimates"].append(row)
            _compare(content, before.get(key, []), row)
            _pool(content, row, agency["mean"])
            _share(content, row, measure)


def _share(content: dict[str, Any], row: Any, measure: dict[str, Any]) -> None:
    if measure["code"].startswith("vp.hen"):
        key = (row["measure"], row["level"], row["domain"])
        content["estimates"].append({
            **_hidden(*key, "published"), "statistic": "prevalence", "band": "30_49",
        })  # fmt: skip
    if measure["kind"] == "item":
        _distribute(content, row, measure["options"])


def _means_by_cell(earlier: list[dict[str, Any]]) -> dict[tuple[str, str, str], list[Any]]:
    found: dict[tuple[str, str, str], list[Any]] = {}
    for content in earlier:
        for row in content["estimates"]:
            if row["statistic"] == "mean" and row["mean"] is not None:
                cell = (row["measure"], row["level"], row["domain"])
                found.setdefault(cell, []).append((content, row))
    return found


def _compare(content: dict[str, Any], same: list[Any], row: Any) -> None:
    if row["level"] == "group":
        return
    if content["wave"]["kind"] == "main":
        same = [pair for pair in same if pair[0]["wave"]["kind"] == "main"] or same
    if not same:
        return
    for role, (old, found) in (("previous", same[-1]), ("first", same[0])):
        wave = old["wave"]
        content["since_labels"][wave["key"]] = wave["labels"]
        content["changes"].append(_change(row, found, wave["key"], wave["labels"], role))


def _pool(content: dict[str, Any], row: Any, agency: float) -> None:
    if row["level"] not in {"region", "unit"}:
        return
    gap = row["mean"] - agency
    sure = abs(gap) > 1.96 * row["se"]
    limit = 5.0 if row["level"] == "unit" else 3.0
    step = "none"
    if sure and abs(gap) >= limit:
        step = ("high" if gap > 0 else "low") + ("2" if abs(gap) >= 10 else "1")
    content["pooled"].append({
        "measure": row["measure"], "domain": row["domain"], "eb": row["mean"],
        "eb_se": row["se"], "g": 0.9, "difference": step,
        "low": round(row["mean"] - 1.96 * row["se"], 1),
        "high": round(row["mean"] + 1.96 * row["se"], 1),
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
