"""Cards without a name: the code opens the form, with its own promise, and never once too often."""

import asyncio
import json
import re
from collections import Counter
from datetime import timedelta
from html import unescape

import pytest

from questionnaires.loader import load_library
from survey_app.answering.arrival import arrive
from survey_app.answering.limit import MOST_A_MINUTE
from survey_app.answering.submit import Outcome, submit_personal
from survey_app.asking.campaigns.live_counts import refresh_live_counts
from survey_app.asking.delivery.clean_up import forget_invitations
from survey_app.asking.invitations.codes import code_for
from survey_app.asking.invitations.tokens import token_for
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing import close_wave as closing
from survey_app.shared.database import Login, connection, fetch
from tests.builders_answering import NOW, some_answers, without_pools
from tests.cards import a_wave_with_cards, codes

MESSAGES = load_library().messages


async def opened(web, code):
    """The address of the form that a code leads to, and the form."""
    reply = await web.post("/kode", data={"code": code}, follow_redirects=False)
    assert reply.status_code == 303
    address = reply.headers["location"]
    return address, await web.get(address)


async def send(web, address):
    return await web.post(address, data=some_answers() | {"lang": "nb"}, follow_redirects=False)


async def value(sql, *values):
    [row] = await fetch(Login.WORKER, sql, *values)
    return next(iter(row.values()))


async def ballots():
    return await value("SELECT count(*) FROM counting.urn")


async def test_a_code_opens_the_form_with_the_promise_of_a_card_and_of_nothing_else(web, settings):
    wave = await a_wave_with_cards(settings)
    [code, *_] = (await codes(settings, wave))["nord-1"]
    for language in ("nb", "nn", "en"):
        address, _ = await opened(web, code)
        page = unescape((await web.get(f"{address}?lang={language}")).text)
        assert MESSAGES.text("promise.card", language) in page
        assert MESSAGES.text("landing.pp3_card", language) in page
        for other in ("promise.worker", "promise.trustees", "promise.count", "landing.pp3_worker"):
            assert MESSAGES.text(other, language) not in page
        assert "/keys/" not in page
        assert "built/blind.js" not in page  # the plain form: mark and ballot in one transaction
    # a personal link of the same wave keeps its own promise
    page = unescape((await web.get(f"/answer/{wave.tokens[0]}")).text)
    assert MESSAGES.text("promise.worker", "nb") in page
    assert "built/blind.js" in page


async def test_a_card_is_used_once(web, settings):
    wave = await a_wave_with_cards(settings)
    [code, *_] = (await codes(settings, wave))["nord-1"]
    address, _ = await opened(web, code)
    reply = await send(web, address)
    assert reply.headers["location"].startswith("/answer/thanks")
    again = await send(web, address)
    assert re.fullmatch(r"/answer/used\?survey=[\w-]+&card=yes&lang=nb", again.headers["location"])
    assert "Dette kortet kan ikke brukes" in (await web.get(again.headers["location"])).text
    assert await ballots() == 1


async def test_whoever_holds_a_pile_sees_of_no_card_whether_it_was_used(web, settings):
    wave = await a_wave_with_cards(settings, {"nord-1": 3, "sor-1": 1})
    used, unused, *_ = (await codes(settings, wave))["nord-1"]
    address, _ = await opened(web, used)
    await send(web, address)
    pages = [(await opened(web, code))[1] for code in (used, unused)]
    assert [(one.status_code, one.text) for one in pages] == [(200, pages[1].text)] * 2
    # nor by a form that would not be taken
    blank = [await web.post((await opened(web, code))[0], data={}) for code in (used, unused)]
    assert (blank[0].status_code, blank[0].text) == (blank[1].status_code, blank[1].text)
    screens = [await web.post("/kiosk", data={"code": code}) for code in (used, unused)]
    assert [str(one.url).partition("/kiosk/")[2][:5] for one in screens] == ["form/"] * 2
    assert await ballots() == 1


async def test_no_more_cards_count_than_people_are_without_e_mail(web, settings):
    wave = await a_wave_with_cards(settings, {"nord-1": 3, "sor-1": 1})
    piles = await codes(settings, wave)
    for code in piles["nord-1"][:3]:
        address, _ = await opened(web, code)
        await send(web, address)
    address, form = await opened(web, piles["nord-1"][3])
    assert form.status_code == 200  # nobody is told beforehand how many there were
    late = await send(web, address)
    told = await web.get(late.headers["location"])
    first = await send(web, (await opened(web, piles["nord-1"][0]))[0])
    used = await web.get(first.headers["location"])
    assert told.text == used.text  # used, or one too many: the same page
    assert await ballots() == 3
    # another unit's pile is another one
    address, _ = await opened(web, piles["sor-1"][0])
    assert "thanks" in (await send(web, address)).headers["location"]


async def test_of_twenty_cards_sent_at_once_as_many_count_as_may(web, settings):
    wave = await a_wave_with_cards(settings, {"nord-1": 3, "sor-1": 0})
    cards = await fetch(Login.WORKER, "SELECT pid FROM asking.card LIMIT 20")
    tokens = [token_for(settings.secret(), wave.id, card["pid"], 0) for card in cards]

    async def sent(token):
        async with connection(Login.WEB) as link:
            found = await arrive(link, settings, token)
            return await submit_personal(link, found.survey, found.invitation, as_fields())

    def as_fields():
        return {name: [str(code)] for name, code in some_answers().items()}

    with without_pools():
        outcomes = await asyncio.gather(*map(sent, tokens))
    assert sorted(outcomes) == [Outcome.ACCEPTED] * 3 + [Outcome.USED] * 17
    assert await ballots() == 3
    assert await value("SELECT count(*) FROM asking.card WHERE marked") == 3


async def test_a_shared_screen_takes_the_code(web, settings):
    wave = await a_wave_with_cards(settings, {"nord-1": 1})
    first, second, *_ = (await codes(settings, wave))["nord-1"]
    for code, where in ((first, "/kiosk/done"), (second, "/kiosk/card")):
        reply = await web.post("/kiosk", data={"code": code}, follow_redirects=False)
        form = await web.get(reply.headers["location"])
        assert MESSAGES.text("promise.card", "nb") in unescape(form.text)
        link = form.text.partition('name="link" value="')[2].partition('"')[0]
        data = some_answers() | {"link": link, "lang": "nb"}
        done = await web.post("/kiosk/answer", data=data, follow_redirects=False)
        assert done.headers["location"] == f"{where}?lang=nb"
    assert "Dette kortet kan ikke brukes" in (await web.get("/kiosk/card")).text


async def test_the_qr_code_of_a_card_fills_its_code_in_and_sends_nothing(web, settings):
    wave = await a_wave_with_cards(settings)
    [code, *_] = (await codes(settings, wave))["nord-1"]
    page = await web.get(f"/kode?code={code}")
    assert f'value="{code}"' in page.text
    assert f'href="?code={code}&amp;lang=en"' in page.text  # in another language it is still there
    assert await value("SELECT count(*) FROM asking.card WHERE marked") == 0


async def test_a_card_gets_no_credential(web, settings):
    wave = await a_wave_with_cards(settings)
    [code, *_] = (await codes(settings, wave))["nord-1"]
    address, _ = await opened(web, code)
    reply = await web.post(f"{address}/credential", json={"blinded": "A" * 342})
    assert (reply.status_code, reply.json()) == (404, {"outcome": "unknown"})


async def test_who_is_invited_by_card_is_invited_and_counted_in_every_denominator(web, settings):
    wave = await a_wave_with_cards(settings, {"nord-1": 3, "sor-1": 1})
    assert len(wave.tokens) == 36
    rows = await fetch(
        Login.WORKER, "SELECT code, population, invited FROM asking.wave_domain WHERE wave = $1",
        wave.id,
    )  # fmt: skip
    assert {row["code"]: (row["population"], row["invited"]) for row in rows} == {
        "": (40, 40), "nord": (20, 20), "sor": (20, 20), "nord-1": (20, 20), "sor-1": (20, 20),
    }  # fmt: skip
    assert await value("SELECT not_reachable FROM asking.wave") == 0
    assert await value("SELECT count(*) FROM asking.outbox") == 36  # and nobody is reminded


async def test_a_unit_without_any_e_mail_answers_by_card_alone(web, settings):
    wave = await a_wave_with_cards(settings, {"nord-1": 20})
    [code, *_] = (await codes(settings, wave))["nord-1"]
    address, form = await opened(web, code)
    assert "Fengsel Nord 1" in form.text
    assert "thanks" in (await send(web, address)).headers["location"]


async def test_counts_of_a_night_hold_links_and_cards_together(web, settings):
    wave = await a_wave_with_cards(settings, {"nord-1": 6})
    for code in (await codes(settings, wave))["nord-1"][:4]:
        await send(web, (await opened(web, code))[0])
    for token in wave.tokens[:8]:
        await send(web, f"/answer/{token}")
    bind_worker()
    await refresh_live_counts(NOW.date())
    whole = await value("SELECT answered FROM asking.wave_domain WHERE code = ''")
    bind_web()
    assert whole == 12


@pytest.fixture
async def closed(web, settings):
    """In one unit 6 of 12 answered by card and 6 of 8 by link, in the other 2 of 3 and 12 of 17."""
    wave = await a_wave_with_cards(settings, {"nord-1": 12, "sor-1": 3})
    rows = await fetch(Login.WORKER, "SELECT pid, domain FROM asking.invitation")
    piles = await codes(settings, wave)
    for unit, by_card, by_link in (("nord-1", 6, 6), ("sor-1", 2, 12)):
        for code in piles[unit][:by_card]:
            await send(web, (await opened(web, code))[0])
        pids = [row["pid"] for row in rows if row["domain"] == unit]
        for pid in pids[:by_link]:
            await send(web, f"/answer/{token_for(settings.secret(), wave.id, pid, 0)}")
    bind_worker()
    await closing.close_wave(wave.key, key_dir=settings.key_folder, now=NOW)
    return wave


async def test_the_wave_record_counts_cards_where_k_and_k_others_answered(closed):
    record = json.loads(await value("SELECT content FROM counting.wave_record"))
    assert (record["invited"], record["credentials"], record["accepted"]) == (40, 26, 26)
    assert record["alarms"] == []
    assert record["cards"] == {"nord-1": 6}


async def test_no_mark_of_a_card_is_left_when_the_urn_is_emptied(closed):
    assert await value("SELECT count(*) FROM asking.card WHERE marked") == 0
    assert await value("SELECT count(DISTINCT xmin::text) FROM asking.card") == 1
    assert await value("SELECT swept FROM asking.wave") is True


async def test_cards_are_forgotten_with_the_invitations(closed):
    await forget_invitations(now=NOW + timedelta(days=28))
    assert await value("SELECT count(*) FROM asking.card") > 0
    await forget_invitations(now=NOW + timedelta(days=30))
    left = "SELECT (SELECT count(*) FROM asking.card) + (SELECT count(*) FROM asking.card_pile)"
    assert await value(left) == 0


async def test_who_guesses_opens_no_card_and_is_held_after_so_many(web, settings):
    wave = await a_wave_with_cards(settings)
    [right, *_] = (await codes(settings, wave))["nord-1"]
    wrong = [code_for(b"guessed", wave.id, n.to_bytes(9), 0) for n in range(MOST_A_MINUTE + 10)]
    found = [(await web.post("/kode", data={"code": one})).status_code for one in wrong]
    assert Counter(found) == {404: MOST_A_MINUTE, 429: 10}
    assert (await web.post("/kode", data={"code": right})).status_code == 429
