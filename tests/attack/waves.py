"""Twelve waves of a small agency, built without a database.

People leave and join between waves, pulses go to a third at a time, and halfway two units become
one, a large one is split and another moves to a second region. What each wave asked is told as
publishing tells it (`read_series`): with what its measures were made of, and what stood before
their questions at first.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from analytics.pipeline import WaveData
from questionnaires.arms import NEW
from questionnaires.halves import asked_before, asked_now, in_words_of
from questionnaires.identity import makeups
from questionnaires.loader import load_library
from survey_app.asking.campaigns.domains import FrameDomain, key_groups, staff_domains
from survey_app.asking.people.reporting_units import reporting_units
from survey_app.counting.urn.ballot import Ballot
from survey_app.publishing.closing.emptied import Emptied, empty_staff
from survey_app.publishing.computing.compute import Computed, compute
from survey_app.publishing.inputs.asked import AskedSeries, first_of
from survey_app.publishing.inputs.wave_inputs import (
    STAFF_COLUMNS,
    EarlierWave,
    Opening,
    WaveInputs,
    _needed,
)
from survey_app.publishing.inputs.year_before import Pulse, YearBefore
from survey_app.simulation.agency import SimulatedAgency, _panels, make_agency
from survey_app.simulation.ballots import answer_rows
from survey_app.simulation.calendar import SimulatedWave, staff_calendar
from survey_app.simulation.parameters import stream
from survey_app.simulation.staff_model import make_staff, respond, simulate_staff_wave
from tests.attack.beside import history_of
from tests.builders_publication.silent import past_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from questionnaires.model import Questionnaire
    from survey_app.publishing.inputs.past import Past
    from survey_app.simulation.staff_model import Staff

TODAY = date(2026, 11, 25)
LEAVES, JOINS, STARTS = 0.04, 0.25, 0.9
HEADLINE = "KI-kjerne"
LOST = 0.03  # credentials that no ballot came with
CAMPAIGN = {
    "key": "verdipuls",
    "title": {"nb": "Verdipuls", "nn": "Verdipuls", "en": "Verdipuls"},
    "population": "staff",
    "demo": True,
    "release": "at once",
    "open_results": False,
}


@dataclass(frozen=True, slots=True)
class OrgUnit:
    """A unit of the register, as `reporting_units` and `staff_domains` want it."""

    code: str
    name: str
    kind: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Released:
    """A publication, with what it was computed from."""

    inputs: WaveInputs
    computed: Computed
    version: int = 1

    @property
    def key(self) -> str:
        return self.inputs.data.key

    @property
    def content(self) -> dict[str, Any]:
        """The content, with the wave record beside it."""
        content: dict[str, Any] = json.loads(self.computed.content)
        return content | {"record": json.loads(self.computed.record)}


class History:
    """The agency while time passes.

    Parameters
    ----------
    people : int
        In the register, 150 to 5,600.
    seed : int
    k : int
        The minimum group.
    waves : int
        How many, up to the latest pulse.
    reorganised_at : int
        Number of the first wave with the new tree.
    asked : callable
        Given the number of a wave and its form, what is asked in it: other words, for instance.
    """

    def __init__(
        self,
        people: int,
        seed: int,
        *,
        k: int = 5,
        waves: int = 12,
        reorganised_at: int = 6,
        asked: Callable[[int, Questionnaire], Questionnaire] = lambda _, form: form,
    ) -> None:
        agency = make_agency(people, seed=seed)
        rng = stream(seed, "panels of the attack")
        self.agency: SimulatedAgency = replace(agency, panel=_panels(agency.unit, rng))
        self.staff: Staff = make_staff(self.agency, seed=seed)
        self.seed, self.k = seed, k
        self.calendar = staff_calendar(waves, panels=True, today=TODAY)
        self.reorganised_at = reorganised_at
        self.asked = asked
        self.released: list[Released] = []
        self._earlier = np.zeros(people, dtype=int)
        self._here = stream(seed, "here").random(people) < STARTS

    def run(self) -> list[Released]:
        """Hold and publish every wave that is left."""
        for number in range(len(self.released), len(self.calendar)):
            inputs = self.inputs(number)
            self.released.append(Released(inputs, compute(inputs)))
        return self.released

    def going_on_from(self, before: History) -> Self:
        """Take over the waves of an agency that was the same until then."""
        self.released, self._here = [*before.released], before._here
        self._earlier = before._earlier.copy()
        return self

    def inputs(self, number: int) -> WaveInputs:
        """Hold a wave and count it."""
        wave = self.calendar[number]
        rng = stream(self.seed, "comings and goings", number)
        draw = rng.random(self.agency.people)
        self._here = np.where(self._here, draw >= LEAVES, draw < JOINS)
        units, home = self._organisation(number)
        lineage = self._lineage(number)
        called = wave.invite.partition(":")[2]
        invited = self._here & ((self.agency.panel == called) | (called == ""))
        domains, home = _frame(units, home, self._here, invited)
        simulated = simulate_staff_wave(self.staff, wave.t)
        answered = respond(
            self.staff, simulated, invited=invited, earlier=self._earlier, main=wave.main
        )
        self._earlier += invited
        lost = home[invited & ~answered & (rng.random(len(home)) < LOST)]
        counted = self._counted(wave, domains, (home[answered], lost), simulated.answers, answered)
        return replace(counted, lineage=lineage)

    def _before(self) -> tuple[dict[str, OrgUnit], np.ndarray]:
        own = self.agency.units
        units = {one.code: OrgUnit(one.code, one.name, one.kind, one.region) for one in own}
        return units, np.array([one.code for one in own], dtype=object)[self.agency.unit]

    def _organisation(self, number: int) -> tuple[list[OrgUnit], np.ndarray]:
        units, home = self._before()
        if number >= self.reorganised_at:
            units, home = _reorganise(units, home, self.agency.regions)
        return list(units.values()), home

    def _lineage(self, number: int) -> tuple[dict[str, str], ...]:
        """Say what the reorganisation did to units, as the register's import writes it."""
        if number < self.reorganised_at:
            return ()
        units, home = self._before()
        _, after = _reorganise(units, home, self.agency.regions)
        day = self.calendar[self.reorganised_at].opens_on.isoformat()
        pairs = {(str(was), str(now)) for was, now in zip(home, after, strict=True)}
        changed = {now: [was for was, to in pairs if to == now] for _, now in pairs}
        parted = {was for was, _ in pairs if sum(one == was for one, _ in pairs) > 1}
        return tuple(
            {"day": day, "kind": "split" if was in parted else "merged", "from": was, "to": now,
             "name": was}
            for now, origins in sorted(changed.items())
            for was in sorted(origins)
            if len(origins) > 1 or was in parted
        )  # fmt: skip

    def _counted(
        self,
        wave: SimulatedWave,
        domains: list[FrameDomain],
        home: tuple[np.ndarray, np.ndarray],
        answers: Mapping[str, np.ndarray],
        answered: np.ndarray,
    ) -> WaveInputs:
        form = load_library().questionnaire(wave.form)
        questionnaire = self.asked(len(self.released), form)
        group = key_groups(domains, self.k)
        rows = answer_rows(questionnaire.columns, answers, np.flatnonzero(answered))
        ballots = [
            Ballot(group[unit], tuple(row))
            for unit, row in zip(home[0], rows.tolist(), strict=True)
        ]
        parents = {one.code: one.parent for one in domains if one.level == "unit"}
        groups = {code: parents.get(code, code) for code in group.values()}
        emptied = empty_staff(ballots, questionnaire, groups, minimum_group=self.k)
        kept = sorted(emptied.rows)
        frame = pd.DataFrame(
            [
                (one.code, one.parent, one.kind, one.population, one.invited)
                for one in domains
                if one.level == "unit"
            ],
            columns=list(STAFF_COLUMNS),
        )
        data = WaveData(
            key=wave.key,
            kind="main" if wave.main else "pulse",
            population="staff",
            questionnaire=questionnaire,
            answers=pd.DataFrame(
                np.array([codes for _, codes in kept], dtype=np.int16),
                columns=list(questionnaire.columns),
            ),
            domains=pd.Series([code for code, _ in kept], dtype="str"),
            frame=frame,
            margins={},
            minimum_group=self.k,
            invited_everybody=wave.invite == "everybody",
            panel=wave.invite.partition(":")[2] or None,
        )
        name = f"{wave.closes_on:%B %Y}"
        before = [json.loads(one.computed.content) for one in self.released]
        forms = ("name", "short", "in", "since")
        labels: dict[str, Any] = {form: dict.fromkeys(("nb", "nn", "en"), name) for form in forms}
        labels["year"] = wave.closes_on.year
        series = self._series(wave.key, questionnaire, labels)
        return WaveInputs(
            wave_id=uuid.uuid5(uuid.NAMESPACE_URL, wave.key),
            data=data,
            campaign=CAMPAIGN,
            wave={
                "key": wave.key,
                "sequence": wave.t,
                "kind": data.kind,
                "labels": labels,
                "closed_on": wave.closes_on.isoformat(),
                "results_on": wave.results_on.isoformat(),
                "plan_hash": "",
                "results_day": wave.results_on,
            },
            domains=tuple(
                {name: getattr(one, name) for name in FrameDomain.__slots__} for one in domains
            ),
            record=_record(wave, domains, emptied, [group[unit] for part in home for unit in part]),
            response_set_hash="",
            earlier=self._earlier_waves(series),
            series=series,
            opening=Opening(wave.opens_on.isoformat(), wave.closes_on.isoformat(), None),
            year_before=self._year_before(wave),
            past=_alike(past_of(before, [one.inputs.meta for one in self.released]), series),
            history=tuple(one for one in history_of(before) if series.reaches(HEADLINE, one.wave)),
        )

    def _year_before(self, wave: SimulatedWave) -> YearBefore | None:
        if not self.released:
            return None
        last = int(self.released[-1].inputs.wave["closed_on"][:4])
        if last >= wave.closes_on.year:
            return None
        return YearBefore(
            last,
            tuple(
                Pulse(
                    one.inputs.meta,
                    one.inputs.wave["labels"],
                    one.computed.table,
                    (one.computed.content,),
                    asked=one.inputs.series.now,
                )
                for one in self.released
                if one.inputs.wave["closed_on"][:4] == str(last) and one.inputs.data.kind == "pulse"
            ),
        )

    def _series(
        self, key: str, questionnaire: Questionnaire, labels: dict[str, Any]
    ) -> AskedSeries:
        forms = {one.key: one.inputs.data.questionnaire for one in self.released}
        first = first_of(forms.values())
        return AskedSeries(
            key,
            asked_now(questionnaire, first),
            {one: asked_now(form, first) for one, form in forms.items()},
            {one.key: one.inputs.wave["labels"] for one in self.released} | {key: labels},
            tuple(
                link
                for one in self.released
                for link in json.loads(one.computed.content).get("links", ())
                if link["wave"] == one.key
            ),
            asked_before(questionnaire, first),
            {
                one: makeups(in_words_of(form, NEW), first)
                for one, form in [*forms.items(), (key, questionnaire)]
            },
        )

    def _earlier_waves(self, series: AskedSeries) -> tuple[EarlierWave, ...]:
        before = [series.measures(one.key) for one in self.released]
        reached = [series.reached(one.key) for one in self.released]
        wanted = _needed(reached, frozenset(series.now))
        return tuple(
            EarlierWave(
                one.inputs.meta,
                one.inputs.wave["labels"],
                one.computed.table,
                one.computed.content,
                comparable=before[at],
            )
            for at, one in enumerate(self.released)
            if at in wanted
        )


def _alike(past: Past, series: AskedSeries) -> Past:
    shown = past.shown
    kept = [
        series.reaches(measure, wave)
        for measure, wave in zip(shown["measure"], shown["wave"], strict=True)
    ]
    return replace(past, shown=shown[np.array(kept, dtype=bool)].reset_index(drop=True))


def _record(
    wave: SimulatedWave, domains: list[FrameDomain], emptied: Emptied, links: list[str]
) -> dict[str, Any]:
    """Count as closing does, with links that were used and gave no ballot."""
    homes = {one.code: one.parent for one in domains if one.level == "unit"}
    used = Counter(emptied.moved.get(code, code) for code in links)
    stored = emptied.rows.by_domain()

    def total(counts: Mapping[str, int], code: str) -> int:
        inside = [code, *(unit for unit, region in homes.items() if region == code)]
        return sum(counts.get(one, 0) for one in inside)

    chance = stream(wave.t, "receipts")
    return {
        "invited": sum(one.invited for one in domains if one.level == "unit"),
        "credentials": len(links),
        "replaced": 0,
        "opted_out": 0,
        "accepted": len(emptied.rows),
        "refused": 0,
        "screened_out": emptied.screened_out,
        "not_stored": 0,
        "unused_credentials": len(links) - len(emptied.rows),
        "too_few": emptied.too_few,
        "moved": emptied.moved,
        "joined": list(emptied.joined),
        "receipts": sorted(chance.bytes(32).hex() for _ in emptied.rows),
        "alarms": [],
        "domains": [
            {
                "level": one.level,
                "domain": one.code,
                "invited": one.invited,
                "credentials": total(used, one.code),
                "accepted": total(stored, one.code),
            }
            for one in domains
            if one.level in {"region", "unit"}
        ],
    }


def corrected(released: Released, *, aware: bool = True, **frame: Any) -> Released:
    """Publish a wave again with another frame, for instance a unit in another region.

    Parameters
    ----------
    released : Released
        The version that stands.
    aware : bool
        Whether the correction knows of it; one that does not is a leak to be planted.
    **frame
        Columns of the frame to replace, as mappings of unit to value.
    """
    inputs = released.inputs
    changed = inputs.data.frame.copy()
    for column, values in frame.items():
        changed[column] = changed["unit"].map(values).fillna(changed[column])
    moved = frame.get("region", {})
    domains = tuple(
        {**one, "parent": moved.get(one["code"], one["parent"])} if one["level"] == "unit" else one
        for one in inputs.domains
    )
    again = replace(
        inputs,
        data=replace(inputs.data, frame=changed),
        domains=domains,
        versions=(*inputs.versions, *((released.computed.content,) if aware else ())),
        standing_table=released.computed.table if aware else None,
        opening=replace(inputs.opening, record=released.computed.record),
    )
    return Released(again, compute(again), released.version + 1)


def _reorganise(
    units: dict[str, OrgUnit], home: np.ndarray, regions: tuple[str, ...]
) -> tuple[dict[str, OrgUnit], np.ndarray]:
    """Merge the two smallest units of a region, split the largest, move one to another region."""
    size = {code: int((home == code).sum()) for code in units}
    home = home.copy()
    changed = dict(units)
    inside = sorted((c for c in units if units[c].parent == regions[0]), key=lambda c: size[c])
    one, other = inside[:2]
    changed["merged"] = replace(units[one], code="merged", name="Merged")
    home[(home == one) | (home == other)] = "merged"
    del changed[one], changed[other]
    largest = max(changed, key=lambda code: size.get(code, 0))
    half = np.flatnonzero(home == largest)[::2]
    changed["split"] = replace(changed[largest], code="split", name="Split")
    home[half] = "split"
    wanderer = max((c for c in changed if changed[c].parent == regions[1]), key=lambda c: (c, 0))
    changed[wanderer] = replace(changed[wanderer], parent=regions[2])
    return changed, home


def _frame(
    units: list[OrgUnit], home: np.ndarray, here: np.ndarray, invited: np.ndarray
) -> tuple[list[FrameDomain], np.ndarray]:
    counts = {one.code: int((here & (home == one.code)).sum()) for one in units}
    reporting = reporting_units(units, counts)
    of_member = {member: one.code for one in reporting for member in one.members}
    home = np.array([of_member.get(code, "") for code in home], dtype=object)
    asked = {one.code: int((invited & (home == one.code)).sum()) for one in reporting}
    regions = {one.parent or "" for one in units}
    named = {one.code: one for one in units}
    named |= {code: OrgUnit(code, code, "region", None) for code in sorted(regions)}
    agency = OrgUnit("", "Etaten", "agency", None)
    ordered = dict(sorted(named.items(), key=lambda pair: pair[1].kind != "region"))
    return staff_domains(agency, ordered, reporting, asked), home
