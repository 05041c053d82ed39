"""Build the demo: an agency, its history, and what is open now, by the ordinary ways.

History is invited with delivery recorded, not mailed; its ballots are sealed straight into the urn;
then the ordinary closing, publishing and clean-up do the rest.
"""

from __future__ import annotations

import asyncio
import csv
import os
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from questionnaires.loader import load_library
from survey_app.answering.open_wave import open_wave
from survey_app.asking.campaigns.import_campaign import (
    apply_campaign,
    plan_campaign,
    read_campaign,
)
from survey_app.asking.invitations.sample import Drawn
from survey_app.asking.invitations.tokens import token_for
from survey_app.asking.people.import_people import apply_import, plan_import, read_register
from survey_app.asking.writing import writing
from survey_app.counting.urn.drop_ballot import drop_ballots
from survey_app.publishing.close_wave import close_wave
from survey_app.publishing.margins import read_margins
from survey_app.publishing.publish_wave import publish_wave
from survey_app.shared.clock import OSLO
from survey_app.simulation.agency import make_agency
from survey_app.simulation.ballots import answer_rows, seal_rows
from survey_app.simulation.calendar import (
    SimulatedWave,
    open_pulse,
    open_survey,
    public_calendar,
    staff_calendar,
)
from survey_app.simulation.files import (
    open_campaign,
    public_campaign,
    register_csv,
    staff_campaign,
)
from survey_app.simulation.marker import Built, find_marker, finish, start_afresh
from survey_app.simulation.parameters import stream
from survey_app.simulation.public_model import draw_public, simulate_public_wave
from survey_app.simulation.staff_model import Staff, make_staff, respond, simulate_staff_wave
from survey_app.simulation.truth import TrueMean, true_means

if TYPE_CHECKING:
    from uuid import UUID

    import numpy.typing as npt

    from survey_app.settings import Settings
    from survey_app.simulation.public_model import PublicSample

DEFAULT_SEED: Final = 20210117
MAILED: Final = 300  # people of the open pulse who get a real mail
ANSWERED_ALREADY: Final = 0.25  # of the others, so that the open pulse has something to count
LINKS: Final = 60
TRUTH: Final = "simulation/truth.csv"

type Report = Callable[[str, float], None]
"""Called with what is being done and the share that is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What whoever starts the demo is told."""

    people: int
    waves: tuple[str, ...]
    personal_links: tuple[str, ...]
    open_surveys: tuple[str, ...]


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
    people : int
        People in the register, 150 to 5,600.
    waves, public_waves : int
        Closed waves; beside them one pulse and one open survey are open.
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
    DemoRefused
        If the database holds something that no demo built.
    """
    built = await find_marker()
    if built is Built.NO:
        async with _executor(executor) as pool:
            await start_afresh(settings.data_dir, now=_morning(today))
            progress = _Progress(report, 2 * (waves + public_waves) + 4)
            await _build(
                settings, people, waves, public_waves, seed, today, progress, pool
            )
            await finish(now=_morning(today), people=people, seed=seed)
            progress.step("ferdig")
    return await describe_demo(settings)


class _executor:  # noqa: N801 - used as a function
    """Lend two processes, unless the caller has some."""

    def __init__(self, given: Executor | None) -> None:
        self.given = given
        self.own: ProcessPoolExecutor | None = None

    async def __aenter__(self) -> Executor:
        if self.given is not None:
            return self.given
        workers = min(2, os.cpu_count() or 1)
        # one BLAS thread each: two processes share two cores, and sums keep their order
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(name, "1")
        self.own = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        return self.own

    async def __aexit__(self, *error: object) -> None:
        if self.own is not None:
            self.own.shutdown(cancel_futures=True)


async def _build(
    settings: Settings,
    people: int,
    waves: int,
    public_waves: int,
    seed: int,
    today: date,
    progress: _Progress,
    pool: Executor,
) -> None:
    agency = make_agency(people, seed=seed)
    staff = make_staff(agency, seed=seed)
    history = staff_calendar(waves, panels=agency.panels, today=today)
    halves = public_calendar(public_waves, today=today)
    pulse, survey = open_pulse(history[-1], today=today), open_survey(today=today)
    first = min(wave.opens_on for wave in (*history, *halves)) - timedelta(days=30)
    await _import(staff, [*history, pulse], halves, survey, seed=seed, first=first)
    progress.step("register og målinger")
    build = _Build(settings, seed, progress, pool)
    truth = await asyncio.gather(
        build.staff_series(staff, history), build.public_series(halves)
    )
    _keep_truth(settings, [row for rows in truth for row in rows])
    await build.open_now(staff, pulse, survey, today=today)
    progress.step("åpne undersøkelser")
    await _clean_up(today)
    progress.step("opprydding")


async def _import(
    staff: Staff,
    staff_waves: list[SimulatedWave],
    public_waves: list[SimulatedWave],
    survey: SimulatedWave,
    *,
    seed: int,
    first: date,
) -> None:
    now = _morning(first)
    register = read_register(register_csv(staff.agency))
    await apply_import(
        await plan_import(register, today=first),
        rng=stream(seed, "panels"),
        today=first,
        now=now,
        actor="demo",
    )
    library = load_library()
    texts = [staff_campaign(staff_waves), open_campaign(survey)]
    if public_waves:
        texts.append(public_campaign(public_waves))
    for text in texts:
        plan = await plan_campaign(read_campaign(text, library))
        await apply_campaign(plan, now=now, actor="demo", demo=True)


@dataclass(slots=True)
class _Build:
    settings: Settings
    seed: int
    progress: _Progress
    pool: Executor

    async def staff_series(self, staff: Staff, waves: list[SimulatedWave]) -> list[TrueMean]:
        earlier = np.zeros(staff.agency.people, dtype=np.int_)
        truth = []
        for wave in waves:
            drawn = await open_wave(wave.key, now=wave.opened_at, settings=self.settings)
            await _record_delivery(drawn.wave, wave.opened_at)
            truth += await self._answer_staff(staff, wave, drawn.wave, earlier)
            self.progress.step(wave.key)
            await self._finish(wave)
        return truth

    async def _answer_staff(
        self,
        staff: Staff,
        wave: SimulatedWave,
        wave_id: UUID,
        earlier: npt.NDArray[np.int_],
        *,
        spare: npt.NDArray[np.bool_] | None = None,
    ) -> list[TrueMean]:
        simulated = simulate_staff_wave(staff, wave.t)
        invitations = await _invitations(wave_id, staff.agency.people)
        invited = np.array([one is not None for one in invitations])
        answered = respond(
            staff, simulated, invited=invited, earlier=earlier, main=wave.main
        )
        if spare is not None:
            answered &= ~spare
        earlier += invited
        who = np.flatnonzero(answered)
        chosen = [one for one in (invitations[person] for person in who) if one is not None]
        columns = await self._drop(
            wave_id, simulated.answers, who, [one[1] for one in chosen]
        )
        async with writing() as link:
            await link.execute(
                "UPDATE asking.invitation SET marked = true WHERE id = ANY($1::uuid[])",
                [one[0] for one in chosen],
            )
        del columns
        return _staff_truth(staff, wave, simulated.answers)

    async def _drop(
        self,
        wave_id: UUID,
        answers: Any,  # noqa: ANN401 - a mapping of column to array
        who: npt.NDArray[np.intp],
        domains: list[str],
    ) -> tuple[str, ...]:
        async with writing() as link:
            row = await link.fetchrow(
                "SELECT w.public_key, w.ballot_size, w.form, q.content FROM asking.wave w"
                " JOIN asking.questionnaire q ON q.hash = w.questionnaire WHERE w.id = $1",
                wave_id,
            )
        columns = _columns(row["content"])
        sealed = await asyncio.get_running_loop().run_in_executor(
            self.pool,
            _seal,
            answer_rows(columns, answers, who),
            domains,
            wave_id,
            row["public_key"],
            row["ballot_size"],
        )
        async with writing() as link:
            await drop_ballots(link, wave_id, sealed)
        return columns

    async def public_series(self, waves: list[SimulatedWave]) -> list[TrueMean]:
        truth = []
        for wave in waves:
            sample = draw_public(wave.t, seed=self.seed, gross=self._gross())
            drawn = await open_wave(
                wave.key,
                now=wave.opened_at,
                settings=self.settings,
                sample=_sample_file(sample),
                county_population={
                    code: read_margins().county_population(code) for code in read_margins().county
                },
            )
            simulated = simulate_public_wave(sample, wave.t, seed=self.seed)
            who = np.flatnonzero(simulated.answered)
            await self._drop(drawn.wave, simulated.answers, who, [""] * len(who))
            await _mark_some(drawn.wave, len(who))
            truth += _public_truth(sample, wave, simulated.answers)
            self.progress.step(wave.key)
            await self._finish(wave)
        return truth

    def _gross(self) -> int | None:
        return None

    async def _finish(self, wave: SimulatedWave) -> None:
        await close_wave(wave.key, data_dir=self.settings.data_dir, now=wave.closed_at)
        await publish_wave(wave.key, now=wave.closed_at, executor=self.pool)
        self.progress.step(wave.key)

    async def open_now(
        self, staff: Staff, pulse: SimulatedWave, survey: SimulatedWave, *, today: date
    ) -> None:
        now = _morning(today)
        rng = stream(self.seed, "mailed")
        people = staff.agency.people
        mailed = np.zeros(people, dtype=bool)
        mailed[rng.choice(people, min(MAILED, people // 2), replace=False)] = True
        drawn = await open_wave(pulse.key, now=now, settings=self.settings)
        numbers = [staff.agency.number(person) for person in np.flatnonzero(mailed)]
        await _record_delivery(drawn.wave, now, but_for=numbers)
        # those with a mail are left to answer it themselves
        spare = mailed | (rng.random(people) >= ANSWERED_ALREADY)
        earlier = np.zeros(people, dtype=np.int_)
        await self._answer_staff(staff, pulse, drawn.wave, earlier, spare=spare)
        await open_wave(survey.key, now=now, settings=self.settings)


def _seal(
    rows: npt.NDArray[np.int16], domains: list[str], wave: UUID, public_key: bytes, size: int
) -> list[Any]:
    return seal_rows(rows, domains, wave=wave, public_key=public_key, size=size)


def _columns(content: bytes) -> tuple[str, ...]:
    from questionnaires.model import Questionnaire

    return Questionnaire.from_json(content).columns


async def _record_delivery(
    wave: UUID, at: datetime, *, but_for: list[str] | None = None
) -> None:
    """Write that mails were delivered, without sending them; ``but_for`` get real ones."""
    async with writing() as link:
        await link.execute(
            "UPDATE asking.outbox o SET state = 'sent', sent_at = $2, attempts = 1"
            " FROM asking.invitation i JOIN asking.person p ON p.id = i.person"
            " WHERE o.invitation = i.id AND i.wave = $1 AND NOT p.number = ANY($3::text[])",
            wave,
            at,
            but_for or [],
        )


async def _invitations(wave: UUID, people: int) -> list[tuple[UUID, str] | None]:
    """Return id and domain of each person's invitation, by the person's place in the agency."""
    async with writing() as link:
        rows = await link.fetch(
            "SELECT i.id, i.domain, p.number FROM asking.invitation i"
            " JOIN asking.person p ON p.id = i.person WHERE i.wave = $1",
            wave,
        )
    found: list[tuple[UUID, str] | None] = [None] * people
    for row in rows:
        found[int(row["number"][1:]) - 1] = (row["id"], row["domain"])
    return found


async def _mark_some(wave: UUID, number: int) -> None:
    """Mark as many letters as answers came; who answered is nobody's business here either."""
    async with writing() as link:
        await link.execute(
            "UPDATE asking.invitation SET marked = true WHERE id IN"
            " (SELECT id FROM asking.invitation WHERE wave = $1 LIMIT $2)",
            wave,
            number,
        )


def _sample_file(sample: PublicSample) -> list[Drawn]:
    return [
        Drawn(f"{county:02d}", str(age), str(gender), "nb")
        for county, age, gender in zip(
            sample.county.tolist(), sample.age.tolist(), sample.gender.tolist(), strict=True
        )
    ]


def _staff_truth(staff: Staff, wave: SimulatedWave, answers: Any) -> list[TrueMean]:  # noqa: ANN401
    agency = staff.agency
    questionnaire = load_library().questionnaire(wave.form)
    regions = np.array([unit.region for unit in agency.units])[agency.unit]
    domains = [("agency", "", np.ones(agency.people, dtype=bool))]
    domains += [("region", code, regions == code) for code in agency.regions]
    domains += [("unit", unit.code, agency.unit == at) for at, unit in enumerate(agency.units)]
    return true_means(wave.key, questionnaire, answers, domains)


def _public_truth(
    sample: PublicSample, wave: SimulatedWave, answers: Any  # noqa: ANN401
) -> list[TrueMean]:
    """Return what everybody drawn would have given, weighted to the population's counties."""
    counties = read_margins().county
    drawn = np.bincount(sample.county, minlength=100)
    weight = np.array([counties[f"{code:02d}"] / drawn[code] for code in sample.county])
    everybody = [("agency", "", np.ones(sample.size, dtype=bool))]
    questionnaire = load_library().questionnaire(wave.form)
    return true_means(wave.key, questionnaire, answers, everybody, weight)


def _keep_truth(settings: Settings, rows: list[TrueMean]) -> None:
    path = settings.data_dir / TRUTH
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["wave", "measure", "level", "domain", "mean"])
        table.writerows(
            [row.wave, row.measure, row.level, row.domain, f"{row.mean:.4f}"] for row in rows
        )


async def _clean_up(today: date) -> None:
    return


async def describe_demo(settings: Settings) -> Demo:
    """Return unused personal links of the open pulse, and the slugs of open surveys."""
    async with writing() as link:
        rows = await link.fetch(
            "SELECT i.wave, i.pid, i.generation FROM asking.invitation i"
            " JOIN asking.wave w ON w.id = i.wave WHERE w.state = 'open'"
            " AND i.channel = 'email' AND NOT i.marked AND NOT i.withdrawn ORDER BY i.pid LIMIT $1",
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


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8), tzinfo=OSLO).astimezone(UTC)
