"""``barometer simulate``: a synthetic agency's main wave as files, to try ``analyse`` on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from questionnaires.loader import load_library
from survey_app.simulation.agency import SimulatedAgency, make_agency
from survey_app.simulation.ballots import answer_rows
from survey_app.simulation.staff_model import make_staff, respond, simulate_staff_wave
from survey_app.simulation.truth import true_means

FORM = "verdipuls.main"
SPECIFICATION = """\
# Analyse the simulated main wave: barometer analyse answers.csv --spec analyse.toml
[poststratify]
by = ["unit"]
counts = "units.csv"

[scales.trygghet]
items = ["vp.try.1", "vp.try.2", "vp.try.3", "vp.try.4", "vp.try.5"]
minimum = 1
maximum = 5
min_answered = 0.6

[domains]
by = ["region", ["region", "unit"]]

[disclosure]
minimum = 5
hierarchy = ["region", "unit"]
"""


def write_files(folder: Path, *, people: int, seed: int) -> Iterator[Path]:
    """Write answers, units, truth and a specification; missing answers are empty.

    Parameters
    ----------
    folder : Path
        Made when it does not exist; files of the same names are replaced.
    people, seed : int
        Size of the agency, and what it is drawn from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    questionnaire = load_library().questionnaire(FORM, first_wave=True)
    agency = make_agency(people, seed=seed)
    staff = make_staff(agency, seed=seed)
    wave = simulate_staff_wave(staff, 0)
    everybody = np.ones(agency.people, dtype=bool)
    nobody_before = np.zeros(agency.people, dtype=int)
    answered = respond(staff, wave, invited=everybody, earlier=nobody_before, main=True)
    chosen = np.flatnonzero(answered)
    columns = questionnaire.columns
    answers = pd.DataFrame(answer_rows(columns, wave.answers, chosen), columns=list(columns))
    answers = answers.mask(answers < 0).astype("Int16")
    units = [agency.units[at] for at in agency.unit[chosen]]
    answers.insert(0, "unit", [unit.code for unit in units])
    answers.insert(0, "region", [unit.region for unit in units])
    tables = {
        "answers.csv": answers,
        "units.csv": pd.DataFrame(
            {
                "unit": [unit.code for unit in agency.units],
                "count": [unit.size for unit in agency.units],
            }
        ),
        "truth.csv": pd.DataFrame(
            true_means("main", questionnaire, wave.answers, _domains(agency))
        ),
    }
    for name, table in tables.items():
        table.to_csv(folder / name, index=False)
        yield folder / name
    (folder / "analyse.toml").write_text(SPECIFICATION)
    yield folder / "analyse.toml"


def _domains(agency: SimulatedAgency) -> list[tuple[str, str, Any]]:
    everybody = np.ones(agency.people, dtype=bool)
    units = [("unit", unit.code, agency.unit == at) for at, unit in enumerate(agency.units)]
    return [("agency", "", everybody), *units]
