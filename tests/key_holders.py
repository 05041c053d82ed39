"""Two key holders as tests have them: their keys, and what their browsers do."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from survey_app.counting.urn import hand_over
from survey_app.counting.urn.seal import SUITE, inner_purpose, purpose
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing import jobs
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.errors import WaitsForTrusteesError
from survey_app.shared.database import Login, fetch
from survey_app.waves.open_wave import open_wave
from tests.blind_client import b64url, unb64url
from tests.builders_answering import NOW, opened, some_answers, without_pools

TWO = ("Hovedtillitsvalgt", "HR-sjef")
PRIVATE = [X25519PrivateKey.generate() for _ in TWO]
PUBLIC = [key.public_key().public_bytes_raw() for key in PRIVATE]
ANSWERS = 14


def links_in(page):
    """The links that a page shows: of each the secret."""
    found = [part.partition("<")[0] for part in page.split("/key-holder/")[1:]]
    return [one for one in found if len(one) == 43]


async def asked(desk):
    reply = await desk(first=TWO[0], second=TWO[1])
    assert reply.status_code == 200
    return links_in(reply.text)


async def say_compared(web, link):
    """Send the form of a holder's page: both fingerprints that stand there agree."""
    page = (await web.get(f"/key-holder/{link}")).text
    shown = page.partition('name="shown" value="')[2].partition('"')[0]
    await web.post(f"/key-holder/{link}/compared", data={"shown": shown}, follow_redirects=False)


async def ready(web, desk):
    """Both have handed in their keys and compared."""
    links = await asked(desk)
    for link, public in zip(links, PUBLIC, strict=True):
        reply = await web.post(f"/key-holder/{link}/key", json={"public_key": b64url(public)})
        assert reply.json() == {"outcome": "kept"}
    for link in links:
        await say_compared(web, link)
    return links


async def closed(web, settings, named=()):
    """Opened with the two keys, answered, and closed."""
    bind_worker()
    with without_pools():
        await open_wave("two", now=NOW, settings=settings, rehearse=None, trustees=named)
    wave = await opened(settings, "two")
    bind_web()
    for at in range(ANSWERS):
        reply = await web.post(
            f"/answer/{wave.tokens[at]}", data=some_answers(), follow_redirects=False
        )
        assert reply.headers["location"].startswith("/answer/thanks")
    bind_worker()
    with pytest.raises(WaitsForTrusteesError):
        await close_wave("two", key_dir=settings.key_folder, now=NOW)
    await work(settings)
    return wave


async def work(settings):
    """What a worker does every fifteen seconds; returns how far the wave is then."""
    bind_worker()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jobs, "settings", lambda: settings)
        await jobs.serve_key_holders({})
        await jobs.finish_handed_over({})
    [row] = await fetch(Login.WORKER, "SELECT state FROM asking.wave WHERE key = 'two'")
    bind_web()
    return row["state"]


async def rows_of(wave):
    [row] = await fetch(Login.WORKER, "SELECT ballot_size FROM asking.wave WHERE id = $1", wave.id)
    return [hand_over.row_bytes(row["ballot_size"], step) for step in hand_over.Step]


def parted(content, row):
    return [content[at : at + row] for at in range(0, len(content), row)]


async def take_off_first(web, link, wave):
    """What the first holder's browser does."""
    row, *_ = await rows_of(wave)
    sealed = parted((await web.get(f"/key-holder/{link}/ballots")).content, row)
    return [SUITE.decrypt(one, PRIVATE[0], purpose(wave.id)) for one in sealed]


async def take_off_second(web, link, wave):
    """What the second holder's browser does, up to sealing."""
    _, row, _ = await rows_of(wave)
    sealed = parted((await web.get(f"/key-holder/{link}/ballots")).content, row)
    return [SUITE.decrypt(one, PRIVATE[1], inner_purpose(wave.id)) for one in sealed]


async def to_counter(web, link, wave, ballots):
    counter = (await web.get(f"/key-holder/{link}/counter")).json()
    worker = X25519PublicKey.from_public_bytes(unb64url(counter["public_key"]))
    sealed = SUITE.encrypt(b"".join(ballots), worker, hand_over.hand_over_purpose(wave.id))
    return unb64url(counter["id"]) + sealed


async def hand(web, link, content):
    return (await web.post(f"/key-holder/{link}/ballots", content=content)).json()["outcome"]


async def as_owner(sql, *values):
    """What somebody does who writes to the database, and has nothing else."""
    return await fetch(Login.MIGRATOR, sql, *values)


async def told_in_the_audit_log(action):
    return len(await as_owner("SELECT 1 FROM audit.event WHERE action = $1", action))
