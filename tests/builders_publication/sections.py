"""What a publication tells beside its estimates: trends, statements, drivers, agreement, years."""

from __future__ import annotations

from typing import Any

import pandas as pd

from questionnaires.loader import load_library
from survey_app.publishing.computing.statements import statement_rows
from tests.builders_publication.facts import SMALL_UNIT, library
from tests.builders_publication.figures import verdict_of


def trends_of(
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
            "direction": verdict_of(change, low, high, 3.0)[0], "under_limit": False, "margin": 3.0,
            "warning": "" if len(before) > 2 else "too_short",
        })  # fmt: skip
    return rows


def statements_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    estimates, changes = (
        pd.DataFrame([row for row in content[table] if row["level"] == "agency"])
        for table in ("estimates", "changes")
    )
    if changes.empty:
        columns = ["measure", "statistic", "level", "status", "role", "since", "low"]
        changes = pd.DataFrame(columns=columns)
    return statement_rows(
        library().questionnaire(content["form"]), library().weak_links, estimates, changes
    )


def drivers_of(content: dict[str, Any]) -> list[dict[str, Any]]:
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


def agreement_of(content: dict[str, Any]) -> list[dict[str, Any]]:
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


def year_before(series: list[dict[str, Any]], year: int) -> list[dict[str, Any]]:
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
