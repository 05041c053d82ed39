"""The open figures as one CSV file, with suppressed cells as rows without a number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from survey_app.reading.names import own
from survey_app.reading.published import AGENCY, Published
from survey_app.reading.waves import Wave

COLUMNS: Final = (
    "population", "wave", "wave_name", "closed_on", "publication", "version", "measure",
    "measure_name", "level", "domain", "domain_name", "statistic", "n", "mean", "se", "low",
    "high", "status",
)  # fmt: skip
# Staff figures are open for the whole agency only; the public's background groups are open too.
LEVELS: Final = {"staff": {AGENCY}, "public": {AGENCY, "group"}, "open": {AGENCY}}


def open_data(parts: list[tuple[str, Wave, Published]]) -> str:
    """Write the indices and scales of the given publications, oldest first.

    Parameters
    ----------
    parts : list of (population, wave, publication)
        What is open. ``open`` is the survey by open link, which is not representative.

    Returns
    -------
    str
        CSV with a header, comma, decimal point and empty cells where a figure is not shown.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for population, wave, shown in parts:
        writer.writerows(_rows(population, wave, shown))
    return text.getvalue()


def _rows(population: str, wave: Wave, shown: Published) -> Iterator[tuple[object, ...]]:
    domains = [d for d in shown.domains if d.level in LEVELS[population]]
    for measure in shown.measures.values():
        if measure.kind == "item":
            continue
        for domain in domains:
            cell = shown.estimate(measure.code, domain.level, domain.code)
            if cell is None:
                continue
            figures = (cell.n, cell.mean, cell.se, cell.low, cell.high)
            yield (
                population,
                wave.key,
                wave.label("name", "nb"),
                wave.closed_on,
                wave.publication,
                wave.version,
                measure.code,
                own(measure.title, "nb"),
                domain.level,
                domain.code,
                own(domain.name, "nb"),
                cell.statistic,
                *(("" if value is None else value) for value in figures),
                cell.status,
            )
