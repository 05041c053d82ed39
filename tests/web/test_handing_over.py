"""Ballots on their way through two key holders to a worker: in order, unchanged, counted once."""

import asyncio
import json
import secrets
import uuid

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.counting.urn import hand_over
from survey_app.counting.urn.errors import ChangedHandOverError
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing import serve_holders
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.shared.database import Login, connection, fetch
from tests.blind_client import unb64url
from tests.builders_answering import NOW
from tests.key_holders import (
    ANSWERS,
    PRIVATE,
    as_owner,
    closed,
    hand,
    parted,
    ready,
    rows_of,
    take_off_first,
    take_off_second,
    to_counter,
    told_in_the_audit_log,
    work,
)


async def test_seals_come_off_one_after_the_other_and_the_wave_is_counted(web, desk, settings):
    first, second = await ready(web, desk)
    assert await hand(web, first, b"early") == "not-yet"
    wave = await closed(web, settings)
    urn = await fetch(Login.WORKER, "SELECT ballot FROM counting.urn")
    row, once, plain = await rows_of(wave)
    laid_out = parted((await web.get(f"/key-holder/{first}/ballots")).content, row)
    # in an order that is not that of the urn
    assert sorted(laid_out) == sorted(one["ballot"] for one in urn)
    assert laid_out != [one["ballot"] for one in urn]
    # the second is not let in front, and the first cannot hand over what is no answer to that
    assert (await web.get(f"/key-holder/{second}/ballots")).json() == {"outcome": "not-yet"}
    assert await hand(web, second, b"") == "not-yet"
    assert await hand(web, first, b"".join(laid_out)) == "unreadable"
    opened_once = await take_off_first(web, first, wave)
    assert {len(one) for one in opened_once} == {once}
    assert await hand(web, first, b"".join(opened_once[:-1])) == "unreadable"
    assert await hand(web, first, b"".join(opened_once)) == "kept"
    assert await hand(web, first, b"".join(opened_once)) == "done"
    ballots = await take_off_second(web, second, wave)
    assert {len(one) for one in ballots} == {plain}
    # what the second sees is under cover: every answer was the same here
    assert len(set(ballots)) == ANSWERS
    assert not any(b"nord-1" in one or b"sor-1" in one for one in ballots)
    assert await hand(web, second, await to_counter(web, second, wave, ballots)) == "kept"
    assert "Svarene blir talt nå" in (await web.get("/waves/two/keys")).text
    assert await work(settings) == "published"
    [row] = await fetch(
        Login.WORKER,
        "SELECT state, cover_key, (SELECT count(*) FROM counting.response) AS responses,"
        " (SELECT count(*) FROM counting.hand_over) AS left_over FROM asking.wave",
    )
    assert dict(row) == {
        "state": "published",
        "cover_key": None,
        "responses": ANSWERS,
        "left_over": 0,
    }
    assert await hand(web, second, b"late") == "done"
    for link in (first, second):
        assert "Ødelegg nøkkelen nå" in (await web.get(f"/key-holder/{link}")).text


@pytest.mark.parametrize("cheat", ["leaves one out", "doubles one", "makes one up"])
async def test_a_second_holder_who_cheats_counts_nothing_and_loses_nothing(
    web, desk, settings, cheat
):
    first, second = await ready(web, desk)
    wave = await closed(web, settings)
    once = await take_off_first(web, first, wave)
    assert await hand(web, first, b"".join(once)) == "kept"
    ballots = await take_off_second(web, second, wave)
    cheated = {
        "leaves one out": [*ballots[:-1], bytes(len(ballots[0]))],
        "doubles one": [*ballots[:-1], ballots[0]],
        "makes one up": [*ballots[:-1], secrets.token_bytes(len(ballots[0]))],
    }[cheat]
    assert await hand(web, second, await to_counter(web, second, wave, cheated)) == "kept"
    assert await work(settings) == "closed"
    # both begin anew, and are told why
    assert "ikke nøyaktig de svarene" in (await web.get(f"/key-holder/{first}")).text
    assert "ble ikke fullført" in (await web.get("/waves/two/keys")).text
    assert await hand(web, first, b"".join(await take_off_first(web, first, wave))) == "kept"
    ballots = await take_off_second(web, second, wave)
    assert await hand(web, second, await to_counter(web, second, wave, ballots)) == "kept"
    assert await work(settings) == "published"


async def test_a_first_holder_who_hands_over_noise_is_asked_again_by_the_second(
    web, desk, settings
):
    first, second = await ready(web, desk)
    wave = await closed(web, settings)
    once = await take_off_first(web, first, wave)
    noise = secrets.token_bytes(len(once[0]) * len(once))
    assert await hand(web, first, noise) == "kept"
    await web.post(f"/key-holder/{first}/again")
    assert await hand(web, first, b"".join(once)) == "done"  # it is not the first's to take back
    await web.post(f"/key-holder/{second}/again")
    assert "fikk ikke åpnet" in (await web.get(f"/key-holder/{first}")).text
    assert await hand(web, first, b"".join(once)) == "kept"


async def test_what_is_sealed_to_a_worker_that_is_gone_is_asked_for_again(web, desk, settings):
    first, second = await ready(web, desk)
    wave = await closed(web, settings)
    await hand(web, first, b"".join(await take_off_first(web, first, wave)))
    ballots = await take_off_second(web, second, wave)
    await hand(web, second, await to_counter(web, second, wave, ballots))
    serve_holders.this_counter.cache_clear()
    # another worker leaves it alone as long as that one may be there
    assert await work(settings) == "closed"
    assert "Svarene blir talt nå" in (await web.get(f"/key-holder/{second}")).text
    await fetch(Login.MIGRATOR, "UPDATE asking.counter SET seen_at = '2020-01-01'")
    assert await work(settings) == "closed"
    assert "ble avbrutt" in (await web.get(f"/key-holder/{second}")).text
    # the first seal stays off
    assert "Du har gjort ditt" in (await web.get(f"/key-holder/{first}")).text
    ballots = await take_off_second(web, second, wave)
    await hand(web, second, await to_counter(web, second, wave, ballots))
    assert await work(settings) == "published"


async def test_while_no_worker_is_there_nothing_is_opened_for_it(web, desk, settings):
    _, second = await ready(web, desk)
    await fetch(Login.MIGRATOR, "DELETE FROM asking.counter")
    assert (await web.get(f"/key-holder/{second}/counter")).status_code == 503
    # a link that is none leads nowhere, whether a worker is there or not
    assert (await web.get("/key-holder/anything/counter")).status_code == 404


async def test_a_worker_that_is_killed_while_it_counts_leaves_everything_to_count_again(
    web, desk, settings, monkeypatch
):
    first, second = await ready(web, desk)
    wave = await closed(web, settings)
    await hand(web, first, b"".join(await take_off_first(web, first, wave)))
    ballots = await take_off_second(web, second, wave)
    await hand(web, second, await to_counter(web, second, wave, ballots))

    async def killed(*_, **__):
        raise asyncio.CancelledError

    from survey_app.publishing.closing import close_wave as closing

    with monkeypatch.context() as patched:
        patched.setattr(closing, "drop_urn", killed)
        with pytest.raises(asyncio.CancelledError):
            await work(settings)
    bind_web()
    assert await work(settings) == "published"


async def test_an_urn_that_no_browser_can_carry_is_left_to_the_command_line(
    web, desk, settings, monkeypatch
):
    first, _ = await ready(web, desk)
    monkeypatch.setattr(hand_over, "LARGEST", 1000)
    await closed(web, settings)
    assert "tell med kommandoen" in (await web.get(f"/key-holder/{first}")).text
    assert await hand(web, first, b"") == "not-yet"


async def test_of_two_who_hand_over_at_once_one_is_told_that_it_is_done(web, desk, settings):
    first, _ = await ready(web, desk)
    wave = await closed(web, settings)
    once = b"".join(await take_off_first(web, first, wave))
    async with connection(Login.WORKER) as link:
        secret = settings.secret()
        step = hand_over.Step.SEALED_ONCE
        await hand_over.keep_hand_over(link, wave.id, step, once, secret=secret)
        with pytest.raises(asyncpg.UniqueViolationError):
            await hand_over.keep_hand_over(link, wave.id, step, once, secret=secret)


async def planted(seen_at="now()"):
    """A key of somebody else's among those of workers."""
    own = X25519PrivateKey.generate()
    await as_owner(
        "INSERT INTO asking.counter (id, public_key, proof, seen_at)"
        f" VALUES ($1, $2, (SELECT proof FROM asking.counter LIMIT 1), {seen_at})",
        uuid.uuid4(),
        own.public_key().public_bytes_raw(),
    )
    return own


@pytest.mark.parametrize("seen_at", ["now()", "now() + interval '1 day'"])
async def test_nothing_is_sealed_to_a_key_that_no_worker_of_ours_announced(
    web, desk, settings, seen_at
):
    _, second = await ready(web, desk)
    await closed(web, settings)
    own = await planted(seen_at)
    announced = unb64url((await web.get(f"/key-holder/{second}/counter")).json()["public_key"])
    assert announced != own.public_key().public_bytes_raw()
    assert announced == serve_holders.this_counter().private_key.public_key().public_bytes_raw()
    await work(settings)
    assert len(await as_owner("SELECT 1 FROM asking.counter")) == 1
    assert await told_in_the_audit_log("unknown key to count with was removed") == 1


async def test_a_worker_whose_clock_is_ahead_is_not_yet_there(web, desk, settings):
    _, second = await ready(web, desk)
    await closed(web, settings)
    await as_owner("UPDATE asking.counter SET seen_at = now() + interval '1 day'")
    assert (await web.get(f"/key-holder/{second}/counter")).status_code == 503


@pytest.mark.parametrize("step", [1, 2, 3])
async def test_ballots_that_were_exchanged_in_the_database_reach_no_holder_and_are_not_counted(
    web, desk, settings, step
):
    first, second = await ready(web, desk)
    wave = await closed(web, settings)
    if step > 1:
        await hand(web, first, b"".join(await take_off_first(web, first, wave)))
    if step > 2:
        ballots = await take_off_second(web, second, wave)
        await hand(web, second, await to_counter(web, second, wave, ballots))
    # one person's ballot in the place of all others
    await as_owner(
        "UPDATE counting.hand_over SET content = content || substr(content, 1, 100)"
        " WHERE wave = $1 AND step = $2",
        wave.id,
        step,
    )
    if step < 3:
        link = (first, second)[step - 1]
        reply = await web.get(f"/key-holder/{link}/ballots")
        assert (reply.status_code, reply.json()) == (409, {"outcome": "tampered"})
    assert await work(settings) == "closed"
    assert await work(settings) == "closed"
    assert await told_in_the_audit_log("hand-over was changed in the database") == 1
    # nobody goes on, whatever is put back
    for link in (first, second):
        page = (await web.get(f"/key-holder/{link}")).text
        assert "Stopp: Noen har byttet ut svar" in page
        assert 'name="agreed"' not in page
        assert await hand(web, link, b"") == "tampered"
    await web.post(f"/key-holder/{second}/again")
    for page in ("/waves/two/keys", "/campaigns/campaign-two"):
        text = (await web.get(page)).text
        assert "Noen har byttet ut svar" in text
        assert "ngenting er galt" not in text
        assert "venter på nøkkelholderne" not in text
    # by command the two can count what lies in the urn, and the record tells
    bind_worker()
    done = await close_wave("two", key_dir=settings.key_folder, now=NOW, trustee_keys=PRIVATE)
    assert done.accepted == ANSWERS
    [row] = await as_owner("SELECT content FROM counting.wave_record")
    alarms = json.loads(row["content"])["alarms"]
    assert alarms == ["what lay ready for the key holders was changed"]


async def test_the_number_of_ballots_stands_on_both_pages_on_hr_s_and_in_the_audit_log(
    web, desk, settings
):
    first, second = await ready(web, desk)
    wave = await closed(web, settings)
    said = f"<strong>{ANSWERS} svar</strong>"
    assert said in (await web.get(f"/key-holder/{first}")).text
    assert said in (await web.get("/waves/two/keys")).text
    await hand(web, first, b"".join(await take_off_first(web, first, wave)))
    page = (await web.get(f"/key-holder/{second}")).text
    assert said in page
    assert f'data-ballots="{ANSWERS}"' in page
    rows = await as_owner("SELECT facts FROM audit.event WHERE facts ? 'ballots'")
    assert [json.loads(row["facts"])["ballots"] for row in rows] == [ANSWERS, ANSWERS]


async def test_a_proof_is_of_one_wave_one_step_and_one_counter(web, desk, settings):
    await ready(web, desk)
    wave = await closed(web, settings)
    async with connection(Login.MIGRATOR) as link:
        secret, step = settings.secret(), hand_over.Step.SEALED_TWICE
        assert await hand_over.take(link, wave.id, step, secret=secret)
        assert await hand_over.changed(link, secret=secret) == set()
        with pytest.raises(ChangedHandOverError):
            await hand_over.take(link, wave.id, step, secret=b"another")
        await link.execute("UPDATE counting.hand_over SET step = 2")
        with pytest.raises(ChangedHandOverError):
            await hand_over.take(link, wave.id, hand_over.Step.SEALED_ONCE, secret=secret)
        await link.execute("UPDATE counting.hand_over SET step = 1, counter = $1", uuid.uuid4())
        assert await hand_over.changed(link, secret=secret) == {wave.id}
