"""A small agency with an open wave, made the way an installation makes it."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from survey_app.answering import form_token
from survey_app.asking.invitations.sample import Drawn
from survey_app.asking.invitations.tokens import token_for
from survey_app.counting.urn.trustee_keys import Trustee
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.database import Login, connection, engine, fetch
from survey_app.waves.open_wave import open_wave

NOW = datetime(2026, 5, 12, 8, 0, tzinfo=UTC)
UNITS = {
    "nord-1": ("Fengsel Nord 1 (høyt sikkerhetsnivå)", "nord"),
    "sor-1": ("Fengsel Sør 1", "sor"),
}


@dataclass(frozen=True)
class OpenedWave:
    """An open wave and the personal links to it."""

    id: uuid.UUID
    key: str
    tokens: list[str]
    codes: Mapping[str, str] = field(default_factory=dict)
    """What is typed for each link, in waves with letters or cards."""


async def an_agency(people: int = 20, units: Mapping[str, tuple[str, str]] = UNITS) -> None:
    """Two regions with a unit each, and ``people`` in each unit."""
    start = date(2020, 1, 1)
    rows = [("etaten", "Kriminalomsorgen", "agency", None)]
    rows += [(region, region.title(), "region", "etaten") for region in ("nord", "sor")]
    rows += [(code, name, "fengsel_hoy", region) for code, (name, region) in units.items()]
    async with connection(Login.WORKER) as link:
        await link.executemany(
            "INSERT INTO asking.unit (id, code, name, kind, parent, valid_from)"
            " VALUES (gen_random_uuid(), $1, $2, $3, $4, $5)",
            [(*row, start) for row in rows],
        )
        ids = {row["code"]: row["id"] for row in await link.fetch("SELECT * FROM asking.unit")}
        await link.executemany(
            "INSERT INTO asking.person (id, number, email, language, unit, panel, active)"
            " VALUES (gen_random_uuid(), $1, $2, $3, $4, 'A', true)",
            [
                (f"{code}-{one}", f"{code}-{one}@example.org", "nb", ids[code])
                for code in units
                for one in range(people)
            ],
        )


async def a_draft(
    key: str = "verdipuls-2026-k2",
    *,
    form: str = "verdipuls.k2",
    population: str = "staff",
    kind: str = "pulse",
    invite: str = "everybody",
    closes_on: date = date(2026, 5, 29),
    **changed: object,
) -> uuid.UUID:
    """A wave in draft with all that a campaign must say."""
    columns = {
        "id": uuid.uuid4(),
        "key": f"campaign-{key}",
        "title": '{"nb": "Verdipuls", "nn": "Verdipuls", "en": "Verdipuls"}',
        "form": form,
        "population": population,
        "purpose": '{"nb": "Lære", "nn": "Lære", "en": "Learn"}',
        "legal_basis": "GDPR art. 6 (1) e",
        "retention_days": 1825,
        "sender": "HR <hr@example.org>",
        "contact": "HR på hr@example.org",
        "help": "Mental Helse, telefon 116 123",
        "imported_at": NOW,
    } | changed
    names = ", ".join(columns)
    marks = ", ".join(f"${at}" for at in range(1, len(columns) + 1))
    wave = uuid.uuid4()
    labels = (
        '{"name": {"nb": "Mai 2026, kortmåling", "nn": "Mai 2026, kortmåling",'
        ' "en": "May 2026, pulse survey"}, "short": {"nb": "mai", "nn": "mai", "en": "May"},'
        ' "since": {"nb": "siden mai 2026", "nn": "sidan mai 2026", "en": "since May 2026"},'
        ' "in": {"nb": "i mai 2026", "nn": "i mai 2026", "en": "in May 2026"}, "year": 2026}'
    )
    async with connection(Login.WORKER) as link:
        await link.execute(
            f"INSERT INTO asking.campaign ({names}) VALUES ({marks})", *columns.values()
        )
        sequence = await link.fetchval("SELECT count(*) + 1 FROM asking.wave")
        await link.execute(
            "INSERT INTO asking.wave (id, campaign, key, sequence, form, kind, labels, invite,"
            " opens_on, closes_on, results_on, reminder_days)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '{4, 10}')",
            wave,
            columns["id"],
            key,
            sequence,
            form,
            kind,
            labels,
            invite,
            date(2026, 5, 12),
            closes_on,
            closes_on + timedelta(days=14),
        )
    return wave


async def a_public_wave(
    settings: Settings,
    sample: Sequence[Drawn],
    key: str = "omdomme-2026-h1",
    *,
    form: str,
    before_opening: Callable[[str], Awaitable[None]] | None = None,
) -> OpenedWave:
    """An open wave of the public, invited by letter; bound as ``web`` afterwards."""
    bind_worker()
    await a_draft(key, form=form, population="public", kind="half_year", invite="sample")
    if before_opening:
        await before_opening(key)
    with without_pools():
        await open_wave(key, now=NOW, settings=settings, rehearse=None, sample=sample)
    found = await opened(settings, key)
    bind_web()
    return found


async def an_open_wave(
    settings: Settings,
    key: str = "verdipuls-2026-k2",
    *,
    people: int = 20,
    trustees: Sequence[Trustee] = (),
    before_opening: Callable[[str], Awaitable[None]] | None = None,
    **draft: object,
) -> OpenedWave:
    """An open wave; the process is bound as ``web`` afterwards, as when people answer."""
    bind_worker()
    if not await fetch(Login.WORKER, "SELECT 1 FROM asking.unit LIMIT 1"):
        await an_agency(people)
    await a_draft(key, **draft)
    if before_opening:
        await before_opening(key)
    with without_pools():
        # two waves of a test are of one day
        await open_wave(
            key, now=NOW, settings=settings, spare=False, rehearse=None, trustees=trustees
        )
    found = await opened(settings, key)
    bind_web()
    return found


@contextmanager
def without_pools() -> Iterator[None]:
    """Leave the pools to the test client: it serves in a thread and a loop of its own."""
    engines = [engine(login) for login in (Login.WEB, Login.READER)]
    pools = [one.pool for one in engines]
    for one in engines:
        one.pool = None
    try:
        yield
    finally:
        for one, pool in zip(engines, pools, strict=True):
            one.pool = pool


async def opened(settings: Settings, key: str) -> OpenedWave:
    """The wave with this key and its links."""
    [row] = await fetch(Login.WORKER, "SELECT id FROM asking.wave WHERE key = $1", key)
    invitations = await fetch(
        Login.WORKER, "SELECT pid, generation FROM asking.invitation WHERE wave = $1", row["id"]
    )
    secret = settings.secret()
    tokens = [token_for(secret, row["id"], one["pid"], one["generation"]) for one in invitations]
    return OpenedWave(row["id"], key, tokens)


def an_open_page(settings: Settings, wave: OpenedWave, *, seconds: float = 60) -> dict[str, str]:
    """What a page of an open survey carries that was served so long ago, each time another."""
    served = clock.now() - timedelta(seconds=seconds)
    return {form_token.FIELD: form_token.new_token(settings.secret(), wave.id, served)}


def some_answers(
    form: str = "verdipuls.k2", code: str = "4", **changed: object
) -> dict[str, object]:
    """A filled-in form: ``code`` where it is offered, else the first option."""
    from questionnaires.loader import load_library

    questionnaire = load_library().questionnaire(form, first_wave=True)
    answers: dict[str, object] = {}
    for item in questionnaire.items:
        options = questionnaire.option_set(item)
        answers[item.id] = code if options.option(code) else options.options[0].code
    return answers | changed
