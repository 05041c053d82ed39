"""What protecting a publication costs: 60, 120 and 200 units, and after 1, 12 and 120 waves.

``python -m tests.benchmarks.disclosure`` protects a main wave of 6,000 answers with all indices,
scales, items and their shares, each case in a process of its own, and reports its time, the peak of
its memory and what is left. The references, in the same process: estimating the same wave, and for
memory the process before it began.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.comparison.change import compare_waves
from analytics.disclosure.protect import protect
from analytics.disclosure.releases import PublishedCells
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import plan_wave
from analytics.pipeline import WaveData, estimate_wave
from analytics.waves import WaveMeta
from questionnaires.loader import load_library
from tests.benchmarks.budgets import told

ANSWERS = int(os.environ.get("ANSWERS", "6000"))
UNITS = (60, 120, 200)
EARLIER = (1, 12, 120)
FORM = load_library().questionnaire("verdipuls.main")
RATE = 0.6


def a_wave(units: int, seed: int) -> WaveData:
    """Draw 6,000 answers in units whose sizes differ as an agency's do."""
    rng = np.random.default_rng(seed)
    # the agency stays the same from wave to wave
    fixed = np.random.default_rng(units)
    share = fixed.lognormal(0, 0.8, units)
    population = np.maximum(15, (ANSWERS / RATE * share / share.sum()).round()).astype(int)
    regions, kinds = max(6, units // 12), 8
    frame = pd.DataFrame(
        {
            "unit": [f"u{number:03}" for number in range(units)],
            "region": [f"r{number:02}" for number in fixed.integers(regions, size=units)],
            "unit_type": [f"t{number}" for number in fixed.integers(kinds, size=units)],
            "population": population,
            "invited": population,
        }
    )
    rate = 1 / (1 + np.exp(-np.log(RATE / (1 - RATE)) - rng.normal(0, 0.45, units)))
    n = np.maximum(rng.binomial(population, rate), 5)
    unit = np.repeat(frame["unit"].to_numpy(), n)
    agreement = rng.normal(0.2, 0.3, units).repeat(n) + rng.normal(size=len(unit))
    columns = {}
    for item in FORM.items:
        values = [o.value for o in FORM.option_set(item).options if o.value is not None]
        for column in FORM.item_columns(item):
            place = agreement + rng.normal(size=len(unit))
            rank = np.clip((place + 2.5) / 5 * len(values), 0, len(values) - 1).astype(int)
            columns[column] = np.where(rng.random(len(unit)) < 0.02, -2, np.array(values)[rank])
    index = pd.RangeIndex(len(unit))
    return WaveData(
        key=f"w{seed}", kind="main", population="staff", questionnaire=FORM,
        answers=pd.DataFrame(columns, index=index).astype("int16"),
        domains=pd.Series(unit, index=index), frame=frame, margins={}, minimum_group=5,
        invited_everybody=True, panel=None,
    )  # fmt: skip


def measure(units: int, earlier: int) -> dict[str, float]:
    """Protect one wave after so many others, whose publications are repeated as need be."""
    known = min(earlier, 2)
    published: list[PublishedCells] = []
    tables = []
    for seed in range(known):
        data = a_wave(units, seed)
        exact = estimate_wave(data)
        plan = plan_wave(FORM, data.frame, rules=DisclosureRules())
        changes = compare_waves((_meta(data), exact.estimates), [])
        shown = protect(exact.estimates, changes, plan=plan, earlier=published)
        published.append(PublishedCells.of(data.key, shown.estimates.frame))
        tables.append((_meta(data), exact.estimates))
    published = [
        *(replace(published[0], wave=f"before-{number}") for number in range(earlier - known)),
        *published,
    ]
    data = a_wave(units, known)
    begun = time.perf_counter()
    exact = estimate_wave(data)
    estimated = time.perf_counter() - begun
    plan = plan_wave(FORM, data.frame, rules=DisclosureRules())
    changes = compare_waves((_meta(data), exact.estimates), tables)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    begun, begun_cpu = time.perf_counter(), time.process_time()
    found = protect(exact.estimates, changes, plan=plan, earlier=published, pooled=exact.pooled)
    return {
        "answers": len(data.answers),
        "rows": len(exact.estimates.frame),
        "seconds": time.perf_counter() - begun,
        "cpu": time.process_time() - begun_cpu,
        "estimated": estimated,
        "before": before,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "left": float(found.report["means_from_limit_published"] or 0),
    }


def _meta(data: WaveData) -> WaveMeta:
    return WaveMeta(data.key, data.kind, data.population, data.invited_everybody, data.panel)


def in_its_own_process(units: int, earlier: int) -> dict[str, float]:
    """Measure a case where nothing else has used memory."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.disclosure", str(units), str(earlier)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    worst, peak = 0.0, 0.0
    for units, earlier in [*((n, 1) for n in UNITS), *((UNITS[0], w) for w in EARLIER[1:])]:
        found = in_its_own_process(units, earlier)
        worst, peak = max(worst, found["cpu"]), max(peak, found["peak"])
        print(
            f"{units} units after {earlier} wave(s), {found['answers']:,.0f} answers,"
            f" {found['rows']:,.0f} cells: {found['seconds']:.2f} s"
            f" ({found['seconds'] / found['estimated']:.1f} x estimating),"
            f" {found['cpu']:.2f} s of them on the processor;"
            f" {found['peak']:.2f} GB at most, {found['before']:.2f} before it began;"
            f" {100 * found['left']:.0f} % of means that are large enough are shown",
            flush=True,
        )
    # a busy machine makes all wait alike: what is held to is the time on the processor
    told("suppression_time", worst)
    told("suppression_memory", peak)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
    else:
        main()
