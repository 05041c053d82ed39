"""What a campaign says of itself is written as in its file, and locked once it is told."""

import html
import re

import pytest

from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.import_campaign import plan_campaign, read_campaign
from survey_app.asking.campaigns.queries import find_campaign, find_wave
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.running.carry_out_campaigns import carry_out_campaign_acts
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.asking_builders import open_wave
from tests.web.running.desk import CAMPAIGN_PAGE, second, send

TEXTS = f"{CAMPAIGN_PAGE}/texts"


def filled(page):
    """Return what a form would send as it stands."""
    page = re.sub(r'<input\s+type="checkbox"[^>]*value="yes"\s*>', "", page)
    found = dict(re.findall(r'name="([\w.]+)"\s+value="([^"]*)"', page))
    areas = re.findall(r'name="([\w.]+)"[^>]*>([^<]*)</textarea>', page)
    return {name: html.unescape(text) for name, text in [*found.items(), *areas]}


async def wrote(client, **fields):
    page = (await client.get(TEXTS)).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    sent = filled(page.partition("<main")[2]) | {"csrf": csrf} | fields
    return await client.post(TEXTS, data=sent, follow_redirects=False)


async def carried_out():
    bind_worker()
    await carry_out_campaign_acts({})
    bind_web()
    return await find_campaign(Login.WORKER, "verdipuls")


async def test_texts_are_written_by_language_and_stand_in_the_campaign(hr):
    page = (await hr.get(TEXTS)).text
    assert re.search(r'<label for="purpose.en">English\s*</label>', page)
    reply = await wrote(
        hr,
        **{"purpose.nb": "Lære mer", "purpose.en": "To learn more", "discussed_on": "2026-11-02"},
        release="09:00",
    )
    assert reply.headers["location"] == CAMPAIGN_PAGE
    assert "Tekstene lagres nå" in (await hr.get(CAMPAIGN_PAGE)).text
    campaign = await carried_out()
    assert campaign.purpose == {"nb": "Lære mer", "nn": "Følgje verdiane", "en": "To learn more"}
    assert (campaign.discussed_on.isoformat(), campaign.release) == ("2026-11-02", "09:00")
    assert (campaign.contact, campaign.retention_days) == ("hr@example.org", 1825)
    assert "Tekstene lagres nå" not in (await hr.get(CAMPAIGN_PAGE)).text
    rows = await fetch(Login.MIGRATOR, "SELECT actor FROM audit.event WHERE action = 'texts asked'")
    assert [row["actor"] for row in rows] == ["hr@example.org"]


async def test_a_form_that_is_sent_as_it_stands_changes_nothing(hr):
    await wrote(hr, **{"purpose.nb": "To\r\nlinjer"})
    assert (await carried_out()).purpose["nb"] == "To\nlinjer"
    await fetch(Login.WORKER, "DELETE FROM asking.campaign_act")
    assert (await wrote(hr)).status_code == 303
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.campaign_act") == []


async def test_texts_that_another_wrote_meanwhile_are_not_written_over_in_silence(hr):
    page = (await hr.get(TEXTS)).text.partition("<main")[2]
    stale = filled(page)
    await wrote(hr, contact="post@example.org")
    for told in ("Nye tekster for målingen lagres akkurat nå.", "Noen andre har endret tekstene"):
        reply = await hr.post(TEXTS, data=stale | {"purpose.nb": "Mitt formål"})
        assert (reply.status_code, told in reply.text) == (422, True)
        assert "Mitt formål" in reply.text
        campaign = await carried_out()
        assert (campaign.contact, campaign.purpose["nb"]) == ("post@example.org", "Følge verdiene")
    # saved once more, it is meant
    meant = filled(reply.text.partition("<main")[2])
    await hr.post(TEXTS, data=meant | {"purpose.nb": "Mitt formål"})
    assert (await carried_out()).purpose["nb"] == "Mitt formål"


async def test_each_mistake_stands_by_its_field_and_nothing_that_was_written_is_lost(hr):
    reply = await wrote(
        hr,
        **{"title.nn": "", "purpose.nb": "Et nytt formål"},
        retention_days="mange",
        sender="HR",
        release="snart",
    )
    assert reply.status_code == 422
    page = reply.text
    for field in ("title.nn", "retention_days", "sender", "release"):
        assert f'href="#{field}"' in page
        assert f'id="{field}-wrong"' in page
    assert "Et nytt formål" in page
    assert "Språkloven krever den" in page
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.campaign_act") == []


async def test_a_language_that_lacks_a_text_is_marked(hr):
    page = (await hr.get(TEXTS)).text
    lacking = re.findall(r'<label for="([\w.]+)">[^<]*<span class="wrong">mangler', page)
    assert lacking == []
    reply = await wrote(hr, **{"purpose.nb": "", "purpose.nn": "", "purpose.en": ""})
    assert reply.status_code == 303
    await carried_out()
    page = (await hr.get(TEXTS)).text
    lacking = re.findall(r'<label for="([\w.]+)">[^<]*<span class="wrong">mangler', page)
    assert lacking == ["purpose.nb", "purpose.nn"]


async def test_changed_texts_are_approved_anew(hr):
    await send(hr, "open")
    await wrote(hr, contact="post@example.org")
    await carried_out()
    assert "venter på godkjenning" not in (await hr.get(CAMPAIGN_PAGE)).text


async def test_texts_of_an_approved_wave_are_locked_with_a_sentence(hr):
    await send(hr, "open")
    before = (await hr.get(TEXTS)).text
    await second(hr)
    await send(hr, "open", step="confirm")
    page = (await hr.get(TEXTS)).text
    assert "Tekstene er låst nå" in page
    assert "er godkjent med disse" in page
    assert "<textarea" not in page
    token = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page)[1]}
    late = await hr.post(TEXTS, data=filled(before) | token | {"contact": "x@example.org"})
    assert late.status_code == 422
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.campaign_act") == []


async def test_texts_that_were_overtaken_by_an_opening_are_refused_in_words(hr):
    await wrote(hr, contact="post@example.org")
    bind_worker()
    await open_wave(today=clock.today(), now=clock.now())
    assert (await carried_out()).contact == "hr@example.org"
    page = (await hr.get(CAMPAIGN_PAGE)).text
    assert "Tekstene ble ikke lagret" in page
    assert "Målingen vp-1 er åpen eller godkjent" in page


async def test_what_was_told_to_those_invited_is_not_asked_again(hr):
    bind_worker()
    await open_wave(today=clock.today(), now=clock.now())
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'published'")
    bind_web()
    page = (await hr.get(TEXTS)).text
    assert 'name="contact"' in page
    assert 'name="purpose.nb"' not in page
    assert "lager dere en ny kampanje" in page
    await wrote(hr, **{"purpose.nb": "Noe annet", "contact": "post@example.org"})
    campaign = await carried_out()
    assert (campaign.purpose["nb"], campaign.contact) == ("Følge verdiene", "post@example.org")


async def test_a_reason_for_comments_is_given_to_the_waves(hr):
    reason = {f"comment.{one}": "Vi vil vite mer" for one in ("nb", "nn", "en")}
    await wrote(hr, **reason)
    await carried_out()
    wave = await find_wave(Login.WORKER, "vp-1")
    assert (wave.comment["nn"], wave.comment_days) == ("Vi vil vite mer", 365)


async def test_the_campaign_is_taken_out_as_a_file_that_changes_nothing(hr):
    await wrote(hr, **{"comment.nb": "Mer «i ord»", "comment.nn": "Meir", "help": "Ring\t«oss»"})
    await carried_out()
    reply = await hr.get(f"{CAMPAIGN_PAGE}/file")
    assert 'filename="verdipuls.toml"' in reply.headers["content-disposition"]
    bind_worker()
    plan = await plan_campaign(read_campaign(reply.text, load_library()))
    bind_web()
    assert (plan.is_new, plan.fields, plan.waves) == (False, (), ())


@pytest.mark.parametrize("role", [Role.COMMUNICATIONS, Role.LEADER, Role.ANALYST])
async def test_only_those_who_run_a_campaign_see_and_write_its_texts(campaign, sign_in, role):
    reader = await sign_in(role)
    for address in (TEXTS, f"{CAMPAIGN_PAGE}/file"):
        assert (await reader.get(address)).status_code == 403
