"""What two approved is approved anew when what it rests on has changed."""

import re

import pytest

from survey_app.installation.tables import bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.asking_builders import (
    CAMPAIGN,
    TODAY,
    import_campaign,
)
from tests.web.running.desk import CAMPAIGN_PAGE, WAVE, coming, planned, second, send, work


async def test_what_was_approved_is_approved_anew_when_its_plan_changes(hr):
    await send(hr, "open")
    await second(hr)
    await send(hr, "open", step="confirm")
    later = (clock.today() + TODAY.resolution * 40).isoformat()
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET due_at = due_at + interval '1 day'")
    await planned(hr, f"{WAVE}/plan", results_on=later, anyway="yes")
    await work()
    found = await fetch(Login.WORKER, "SELECT state FROM asking.wave_act WHERE act = 'open'")
    assert [row["state"] for row in found] == ["withdrawn"]
    # which stands where it stood that it opens by itself, until somebody asks anew
    assert "må godkjennes på nytt" in (await hr.get(CAMPAIGN_PAGE)).text
    await send(hr, "open")
    assert "må godkjennes på nytt" not in (await hr.get(CAMPAIGN_PAGE)).text


async def approved_later(hr):
    """Two have approved the opening, and its morning is not yet."""
    await send(hr, "open")
    await second(hr)
    await send(hr, "open", step="confirm")
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET due_at = due_at + interval '1 day'")


async def openings():
    found = await fetch(Login.WORKER, "SELECT state FROM asking.wave_act WHERE act = 'open'")
    return [row["state"] for row in found]


@pytest.mark.parametrize("step", ["", "/forget"])
async def test_what_was_approved_is_approved_anew_when_the_key_holders_are_others(hr, step):
    if step:
        names = {"first": "Tillitsvalgt", "second": "HR-sjef"}
        await keys(hr, "", **names)
        public = [bytes([place]) * 32 for place in (1, 2)]
        await fetch(
            Login.WORKER,
            "UPDATE asking.key_holder SET compared = true, public_key = ($1::bytea[])[place]",
            public,
        )
    await approved_later(hr)
    assert await openings() == ["confirmed"]
    await keys(hr, step, first="Verneombud", second="Direktør")
    assert await openings() == ["withdrawn"]
    (row,) = await fetch(
        Login.MIGRATOR,
        "SELECT actor FROM audit.event WHERE action LIKE 'key holders%' ORDER BY at DESC LIMIT 1",
    )
    assert row["actor"] == "hr2@example.org"


async def keys(client, step, **fields):
    page = (await client.get(f"{WAVE}/keys")).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.partition("<main")[2])[1]
    reply = await client.post(f"{WAVE}/keys{step}", data={"csrf": csrf} | fields)
    assert reply.status_code == 200


@pytest.mark.parametrize(
    ("before", "after"),
    [('contact = "hr@example.org"', 'contact = "post@example.org"'), ("[4, 10]", "[5]")],
)
async def test_what_was_approved_is_approved_anew_when_the_campaign_s_file_says_otherwise(
    hr, before, after
):
    await approved_later(hr)
    assert before in CAMPAIGN
    bind_worker()
    await import_campaign(coming(CAMPAIGN.replace(before, after)))
    assert await openings() == ["withdrawn"]


async def test_a_file_that_changes_nothing_leaves_an_approval(hr):
    await approved_later(hr)
    bind_worker()
    await import_campaign(coming(CAMPAIGN))
    assert await openings() == ["confirmed"]


async def test_nobody_s_address_stays_in_what_was_taken_back_or_never_approved(hr):
    await send(hr, "open")
    await fetch(Login.WORKER, "UPDATE asking.wave_act SET content = 'x'")
    await send(hr, "open", step="withdraw")
    await send(hr, "open")
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave_act SET content = 'x', asked_at = asked_at - interval '15 days'",
    )
    await work()
    assert not await fetch(Login.WORKER, "SELECT 1 FROM asking.wave_act WHERE content <> ''")
