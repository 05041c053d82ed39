"""One each: however often and by whatever way people send at once, each is counted once.

Real HTTP, real PostgreSQL, fifty requests in flight for one link (``anonymity-design.md`` 9).
"""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from survey_app.asking.invitations.tokens import token_for
from survey_app.counting.urn.spent import read_receipts
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.database import Login, connection, fetch
from tests.blind_client import (
    Credential,
    ask_to_sign,
    finalize,
    fresh,
    get_credential,
    group_key,
    send_ballot,
    unb64url,
)
from tests.builders_answering import OpenedWave, an_open_wave, some_answers
from tests.live_server import free_port, serving
from tests.one_app import the_app
from tests.plain_form import hidden_of
from tests.urn_reading import marks, urn_of

AT_ONCE = 50
CODES = ("1", "2", "3", "4", "5")


@dataclass
class Person:
    """A link, the group it belongs to, and what its owner was told.

    ``forms``: what is sent beside the answers, by turns: as a browser does, and nothing.
    """

    token: str
    group: str
    forms: Iterator[dict[str, str]]
    told: Counter = field(default_factory=Counter)
    credentials: list[Credential] = field(default_factory=list)


@pytest.fixture
def settings(data_dir) -> Settings:
    return Settings(
        data_dir=data_dir,
        base_url="http://testserver.local",
        secret_key="for tests only, and long enough there",
    )


@pytest.fixture
async def live(database, redis, settings):
    queue.configure(redis.url)
    app = the_app(settings)
    limits = httpx.Limits(max_connections=2 * AT_ONCE, max_keepalive_connections=2 * AT_ONCE)
    async with (
        serving(app, free_port()) as address,
        httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client,
    ):
        yield client


async def the_people(live, settings, wave: OpenedWave) -> list[Person]:
    rows = await fetch(
        Login.WORKER, "SELECT pid, domain FROM asking.invitation WHERE wave = $1 ORDER BY pid",
        wave.id,
    )  # fmt: skip
    secret = settings.secret()
    tokens = {token_for(secret, wave.id, row["pid"], 0): row["domain"] for row in rows}
    return [
        Person(token, group, itertools.cycle([await hidden_of(live, token), {}]))
        for token, group in tokens.items()
    ]


async def receipts(wave: OpenedWave) -> list[str]:
    async with connection(Login.WORKER) as link:
        return await read_receipts(link, wave.id)


async def by_script(live, wave, person: Person, code: str, *, times: int = 2) -> None:
    """Blind anew, have it signed, and send the ballot ``times`` times at once."""
    kept = fresh(await group_key(live, wave.key, person.group))
    reply = await ask_to_sign(live, person.token, kept)
    person.told[f"credential {reply.status_code}"] += 1
    if reply.status_code != 200:
        return
    signature = finalize(kept, unb64url(reply.json()["signature"]))
    credential = Credential(wave.key, person.group, kept.message, signature)
    person.credentials.append(credential)
    replies = await asyncio.gather(
        *(send_ballot(live, credential, some_answers(code=code)) for _ in range(times))
    )
    person.told["ballots accepted"] += sum(one.status_code == 200 for one in replies)


async def by_form(live, person: Person, code: str) -> None:
    """Send the plain form."""
    sent = next(person.forms) | some_answers(code=code)
    reply = await live.post(f"/answer/{person.token}", data=sent, follow_redirects=False)
    person.told[reply.headers["location"].partition("?")[0]] += 1


async def test_fifty_credentials_asked_for_at_once_are_one(live, settings):
    wave = await an_open_wave(settings)
    person = (await the_people(live, settings, wave))[0]
    await asyncio.gather(*(by_script(live, wave, person, "4", times=1) for _ in range(AT_ONCE)))
    assert person.told == {"credential 200": 1, "credential 409": 49, "ballots accepted": 1}
    assert len((await urn_of(settings, wave))[1]) == len(await receipts(wave)) == 1
    assert await marks(wave) == 1


async def test_one_blinded_message_sent_fifty_times_gives_one_signature(live, settings):
    wave = await an_open_wave(settings)
    person = (await the_people(live, settings, wave))[0]
    kept = fresh(await group_key(live, wave.key, person.group))
    replies = await asyncio.gather(*(ask_to_sign(live, person.token, kept) for _ in range(AT_ONCE)))
    assert {(reply.status_code, reply.content) for reply in replies} == {(200, replies[0].content)}
    assert len(await fetch(Login.WORKER, "SELECT 1 FROM asking.credential")) == 1


async def test_one_ballot_sent_fifty_times_is_one_and_nobody_can_tell(live, settings):
    wave = await an_open_wave(settings)
    person = (await the_people(live, settings, wave))[0]
    credential = await get_credential(live, wave.key, person.group, person.token)
    replies = await asyncio.gather(
        *(send_ballot(live, credential, some_answers(code=CODES[at % 5])) for at in range(AT_ONCE))
    )
    heads = {(one.status_code, one.content, tuple(sorted(one.headers.items()))) for one in replies}
    # the server's own Date header has a second's steps: the same for everybody who sends then
    assert len({(status, body) for status, body, _ in heads}) == 1
    assert len({tuple(pair for pair in head if pair[0] != "date") for _, _, head in heads}) == 1
    assert len((await urn_of(settings, wave))[1]) == 1
    assert await receipts(wave) == [credential.receipt]


async def test_form_and_script_at_once_are_one(live, settings):
    wave = await an_open_wave(settings)
    people = (await the_people(live, settings, wave))[:4]
    for person in people:
        await asyncio.gather(
            *(
                by_form(live, person, "4") if at % 2 else by_script(live, wave, person, "4")
                for at in range(AT_ONCE)
            )
        )
        won = person.told["/answer/thanks"] + person.told["credential 200"]
        assert won == 1, person.told
        assert person.told["ballots accepted"] == 2 * person.told["credential 200"]
    assert len((await urn_of(settings, wave))[1]) == await marks(wave) == 4


@dataclass
class Crowd:
    """People who send by every way at once, and what they forge with."""

    live: httpx.AsyncClient
    wave: OpenedWave
    people: list[Person]
    foreign: Credential
    chance: random.Random
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def send(self, person: Person, act: int) -> None:
        """One sending: a forgery, a credential in the wrong group, a form or a script."""
        async with self.gate:
            code = self.chance.choice(CODES)
            # half of them always have script: a form is one step and mostly wins from a credential
            forms = set() if self.people.index(person) % 2 else {2, 4, 6}
            if act == 0:
                await self.forge(person)
            elif act == 1:
                await self.borrow(person)
            elif act in forms:
                await by_form(self.live, person, code)
            else:
                await by_script(self.live, self.wave, person, code)

    async def forge(self, person: Person) -> None:
        """Put chance and another wave's credential together."""
        chance, foreign = self.chance, self.foreign
        forgery = Credential(
            self.wave.key,
            chance.choice([person.group, foreign.group]),
            chance.choice([foreign.message, chance.randbytes(64)]),
            chance.choice([foreign.signature, chance.randbytes(256)]),
        )
        reply = await send_ballot(self.live, forgery, some_answers())
        person.told[f"forged {reply.status_code}"] += 1

    async def borrow(self, person: Person) -> None:
        """Send a genuine credential of one group as another's."""
        for credential in person.credentials[:1]:
            group = next(one.group for one in self.people if one.group != credential.group)
            moved = Credential(self.wave.key, group, credential.message, credential.signature)
            reply = await send_ballot(self.live, moved, some_answers())
            person.told[f"forged {reply.status_code}"] += 1


async def everybody_at_once(live, settings, senders: int) -> str:
    """``senders`` people send, each fifty times by mixed ways, with forgeries in between."""
    chance = random.Random(9474)
    wave = await an_open_wave(settings, people=max(20, senders // 2 + 2))
    other = await an_open_wave(settings, "verdipuls-2026-k4", form="verdipuls.k4")
    there = (await the_people(live, settings, other))[0]
    foreign = await get_credential(live, other.key, there.group, there.token)
    people = await the_people(live, settings, wave)
    crowd = Crowd(live, wave, people, foreign, chance)
    sending = chance.sample(people, senders)
    acts = [(person, act % 8) for person in sending for act in range(AT_ONCE)]
    chance.shuffle(acts)
    await asyncio.gather(*(crowd.send(person, act) for person, act in acts))
    told = sum((person.told for person in people), Counter())
    assert {word for word in told if word.startswith("forged")} == {"forged 403"}
    for person in people:
        won = person.told["/answer/thanks"] + person.told["credential 200"]
        assert won == (person in sending), person.told
    _, ballots = await urn_of(settings, wave)
    assert len(ballots) == await marks(wave) == senders
    # each counted where it belongs, and every credential that was used left its receipt
    assert Counter(ballot.domain for ballot in ballots) == Counter(one.group for one in sending)
    used = [credential.receipt for person in sending for credential in person.credentials]
    assert 0 < len(used) < senders
    assert await receipts(wave) == sorted(used)
    assert (await urn_of(settings, other, "verdipuls.k4"))[1] == ()
    return (
        f"{senders} people, {len(acts)} sendings at once: {len(ballots)} counted, "
        f"{len(used)} of them by credential, {told['forged 403']} forgeries refused"
    )


async def test_everybody_who_sends_is_counted_once_and_nobody_else(live, settings):
    print(await everybody_at_once(live, settings, 8))


@pytest.mark.slow
async def test_an_agency_that_sends_at_once_is_counted_once_each(live, settings):
    print("\n" + await everybody_at_once(live, settings, 60))
