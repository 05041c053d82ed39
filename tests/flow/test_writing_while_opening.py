"""A wave is planned and opened at once: what opens is what was approved."""

import asyncio
import uuid
from dataclasses import replace

import pytest

from survey_app.asking.campaigns.acts import still_stands
from survey_app.asking.campaigns.campaign_toml import campaign_file_of
from survey_app.asking.campaigns.import_campaign import write_wave
from survey_app.asking.campaigns.queries import find_campaign, find_wave
from survey_app.asking.errors import CampaignProblems
from survey_app.shared.database import Login, connection, fetch
from tests.asking_builders import CAMPAIGN, NOW, import_campaign, import_people

OPENS = (
    "INSERT INTO asking.wave_act (id, wave, act, asked_at, asked_by, actor, confirmed_by, due_at,"
    " file_name, content, reason, state, outcome)"
    " VALUES ($1, $2, 'open', $3, $1, 'hr@example.org', $1, $3, '', '', '', 'running', '[]')"
)
WAITS = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
async def wave(database):
    await import_people()
    await import_campaign(CAMPAIGN)
    return await find_wave(Login.WORKER, "vp-1")


async def another_plan(wave):
    [planned] = campaign_file_of(await find_campaign(Login.WORKER, "verdipuls"), [wave]).waves
    await write_wave("verdipuls", replace(planned, reminder_days=(6,)), now=NOW, actor="hr")


async def test_a_plan_that_comes_while_a_wave_opens_is_refused(wave):
    async with connection(Login.WORKER) as opening, opening.transaction():
        await opening.execute("SELECT FROM asking.wave WHERE id = $1 FOR UPDATE", wave.id)
        writing = asyncio.create_task(another_plan(wave))
        while not (writing.done() or await fetch(Login.MIGRATOR, WAITS)):  # noqa: ASYNC110
            # another connection tells that it waits
            await asyncio.sleep(0.02)
        await opening.execute("UPDATE asking.wave SET state = 'open' WHERE id = $1", wave.id)
    with pytest.raises(CampaignProblems, match="vp-1"):
        await writing
    assert list((await find_wave(Login.WORKER, "vp-1")).reminder_days) == [4, 10]


async def test_an_opening_that_has_begun_does_not_stand_after_another_plan(wave):
    act = uuid.uuid4()
    await fetch(Login.WORKER, OPENS, act, wave.id, NOW)
    async with connection(Login.WORKER) as opening, opening.transaction():
        assert await still_stands(opening, act)
    await another_plan(wave)
    async with connection(Login.WORKER) as opening, opening.transaction():
        assert not await still_stands(opening, act)
