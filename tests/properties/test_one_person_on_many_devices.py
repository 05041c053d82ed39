"""Whoever answers on two devices, or twice, is counted once, and told what is so.

Over HTTP, as browsers with and without script ask: by the link of a mail or the code of a letter,
with the page left open on a telephone and on the PC of the guardroom, passed on to a colleague,
turned back to after the thanks, sent again because no reply came.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from survey_app.installation.tables import bind_web, bind_worker
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.database import Login, connection
from survey_app.waves.stop_answers import stop_answers
from tests.blind_client import (
    Blinded,
    Credential,
    ask_to_sign,
    finalize,
    fresh,
    group_key,
    send_ballot,
    unb64url,
)
from tests.builders_answering import NOW, OpenedWave, a_public_wave
from tests.databases import bound, given_back, lent
from tests.letters import a_sample, letters, rows_of, still_open
from tests.live_server import free_port, serving
from tests.one_app import the_app
from tests.plain_form import hidden_in
from tests.urn_reading import marks, sealed_rows, urn_of

FORM = "omdomme"
PEOPLE, DEVICES = 3, 4
# asked of everybody, each from 1 to 5
ITEMS = ("om.evn.1", "om.vel.1", "om.int.1", "om.apn.1")
GROUP = ""  # the public has one key for all
THANKS, USED, CLOSED = "/answer/thanks", "/answer/used", "/answer/closed"
# by a code the sentence speaks of the code, by a link of the link
KNOWS = [
    f"{what} er brukt. Om svaret kom fram, vet bare nettleseren du svarte i."
    for what in ("Lenken", "Koden")
]

PERSON = st.integers(0, PEOPLE - 1)
DEVICE = st.integers(0, DEVICES - 1)

type Answers = tuple[tuple[str, str], ...]


@dataclass
class Device:
    """A browser: the form that stands in it, and what its owner was told of each link."""

    person: int | None = None
    hidden: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    blinded: dict[int, Blinded] = field(default_factory=dict)
    signed: dict[int, Credential] = field(default_factory=dict)
    sealed: dict[int, Answers] = field(default_factory=dict)
    thanked: Counter[int] = field(default_factory=Counter)


@dataclass
class Site:
    """An installation that serves over HTTP; each example has a wave of its own in it."""

    settings: Settings
    folder: Any
    client: httpx.AsyncClient
    runner: asyncio.Runner
    keys: itertools.count[int] = field(default_factory=lambda: itertools.count(1))


class OnManyDevices(RuleBasedStateMachine):
    """One wave, some people, and more devices than people."""

    site: Site

    def __init__(self) -> None:
        super().__init__()
        self.devices = [Device() for _ in range(DEVICES)]
        self.open = True
        self.used: set[int] = set()
        self.cast: set[int] = set()
        self.counted: list[Answers] = []
        self.wave, self.codes = self.run(self._opened())

    def run(self, what: Any) -> Any:
        return self.site.runner.run(what)

    async def _opened(self) -> tuple[OpenedWave, list[str]]:
        key = f"omdomme-2026-{next(self.site.keys)}"
        wave = await a_public_wave(self.site.settings, a_sample(PEOPLE), key, form=FORM)
        await still_open()
        file = self.site.folder / f"{key}.csv"
        await letters(self.site.settings, file, key=key)
        rows = rows_of(file.read_bytes())
        tokens = [row["url"].rpartition("/")[2] for row in rows]
        assert set(tokens) == set(wave.tokens)
        return OpenedWave(wave.id, key, tokens), [row["code"] for row in rows]

    def token(self, device: Device) -> str:
        return self.wave.tokens[device.person]

    def takes(self, person: int) -> bool:
        """Whether somebody's link opens a form that would be taken."""
        return self.open and person not in self.used

    def has_form(self) -> bool:
        return bool(self.with_form())

    def with_form(self) -> list[Device]:
        return [one for one in self.devices if one.person is not None]

    def one_of(self, at: int) -> Device:
        return self.with_form()[at % len(self.with_form())]

    # what people do

    @rule(at=DEVICE, person=PERSON, by_code=st.booleans())
    def come(self, at: int, person: int, by_code: bool) -> None:
        """By the mail's link, or the letter's code; somebody else's too, who passed it on."""
        reply = self.run(self._come(person, by_code=by_code))
        device = self.devices[at]
        device.person, device.answers, device.hidden = None, {}, {}
        if self.takes(person):
            assert reply.status_code == 200
            device.person, device.hidden = person, hidden_in(reply.text)
            device.answers = dict.fromkeys(ITEMS, "3")
        else:
            assert reply.status_code == 410
            assert any(one in reply.text for one in KNOWS) is (person in self.used)

    async def _come(self, person: int, *, by_code: bool) -> httpx.Response:
        client = self.site.client
        if by_code:
            return await client.post(
                "/kode?lang=nb", data={"code": self.codes[person]}, follow_redirects=True
            )
        return await client.get(f"/answer/{self.wave.tokens[person]}?lang=nb")

    @precondition(has_form)
    @rule(at=DEVICE, code=st.sampled_from("12345"), to=st.integers(0, len(ITEMS)))
    def fill_in(self, at: int, code: str, to: int) -> None:
        self.one_of(at).answers = dict.fromkeys(ITEMS[:to], code)

    @precondition(has_form)
    @rule(at=DEVICE, language=st.sampled_from(["nb", "nn", "en"]))
    def change_language(self, at: int, language: str) -> None:
        """The form comes back as it was filled in, and nothing is kept of it."""
        device = self.one_of(at)
        reply = self.run(self._send(device, show_language=language))
        if not self.takes(device.person):
            assert self._where(reply) == (USED if device.person in self.used else CLOSED)
            return
        assert reply.status_code == 200
        assert f'<html lang="{language}"' in reply.text
        assert reply.text.count(" checked") == len(device.answers)
        device.hidden = hidden_in(reply.text)

    async def _send(self, device: Device, **more: str) -> httpx.Response:
        return await self.site.client.post(
            f"/answer/{self.token(device)}", data=device.hidden | device.answers | more
        )

    @staticmethod
    def _where(reply: httpx.Response) -> str:
        assert reply.status_code == 303
        return reply.headers["location"].partition("?")[0]

    @precondition(has_form)
    @rule(at=DEVICE, cut=st.booleans())
    def send_the_form(self, at: int, cut: bool) -> None:
        """Also once more after the thanks, by turning back; ``cut``: its reply never comes."""
        device = self.one_of(at)
        self.told(device, self.run(self._send(device)), cut=cut)

    def told(self, device: Device, reply: httpx.Response, *, cut: bool = False) -> None:
        """What the reply must be, and what has happened by it."""
        person = device.person
        # an empty form is asked about, and one that is not taken anyway is not
        if self.takes(person) and not device.answers:
            assert reply.status_code == 422
            return
        if self.takes(person):
            assert self._where(reply) == THANKS
            self.used.add(person)
            self.counted.append(tuple(device.answers.items()))
            device.thanked[person] += not cut
        else:
            assert self._where(reply) == (USED if person in self.used else CLOSED)

    @precondition(has_form)
    @rule(first=DEVICE, second=DEVICE)
    def send_at_once(self, first: int, second: int) -> None:
        """From two devices in one moment, or by one press that was two: one of them is taken."""
        sending = [self.one_of(at) for at in (first, second)]
        if not all(one.answers for one in sending):
            return

        async def both() -> list[httpx.Response]:
            return await asyncio.gather(*(self._send(one) for one in sending))

        replies = self.run(both())
        pairs = list(zip(replies, sending, strict=True))
        # the one that was thanked came first
        for reply, device in sorted(pairs, key=lambda one: self._where(one[0]) != THANKS):
            self.told(device, reply)

    @precondition(has_form)
    @rule(at=DEVICE, cut=st.booleans())
    def ask_for_a_credential(self, at: int, cut: bool) -> None:
        """With script; asked again for the same where no reply came."""
        device = self.one_of(at)
        if device.person in device.signed:
            return
        self.handed_out(device, self.run(self._ask(device)), cut=cut)

    def handed_out(self, device: Device, reply: httpx.Response, *, cut: bool = False) -> None:
        """What the reply must be, and what has happened by it."""
        person = device.person
        mine = person in device.sealed
        if not self.open:
            assert reply.status_code == 410
        elif mine or person not in self.used:
            assert reply.status_code == 200
            self.used.add(person)
            device.sealed.setdefault(person, tuple(device.answers.items()))
            if not cut:
                signature = finalize(device.blinded[person], unb64url(reply.json()["signature"]))
                device.signed[person] = Credential(
                    self.wave.key, GROUP, device.blinded[person].message, signature
                )
        else:
            assert reply.status_code == 409

    @precondition(has_form)
    @rule(first=DEVICE, second=DEVICE)
    def ask_for_credentials_at_once(self, first: int, second: int) -> None:
        """From two devices in one moment: by one link one of them gets a credential."""
        asking = [self.one_of(first), self.one_of(second)]
        if asking[0] is asking[1] or any(one.person in one.signed for one in asking):
            return

        async def both() -> list[httpx.Response]:
            return await asyncio.gather(*(self._ask(one) for one in asking))

        pairs = list(zip(self.run(both()), asking, strict=True))
        # the one that got it came first
        for reply, device in sorted(pairs, key=lambda one: one[0].status_code):
            self.handed_out(device, reply)

    async def _ask(self, device: Device) -> httpx.Response:
        client = self.site.client
        if device.person not in device.blinded:
            modulus = await group_key(client, self.wave.key, GROUP)
            device.blinded[device.person] = fresh(modulus)
        return await ask_to_sign(client, self.token(device), device.blinded[device.person])

    @precondition(lambda self: any(one.signed for one in self.devices))
    @rule(at=DEVICE, cut=st.booleans())
    def send_the_ballot(self, at: int, cut: bool) -> None:
        """As often as no reply comes; what waits on a device is what was filled in there."""
        device = self.devices[at]
        for person, credential in device.signed.items():
            answers = device.sealed[person]
            reply = self.run(send_ballot(self.site.client, credential, dict(answers)))
            if not self.open:
                assert reply.json() == {"outcome": "closed"}
                continue
            assert reply.json() == {"outcome": "accepted"}
            if person not in self.cast:
                self.counted.append(answers)
            self.cast.add(person)
            device.thanked[person] += not cut

    @precondition(lambda self: self.open and len(self.used) == PEOPLE - 1)
    @rule()
    def close(self) -> None:
        bind_worker()
        self.run(stop_answers(self.wave.key, now=NOW))
        bind_web()
        self.open = False

    # what holds

    @invariant()
    def each_is_counted_once_and_as_it_was_told(self) -> None:
        assert self.run(self._rows()) == len(self.counted)
        for person in range(PEOPLE):
            thanked = sum(bool(one.thanked[person]) for one in self.devices)
            assert thanked <= 1

    async def _rows(self) -> int:
        async with connection(Login.MIGRATOR) as link:
            return len(await sealed_rows(link, self.wave.id))

    @invariant()
    def a_link_is_used_once(self) -> None:
        if self.open:
            assert self.run(marks(self.wave)) == len(self.used)

    def teardown(self) -> None:
        """No answer is of two devices: what lies in the urn is what each of them sent."""
        bind_worker()
        questionnaire, ballots = self.run(
            urn_of(self.site.settings, self.wave, FORM, frozenset({""}))
        )
        bind_web()
        places = [questionnaire.columns.index(item) for item in ITEMS]
        stored = Counter(tuple(max(one.answers[at], 0) for at in places) for one in ballots)
        sent = Counter(tuple(int(dict(one).get(item, 0)) for item in ITEMS) for one in self.counted)
        assert stored == sent


@pytest.fixture
def site(postgres, redis, data_dir, tmp_path):
    runner = asyncio.Runner()
    database = runner.run(lent(postgres))
    bound(postgres, database)
    chosen = Settings(
        data_dir=data_dir,
        base_url="http://testserver.local",
        secret_key="for tests only, and long enough there",
    )
    queue.configure(redis.url)
    stack = AsyncExitStack()

    async def start() -> httpx.AsyncClient:
        address = await stack.enter_async_context(serving(the_app(chosen), free_port()))
        return await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=120))

    yield Site(chosen, tmp_path, runner.run(start()), runner)
    runner.run(stack.aclose())
    runner.run(given_back(postgres, database))
    runner.close()


def walked(site: Site, *, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        type("Walk", (OnManyDevices,), {"site": site}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nobody_is_counted_twice_or_told_what_is_not_so(site):
    walked(site, examples=4, steps=16)


@pytest.mark.slow
def test_nobody_is_counted_twice_or_told_what_is_not_so_in_many_walks(site):
    walked(site, examples=60, steps=30)
