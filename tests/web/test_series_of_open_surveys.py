"""A hearing beside a standing open survey is nobody's earlier wave: each campaign is a series."""

import json
import random

import pytest

from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.scopes import Scope
from survey_app.asking.campaigns.first_wave import is_first_wave, populations_asked
from survey_app.asking.campaigns.queries import find_wave
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.reading.exports.estimates import wordings_of
from survey_app.reading.exports.scope import open_part
from survey_app.reading.waves import published, waves
from survey_app.shared import clock, queue
from survey_app.shared.database import Login, fetch
from tests.builders_answering import NOW, an_open_page, an_open_wave, without_pools
from tests.web.test_open_survey_published import of_one_county

FORM = "omdomme.open"
STANDING = "campaign-innspill-1"


async def into_the_standing_campaign(key):
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET campaign = (SELECT id FROM asking.campaign WHERE key = $1)"
        " WHERE key = $2",
        STANDING,
        key,
    )


async def held(web, settings, key, **more):
    """Hold an open survey that ninety answer, and return what it shows."""
    wave = await an_open_wave(
        settings, key, form=FORM, kind="open", population="open", invite="open", **more
    )
    # a burst of one network is for other tests
    await queue.redis_client().flushdb()
    rng = random.Random(key)
    for _ in range(90):
        fields = of_one_county(rng) | an_open_page(settings, wave)
        reply = await web.post(f"/open/{key}", data=fields, follow_redirects=False)
        assert reply.status_code == 303
    bind_worker()
    with without_pools():
        await close_wave(key, key_dir=settings.key_folder, now=NOW)
    [row] = await fetch(
        Login.WORKER, "SELECT content FROM publications.publication WHERE wave_key = $1", key
    )
    bind_web()
    return json.loads(row["content"])


def compared_with(content):
    return {row["since"] for row in content["changes"]}


async def test_the_first_wave_of_a_hearing_looks_back_on_no_other_campaign(web, settings):
    kinds = {"form": FORM, "kind": "open", "population": "open", "invite": "open"}
    for key in ("innspill-1", "horing"):
        await an_open_wave(settings, key, **kinds)
    bind_worker()

    async def is_first(key):
        return await is_first_wave(Login.WORKER, await find_wave(Login.WORKER, key))

    assert [await is_first(key) for key in ("innspill-1", "horing")] == [True, True]
    assert "open" not in await populations_asked(Login.WORKER)
    await into_the_standing_campaign("horing")
    assert [await is_first(key) for key in ("innspill-1", "horing")] == [True, False]


@pytest.mark.parametrize("hearing_shares", [False, True], ids=["of its own", "one campaign"])
async def test_an_open_survey_is_compared_with_earlier_waves_of_its_own_campaign_alone(
    web, settings, hearing_shares
):
    """In one campaign the hearing is a wave like the others: the rule takes nothing else away."""
    joins = {"before_opening": into_the_standing_campaign}
    first = await held(web, settings, "innspill-1")
    assert compared_with(first) == set()
    hearing = await held(web, settings, "horing", **(joins if hearing_shares else {}))
    assert compared_with(hearing) == ({"innspill-1"} if hearing_shares else set())
    box = (await web.get("/results?lang=nb")).text
    assert ("siden mai 2026" in box) is hearing_shares
    again = await held(web, settings, "innspill-2", **joins)
    assert compared_with(again) == {"innspill-1", *(["horing"] if hearing_shares else [])}

    # the programs' trend, and the numbers in files by which alone figures may be compared
    at = clock.now()
    bind_worker()
    token, _ = await create_token(name="t", scopes=[Scope.PUBLIC], days=1, now=at)
    bind_web()
    headers = {"Authorization": f"Bearer {token}"}

    async def points(asked):
        reply = await web.get(f"/api/v1/trends/TI?population=open{asked}", headers=headers)
        return [one["wave"] for one in reply.json()["points"]]

    whole = ["innspill-1", "horing", "innspill-2"]
    assert await points("") == (whole if hearing_shares else ["innspill-1", "innspill-2"])
    if not hearing_shares:
        assert await points("&campaign=campaign-horing") == ["horing"]
    parts = [open_part(one, await published(one, at)) for one in await waves("open", at)]
    numbers = wordings_of(parts)
    told = {part.wave.key: numbers[part.wave.publication, "TI"] for part in parts}
    assert told["innspill-1"] == told["innspill-2"]
    assert (told["horing"] == told["innspill-1"]) is hearing_shares
