"""Keep the truth of the simulation beside the data, for whoever wants to judge the estimates."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

import numpy as np

from questionnaires.population import read_population
from survey_app.simulation.truth import TrueMean, true_means
from survey_app.simulation.wordings import worded_questionnaire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import numpy.typing as npt

    from survey_app.simulation.agency import SimulatedAgency
    from survey_app.simulation.calendar import SimulatedWave
    from survey_app.simulation.public_model import PublicSample

FILE: Final = "truth/means.csv"


def staff_truth(
    agency: SimulatedAgency, wave: SimulatedWave, answers: Mapping[str, npt.NDArray[np.int16]]
) -> list[TrueMean]:
    """Return what all staff would have given: the agency, each region and each unit.

    Of a wave that asks both wordings, a measure made of the new words stands under its code, and of
    the old ones under the code with ``@1``; everybody is in both.
    """
    regions = np.array([unit.region for unit in agency.units])[agency.unit]
    domains = [("agency", "", np.ones(agency.people, dtype=bool))]
    domains += [("region", code, regions == code) for code in agency.regions]
    domains += [("unit", unit.code, agency.unit == at) for at, unit in enumerate(agency.units)]
    return true_means(wave.key, worded_questionnaire(wave), answers, domains)


def public_truth(
    sample: PublicSample, wave: SimulatedWave, answers: Mapping[str, npt.NDArray[np.int16]]
) -> list[TrueMean]:
    """Return what everybody drawn would have given, weighted to the population's counties.

    Of a wave that asks both wordings as for `staff_truth`.
    """
    counties = read_population().county
    drawn = np.bincount(sample.county, minlength=100)
    weight = np.array([counties[f"{code:02d}"] / drawn[code] for code in sample.county])
    everybody = [("agency", "", np.ones(sample.size, dtype=bool))]
    return true_means(wave.key, worded_questionnaire(wave), answers, everybody, weight)


def write_truth(data_dir: Path, rows: Iterable[TrueMean]) -> Path:
    """Write wave, measure, level, domain and mean as CSV."""
    path = data_dir / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["wave", "measure", "level", "domain", "mean"])
        table.writerows(
            [row.wave, row.measure, row.level, row.domain, f"{row.mean:.4f}"] for row in rows
        )
    return path
