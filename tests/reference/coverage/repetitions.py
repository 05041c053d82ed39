"""A smaller agency, asked again and again: does what is published cover the truth?

No database: the pipeline and disclosure control themselves, on the simulation of instruments.md 7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.disclosure.protect import protect
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import plan_wave
from analytics.pipeline import WaveData, estimate_wave
from analytics.tables import ChangeTable
from questionnaires.loader import load_library
from survey_app.asking.people.reporting_units import reporting_units
from survey_app.simulation.agency import SimulatedUnit, make_agency
from survey_app.simulation.ballots import answer_rows
from survey_app.simulation.staff_model import (
    Behaviour,
    make_staff,
    respond,
    simulate_staff_wave,
)
from survey_app.simulation.truth import true_means

PEOPLE = 600
FORM = "verdipuls.k1"  # to everybody: 15 items, so that 200 repetitions take minutes
MINIMUM_GROUP = 5


@dataclass(frozen=True, slots=True)
class _Placed:
    """A simulated unit as the register knows it."""

    code: str
    name: str
    kind: str
    parent: str


def _placed(unit: SimulatedUnit) -> _Placed:
    return _Placed(unit.code, unit.name, unit.kind, unit.region)


def one_wave(seed: int, behaviour: Behaviour, people: int = PEOPLE):
    """Simulate one wave; return its published estimates, and the truth by measure and domain."""
    agency = make_agency(people, seed=1)
    questionnaire = load_library().questionnaire(FORM)
    sizes = {unit.code: unit.size for unit in agency.units}
    reporting = reporting_units([_placed(unit) for unit in agency.units], sizes)
    home = {member: unit.code for unit in reporting for member in unit.members}
    code = np.array([home[unit.code] for unit in agency.units])[agency.unit]

    staff = make_staff(agency, seed=seed)
    wave = simulate_staff_wave(staff, 0, behaviour)
    everybody = np.ones(agency.people, dtype=bool)
    nothing = np.zeros(agency.people, dtype=np.int_)
    answered = np.flatnonzero(
        respond(staff, wave, invited=everybody, earlier=nothing, main=True, behaviour=behaviour)
    )
    frame = pd.DataFrame(
        [
            (unit.code, unit.region, unit.kind, unit.population, unit.population)
            for unit in reporting
        ],
        columns=["unit", "region", "unit_type", "population", "invited"],
    )
    columns = list(questionnaire.columns)
    estimated = estimate_wave(
        WaveData(
            key="wave",
            kind="main",
            population="staff",
            questionnaire=questionnaire,
            answers=pd.DataFrame(answer_rows(columns, wave.answers, answered), columns=columns),
            domains=pd.Series(code[answered], dtype="str"),
            frame=frame,
            margins={},
            minimum_group=MINIMUM_GROUP,
            invited_everybody=True,
            panel=None,
        )
    )
    plan = plan_wave(questionnaire, frame, rules=DisclosureRules(minimum_group=MINIMUM_GROUP))
    published = protect(estimated.estimates, ChangeTable.empty(), plan=plan).estimates.frame
    domains = [("agency", "", everybody)]
    domains += [("unit", unit.code, code == unit.code) for unit in reporting]
    truth = {
        (row.measure, row.domain): row.mean
        for row in true_means("wave", questionnaire, wave.answers, domains)
    }
    return published, truth


def coverage_of(seed: int, behaviour: Behaviour) -> dict[str, tuple[int, int]]:
    """Count, for units and for the agency, published intervals of indices and those that cover."""
    published, truth = one_wave(seed, behaviour)
    means = published[
        (published["statistic"] == "mean")
        & (published["kind"] != "item")
        & (published["status"] == "published")
        & published["low"].notna()
    ].drop_duplicates(["measure", "level", "domain"])
    counts = {}
    for level in ("unit", "agency"):
        rows = means[means["level"] == level]
        covered = [
            row.low <= truth[row.measure, row.domain] <= row.high for row in rows.itertuples()
        ]
        counts[level] = (sum(covered), len(covered))
    return counts
