"""The same publications as earlier programmes published them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from typing import Any

# what came while every content still said format 1, in this order
LATER = (
    "since_labels", "plan_hash", "response_set_hash", "wave_record_hash", "yearly", "agreement",
    "trends", "drivers", "statements", "findings", "checks",
)  # fmt: skip
_OF_3 = ("model_difference", "model_low", "model_high", "chance", "apart")


def in_format_2(content: Mapping[str, Any]) -> dict[str, Any]:
    """As the programme before the rule of docs/adr/0037 published it."""
    later = {"findings", "nonresponse", "checks"}
    made = copy.deepcopy({name: value for name, value in content.items() if name not in later})
    for row in made["changes"]:
        for name in _OF_3:
            row.pop(name, None)
    return made | {"format": 2}


def in_format_1(content: Mapping[str, Any], *, lacking: Iterable[str] = LATER) -> bytes:
    """As it would lie on the shelf from the first days, without what those lacked."""
    made = copy.deepcopy(dict(content)) | {"format": 1}
    made.pop("nonresponse", None)
    made["weights"] = {"sum": 5000.0, "deff_kish": 1.034, "n_eff": 118.0} | made["weights"]
    for row in made["changes"]:
        for name in (
            "since_labels",
            "measured",
            "measured_low",
            "measured_high",
            "chance",
            "apart",
        ):
            row.pop(name, None)
        if "since_labels" in lacking:
            row["since_labels"] = made["since_labels"].get(row["since"], {})
    kept = {name: value for name, value in made.items() if name not in lacking}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()
