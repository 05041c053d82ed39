"""From inputs to a publication's bytes: pure, so that a thread, process or verifier may do it."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.comparison.change import compare_waves
from analytics.disclosure.participation import answers_seen
from analytics.disclosure.protect import Protected, protect
from analytics.disclosure.table import DomainKey, Plan
from analytics.halves import halves_of
from analytics.pipeline import estimate_wave
from questionnaires.canonical import canonical_json
from questionnaires.loader import load_library
from questionnaires.margins import USUAL
from survey_app.publications.formats import read_content
from survey_app.publishing.computing.asked_alike import comparable_part
from survey_app.publishing.computing.changes_over import (
    changes_over_links,
    of_the_same_words,
    told_of_path,
)
from survey_app.publishing.computing.checks import checks_of
from survey_app.publishing.computing.content import build_content
from survey_app.publishing.computing.domain_rows import staff_domains, uncounted
from survey_app.publishing.computing.drivers import driver_rows
from survey_app.publishing.computing.judged import as_frame, judged_changes
from survey_app.publishing.computing.linked import linked_changes, linked_past
from survey_app.publishing.computing.links import over_links
from survey_app.publishing.computing.nonresponse import nonresponse_facts
from survey_app.publishing.computing.same_weights import refuse_other_weights
from survey_app.publishing.computing.statements import statement_rows
from survey_app.publishing.computing.told_counts import with_told_counts
from survey_app.publishing.computing.trends import trend_rows
from survey_app.publishing.computing.wave_record import hash_of, wave_record
from survey_app.publishing.inputs.stored import (
    published_cells,
    read_table,
    told_before,
    write_table,
)
from survey_app.publishing.inputs.year_before import pooled_year, refuse_pooled
from survey_app.waves.plan import plan_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.pipeline import WaveEstimates
    from analytics.tables import ChangeTable, EstimateTable
    from survey_app.publishing.computing.links import Over
    from survey_app.publishing.inputs.wave_inputs import EarlierWave, WaveInputs


@dataclass(frozen=True, slots=True)
class Computed:
    """A publication before it is stored.

    ``content`` is canonical JSON, ``table`` the exact figures for later comparisons, ``plan_hash``
    names the tables that were planned, ``record`` is the wave record that goes with it.
    """

    content: bytes
    table: bytes
    plan_hash: str
    record: bytes = b""

    @property
    def content_hash(self) -> str:
        """Name of the exact content."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"


def plan_of(inputs: WaveInputs) -> Plan:
    """Return the plan of a wave: its form, its domains and the limits frozen at opening.

    A list that was opened under the stricter limits of an open link keeps them.
    """
    plan = _plan(inputs, inputs.campaign["population"])
    if plan.population == inputs.data.population or plan.hash == inputs.wave["plan_hash"]:
        return plan
    as_open = _plan(inputs, inputs.data.population)
    return as_open if as_open.hash == inputs.wave["plan_hash"] else plan


def _plan(inputs: WaveInputs, population: str) -> Plan:
    data = inputs.data
    return plan_tables(
        data.questionnaire,
        data.frame,
        population=population,
        minimum_group=data.minimum_group,
        background=data.background,
    )


def estimate(inputs: WaveInputs) -> WaveEstimates:
    """Weight, score and estimate."""
    return estimate_wave(inputs.data)


def assemble(inputs: WaveInputs, estimated: WaveEstimates) -> Computed:
    """Compare with earlier waves, protect, and write down what may be read."""
    plan = plan_of(inputs)
    frozen, inputs = inputs, in_new_words(inputs)
    if inputs.standing_table is not None:
        refuse_other_weights(read_table(inputs.standing_table), estimated.estimates)
    before = [(one, read_table(one.table, plain=True)) for one in inputs.earlier]
    changes = compare_waves(
        (inputs.meta, estimated.estimates),
        [(one.meta, comparable_part(one, exact)) for one, exact in before],
        inputs.verdict_margins,
    )
    domains, protected = _protected(inputs, estimated, changes, plan, before)
    refuse_pooled(inputs.pooled_units, protected.estimates)
    yearly = pooled_year(inputs.year_before, plan) if inputs.year_before else None
    over = over_links(frozen, estimated.wording, protected.estimates.frame, plan)
    content = build_content(inputs, estimated, protected, plan, yearly, domains, over)
    content["questionnaire"] = frozen.data.questionnaire.hash
    content |= _compared(inputs, content, over)
    content["trends"] = trend_rows(inputs.history, content, over, inputs.verdict_margins)
    shown = with_told_counts(protected.estimates.frame, inputs.data.population, content["domains"])
    alike = replace(inputs, past=over.plainly(inputs.past))
    content["checks"], moments = checks_of(alike, estimated, shown, of_the_same_words(content))
    content["drivers"] = driver_rows(
        load_library().drivers,
        estimated,
        protected.estimates.frame,
        plan.rules,
        inputs.data.population,
        load_library().retired,
    )
    content["statements"] = statement_rows(
        inputs.data.questionnaire,
        load_library().weak_links,
        protected.estimates.frame,
        as_frame(content["changes"]),
    )
    record = _record(frozen, content)
    if record:
        content["wave_record_hash"] = hash_of(record)
    return Computed(
        canonical_json(content), write_table(estimated.estimates, moments), plan.hash, record
    )


def _protected(
    inputs: WaveInputs,
    estimated: WaveEstimates,
    changes: ChangeTable,
    plan: Plan,
    before: Sequence[tuple[EarlierWave, EstimateTable]],
) -> tuple[list[dict[str, Any]] | None, Protected]:
    """Protect counts and figures; again where shown figures say too much of a count."""
    protect_figures = functools.partial(
        protect,
        estimated.estimates,
        changes,
        plan=plan,
        earlier=[
            published_cells(one.meta, one.content, exact, one.foreign)
            for one, exact in before
            if one.content is not None
        ],
        prior_releases=[
            told_before(f"version {number}", read_content(content), estimated.estimates)
            for number, content in enumerate(inputs.versions, start=1)
        ],
        pooled=estimated.pooled,
    )
    if inputs.data.population != "staff":
        return None, protect_figures()
    domains, seen = staff_domains(inputs, plan), dict[DomainKey, int]()
    while True:
        protected = protect_figures(withheld_counts=uncounted(domains))
        before_that, seen = seen, _most(seen, answers_seen(protected.estimates.frame, plan))
        if seen == before_that:
            return domains, protected
        again = staff_domains(inputs, plan, seen)
        if uncounted(again).keys() == uncounted(domains).keys():
            return domains, protected
        domains = again


def _most(one: Mapping[DomainKey, int], other: Mapping[DomainKey, int]) -> dict[DomainKey, int]:
    return {key: max(one.get(key, 0), other.get(key, 0)) for key in one.keys() | other.keys()}


def in_new_words(inputs: WaveInputs) -> WaveInputs:
    """Read a wave of two wordings as the half in the new words was asked it; others as they are."""
    halves = halves_of(inputs.data.questionnaire, inputs.data.answers)
    if halves is None:
        return inputs
    new = replace(inputs.data, questionnaire=halves.new.questionnaire, answers=halves.new.answers)
    return replace(inputs, data=new)


def _compared(inputs: WaveInputs, content: dict[str, Any], over: Over) -> dict[str, Any]:
    """Hold the wave beside those before it: changes, the path, and what the silent may turn."""
    closed_on = date.fromisoformat(content["wave"]["closed_on"])
    before = over.past(inputs.past)
    past = linked_past(content, before)
    content = content | {"changes": linked_changes(content, before, past)}
    bridges = over.bridges(past, content["domains"])
    content["changes"] = changes_over_links(content, past, over, bridges, inputs)
    found = judged_changes(content, past, inputs.meta, closed_on, bridges)._asdict()
    if inputs.verdict_margins != USUAL:
        # so that publications of whoever says nothing stay as they were, to the byte
        found["findings"] |= {"margins": inputs.verdict_margins.named()}
    found["path"] = told_of_path(found["path"], over, inputs.meta.key)
    # what the silent would have said in other words is not known
    silent = nonresponse_facts(
        of_the_same_words(content | found),
        linked_past(content, over.plainly(inputs.past)),
        inputs.meta.key,
        _sampled(inputs),
        [read_content(version) for version in inputs.versions],
    )
    return found | {"nonresponse": silent}


def _sampled(inputs: WaveInputs) -> pd.DataFrame | None:
    return inputs.data.frame if inputs.data.population == "public" else None


def _record(inputs: WaveInputs, content: dict[str, Any]) -> bytes:
    if inputs.opening is None:
        return b""
    # a corrected publication keeps the record: what lay in the urn does not change
    return inputs.opening.record or wave_record(inputs, content["domains"])


def compute(inputs: WaveInputs) -> Computed:
    """Do the whole walk."""
    return assemble(inputs, estimate(inputs))
