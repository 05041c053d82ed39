"""What a made-up publication tells of its own figures: all is well that it looked into."""

from __future__ import annotations

from typing import Any

_STEPS = (("configural", 0.998, None), ("metric", 0.997, 0.012), ("scalar", 0.991, 0.024))


def reliability_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    scales = [one for one in content["measures"] if one["kind"] == "scale"]
    return [
        {"scale": one["code"], "n": 2400, "alpha": 0.78, "alpha_low": 0.765, "alpha_high": 0.794,
         "omega": 0.79 if long else None, "omega_low": 0.776 if long else None,
         "omega_high": 0.803 if long else None}
        for one in scales if len(one["items"]) > 1
        for long in [len(one["items"]) > 2]
    ]  # fmt: skip


def _row(measure: str, groups: list[str], **facts: Any) -> dict[str, Any]:
    steps = [
        {"step": step, "freed": [], "accepted": True, "cfi": cfi, "rmsea": rmsea, "srmr": 0.02}
        for step, cfi, rmsea in _STEPS
    ]
    return {"measure": measure, "scales": [measure], "groups": groups, "reached": "scalar",
            "comparable": True, "steps": steps, "why": None} | facts  # fmt: skip


def checks_of(content: dict[str, Any], earlier: list[dict[str, Any]]) -> dict[str, Any]:
    """Test the long scales; the last of them was answered by too few."""
    staff = content["campaign"]["population"] == "staff"
    told = content["wave"]["kind"] == "main" or content["campaign"]["population"] == "public"
    long = [one["code"] for one in content["measures"]
            if one["kind"] == "scale" and len(one["items"]) > 2]  # fmt: skip
    groups = ["fengsel_hoy", "friomsorg"] if staff else ["age:18-29", "age:60-74"]
    rows = [_row(code, groups) for code in long]
    if rows:
        rows[-1] |= {"reached": None, "comparable": None, "steps": [], "why": "too_few"}
    waves = [one["wave"]["key"] for one in (*earlier[-1:], content)]
    indices = [one["code"] for one in content["measures"] if one["kind"] == "index"]
    dont_know = [{"measure": code, "points": -0.5, "low": -1.0, "high": 0.0} for code in indices]
    since = earlier[-1]["wave"]["key"] if earlier else None
    moved = [{"measure": code, "since": since, "role": "previous", "level": "unit_type",
              "points": 0.1, "low": 0.0, "high": 0.2} for code in indices]  # fmt: skip
    return {
        "groups": {"over": ("unit_type" if staff else "group") if told else None,
                   "rows": rows if told else [], "why": None if told else "no_groups"},
        "waves": {"rows": [_row(code, waves) for code in long] if since else [],
                  "why": None if since else "first"},
        "dont_know": {"rows": dont_know, "why": None},
        "composition": {"rows": moved if staff and since else [],
                        "why": ("first" if staff else "no_register") if not (staff and since)
                        else None},
    }  # fmt: skip
