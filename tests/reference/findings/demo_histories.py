"""Print how often intervals of changes hold the truth in the histories that demos are made of.

``python -m tests.reference.findings.demo_histories [agencies]`` (60 when left out: three minutes of
processor). A demo is one history of twelve waves. Here those of other seeds are told, all in the
first words, and the rule judges what is shown of them; beside them the same where answering does
not depend on what people think, and the same without the reform.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import numpy as np
import pandas as pd

from analytics.courses.findings import Place
from analytics.digits import to_digits
from analytics.estimation.intervals import t_quantile
from analytics.waves import LETTERS
from questionnaires.loader import load_library
from survey_app.simulation.agency import make_agency
from survey_app.simulation.calendar import staff_calendar
from survey_app.simulation.parameters import staff_parameters
from survey_app.simulation.staff_model import Behaviour, make_staff, respond, simulate_staff_wave
from survey_app.simulation.truth import person_scores
from tests.reference.findings.agencies import FEWEST, Waves
from tests.reference.findings.rules import findings
from tests.reference.findings.tally import LEVELS, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from analytics.arrays import Booleans, Floats
    from questionnaires.model import Questionnaire
    from survey_app.simulation.agency import SimulatedAgency
    from survey_app.simulation.calendar import SimulatedWave

FIRST: Final = 100
TODAY: Final = date(2026, 11, 25)
AS_TOLD: Final = Behaviour.documented()
UNMOVED: Final = {"effect": dict.fromkeys(staff_parameters()["reform"]["effect"], 0.0)}
# how far answering depends on the answer, and what the reform does
KINDS: Final = {
    "as in the demo": (AS_TOLD, {}),
    "answering depends on nothing that is asked": (replace(AS_TOLD, theta=0.0), {}),
    "without the reform": (AS_TOLD, UNMOVED | {"lasting": {}}),
}


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """The places of a level: which one each unit lies in, and how they are called."""

    name: str
    of_unit: npt.NDArray[np.intp]
    codes: list[str]

    def sums(self, of_units: Floats) -> Floats:
        """Add up what units have."""
        return np.asarray(np.bincount(self.of_unit, of_units, len(self.codes)), dtype=np.float64)


def history(seed: int, behaviour: Behaviour) -> Waves:
    """Let the people of a demo answer its twelve waves, and show what may be shown."""
    agency = make_agency(seed=seed)
    staff, levels, held = make_staff(agency, seed=seed), _levels(agency), []
    earlier = np.zeros(agency.people, dtype=np.int_)
    calendar = staff_calendar(12, panels=agency.panels, today=TODAY)
    for wave in calendar:
        simulated = simulate_staff_wave(staff, wave.t, behaviour)
        everybody = np.ones(agency.people, dtype=bool)
        invited = everybody if wave.main else agency.panel == wave.invite.removeprefix("panel:")
        answered = respond(
            staff, simulated,
            invited=invited, earlier=earlier, main=wave.main, behaviour=behaviour,
        )  # fmt: skip
        earlier = earlier + invited
        form = load_library().questionnaire(wave.form)
        held.append((_key(wave.t), _scores(form, simulated.answers), answered))
    codes = list(held[0][1])  # a main wave asks everything
    places = [(level, len(level.codes)) for level in levels]
    truth = {level.name: np.full((len(held), n, len(codes)), np.nan) for level, n in places}
    shown = []
    for at, (key, scores, answered) in enumerate(held):
        for code, score in scores.items():
            number = codes.index(code)
            here = np.isfinite(score)
            everybodys = np.bincount(agency.unit[here], score[here], len(agency.units))
            counted = np.bincount(agency.unit, here, len(agency.units))
            for level in levels:
                truth[level.name][at, :, number] = level.sums(everybodys) / level.sums(counted)
            found = _shown(agency, levels, score, here & answered)
            shown.append(found.assign(wave=key, measure=f"m{number}"))
    return Waves(
        tuple(key for key, _, _ in held), pd.concat(shown, ignore_index=True),
        _places(agency, levels), _linked(calendar), truth, truth,
    )  # fmt: skip


def _key(at: int) -> str:
    return f"w{at:02}"


def _levels(agency: SimulatedAgency) -> list[_Level]:
    units = len(agency.units)
    regions = np.array([agency.regions.index(unit.region) for unit in agency.units])
    return [
        _Level("unit", np.arange(units), [f"u{at:02}" for at in range(units)]),
        _Level("region", regions, [f"r{at}" for at in range(len(agency.regions))]),
        _Level("agency", np.zeros(units, dtype=np.intp), [""]),
    ]


def _places(agency: SimulatedAgency, levels: list[_Level]) -> dict[tuple[str, str], Place]:
    people = np.bincount(agency.unit, minlength=len(agency.units)).astype(np.float64)
    region = levels[1]
    above = {
        code: region.codes[at] for code, at in zip(levels[0].codes, region.of_unit, strict=True)
    }
    return {
        (level.name, code): Place(above.get(code, ""), float(n))
        for level in levels
        for code, n in zip(level.codes, level.sums(people), strict=True)
    }


def _linked(calendar: Iterable[SimulatedWave]) -> Floats:
    asked = np.array([wave.invite for wave in calendar])
    main = asked == "everybody"
    anybody = main[:, None] | main[None, :]
    return np.where(anybody, 1.0, len(LETTERS) * (asked[:, None] == asked[None, :]))


def _scores(form: Questionnaire, answers: Mapping[str, npt.NDArray[np.int16]]) -> dict[str, Floats]:
    scores = person_scores(form, answers)
    for index in form.indices:
        if index.parts and all(part in scores for part in index.parts):
            scores[index.code] = np.asarray(
                sum(weight * scores[part] for part, weight in index.parts.items())
            )
    return scores


def _shown(
    agency: SimulatedAgency, levels: list[_Level], score: Floats, given: Booleans
) -> pd.DataFrame:
    """Weight by unit, estimate with errors, hide what is too small and round."""
    units = len(agency.units)
    people = np.bincount(agency.unit, minlength=units).astype(np.float64)
    who, said = agency.unit[given], score[given]
    n = np.bincount(who, minlength=units).astype(np.float64)
    some = np.maximum(n, 2.0)
    mean = np.bincount(who, said, units) / np.maximum(n, 1.0)
    squares = np.bincount(who, (said - mean[who]) ** 2, units)
    free = np.where(n >= 2, squares / (some - 1) / some, 0.0)
    finite = free * np.maximum(1 - n / people, 0.0)
    weight = people * (n >= 2)
    parts = []
    for level in levels:
        share = weight / np.maximum(level.sums(weight), 1.0)[level.of_unit]
        se, model = (np.sqrt(level.sums(share**2 * of)) for of in (finite, free))
        answered, estimate = level.sums(n), level.sums(share * mean)
        df = np.maximum(answered - level.sums((n >= 2).astype(np.float64)), 1.0)
        reach = t_quantile(df) * se
        found = pd.DataFrame({
            "level": level.name, "domain": level.codes,
            "n": answered, "population": level.sums(people), "mean": to_digits(estimate, 1),
            "low": to_digits(estimate - reach, 1), "high": to_digits(estimate + reach, 1),
            "se": se, "se_model": model, "df": df,
        })  # fmt: skip
        parts.append(found[found["n"] >= FEWEST])
    return pd.concat(parts)


def counted(kind: str, seeds: Iterable[int]) -> Tally:
    """Count what is found in histories of a kind, beside what all would have said."""
    behaviour, reform = KINDS[kind]
    tally = Tally("said")
    with patch.dict(staff_parameters()["reform"], reform):
        for seed in seeds:
            tally.count(findings(history(seed, behaviour)))
    return tally


def main() -> None:
    """Tell histories of each kind, and print what intervals held and what was called."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.findings.demo_histories")
    parser.add_argument("agencies", nargs="?", type=int, default=60)
    agencies = parser.parse_args().agencies
    for kind in KINDS:
        tally = counted(kind, range(FIRST, FIRST + agencies))
        held = ", ".join(
            f"{level} {tally.coverage(level):.1%} ({tally.error_of_coverage(level):.1%})"
            for level in LEVELS
        )
        each = sorted(hits / of for hits, of in (one["agency"] for one in tally.each_covered))
        of = tally.over_all()
        print(
            f"{kind}: {held}; one agency in ten {each[agencies // 10]:.1%} or less, the least "
            f"{each[0]:.1%}; called {of.called}, wrong sign {of.wrong / of.called:.2%}, under "
            f"half {of.under_half / of.called:.1%}",
            flush=True,
        )


if __name__ == "__main__":
    main()
