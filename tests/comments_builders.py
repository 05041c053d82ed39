"""Waves that ask for comments, and comments in quarantine or released, for several tests."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import date

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.asking.writing import writing
from survey_app.comments.keepers import name_keepers
from survey_app.comments.quarantine import put_in_quarantine
from survey_app.installation.tables import bind_worker
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.waves.open_wave import open_wave
from tests.builders_answering import NOW, OpenedWave, a_draft, an_agency, opened, without_pools

REASON = {"nb": "Vi vil vite hva som skal til.", "nn": "Vi vil vite kva som skal til."}
PASSWORD = "a long enough password"


async def ask_for_comments(key: str, days: int = 365) -> None:
    """Let a wave in draft ask for comments."""
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.wave SET comment = $2, comment_days = $3 WHERE key = $1",
        key,
        json.dumps(REASON),
        days,
    )


async def a_commented_wave(settings: Settings, key: str = "verdipuls-2026-k2") -> OpenedWave:
    """An open wave of forty people that asks for comments; bound as ``worker``."""
    bind_worker()
    if not await fetch(Login.WORKER, "SELECT 1 FROM asking.unit LIMIT 1"):
        await an_agency(20)
    await a_draft(key)
    await ask_for_comments(key)
    with without_pools():
        # two waves of a test are of one day
        await open_wave(key, now=NOW, settings=settings, spare=False, rehearse=None)
    return await opened(settings, key)


async def in_quarantine(
    comments: Sequence[str], *, key: str = "verdipuls-2026-k2", minimum: int = 3
) -> uuid.UUID:
    """Comments of a wave that was emptied."""
    wave = uuid.uuid4()
    async with writing() as link:
        await put_in_quarantine(
            link, wave=wave, key=key, reason=REASON, minimum=minimum, answered=400,
            comments=comments, delete_on=date(2099, 1, 1),
        )  # fmt: skip
    return wave


async def released(texts: Sequence[str], *, key: str, minimum: int = 3) -> uuid.UUID:
    """Comments that were released."""
    wave = await in_quarantine(texts, key=key, minimum=minimum)
    await fetch(
        Login.MIGRATOR,
        "WITH gone AS (DELETE FROM comments.quarantine WHERE wave = $1 RETURNING wave, text)"
        " INSERT INTO comments.released SELECT gen_random_uuid(), wave, text FROM gone",
        wave,
    )
    return wave


async def two_keepers() -> tuple[uuid.UUID, uuid.UUID]:
    """Two accounts of HR, named; their addresses are one@ and two@example.org."""
    for name in ("one", "two"):
        await create_account(
            email=f"{name}@example.org", role=Role.HR, password=PASSWORD, unit="", language="nb",
            now=clock.now(),
        )  # fmt: skip
    await name_keepers(["one@example.org", "two@example.org"], now=clock.now())
    rows = await fetch(Login.MIGRATOR, "SELECT account FROM comments.keeper ORDER BY number")
    return rows[0]["account"], rows[1]["account"]
