"""What a publication takes in the memory of a process that shows it, by the number of its units.

``python -m tests.benchmarks.held_publications`` reads publications of 60 and of 1,080 units as the
shelf does: as mappings in lists, which is how they were held once, and as columns. A publication of
so many units is one that tests read, with its units told several times.
"""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from survey_app.publications.formats import read_content
from survey_app.publications.packed import packed
from survey_app.reading.published import Published
from tests.benchmarks.budgets import told
from tests.builders_publication import staff_series

SIZES = (60, 1080)
PLACES = {"domains": "code", "estimates": "domain", "changes": "domain", "pooled": "domain"}


def a_publication(units: int) -> bytes:
    """Make one with so many units, as it is stored."""
    content: dict[str, Any] = {**staff_series()[3]}
    own = [row["code"] for row in content["domains"] if row["level"] == "unit"]
    for table, code in PLACES.items():
        rows = [{**row} for row in content[table]]
        for row in rows:
            row.pop("since_labels", None)  # they stand in a table of their own
        of_units = [row for row in rows if row[code] in own]
        content[table] = [row for row in rows if row[code] not in own] + [
            row | {code: f"{row[code]}-{number // len(own)}"}
            for number in range(0, units, len(own))
            for row in of_units
        ]
    compact = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return compact.encode()


def megabytes[T](make: Callable[[], T]) -> tuple[float, T]:
    """Return what is still held of it, and what was made."""
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    made = make()
    gc.collect()
    return (tracemalloc.get_traced_memory()[0] - before) / 1e6, made


def main() -> None:
    """Print a line for each size."""
    for units in SIZES:
        stored = a_publication(units)
        begun = time.process_time()
        content = read_content(stored)
        read = time.process_time()
        packed(content)
        packing = time.process_time() - read
        del content
        tracemalloc.start()
        as_lists, content = megabytes(lambda stored=stored: read_content(stored))
        del content
        as_columns, shown = megabytes(lambda stored=stored: Published(packed(read_content(stored))))
        tracemalloc.stop()
        print(
            f"{units} units, {len(stored) / 1e6:.0f} MB stored: {as_lists:.0f} MB as lists, and"
            f" {as_columns:.1f} MB as columns, with keys to find a cell by; {read - begun:.1f} s of"
            f" a processor to read, {packing:.1f} s to make columns"
        )
        del shown
    told("publication_memory", as_columns, f"{as_lists:.0f} MB as mappings in lists")


if __name__ == "__main__":
    main()
