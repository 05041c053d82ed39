"""Asking two people to hold the keys: who may, in which order, and what opens with them."""

import asyncio
import secrets
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.acts import ActRequest, acts_of, ask
from survey_app.asking.campaigns.key_holders import ask_two
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.errors import OpeningRefused
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.shared import clock
from survey_app.shared.database import Login, connection, fetch
from survey_app.shared.trustees import Trustee
from survey_app.waves.cancel_wave import cancel_wave
from survey_app.waves.open_wave import open_wave
from tests.blind_client import b64url
from tests.builders_answering import NOW, without_pools
from tests.builders_publication import words
from tests.key_holders import (
    ANSWERS,
    PRIVATE,
    PUBLIC,
    TWO,
    asked,
    closed,
    hand,
    links_in,
    ready,
    say_compared,
    take_off_first,
    work,
)


@pytest.mark.parametrize("role", [Role.COMMUNICATIONS, Role.LEADER, Role.ANALYST])
async def test_hr_and_administrators_alone_may_ask(draft, sign_in, role):
    web = await sign_in(role)
    assert (await web.get("/waves/two/keys")).status_code == 403
    assert (await web.post("/waves/two/keys", data={"first": "a"})).status_code == 403
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.key_holder") == []


async def test_nobody_asks_from_another_page_and_nobody_without_signing_in(draft, sign_in):
    reply = await draft.get("/waves/two/keys", follow_redirects=False)
    assert reply.headers["location"].startswith("/sign-in")
    web = await sign_in(Role.ADMIN)
    for token in ("", "guess"):
        data = {"csrf": token, "first": TWO[0], "second": TWO[1]}
        assert (await web.post("/waves/two/keys", data=data)).status_code == 403
    assert (await web.get("/waves/none/keys")).status_code == 404


async def test_two_are_asked_once_by_different_names(desk):
    for names, sentence in (
        (("", TWO[1]), "Skriv en rolle"),
        (("HR", "HR "), "hvert sitt navn"),
        (("x" * 101, TWO[1]), "Skriv en rolle"),
    ):
        reply = await desk(first=names[0], second=names[1])
        assert (reply.status_code, sentence in reply.text) == (422, True)
    assert len(await asked(desk)) == 2
    again = await desk(first="Verneombud", second="Direktør")
    assert (again.status_code, "spurt allerede" in again.text) == (422, True)
    # and before any key is made they may be forgotten
    await desk("/forget")
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.key_holder") == []


async def test_of_two_who_ask_in_the_same_moment_the_second_reads_that_two_are_asked(desk):
    wave = await find_wave(Login.WEB, "two")
    async with connection(Login.WEB) as link, link.transaction():
        await ask_two(link, wave.id, TWO)
        second = asyncio.create_task(desk(first="Verneombud", second="Direktør"))
        done, _ = await asyncio.wait([second], timeout=0.5)
        assert not done
    reply = await second
    assert (reply.status_code, "spurt allerede" in reply.text) == (422, True)


async def test_whoever_names_other_key_holders_takes_an_opening_back_that_was_asked_for(desk, web):
    wave = await find_wave(Login.WEB, "two")
    assert "Noen har bedt om å åpne" not in (await web.get("/waves/two/keys")).text
    for address in ("", "/forget"):
        await ask(ActRequest(wave.id, "open", str(uuid4()), "somebody"), now=clock.now())
        # which stands there before
        told = (await web.get("/waves/two/keys")).text
        assert ("Er åpningen godkjent" if address else "Noen har bedt om å åpne") in told
        await (desk(address) if address else asked(desk))
        newest, *_ = (await acts_of(Login.WEB, [wave.id]))[wave.id]
        assert newest.overtaken


async def test_a_new_link_takes_the_old_one_s_place_and_keeps_the_key(web, desk):
    links = await ready(web, desk)
    reply = await desk("/link", place="1")
    [made] = links_in(reply.text)
    assert "Den som har lenken, kan lage nøkkelen" in reply.text
    assert (await web.get(f"/key-holder/{links[0]}")).status_code == 404
    assert "Nøkkelen din er klar" in (await web.get(f"/key-holder/{made}")).text
    assert (await desk("/link", place="3")).status_code == 404


async def test_a_key_is_handed_in_once_and_by_each_of_the_two(web, desk):
    first, second = await asked(desk)

    async def send(link, raw):
        body = {"public_key": b64url(raw)}
        return (await web.post(f"/key-holder/{link}/key", json=body)).json()["outcome"]

    assert await send(first, PUBLIC[0][:-1]) == "unreadable"
    assert await send(first, bytes([255] * 32)) == "unreadable"
    assert await send(first, PUBLIC[0]) == "kept"
    assert await send(first, PUBLIC[0]) == "kept"
    assert await send(first, PUBLIC[1]) == "other"
    assert await send(second, PUBLIC[0]) == "unreadable"
    assert await send("anything", PUBLIC[1]) == "unknown"
    deep = await web.post(f"/key-holder/{second}/key", content=b'{"a":' * 12_000)
    assert deep.json()["outcome"] == "unreadable"
    # nobody has compared with a key that is not there
    await say_compared(web, first)
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.key_holder WHERE compared") == []
    page = (await web.get(f"/key-holder/{second}")).text
    assert Trustee("", PUBLIC[0]).fingerprint not in page
    assert await send(second, PUBLIC[1]) == "kept"
    page = (await web.get(f"/key-holder/{first}")).text
    assert all(Trustee("", public).fingerprint in page for public in PUBLIC)


async def test_that_holders_are_not_ready_is_told_to_who_believes_that_the_wave_opens(web, desk):
    async def told():
        pages = [(await web.get(page)).text for page in ("/", "/campaigns/campaign-two")]
        first, campaign = [" ".join(page.split()) for page in pages]
        waits = "er ikke klare.</strong>" in first and 'href="/waves/two/keys"' in first
        return waits, "er godkjent, og venter på nøkkelholderne" in campaign

    wave = await find_wave(Login.WEB, "two")
    assert await told() == (False, False)
    links = await asked(desk)
    # its last day has passed: it opens with no keys
    assert await told() == (False, False)
    days = "closes_on = '2126-05-29', results_on = '2126-06-09'"
    await fetch(Login.WORKER, f"UPDATE asking.wave SET {days}")
    assert await told() == (True, False)
    later = clock.now() + timedelta(days=1)
    approved = ActRequest(wave.id, "open", str(uuid4()), "somebody", due_at=later)
    await ask(approved, now=clock.now())
    assert await told() == (True, True)
    for link, public in zip(links, PUBLIC, strict=True):
        await web.post(f"/key-holder/{link}/key", json={"public_key": b64url(public)})
    for link in links:
        assert await told() == (True, True)
        await say_compared(web, link)
    assert await told() == (False, False)


async def test_the_wave_opens_with_their_keys_and_not_before_both_say_that_they_agree(
    web, desk, settings
):
    links = await asked(desk)
    for link, public in zip(links, PUBLIC, strict=True):
        await web.post(f"/key-holder/{link}/key", json={"public_key": b64url(public)})
    await say_compared(web, links[0])
    bind_worker()
    with without_pools(), pytest.raises(OpeningRefused, match="waits for its key holders"):
        await open_wave("two", now=NOW, settings=settings, rehearse=None)
    bind_web()
    await say_compared(web, links[1])
    bind_worker()
    strangers = [
        Trustee(name, X25519PrivateKey.generate().public_key().public_bytes_raw())
        for name in ("en", "to")
    ]
    with without_pools(), pytest.raises(OpeningRefused, match="others are named as well"):
        await open_wave("two", now=NOW, settings=settings, rehearse=None, trustees=strangers)
    with without_pools():
        await open_wave("two", now=NOW, settings=settings, rehearse=None)
    wave = await find_wave(Login.WORKER, "two")
    assert [holder.name for holder in wave.trustees] == list(TWO)
    assert [holder.public_key for holder in wave.trustees] == PUBLIC
    bind_web()
    # their keys are fixed from now on
    body = {"public_key": b64url(secrets.token_bytes(31) + b"\0")}
    reply = await web.post(f"/key-holder/{links[0]}/key", json=body)
    assert reply.json() == {"outcome": "done"}
    await desk("/forget")
    assert len(await fetch(Login.WORKER, "SELECT 1 FROM asking.key_holder")) == 2


async def test_keys_that_the_command_line_made_may_be_used_on_a_page_and_the_other_way_round(
    web, desk, settings
):
    named = [Trustee(name, public) for name, public in zip(TWO, PUBLIC, strict=True)]
    wave = await closed(web, settings, named)
    locked = "er stengt og venter på nøkkelholderne.</strong>"
    assert locked in " ".join((await web.get("/")).text.split())
    # the day that was promised has passed
    for page in ("/", "/campaigns/campaign-two"):
        told = " ".join((await web.get(page)).text.split())
        assert " Resultatene skulle kommet" in told
        assert "Resultatene er lovet" not in told
    assert "Vil de åpne svarene i nettleseren" in (await web.get("/waves/two/keys")).text
    asked_now = (await desk()).text
    assert "Nøkkelen er den samme som før" in asked_now
    first, second = links_in(asked_now)
    await work(settings)
    assert await hand(web, first, b"".join(await take_off_first(web, first, wave))) == "kept"
    # half-way they meet, and bring their keys after all
    bind_worker()
    done = await close_wave("two", key_dir=settings.key_folder, now=NOW, trustee_keys=PRIVATE)
    assert done.accepted == ANSWERS
    assert await fetch(Login.WORKER, "SELECT 1 FROM counting.hand_over") == []
    bind_web()
    assert "Ødelegg nøkkelen nå" in (await web.get(f"/key-holder/{second}")).text
    assert locked not in " ".join((await web.get("/")).text.split())


async def test_a_key_that_is_lost_ends_in_a_wave_that_is_cancelled_and_told_so(
    web, desk, settings, monkeypatch
):
    for room in ("results_fate", "surveys"):
        monkeypatch.setattr(f"survey_app.answering.{room}.FRESH", 0.0)
    await ready(web, desk)
    bind_worker()
    with without_pools():
        await open_wave("two", now=NOW, settings=settings, rehearse=None)
    bind_web()
    # while it is open, HR stops it on its own page
    assert 'href="/waves/two/cancel"' in (await web.get("/waves/two/keys")).text
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'closed', results_on = '2026-01-02'")
    page = (await web.get("/waves/two/keys")).text
    assert "<code>barometer wave cancel two --key-is-lost</code>" in page
    thanks = "/answer/thanks?survey=two&lang=nb"
    assert "men er ikke klare ennå" in words(await web.get(thanks))
    bind_worker()
    await cancel_wave("two", key_dir=settings.key_folder, now=NOW, key_is_lost=True)
    bind_web()
    assert "Det kommer ingen resultater" in words(await web.get(thanks))
    assert "key-is-lost" not in (await web.get("/waves/two/keys")).text
