"""Who answers while things fail: each answer is one of a kind, and each link is tried twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from random import Random

import httpx

from survey_app.asking.invitations.tokens import token_for
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
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
from tests.builders_answering import OpenedWave
from tests.killed_installation import Link
from tests.plain_form import hidden_in

PAUSE = 0.15  # between two answers of one sender
AGAIN = 0.25  # before one tries again
SENDERS = 4
OTHER = 1000
"""What is added to the number of an answer by who sends a second one with the same link."""


@dataclass
class Told:
    """What senders were told, by number of the answer."""

    thanked: set[int] = field(default_factory=set)
    told_used: set[int] = field(default_factory=set)
    """The link was used when it was tried again: by this answer, whose reply was lost."""
    refused: set[int] = field(default_factory=set)
    """Refused at the first try: nothing of it may be counted."""
    unknown: set[int] = field(default_factory=set)
    """Closed when it was tried again, or given up."""
    failures: int = 0


async def links_of(settings: Settings, wave: OpenedWave) -> list[Link]:
    rows = await fetch(
        Login.WORKER,
        "SELECT pid, generation, domain FROM asking.invitation WHERE wave = $1 ORDER BY pid",
        wave.id,
    )
    secret = settings.secret()
    return [
        Link(token_for(secret, wave.id, row["pid"], row["generation"]), row["domain"], number)
        for number, row in enumerate(rows)
    ]


async def send_all(address: str, wave: str, links: Sequence[Link], told: Told, rng: Random) -> None:
    """Answer with each link, some of them from several windows at once, until all are told."""
    waiting = [(link, rng.random(), rng.random() < 0.25) for link in links]
    waiting.reverse()

    async def sender(pause: float) -> None:
        async with httpx.AsyncClient(base_url=address, timeout=10) as web:
            person = _Person(web, wave, told)
            while waiting:
                link, way, twice = waiting.pop()
                other = Link(link.token, link.group, link.number + OTHER)
                if twice:
                    await asyncio.gather(person.send(link, way), person.send(other, 1 - way))
                else:
                    await person.send(link, way)
                await asyncio.sleep(pause)

    await asyncio.gather(*(sender(PAUSE * rng.random() * 2) for _ in range(SENDERS)))


@dataclass
class _Person:
    web: httpx.AsyncClient
    wave: str
    told: Told

    async def send(self, link: Link, way: float) -> None:
        """Send until there is an answer, by the plain form or as a browser with script."""
        await (self._by_form(link) if way < 0.5 else self._by_credential(link))

    async def _by_form(self, link: Link) -> None:
        tries = 0
        while True:
            tries += 1
            page = await self._tried(self.web.get(f"/answer/{link.token}"))
            sent = (hidden_in(page.text) if page is not None else {}) | dict(link.answers)
            reply = await self._tried(self.web.post(f"/answer/{link.token}", data=sent))
            if reply is not None and reply.status_code == 303:
                where = reply.headers["location"]
                if where.startswith("/answer/thanks"):
                    self.told.thanked.add(link.number)
                else:
                    self._refused(link, tries, used=where.startswith("/answer/used"))
                return
            if reply is not None and reply.status_code == 410:
                self._refused(link, tries, used=False)
                return
            await asyncio.sleep(AGAIN)

    async def _by_credential(self, link: Link) -> None:
        signed = await self._signed(link)
        if signed is None:
            # another window has used the link: no ballot is ever sent
            self.told.refused.add(link.number)
            return
        kept, signature = signed
        credential = Credential(
            self.wave, link.group, kept.message, finalize(kept, unb64url(signature))
        )
        tries = 0
        while True:
            tries += 1
            reply = await self._tried(send_ballot(self.web, credential, link.answers))
            if reply is not None and reply.status_code == 200:
                self.told.thanked.add(link.number)
                return
            if reply is not None and reply.status_code == 410:
                self._refused(link, tries, used=False)
                return
            await asyncio.sleep(AGAIN)

    async def _signed(self, link: Link) -> tuple[Blinded, str] | None:
        kept = None
        while True:
            if kept is None:
                with contextlib.suppress(httpx.HTTPError, ValueError, KeyError):
                    kept = fresh(await group_key(self.web, self.wave, link.group))
            if kept is not None:
                reply = await self._tried(ask_to_sign(self.web, link.token, kept))
                if reply is not None and reply.status_code == 200:
                    return kept, reply.json()["signature"]
                if reply is not None and reply.status_code in {409, 410}:
                    return None
            await asyncio.sleep(AGAIN)

    def _refused(self, link: Link, tries: int, *, used: bool) -> None:
        if tries == 1:
            self.told.refused.add(link.number)
        elif used:
            self.told.told_used.add(link.number)
        else:
            self.told.unknown.add(link.number)

    async def _tried(self, request: Awaitable[httpx.Response]) -> httpx.Response | None:
        with contextlib.suppress(httpx.HTTPError):
            reply = await request
            self.told.failures += reply.status_code >= 500
            return reply
        self.told.failures += 1
        return None
