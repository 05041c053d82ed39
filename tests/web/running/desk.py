"""A wave `vp-1` that two of HR run from its pages, and the worker that carries it out."""

import re

from survey_app.installation.tables import bind_web, bind_worker
from survey_app.running.carry_out import carry_out_acts
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.asking_builders import TODAY
from tests.web.conftest import PASSWORD

WAVE = "/waves/vp-1"
CAMPAIGN_PAGE = "/campaigns/verdipuls"


async def again(web, email):
    reply = await web.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert reply.status_code == 200


def coming(text, after=0):
    """Give the wave dates from today on, or from some days later."""
    day = clock.today() + TODAY.resolution * after
    for name, at in (("2026-05-12", 0), ("2026-05-26", 14), ("2026-06-09", 28)):
        text = text.replace(name, (day + (TODAY.resolution * at)).isoformat())
    return text


async def second(web):
    """Sign another of HR in, in the same browser."""
    await again(web, "hr2@example.org")


async def send(client, act, *, at="", **fields):
    address = f"/waves/{at}" if at else WAVE
    page = (await client.get(f"{address}/{act}")).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return await client.post(f"{address}/{act}", data=hidden | fields, follow_redirects=False)


async def work():
    bind_worker()
    # what opens this morning opens now, also for those who test at night
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave_act a SET due_at = least(a.due_at, $1::timestamptz) FROM asking.wave w"
        " WHERE w.id = a.wave AND a.act = 'open' AND w.opens_on <= $2"
        " AND a.due_at < $1::timestamptz + interval '12 hours'",
        clock.now(),
        clock.today(),
    )
    await carry_out_acts({})
    bind_web()


async def opened(web):
    await send(web, "open")
    await second(web)
    await send(web, "open", step="confirm")
    await work()


async def planned(client, address, **fields):
    page = (await client.get(address)).text
    found = dict(re.findall(r'name="(csrf|\w+_on|reminder_days)" value="([^"]*)"', page))
    found["csrf"] = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    for name in ("form", "invite"):
        box = page.partition(f'name="{name}"')[2].partition("</select>")[0]
        found[name] = re.search(r'value="([^"]+)" selected', box)[1]
    return await client.post(address, data=found | fields, follow_redirects=False)
