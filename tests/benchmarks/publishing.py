"""How long readers wait: the demo's largest waves, from the last answer to the shelf.

``python -m tests.benchmarks.publishing`` holds nine waves of the whole simulated agency and one of
the public on an embedded PostgreSQL. It reports for the main waves among them, of which the third
has eight waves before it, and for that of the public: closing, which empties the urn and publishes
in one transaction (with opening the same ballots alone as the reference, in the same run), and the
shelf's answers.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from survey_app.counting.urn import keys
from survey_app.counting.urn.seal import SUITE, purpose
from survey_app.installation.migrate import run_migrations
from survey_app.installation.services import services
from survey_app.installation.tables import bind_worker
from survey_app.publications import shelf
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.settings import Settings
from survey_app.shared.database import Login, pools
from tests.benchmarks.budgets import told
from tests.places import lent_place
from tests.publishing_builders import SmallAgency, rows

PEOPLE = int(os.environ.get("PEOPLE", "5600"))
GROSS = int(os.environ.get("GROSS", "7400"))
MAIN_WAVES = (0, 4, 8)  # of the twelve that are planned; between them are pulses
LATER = datetime(2030, 1, 1, tzinfo=UTC)


async def measure(agency: SmallAgency, wave) -> float:
    folder = agency.settings.key_folder
    (row,) = await rows("SELECT id FROM asking.wave WHERE key = $1", wave.key)
    sealed = await rows("SELECT ballot FROM counting.urn WHERE wave = $1", row["id"])
    private_key = keys.read(folder, row["id"])
    begun = time.perf_counter()
    for one in sealed:
        SUITE.decrypt(one["ballot"], private_key, purpose(row["id"]))
    opened = time.perf_counter() - begun

    begun, worked = time.perf_counter(), time.process_time()
    closed = await close_wave(wave.key, key_dir=folder, now=wave.closed_at)
    took, worked = time.perf_counter() - begun, time.process_time() - worked
    publication = closed.publication

    begun = time.perf_counter()
    found = await shelf.load(publication, at=LATER)
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    await shelf.load(publication, at=LATER)
    again = time.perf_counter() - begun
    (size,) = await rows(
        "SELECT octet_length(content) AS n FROM publications.publication WHERE id = $1", publication
    )
    print(
        f"{wave.key}: {closed.accepted} answers closed and published in {took:.2f} s, {worked:.2f}"
        f" of them on the processor beside PostgreSQL's (opening the ballots alone {opened:.2f}):"
        f" {len(found.content['estimates'])} cells, {size['n'] / 1e6:.1f} MB;"
        f" taken from the shelf in {first * 1e3:.0f} ms, then {again * 1e3:.1f} ms"
    )
    return took


async def run(settings: Settings, urls: dict[Login, str]) -> None:
    await run_migrations(urls)
    bind_worker()
    async with pools(Login.WORKER, Login.MIGRATOR):
        agency = await SmallAgency(settings, people=PEOPLE, waves=12, gross=GROSS).imported()
        took = {}
        for at in range(MAIN_WAVES[-1] + 1):
            if at in MAIN_WAVES:
                took[at] = await measure(agency, await agency.answered(at))
            else:
                await agency.published(at)
        told("staff_wave", max(took.values()), f"{PEOPLE} people; the first {took[0]:.2f} s")
        half = agency.halves[0]
        await agency.fielding.hold_public(half, gross=GROSS)
        await measure(agency, half)


def main() -> None:
    with lent_place(Path(tempfile.mkdtemp(prefix="barometer-bench-"))) as folder:
        settings = Settings(data_dir=folder)
        try:
            with services(settings) as found:
                asyncio.run(run(settings, found.database))
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
