"""From inputs to a publication's bytes: pure, so that a thread, process or verifier may do it."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.disclosure.plan import Plan, plan_wave
from analytics.disclosure.protect import PublishedCells, protect
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.told import Told
from analytics.disclosure.tree import Domain, DomainTree
from analytics.estimation.change import WaveMeta
from analytics.groups import public_categories, public_partitions
from analytics.pipeline import compare_waves, estimate_wave
from analytics.tables import EstimateTable
from questionnaires.canonical import canonical_json
from survey_app.publishing.content import build_content
from survey_app.publishing.wave_record import hash_of, wave_record

if TYPE_CHECKING:
    from analytics.pipeline import WaveEstimates
    from survey_app.publishing.wave_inputs import WaveInputs


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
    """Return the plan of a wave: its form, its domains and the limits frozen at opening."""
    data = inputs.data
    rules = DisclosureRules(minimum_group=data.minimum_group)
    if data.population == "staff":
        tree: DomainTree | pd.DataFrame = data.frame
    else:
        categories = public_categories(data.questionnaire, data.answers)
        groups: dict[str, list[str]] = {}
        for part in public_partitions(data.questionnaire, categories):
            for code in part.domains:
                variable, _, category = code.partition(":")
                groups.setdefault(variable, []).append(category)
        tree = DomainTree.groups(groups)
    return plan_wave(data.questionnaire, tree, rules=rules, population=data.population)


def estimate(inputs: WaveInputs) -> WaveEstimates:
    """Weight, score and estimate."""
    return estimate_wave(inputs.data)


def assemble(inputs: WaveInputs, estimated: WaveEstimates) -> Computed:
    """Compare with earlier waves, protect, and write down what may be read."""
    plan = plan_of(inputs)
    changes = compare_waves(
        (inputs.meta, estimated.estimates),
        [(one.meta, read_table(one.table)) for one in inputs.earlier],
    )
    protected = protect(
        estimated.estimates,
        changes,
        plan=plan,
        earlier=[
            published_cells(one.meta, one.content)
            for one in inputs.earlier
            if one.content is not None
        ],
        told=[
            told_before(f"version {number}", content)
            for number, content in enumerate(inputs.versions, start=1)
        ],
        pooled=estimated.pooled,
    )
    content = build_content(inputs, estimated, protected, plan)
    record = _record(inputs, content)
    if record:
        content["wave_record_hash"] = hash_of(record)
    return Computed(canonical_json(content), write_table(estimated.estimates), plan.hash, record)


def _record(inputs: WaveInputs, content: dict[str, Any]) -> bytes:
    if inputs.opening is None:
        return b""
    # a corrected publication keeps the record: what lay in the urn does not change
    return inputs.opening.record or wave_record(inputs, content["domains"])


def compute(inputs: WaveInputs) -> Computed:
    """Do the whole walk."""
    return assemble(inputs, estimate(inputs))


def published_cells(meta: WaveMeta, content: bytes) -> PublishedCells:
    """Read what an earlier publication showed and hid."""
    rows: list[dict[str, Any]] = json.loads(content)["estimates"]
    return PublishedCells.of(meta.key, _cells(rows, "low"))


def told_before(label: str, content: bytes) -> Told:
    """Read what an earlier version told of the same responses, over the domains it had then."""
    stored = json.loads(content)
    tree = DomainTree(
        tuple(
            Domain(
                row["level"],
                row["code"],
                row["parent"],
                row["kind"] if row["level"] == "unit" else "",
            )
            for row in stored["domains"]
        )
    )
    return Told.of(label, tree, _cells(stored["estimates"], "n"))


def _cells(rows: list[dict[str, Any]], figure: str) -> pd.DataFrame:
    columns = ("measure", "statistic", "category", "level", "domain", figure, "status")
    frame = pd.DataFrame([[row.get(name) for name in columns] for row in rows], columns=columns)
    return frame.fillna({"category": "", "domain": ""})


def write_table(table: EstimateTable) -> bytes:
    """Write exact figures as Parquet, which keeps every bit."""
    buffer = io.BytesIO()
    table.frame.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def read_table(stored: bytes) -> EstimateTable:
    """Read what `write_table` wrote."""
    return EstimateTable(pd.read_parquet(io.BytesIO(stored)))
