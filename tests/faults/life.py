"""One seed: a small wave from opening to publication, while its faults happen."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from random import Random

import asyncpg

from survey_app.asking.clock_watch import accept_clock
from survey_app.asking.errors import OpeningRefused
from survey_app.counting.urn.errors import KeyFileError
from survey_app.shared import queue
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, fetch
from survey_app.waves.open_wave import open_wave
from tests.builders_answering import a_draft, an_agency, opened
from tests.faults.invariants import Happened, Lived, broken
from tests.faults.people import Told, links_of, send_all
from tests.faults.schedule import Part, Planned, schedule
from tests.faults.standing import Standing
from tests.killed_installation import FORM

PEOPLE = 9  # in each unit
UNITS = {
    "nord-1": ("Fengsel Nord 1", "nord"),
    "nord-2": ("Fengsel Nord 2", "nord"),
    "sor-1": ("Fengsel Sør 1", "sor"),
}
STAY_AWAY = 4
"""People of the last unit that do not answer: what they would be seen by stays hidden."""
_DATABASE = (asyncpg.PostgresError, asyncpg.InterfaceError)
PATIENCE = 200.0
TURN_SECONDS = 2.0
# what may go wrong while the harness itself opens a wave: it tries again, as a person would
MAY_FAIL = (OSError, KeyFileError, OpeningRefused)


async def prepare(it: Standing) -> None:
    """Wait for the first start, and put up the agency."""
    await it.until_well()
    it.reach_directly()
    await an_agency(PEOPLE, UNITS)
    await accept_clock()


async def live(it: Standing, seed: int, *, ask_doctor: bool = False) -> list[str]:
    """Live through one seed; returns each promise that did not hold, in a sentence."""
    planned = schedule(seed, full_disks=it.full_disks)
    before = await fetch(Login.WORKER, "SELECT id, content_hash FROM publications.publication")
    it.office.post.taken.clear()
    happened: list[Happened] = []
    life = _Life(it, seed, planned, happened, ask_doctor=ask_doctor)
    wave = await life.open()
    links = await links_of(it.settings, wave)
    lived = Lived(
        seed, it, wave, links, Told(), happened,
        before={row["id"]: row["content_hash"] for row in before},
        unnamed=life.unnamed, well_after=life.well_after,
    )  # fmt: skip
    await life.mail(lived)
    await life.answers(lived)
    await life.count(lived)
    return await broken(lived)


class _Life:
    def __init__(
        self, it: Standing, seed: int, planned: Sequence[Planned], happened: list[Happened],
        *, ask_doctor: bool,
    ) -> None:  # fmt: skip
        self.it, self.seed, self.planned, self.happened = it, seed, planned, happened
        self.ask_doctor = ask_doctor
        self.unnamed: list[str] = []
        self.last: BaseException | None = None
        """Why the harness could not do its own part, the last time."""
        self.well_after: list[float] = []

    async def open(self):
        key = f"seed-{self.seed}"
        await a_draft(key, form=FORM, closes_on=today() + timedelta(days=20))
        # no reminder is due yet
        await fetch(
            Login.WORKER, "UPDATE asking.wave SET opens_on = $2 WHERE key = $1", key, today()
        )
        async with self._faults(Part.OPENING):
            await self._until(lambda: self._opens(key), "the wave does not open")
        return await opened(self.it.settings, key)

    async def _opens(self, key: str) -> bool:
        try:
            await open_wave(key, now=now(), settings=self.it.settings, spare=False, rehearse=None)
        except (*MAY_FAIL, *_DATABASE) as error:
            self.last = error
        with contextlib.suppress(*_DATABASE, OSError):
            rows = await fetch(Login.WORKER, "SELECT state FROM asking.wave WHERE key = $1", key)
            return bool(rows[0]["state"] == "open")
        return False

    async def mail(self, lived: Lived) -> None:
        await queue.enqueue("send_due_mail")
        async with self._faults(Part.MAIL):
            pass
        await self._until(lambda: self._mailed(lived), "invitations are not handed over")

    async def _mailed(self, lived: Lived) -> bool:
        """Let the time that the mail server was given go by at once, and look."""
        await fetch(
            Login.WORKER,
            "UPDATE asking.outbox SET due_at = clock_timestamp() WHERE state = 'due'"
            " AND due_at > clock_timestamp()",
        )
        (row,) = await fetch(
            Login.WORKER,
            "SELECT count(*) FILTER (WHERE o.state = 'due') AS due FROM asking.outbox o"
            " JOIN asking.invitation i ON i.id = o.invitation WHERE i.wave = $1",
            lived.wave.id,
        )
        if row["due"]:
            await queue.enqueue("send_due_mail")
        return row["due"] == 0

    async def answers(self, lived: Lived) -> None:
        last = sorted(link.number for link in lived.links if link.group == "sor-1")[-STAY_AWAY:]
        links = [link for link in lived.links if link.number not in last]
        rng = Random(self.seed)
        rng.shuffle(links)
        sending = send_all(self.it.address, lived.wave.key, links, lived.told, rng)
        async with self._faults(Part.ANSWERS):
            async with asyncio.timeout(PATIENCE):
                await sending

    async def count(self, lived: Lived) -> None:
        await fetch(
            Login.WORKER,
            "UPDATE asking.wave SET closes_on = $2 WHERE id = $1",
            lived.wave.id,
            _yesterday(),
        )
        await queue.enqueue("finish_due_waves")
        async with self._faults(Part.COUNTING):
            pass
        await self._until(lambda: self._published(lived), "the wave is not published")
        await self._until(lambda: self._key_is_told(lived), "the key's end is not recorded")

    async def _published(self, lived: Lived) -> bool:
        (row,) = await fetch(
            Login.WORKER,
            "SELECT w.state, k.kind, k.problem FROM asking.wave w"
            " LEFT JOIN asking.wave_work k ON k.wave = w.id WHERE w.id = $1",
            lived.wave.id,
        )
        if row["kind"] == "refused":
            raise AssertionError(f"left for an hour for a fault that has passed: {row['problem']}")
        return row["state"] == "published"

    async def _key_is_told(self, lived: Lived) -> bool:
        (row,) = await fetch(
            Login.WORKER,
            "SELECT key_destroyed_at IS NOT NULL AS told FROM asking.wave WHERE id = $1",
            lived.wave.id,
        )
        return bool(row["told"])

    async def _until(self, true, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not await true():
            if time.monotonic() > deadline:
                raise AssertionError(f"{what}: {self.last!r}\n{self.it.last_words()}")
            await asyncio.sleep(TURN_SECONDS if what.startswith("inv") else 0.3)

    @contextlib.asynccontextmanager
    async def _faults(self, part: Part) -> AsyncIterator[None]:
        """Let the part's faults happen beside what is done, and wait until all is well again."""
        mine = [one for one in self.planned if one.part is part]
        tasks = [asyncio.create_task(self._happen(one)) for one in mine]
        try:
            yield
        finally:
            await asyncio.gather(*tasks)
        if mine:
            self.well_after.append(await self.it.until_well())

    async def _happen(self, planned: Planned) -> None:
        await asyncio.sleep(planned.after)
        begun = time.monotonic()
        await asyncio.to_thread(planned.kind.begin, self.it, planned.size)
        try:
            if self.ask_doctor and planned.kind.doctor:
                told = await asyncio.to_thread(self.it.run, "doctor")
                wrong = [line for line in told.stdout.splitlines() if line.startswith("wrong")]
                if not any(planned.kind.doctor in line for line in wrong):
                    self.unnamed.append(f"{planned.kind.name}: {wrong or told.stderr[-300:]}")
            await asyncio.sleep(planned.lasts)
        finally:
            await asyncio.to_thread(planned.kind.end, self.it)
            self.happened.append(Happened(planned.kind, begun, time.monotonic()))


def _yesterday() -> date:
    return today() - timedelta(days=1)
