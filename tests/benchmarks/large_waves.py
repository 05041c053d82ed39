"""What publishing a large wave of the public costs: processor time and memory by respondents.

``python -m tests.benchmarks.large_waves 100000 1000000`` simulates that many respondents, works out
their publication in a process of its own each, and prints a table; without numbers, of these.
Bytes per respondent are what memory grew by, less what the same process needs for a wave of a
thousand. What ten million take follows from the two largest: answers that differ are soon all
there, and from then on memory grows by a constant for each respondent (docs/adr/0132).
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import sys
import time
import uuid
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.pipeline import WaveData
from questionnaires.loader import load_library
from questionnaires.population import read_population
from survey_app.publishing.computing.compute import assemble, estimate
from survey_app.publishing.inputs.margins import margins_of
from survey_app.publishing.inputs.wave_inputs import WaveInputs
from survey_app.simulation.ballots import answer_rows
from survey_app.simulation.public_model import draw_public, simulate_public_wave
from tests.benchmarks.budgets import told

if TYPE_CHECKING:
    from questionnaires.model import Questionnaire

SEED, GROSS, BASE = 7, 200_000, 1_000
LARGEST = 10_000_000
PLACE = {"nb": "stort", "nn": "stort", "en": "large"}


def simulated(questionnaire: Questionnaire, n: int) -> np.ndarray:
    """Let people answer until there are enough; int8, shape (n, n_columns)."""
    found = np.empty((n, len(questionnaire.columns)), dtype=np.int8)
    have, seed = 0, SEED
    while have < n:
        wave = simulate_public_wave(
            draw_public(0, seed=seed, gross=min(GROSS, 20 * n)), 0, seed=seed
        )
        rows = answer_rows(questionnaire.columns, wave.answers, np.flatnonzero(wave.answered))
        rows = rows[: n - have]
        found[have : have + len(rows)] = rows
        have, seed = have + len(rows), seed + 1
    return found


def inputs_of(n: int) -> WaveInputs:
    """Make a wave that ``n`` people of the public answered, with nothing before it."""
    library = load_library()
    questionnaire = library.questionnaire("omdomme")
    people = read_population()
    counties = {code: round(share * 4_400_000) for code, share in people.county.items()}
    frame = pd.DataFrame(
        [(code, count, round(3 * n * count / 4_400_000)) for code, count in counties.items()],
        columns=["county", "population", "invited"],
    )
    data = WaveData(
        key="large",
        kind="half_year",
        population="public",
        questionnaire=questionnaire,
        answers=pd.DataFrame(simulated(questionnaire, n), columns=list(questionnaire.columns)),
        domains=None,
        frame=frame,
        margins=margins_of(people),
        minimum_group=5,
        invited_everybody=False,
        panel=None,
        background=library.background,
        view=library.measures.public.trust,
    )
    labels = dict.fromkeys(("name", "short", "in", "since"), PLACE)
    return WaveInputs(
        wave_id=uuid.uuid5(uuid.NAMESPACE_URL, "large"),
        data=data,
        campaign={
            "key": "large", "title": PLACE, "population": "public", "demo": True,
            "release": "days", "open_results": False,
        },
        wave={
            "key": "large", "sequence": 1, "kind": data.kind, "labels": labels | {"year": 2026},
            "closed_on": "2026-10-01", "results_on": "2026-10-20", "plan_hash": "",
            "results_day": date(2026, 10, 20),
        },
        domains=tuple(
            {
                "level": "county", "code": code, "parent": "", "kind": "", "population": people_,
                "invited": invited, "name": code, "members": [],
            }
            for code, people_, invited in frame.itertuples(index=False)
        ),
        record={"accepted": n, "refused": 0, "screened_out": 0, "invited": 3 * n, "opted_out": 0},
        response_set_hash="",
        earlier=(),
        population=people,
    )  # fmt: skip


def peak() -> float:
    """Return the most memory this process has had, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def publish(n: int) -> tuple[float, ...]:
    """Publish one wave of ``n`` and say what it took."""
    inputs = inputs_of(n)
    before = peak()
    begun = time.process_time()
    estimated = estimate(inputs)
    between, half = time.process_time(), peak()
    computed = assemble(inputs, estimated)
    done = time.process_time()
    name = hashlib.sha256(computed.content).hexdigest()
    print(f"  {n}: {name[:16]}", flush=True)
    return between - begun, done - between, before, half, peak()


def measured(n: int) -> tuple[float, ...]:
    """Publish in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as pool:
        return pool.submit(publish, n).result()


def main() -> None:
    """Print the table."""
    base = measured(BASE)
    print(
        "respondents  estimate s  rest s  with answers MB  estimated MB  published MB  bytes each"
    )
    peaks = {BASE: base[4]}
    for n in sorted({int(one) for one in sys.argv[1:]}) or [100_000, 1_000_000]:
        found = measured(n)
        peaks[n] = found[4]
        each = (found[4] - base[4]) * 1024**2 / n
        print(
            f"{n:11,d} {found[0]:11.1f} {found[1]:7.1f} {found[2]:16.0f} {found[3]:13.0f}"
            f" {found[4]:13.0f} {each:11.0f}  (load {os.getloadavg()[0]:.1f})",
            flush=True,
        )
    (fewer, less), (most, more) = [*peaks.items()][-2:]
    each = (more - less) / (most - fewer)
    told(
        "large_wave_memory",
        (more + each * max(LARGEST - most, 0)) / 1024,
        f"{most:,} took {more:.0f} MB, and {each * 1024**2:.0f} bytes for each of the last",
    )


if __name__ == "__main__":
    main()
