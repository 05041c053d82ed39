"""Build the demo: an agency, its history, and what is open now, by the ordinary ways."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

import numpy as np

from questionnaires.loader import load_library
from survey_app.asking.campaigns.import_campaign import (
    apply_campaign,
    plan_campaign,
    read_campaign,
)
from survey_app.asking.campaigns.live_counts import refresh_live_counts
from survey_app.asking.delivery.clean_up import forget_invitations
from survey_app.asking.invitations.tokens import token_for
from survey_app.asking.people.import_people import apply_import, plan_import, read_register
from survey_app.asking.writing import writing
from survey_app.shared.clock import OSLO
from survey_app.simulation.agency import make_agency
from survey_app.simulation.asked import asked_forms
from survey_app.simulation.calendar import (
    SimulatedWave,
    candidates_survey,
    closed_public_waves,
    closed_staff_waves,
    open_pulse,
    open_survey,
)
from survey_app.simulation.documented import documented
from survey_app.simulation.documented_public import DocumentedPublic
from survey_app.simulation.fielding import Fielding, record_delivery
from survey_app.simulation.files import (
    candidate_campaign,
    open_campaign,
    public_campaign,
    register_csv,
    staff_campaign,
)
from survey_app.simulation.marker import Built, find_marker, finish, start_afresh
from survey_app.simulation.parameters import stream
from survey_app.simulation.plain_public import PlainPublic
from survey_app.simulation.plain_staff import make_plain_staff
from survey_app.simulation.staff_model import make_staff
from survey_app.simulation.truth_file import write_truth
from survey_app.waves.open_wave import open_wave

if TYPE_CHECKING:
    from survey_app.settings import Settings
    from survey_app.simulation.held import PublicModel, StaffModel
    from survey_app.simulation.truth import TrueMean

DEFAULT_SEED: Final = 20210109
MAILED: Final = 300  # people of the open pulse who get a real mail
ANSWERED_ALREADY: Final = 0.25  # of the others, so that the open pulse has something to count
LINKS: Final = 60
REGISTER_BEFORE: Final = timedelta(days=30)

type Report = Callable[[str, float], None]
"""Called with what is being done and the share that is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What whoever starts the demo is told."""

    people: int
    waves: tuple[str, ...]
    personal_links: tuple[str, ...]
    open_surveys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything that the demo will hold."""

    staff: StaffModel
    history: list[SimulatedWave]
    halves: list[SimulatedWave]
    pulse: SimulatedWave | None
    survey: SimulatedWave | None
    candidates: SimulatedWave | None
    seed: int
    today: date

    @property
    def first_day(self) -> date:
        """When the register was imported."""
        candidates = self.candidates if self.halves else None
        waves = (*self.history, *self.halves, candidates, self.pulse)
        opened = [wave.opens_on for wave in waves if wave]
        return min(opened, default=self.today) - REGISTER_BEFORE


@dataclass(slots=True)
class _Progress:
    report: Report
    steps: int
    done: int = 0

    def step(self, what: str) -> None:
        self.done += 1
        self.report(what, min(1.0, self.done / self.steps))


async def build_demo(
    settings: Settings,
    *,
    people: int = 5600,
    waves: int = 12,
    public_waves: int = 8,
    seed: int = DEFAULT_SEED,
    today: date,
    report: Report = lambda _what, _share: None,
    executor: Executor | None = None,
) -> Demo:
    """Build the demo once; a second call tells what stands, a killed build starts again.

    Parameters
    ----------
    settings : Settings
        Folder of keys and secret, minimum group.
    people : int
        People in the register, 150 to 200,000.
    waves, public_waves : int
        Closed waves; beside them one pulse and one open survey are open, and where the public was
        asked, candidates were asked once.
    seed : int
        The same seed builds the same agency with the same answers.
    today : date
        History ends before it.
    report : callable
        Told what is done, with the share from 0 to 1.
    executor : Executor, optional
        Where sealing and estimating go; by default two processes.

    Raises
    ------
    DemoError
        If the database holds something that no demo built.
    """
    if await find_marker() is Built.NO:
        plan = _plan(people, waves, public_waves, seed, today)
        progress = _Progress(report, 2 * (len(plan.history) + len(plan.halves)) + 4)
        await start_afresh(settings.key_folder, now=_morning(today))
        async with _two_processes(executor) as pool:
            await _build(plan, Fielding(settings, seed, pool, _public(seed)), progress)
        await finish(now=_morning(today), people=people, seed=seed)
    return await describe_demo(settings)


async def describe_demo(settings: Settings) -> Demo:
    """Return unused personal links of the open pulse, and the slugs of open surveys."""
    async with writing() as link:
        rows = await link.fetch(
            "SELECT i.wave, i.pid, i.generation FROM asking.invitation i"
            " JOIN asking.wave w ON w.id = i.wave WHERE w.state = 'open'"
            " AND i.channel = 'email' AND NOT i.marked AND NOT i.withdrawn AND NOT i.opted_out"
            " ORDER BY i.pid LIMIT $1",
            LINKS,
        )
        surveys = await link.fetch(
            "SELECT key FROM asking.wave WHERE state = 'open' AND invite = 'open' ORDER BY key"
        )
        waves = await link.fetch("SELECT key FROM asking.wave ORDER BY opens_on, key")
        people = await link.fetchval("SELECT count(*) FROM asking.person WHERE active")
    secret = settings.secret()
    tokens = [token_for(secret, row["wave"], row["pid"], row["generation"]) for row in rows]
    return Demo(
        people=people,
        waves=tuple(row["key"] for row in waves),
        personal_links=tuple(f"{settings.answering_url}/answer/{token}" for token in tokens),
        open_surveys=tuple(row["key"] for row in surveys),
    )


def _plan(people: int, waves: int, public_waves: int, seed: int, today: date) -> _Plan:
    staff, forms = _staff(people, seed), asked_forms()
    return _Plan(
        staff=staff,
        history=closed_staff_waves(
            waves, people=staff.agency.people, panels=staff.agency.panels, today=today
        )
        if forms.main
        else [],
        halves=closed_public_waves(public_waves, today=today) if forms.public else [],
        pulse=open_pulse(today=today) if forms.main else None,
        survey=open_survey(today=today) if forms.opened else None,
        candidates=candidates_survey(today=today) if forms.candidates else None,
        seed=seed,
        today=today,
    )


def _staff(people: int, seed: int) -> StaffModel:
    if documented():
        return make_staff(make_agency(people, seed=seed), seed=seed)
    return make_plain_staff(people, seed=seed)


def _public(seed: int) -> PublicModel:
    return DocumentedPublic(seed) if documented() else PlainPublic(load_library(), seed)


@contextlib.asynccontextmanager
async def _two_processes(given: Executor | None) -> AsyncIterator[Executor]:
    """Lend two processes, unless the caller has something of its own."""
    if given is not None:
        yield given
        return
    # one BLAS thread each: two processes share two cores, and sums keep their order
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


async def _build(plan: _Plan, fielding: Fielding, progress: _Progress) -> None:
    await _import(plan)
    progress.step("register")
    truth = await asyncio.gather(
        _staff_series(plan, fielding, progress), _public_series(plan, fielding, progress)
    )
    write_truth(fielding.settings.data_dir, [row for rows in truth for row in rows])
    if plan.pulse:
        await _open_pulse(plan, plan.pulse, fielding)
        progress.step(plan.pulse.key)
    if plan.survey:
        opened_at = _morning(plan.survey.opens_on)
        await open_wave(plan.survey.key, now=opened_at, settings=fielding.settings, rehearse=None)
    await forget_invitations(now=_morning(plan.today))
    await refresh_live_counts(plan.today - timedelta(days=1))
    progress.step("clean-up")


async def _import(plan: _Plan) -> None:
    """Import the register and the campaigns from files, as an agency does."""
    first = plan.first_day
    register = read_register(register_csv(plan.staff.agency))
    await apply_import(
        await plan_import(register, today=first),
        rng=stream(plan.seed, "panels"),
        today=first,
        now=_morning(first),
        actor="demo",
    )
    library = load_library()
    texts = []
    if plan.pulse:
        texts.append(staff_campaign(plan.history, plan.pulse))
    if plan.survey:
        texts.append(open_campaign(plan.survey))
    if plan.halves:
        texts.append(public_campaign(plan.halves))
    if plan.halves and plan.candidates:
        texts.append(candidate_campaign(plan.candidates))
    for text in texts:
        told = await plan_campaign(read_campaign(text, library))
        await apply_campaign(told, now=_morning(first), actor="demo", demo=True)


async def _staff_series(plan: _Plan, fielding: Fielding, progress: _Progress) -> list[TrueMean]:
    earlier = np.zeros(plan.staff.agency.people, dtype=np.int_)
    truth = []
    for wave in plan.history:
        truth += await fielding.hold_staff(plan.staff, wave, earlier)
        progress.step(wave.key)
        await fielding.finish(wave)
        progress.step(wave.key)
    return truth


async def _public_series(plan: _Plan, fielding: Fielding, progress: _Progress) -> list[TrueMean]:
    truth = []
    for wave in plan.halves:
        truth += await fielding.hold_public(wave)
        progress.step(wave.key)
        await fielding.finish(wave)
        progress.step(wave.key)
    if plan.halves and plan.candidates:
        await fielding.hold_candidates(plan.candidates)
        await fielding.finish(plan.candidates)
        progress.step(plan.candidates.key)
    return truth


async def _open_pulse(plan: _Plan, pulse: SimulatedWave, fielding: Fielding) -> None:
    """Open a pulse to everybody, mailed to a few."""
    # on its own first morning, so that the mails are due at whatever hour the demo is built
    now = _morning(pulse.opens_on)
    agency = plan.staff.agency
    rng = stream(plan.seed, "mailed")
    mailed = np.zeros(agency.people, dtype=bool)
    mailed[rng.choice(agency.people, min(MAILED, agency.people // 2), replace=False)] = True
    drawn = await open_wave(
        pulse.key, now=now, settings=fielding.settings, spare=False, rehearse=None
    )
    numbers = [agency.number(int(person)) for person in np.flatnonzero(mailed)]
    await record_delivery(drawn.wave, now, but_for=numbers)
    # those with a mail are left to answer it themselves
    silent = mailed | (rng.random(agency.people) >= ANSWERED_ALREADY)
    earlier = np.zeros(agency.people, dtype=np.int_)
    await fielding.answer_staff(
        plan.staff, pulse, drawn.wave, earlier,
        silent=silent, until=plan.today - timedelta(days=1),
    )  # fmt: skip


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8), tzinfo=OSLO).astimezone(UTC)
