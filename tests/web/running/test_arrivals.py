"""An open survey whose forms do not come as from people: told, held, and decided by two."""

import json
import random
import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from redis import Redis

from survey_app.accounts.roles import Role
from survey_app.asking.delivery.alarm_mail import send_arrival_mail
from survey_app.asking.delivery.sink import start_sink
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications.doubted import DOUBTED
from survey_app.publishing.claims import due_waves
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.closing.forget_responses import forget_responses
from survey_app.publishing.errors import HeldError
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.reading.waves import waves
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.shared.numbers import long_date
from survey_app.waves.arrivals import count_arrival
from survey_app.waves.watch_arrivals import SEEN, watch_arrivals
from tests.attack.open_survey import SLUG, WAVE, anything, the_worst
from tests.builders_answering import an_open_page, an_open_wave
from tests.web.running.desk import again, work

PAGE = f"/waves/{SLUG}"


@pytest.fixture
async def wave(web, redis, settings):
    with Redis.from_url(redis.url) as client:
        client.flushdb()
    return await an_open_wave(settings, SLUG, **WAVE)


async def watched():
    bind_worker()
    await watch_arrivals({})
    bind_web()


async def text(client, path):
    return " ".join((await client.get(path)).text.split())


async def test_forms_that_come_as_from_people_are_told_to_nobody(wave, sign_in):
    for one in range(20):
        await count_arrival(wave.id, f"{one}", hasty=False, now=clock.now())
    await watched()
    client = await sign_in(Role.COMMUNICATIONS)
    assert "ser ikke ut til å komme fra folk" not in await text(client, "/")
    assert (await client.get(f"{PAGE}/arrivals")).url.path == f"/campaigns/campaign-{SLUG}"


async def test_a_flood_stands_on_the_first_page_and_in_one_mail_a_day(
    wave, sign_in, settings, tmp_path
):
    for one in range(100):
        await count_arrival(wave.id, f"{one}", hasty=one % 2 == 0, now=clock.now())
    sink = start_sink(tmp_path / "mail")
    mailing = settings.model_copy(update={"smtp_url": sink.url})
    for _ in range(2):
        await watched()
        bind_worker()
        await send_arrival_mail({"settings": mailing})
        bind_web()
    sink.stop()
    [mail] = [
        message_from_bytes(one.read_bytes(), policy=default)
        for one in (tmp_path / "mail").glob("*.eml")
    ]
    assert mail["To"] == "HR <hr@example.org>"
    body = mail.get_body(("plain",)).get_content()
    assert f"{PAGE}/arrivals" in body
    assert not re.search(r"\d{2,} (svar|prosent)", body)
    client = await sign_in(Role.COMMUNICATIONS)
    assert "ser ikke ut til å komme fra folk" in await text(client, "/")
    page = await text(client, f"{PAGE}/arrivals")
    assert "Opptil 100 svar kom på fem minutter" in page
    assert "Opptil 50 prosent av skjemaene" in page
    assert "Ikke publiser" not in page
    seen = await fetch(Login.MIGRATOR, "SELECT facts FROM audit.event WHERE action = $1", SEEN)
    assert [json.loads(one["facts"]) for one in seen] == [{"signs": "hasty, rate"}]
    # nobody else's business
    await sign_in(Role.LEADER)
    assert (await client.get(f"{PAGE}/arrivals")).status_code == 403


async def test_no_day_is_told_for_results_that_two_have_yet_to_decide_of(wave, sign_in):
    later = clock.today() + timedelta(days=20)
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET results_on = $1", later)
    client = await sign_in(Role.COMMUNICATIONS)
    pages = ("/", f"/campaigns/campaign-{SLUG}")
    for page in pages:
        assert "Resultatene kommer" in await text(client, page)
    assert "Neste publisering er" in await text(client, "/results")
    for one in range(100):
        await count_arrival(wave.id, f"{one}", hasty=False, now=clock.now())
    await watched()
    for page in pages:
        assert "Resultatene kommer" not in await text(client, page)
    assert "To av dere må se på svarene" in await text(client, pages[1])
    day = " ".join(long_date(later, "nb").split())
    assert day not in await text(client, pages[1])
    assert "Ikke avgjort ennå" in await text(client, pages[1])
    assert "Ikke avgjort ennå" in await text(client, "/campaigns?year=2026")
    assert "Neste publisering er" not in await text(client, "/results")
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'counted'")
    assert "resultatene fra" not in await text(client, "/")
    assert "Neste publisering er" not in await text(client, "/results")


async def test_what_two_withhold_is_told_to_come_on_no_page_nor_to_wait(wave, sign_in):
    later = clock.today() + timedelta(days=20)
    copy = (
        "INSERT INTO asking.wave SELECT (jsonb_populate_record(w, jsonb_build_object('id',"
        " gen_random_uuid(), 'key', 'before', 'sequence', w.sequence - 1, 'state', 'published',"
        " 'results_on', $1::date))).* FROM asking.wave w"
    )
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET release = '09:00'")
    await fetch(Login.MIGRATOR, copy, later)
    for one in range(100):
        await count_arrival(wave.id, f"{one}", hasty=False, now=clock.now())
    await watched()
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'counted' WHERE key = $1", SLUG)
    client = await sign_in(Role.COMMUNICATIONS)
    day = " ".join(long_date(later, "nb").split())
    assert f"og vises {day}." in await text(client, f"{PAGE}/publish")
    for page in ("/", f"/campaigns/campaign-{SLUG}"):
        assert "sammenlignet med" in await text(client, page)
    await fetch(Login.MIGRATOR, "UPDATE asking.arrival_alarm SET decision = 'withhold'")
    for page in ("/", f"/campaigns/campaign-{SLUG}"):
        assert "sammenlignet med" not in await text(client, page)
    assert "Ingen, to har bestemt det" in await text(client, f"/campaigns/campaign-{SLUG}")


async def counted(client, settings, wave):
    """Let 60 people and one that a program pushed 30 times answer, and count it."""
    await answer(client, settings, wave, 60, pushed=30)
    bind_worker()
    closed = await close_wave(SLUG, key_dir=settings.key_folder, now=clock.now())
    assert (closed.accepted > 50, closed.publication) == (True, None)


async def answer(client, settings, wave, people, pushed=0):
    rng = random.Random(3)
    for one in range(people + pushed):
        answers = anything(rng) if one < people else the_worst(rng)
        fields = answers | {"om.fil.2": "6", "om.fil.3": "6"} | an_open_page(settings, wave)
        reply = await client.post(f"/open/{SLUG}", data=fields, follow_redirects=False)
        assert reply.status_code == 303


async def ask(client, act, **fields):
    page = (await client.get(f"{PAGE}/{act}")).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return await client.post(f"{PAGE}/{act}", data=hidden | fields, follow_redirects=False)


async def decided(client, sign_in, act):
    """Let two of communications decide."""
    await sign_in(Role.COMMUNICATIONS, "two@example.org")
    await sign_in(Role.COMMUNICATIONS, "one@example.org")
    assert "er talt opp og ikke publisert" in await text(client, "/")
    assert "Holdes tilbake" in await text(client, "/campaigns")
    campaign = await text(client, f"/campaigns/campaign-{SLUG}")
    assert "Holdes tilbake" in campaign
    assert f'href="{PAGE}/arrivals"' in campaign
    page = await text(client, f"{PAGE}/{act}")
    assert "prosent av svarene er helt like, på hvert eneste spørsmål" in page
    assert (await ask(client, act)).status_code == 422
    assert (await ask(client, act, reason="Sett over")).status_code == 303
    # whoever asked cannot confirm
    assert (await ask(client, act, step="confirm")).status_code == 422
    other = {"publish": "withhold", "withhold": "publish"}[act]
    for email in ("one@example.org", "two@example.org"):
        await again(client, email)
        # whoever asked has done their part, and the other has one thing to do
        assert "er talt opp og ikke publisert" not in await text(client, "/")
        seen = await text(client, f"{PAGE}/arrivals")
        assert "har bedt om det. En annen må se over og godkjenne." in seen
        assert (f'href="{PAGE}/{act}"' in seen, f'href="{PAGE}/{other}"' in seen) == (True, False)
    assert "må godkjennes av en til" in await text(client, "/")
    assert (await ask(client, act, step="confirm")).status_code == 303
    await work()
    assert "er talt opp og ikke publisert" not in await text(client, "/")


async def test_a_survey_that_a_program_answered_waits_and_is_published_with_a_caveat(
    wave, web, sign_in, settings
):
    await counted(web, settings, wave)
    assert await due_waves(clock.today()) == []
    with pytest.raises(HeldError):
        await publish_wave(SLUG, now=clock.now())
    bind_web()
    await decided(web, sign_in, "publish")
    bind_worker()
    assert [one.key for one in await due_waves(clock.today())] == [SLUG]
    await publish_wave(SLUG, now=clock.now())
    [row] = await fetch(Login.WORKER, "SELECT content FROM publications.publication")
    assert {"code": DOUBTED} in json.loads(row["content"])["warnings"]
    acts = await fetch(Login.MIGRATOR, "SELECT action FROM audit.event ORDER BY at")
    told = [one["action"] for one in acts if "publish" in one["action"]]
    assert told == ["publish asked", "publish confirmed", "publish decided", "wave published"]
    bind_web()
    [shown] = await waves("open", clock.now())
    assert shown.label("name", "nb") == "Mai 2026, kortmåling (med forbehold)"
    # what those who answered were told to find there
    results = await text(web, "/results?lang=nb")
    assert "åpen lenke, ikke representativt" in results
    assert "et program kan ha svart for mange" in results
    assert "Tillitsindeks, åpen lenke" in results
    assert "Ingen måling er publisert ennå" not in results
    assert "Opptellingen for «Mai 2026, kortmåling (med forbehold)»" in results
    assert "/results/data.csv" in results
    assert "kortmåling (med forbehold)" in (await web.get("/results/feed.xml?lang=nb")).text
    # decided is decided
    reply = await web.get(f"{PAGE}/withhold", follow_redirects=False)
    assert reply.status_code == 303


async def test_what_somebody_said_no_to_is_told_until_two_have_decided(
    wave, web, sign_in, settings
):
    await counted(web, settings, wave)
    bind_web()
    for email in ("two@example.org", "one@example.org"):
        await sign_in(Role.COMMUNICATIONS, email)
    await ask(web, "publish", reason="Sett over")
    await again(web, "two@example.org")
    await ask(web, "publish", step="withdraw")
    campaign = f"/campaigns/campaign-{SLUG}"
    assert "Publiseringen av Mai 2026, kortmåling ble ikke godkjent" in await text(web, campaign)
    await ask(web, "withhold", reason="Sett over")
    await again(web, "one@example.org")
    assert "En annen sa nei til det du ba om" in await text(web, "/")
    await ask(web, "withhold", step="confirm")
    for carried_out in (False, True):
        if carried_out:
            await work()
        # nothing of it can be tried again
        assert "ble ikke godkjent" not in await text(web, campaign)


async def test_nobody_is_asked_to_decide_of_a_survey_that_too_few_answered(
    wave, web, sign_in, settings
):
    # a program's forms were all refused, and four people answered
    for one in range(100):
        await count_arrival(wave.id, f"{one}", hasty=True, now=clock.now())
    await watched()
    await answer(web, settings, wave, 4)
    bind_worker()
    closed = await close_wave(SLUG, key_dir=settings.key_folder, now=clock.now())
    assert closed.publication is None
    assert await due_waves(clock.today()) == []
    bind_web()
    client = await sign_in(Role.COMMUNICATIONS)
    assert "er talt opp og ikke publisert" not in await text(client, "/")
    campaign = f"/campaigns/campaign-{SLUG}"
    assert "For få svar" in await text(client, campaign)
    assert "Ingen, for få svarte" in await text(client, campaign)
    assert (await client.get(f"{PAGE}/arrivals")).url.path == campaign
    seen = await fetch(Login.MIGRATOR, "SELECT 1 FROM audit.event WHERE action = $1", SEEN)
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("state", "told"),
    [("closed", "ikke talt opp ennå"), ("cancelled", "ingen resultater blir publisert")],
)
async def test_what_was_seen_of_a_survey_that_is_over_says_that_it_takes_no_answers(
    wave, sign_in, state, told
):
    for one in range(100):
        await count_arrival(wave.id, f"{one}", hasty=True, now=clock.now())
    await watched()
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = $1", state)
    page = await text(await sign_in(Role.COMMUNICATIONS), f"{PAGE}/arrivals")
    assert told in page
    assert "tar fortsatt imot svar" not in page


async def test_a_survey_that_two_withhold_is_never_published(wave, web, sign_in, settings):
    await counted(web, settings, wave)
    bind_web()
    await decided(web, sign_in, "withhold")
    assert "ikke publiseres" in await text(web, f"{PAGE}/arrivals")
    for page in ("/campaigns", f"/campaigns/campaign-{SLUG}"):
        assert "Publiseres ikke" in await text(web, page)
    day = "UPDATE asking.wave SET opened_at = now(), results_on = current_date"
    await fetch(Login.MIGRATOR, day)
    assert "ikke publiseres, så det kommer ingen resultater" in await text(web, "/")
    bind_worker()
    assert await due_waves(clock.today()) == []
    with pytest.raises(HeldError):
        await publish_wave(SLUG, now=clock.now())
    assert await fetch(Login.WORKER, "SELECT 1 FROM publications.publication") == []
    # and its answers are deleted when that was promised, as the page says
    (closed,) = await fetch(Login.WORKER, "SELECT closed_at FROM asking.wave WHERE key = $1", SLUG)
    kept = closed["closed_at"] + timedelta(days=1824)
    assert await forget_responses(now=kept) == 0
    assert await forget_responses(now=kept + timedelta(days=2)) == 1
    bind_web()
