"""The simulated agency's waves as inputs to analytics, without a server.

Reporting units, codes that answers carry and codes they are stored under are those of the
product's own functions; only the database and the urn are left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.pipeline import WaveData
from questionnaires.loader import load_library
from questionnaires.population import read_population
from survey_app.asking.people.reporting_units import reporting_units
from survey_app.publishing.closing.generalise import generalise_units
from survey_app.publishing.inputs.margins import margins_of
from survey_app.simulation.agency import WHOLE_AGENCY, make_agency
from survey_app.simulation.ballots import answer_rows
from survey_app.simulation.calendar import public_calendar, staff_calendar
from survey_app.simulation.public_model import draw_public, simulate_public_wave
from survey_app.simulation.staff_model import make_staff, respond, simulate_staff_wave

if TYPE_CHECKING:
    from survey_app.simulation.calendar import SimulatedWave

TODAY = date(2026, 11, 25)
SEED = 7
MINIMUM_GROUP = 5
_PANELS = {"panel:A": "A", "panel:B": "B", "panel:C": "C"}


@dataclass
class SimulatedAgency:
    """People who answer one wave after the other."""

    people: int = WHOLE_AGENCY
    seed: int = SEED
    waves: int = 12
    earlier: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.agency = make_agency(self.people, seed=self.seed)
        self.staff = make_staff(self.agency, seed=self.seed)
        self.library = load_library()
        self.history = staff_calendar(self.waves, panels=self.agency.panels, today=TODAY)
        self.earlier = np.zeros(self.agency.people, dtype=int)
        members = [
            SimpleNamespace(code=u.code, name=u.name, kind=u.kind, parent=u.region)
            for u in self.agency.units
        ]
        sizes = {unit.code: unit.size for unit in self.agency.units}
        self.reporting = reporting_units(members, sizes)
        home = {code: unit.code for unit in self.reporting for code in unit.members}
        self.unit_of = np.array([home[u.code] for u in self.agency.units])[self.agency.unit]

    def wave(self, at: int) -> WaveData:
        """Let those who are invited answer; waves must be held in order of time."""
        return self.hold(self.history[at])

    def hold(self, wave: SimulatedWave) -> WaveData:
        simulated = simulate_staff_wave(self.staff, wave.t)
        panel = _PANELS.get(wave.invite)
        invited = np.full(self.agency.people, fill_value=True)
        if panel:
            invited = self.agency.panel == panel
        answered = respond(
            self.staff, simulated, invited=invited, earlier=self.earlier, main=wave.main
        )
        self.earlier = self.earlier + invited
        form = self.library.questionnaire(wave.form)
        who = np.flatnonzero(answered)
        frame = self._frame(invited)
        regions = dict(zip(frame["unit"], frame["region"], strict=True))
        asked = dict(zip(frame["unit"], frame["invited"], strict=True))
        carried = [
            unit if asked[unit] >= 2 * MINIMUM_GROUP else regions[unit]
            for unit in self.unit_of[who]
        ]
        groups = {unit if n >= 2 * MINIMUM_GROUP else regions[unit] for unit, n in asked.items()}
        ballots = Counter(carried)
        stored = generalise_units(
            {code: ballots[code] for code in groups}, regions, minimum_group=MINIMUM_GROUP
        )
        assert stored is not None
        return WaveData(
            key=wave.key,
            kind="main" if wave.main else "pulse",
            population="staff",
            questionnaire=form,
            answers=pd.DataFrame(
                answer_rows(form.columns, simulated.answers, who), columns=list(form.columns)
            ),
            domains=pd.Series([stored[code] for code in carried], dtype="str"),
            frame=frame,
            margins={},
            minimum_group=MINIMUM_GROUP,
            invited_everybody=panel is None,
            panel=panel,
        )

    def _frame(self, invited: np.ndarray) -> pd.DataFrame:
        counts = pd.Series(self.unit_of[invited]).value_counts()
        return pd.DataFrame(
            [
                (unit.code, unit.region, unit.kind, unit.population, int(counts.get(unit.code, 0)))
                for unit in self.reporting
            ],
            columns=["unit", "region", "unit_type", "population", "invited"],
        )


def public_wave(at: int = 0, *, gross: int | None = None, seed: int = SEED) -> WaveData:
    """Draw a sample of the public and let it answer."""
    wave = public_calendar(8, today=TODAY)[at]
    sample = draw_public(wave.t, seed=seed, gross=gross)
    simulated = simulate_public_wave(sample, wave.t, seed=seed)
    form = load_library().questionnaire(wave.form)
    who = np.flatnonzero(simulated.answered)
    people = read_population()
    adults = people.county_population()
    counties = pd.Series(sample.county).map("{:02d}".format)
    return WaveData(
        key=wave.key,
        kind="half_year",
        population="public",
        questionnaire=form,
        answers=pd.DataFrame(
            answer_rows(form.columns, simulated.answers, who), columns=list(form.columns)
        ),
        domains=None,
        frame=pd.DataFrame(
            [(code, adults[code], int((counties == code).sum())) for code in people.county],
            columns=["county", "population", "invited"],
        ),
        margins=margins_of(people),
        minimum_group=MINIMUM_GROUP,
        invited_everybody=False,
        panel=None,
        background=load_library().background,
        view=load_library().measures.public.trust,
    )
