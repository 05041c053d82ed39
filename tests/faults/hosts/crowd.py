"""The public answers: many at once, through the proxy, each of them until there is a reply.

Who gets no reply, or a proxy's page that something is wrong, sends the same again, as people do
with a browser. Each answer is one of a kind, so that the urn tells afterwards which it holds.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import ssl
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from urllib.parse import urlencode

from questionnaires.loader import load_library
from tests.blind_client import Credential, b64url, finalize, fresh, unb64url
from tests.builders_answering import some_answers
from tests.faults.people import Told

FORM = "omdomme"
CODES = "12345"
DIGITS = 9
"""Numbers up to two million are spelt in so many answers of five options."""
AGAIN = 0.5  # seconds before one tries again
PATIENCE = 15.0  # seconds until a browser's reply is given up
BY_SCRIPT = 4
"""One in so many answers with a blind credential, the others by the plain form."""
_TROUBLE = (OSError, EOFError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError)


@cache
def spelling() -> tuple[str, ...]:
    """The questions that spell a number."""
    plain = [item for item in some_answers(FORM) if item.startswith(("om.sam", "om.tro", "om.apn"))]
    return tuple(plain[:DIGITS])


def spelt(number: int) -> tuple[str, ...]:
    """A number, in the codes of the questions that spell it."""
    digits = []
    for _ in range(DIGITS):
        number, digit = divmod(number, len(CODES))
        digits.append(CODES[digit])
    return tuple(digits)


@cache
def _all_else() -> Mapping[str, object]:
    """What is the same for everybody: nobody is screened out."""
    return some_answers(FORM)


@cache
def _opinions() -> tuple[str, ...]:
    """The other questions of five options, of which everybody has an opinion of their own."""
    items = load_library().questionnaire(FORM, first_wave=True).items
    return tuple(one.id for one in items if one.id[:6] in {"om.evn", "om.vel", "om.int"})


@dataclass(frozen=True)
class Invited:
    """A personal link, the group of its key, and the number that its answer spells."""

    token: str
    group: str
    number: int

    @property
    def answers(self) -> dict[str, object]:
        chance = Random(self.number)
        own = {item: chance.choice(CODES) for item in _opinions()}
        return {**_all_else(), **own, **dict(zip(spelling(), spelt(self.number), strict=True))}


@dataclass
class Crowd:
    """Who answers, and what they were told."""

    address: str
    host: str
    authority: str
    wave: str
    moduli: Mapping[str, str]
    told: Told = field(default_factory=Told)
    awaited: tuple[int, asyncio.Event] = field(default_factory=lambda: (-1, asyncio.Event()))
    by_second: Counter[int] = field(default_factory=Counter)
    """How many were thanked, by the second of the harness's clock."""

    async def answer(self, invited: Sequence[Invited], *, at_once: int) -> float:
        """Let everybody answer; returns seconds."""
        waiting = iter(invited)
        begun = time.monotonic()

        async def browser() -> None:
            one = _Browser(self)
            for link in waiting:
                await one.visit(link)
            await one.close()

        await asyncio.gather(*(browser() for _ in range(at_once)))
        return time.monotonic() - begun

    async def thanked(self, number: int) -> None:
        """Wait until so many have been thanked."""
        self.awaited = number, asyncio.Event()
        await self.awaited[1].wait()

    def thank(self, number: int) -> None:
        """Note that an answer was thanked for."""
        self.told.thanked.add(number)
        self.by_second[int(time.monotonic())] += 1
        if len(self.told.thanked) == self.awaited[0]:
            self.awaited[1].set()

    def longest_silence(self) -> int:
        """Return the most seconds in a row in which nobody was thanked."""
        seconds = sorted(self.by_second)
        return max((after - one - 1 for one, after in itertools.pairwise(seconds)), default=0)


class _Browser:
    """One connection that is kept, and made anew when it fails."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._context = ssl.create_default_context(cafile=crowd.authority)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def visit(self, link: Invited) -> None:
        await self._until(200, "GET", f"/answer/{link.token}")
        if link.number % BY_SCRIPT:
            await self._by_form(link)
        else:
            await self._by_credential(link)

    async def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None

    async def _by_form(self, link: Invited) -> None:
        told = self._crowd.told
        body = urlencode({**link.answers, "lang": "nb"}).encode()
        path, kind = f"/answer/{link.token}", "application/x-www-form-urlencoded"
        tries, status, where = await self._until(303, "POST", path, body, kind)
        if status == 303 and where.startswith("/answer/thanks"):
            self._crowd.thank(link.number)
            await self._until(200, "GET", where)
        elif tries == 1:
            told.refused.add(link.number)
        elif where.startswith("/answer/used"):
            told.told_used.add(link.number)
        else:
            told.unknown.add(link.number)

    async def _by_credential(self, link: Invited) -> None:
        crowd = self._crowd
        kept = fresh(crowd.moduli[link.group])
        asked = json.dumps({"blinded": b64url(kept.blinded)}).encode()
        path = f"/answer/{link.token}/credential"
        _, _, reply = await self._until(200, "POST", path, asked, "text/plain")
        signature = finalize(kept, unb64url(json.loads(reply)["signature"]))
        credential = Credential(crowd.wave, link.group, kept.message, signature)
        ballot = credential.ballot(link.answers)
        tries, status, _ = await self._until(200, "POST", "/ballot", ballot, "text/plain")
        if status == 200:
            self._crowd.thank(link.number)
        else:
            (crowd.told.refused if tries == 1 else crowd.told.unknown).add(link.number)

    async def _until(
        self, wanted: int, verb: str, path: str, body: bytes = b"", kind: str = ""
    ) -> tuple[int, int, str]:
        """Send until something else is said than that something is wrong.

        Returns
        -------
        tuple of int, int, str
            How often it was sent, the status, and where it leads to or what it says.
        """
        tries = 0
        while True:
            tries += 1
            try:
                async with asyncio.timeout(PATIENCE):
                    status, said = await self._ask(verb, path, body, kind)
            except (*_TROUBLE, TimeoutError):
                await self.close()
            else:
                if status == wanted or status < 500:
                    return tries, status, said
            self._crowd.told.failures += 1
            await asyncio.sleep(AGAIN)

    async def _ask(self, verb: str, path: str, body: bytes, kind: str) -> tuple[int, str]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(
                self._crowd.address, 443, ssl=self._context, server_hostname=self._crowd.host
            )
        reader, writer = self._streams
        head = (
            f"{verb} {path} HTTP/1.1\r\nHost: {self._crowd.host}\r\nAccept-Encoding: identity\r\n"
        )
        if body:
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}\r\n".encode() + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        told = {
            name.lower(): text for name, _, text in (line.partition(": ") for line in lines[1:])
        }
        content = await reader.readexactly(int(told["content-length"]))
        if told.get("connection") == "close":
            await self.close()
        return int(lines[0].split()[1]), told.get("location") or content.decode()
