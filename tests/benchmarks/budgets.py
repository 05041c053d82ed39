"""What the product may cost at the most, each limit in one place (``design.md`` 6).

A benchmark calls `told` for what it measured; ``barometer bench`` gathers what was told, prints one
table, and fails if anything is over its limit.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REPORT: Final = "BENCH_REPORT"  # a file that `barometer bench` reads afterwards


@dataclass(frozen=True)
class Budget:
    """A limit: ``most`` of something, or with ``least`` at least so much."""

    what: str
    limit: float
    unit: str = ""
    least: bool = False

    def kept(self, measured: float) -> bool:
        """Say whether a figure keeps to it."""
        return measured >= self.limit if self.least else measured <= self.limit


BUDGETS: Final = {
    "form_rate": Budget("forms taken, of a bare stack", 0.85, least=True),
    "form_cpu": Budget("processor for a form", 3, "ms"),
    "credential_rate": Budget("ballots by credential, of a bare stack", 0.85, least=True),
    "credential_cpu": Budget("processor for a ballot by credential", 6, "ms"),
    "form_requests": Budget("requests before the form is usable", 2),
    "form_bytes": Budget("bytes of the form, as sent", 30, "kB"),
    "form_usable": Budget("form usable on a slow phone", 1.2, "s"),
    "form_shift": Budget("layout shift of the form", 0),
    "answers_while_read": Budget("p95 of answers at 200 requests/s while readers read", 25, "ms"),
    "page_alone": Budget("p95 of a page, ten years, one reader", 60, "ms"),
    "page_of_eight": Budget("p95 of a page, ten years, eight readers", 150, "ms"),
    "memory": Budget("web and worker after browsing ten years", 400, "MiB"),
    "publication_memory": Budget("a publication of 1,080 units in memory", 40, "MB"),
    "chart": Budget("a trend of twelve waves drawn", 2, "ms"),
    "questionnaires": Budget("the questionnaires read", 200, "ms"),
    "analysis_ratio": Budget("a million × 30 items in 24 waves, of plain pandas", 0.35),
    "analysis_memory": Budget("memory for a million × 30 items", 2, "GB"),
    "staff_wave": Budget("a staff wave closed and published", 3, "s"),
    "large_wave_memory": Budget("memory for 10 million respondents", 4, "GB"),
    "suppression_time": Budget("6,000 answers and 200 units protected, processor", 5, "s"),
    "suppression_memory": Budget("memory for them", 1, "GB"),
    "mails_queued": Budget("100,000 invitations queued", 30, "s"),
    "mails_sent": Budget("mails sent, 20 ms a reply", 200, "a second", least=True),
}


def told(name: str, measured: float, beside: str = "") -> None:
    """Print a figure with its limit, and keep it for the table.

    Parameters
    ----------
    name : str
        Of the budget in `BUDGETS`.
    measured : float
        In the budget's unit.
    beside : str, optional
        The reference from the same run, in words.
    """
    budget = BUDGETS[name]
    row = {
        "what": budget.what,
        "measured": measured,
        "limit": budget.limit,
        "unit": budget.unit,
        "least": budget.least,
        "kept": budget.kept(measured),
        "beside": beside,
        "load": os.getloadavg()[0],
    }
    bound = "at least" if budget.least else "at most"
    print(
        f"{'kept' if row['kept'] else 'MISSED':6}  {budget.what}: {measured:.3g} {budget.unit}"
        f" ({bound} {budget.limit:g}) {beside}".rstrip(),
        flush=True,
    )
    if path := os.environ.get(REPORT):
        with Path(path).open("a", encoding="utf-8") as report:
            report.write(json.dumps(row) + "\n")
