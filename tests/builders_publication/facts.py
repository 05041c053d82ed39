"""What the simulated publications are about: regions and units, waves, levels of measures."""

from __future__ import annotations

import functools
from typing import Any

from questionnaires.loader import load_library

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
PROBATION = {"sor-4", "sorvest-5"}
SHIFT = {"code": "item_shifts", "item": "vp.sik.3", "level": "unit_type", "group": "friomsorg",
         "points": 6}  # fmt: skip
AGE_SHIFT = {"code": "item_shifts", "item": "om.vel.2", "level": "group", "group": "age:18-29",
             "points": -7}  # fmt: skip
GROUPS = (
    *(f"age:{code}" for code in ("18-29", "30-44", "45-59", "60-74", "75+")),
    *(f"gender:{code}" for code in ("woman", "man")),
    *(f"education:{code}" for code in "1234"),
    *(f"knowledge:{code}" for code in "1234"),
    *(f"{group}:{code}" for group in ("contact", "channel") for code in ("yes", "no")),
)


@functools.cache
def library() -> Any:
    return load_library()
