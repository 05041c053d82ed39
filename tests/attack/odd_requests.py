"""Ask every address in odd ways, and send every form oddly filled in: nothing may be our fault.

What is asked comes from the table of routes and from the pages themselves: the links on them tell
which values an address takes and which parameters, their forms which fields. So an address that is
added tomorrow is tried without anybody thinking of it.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx

from tests.attack.odd_values import BODIES, FILES, LARGE, NAMES, ODD, TYPED
from tests.attack.pages_learnt import OWN, Form, Learnt, Routes

FAULT: Final = 500  # HTTP's own numbers begin here
LONGEST: Final = 12_000  # bytes of an address: more is refused before it reaches us
ALSO: Final = ("lang", "wave", "unit", "page", "next")
"""Parameters that are tried everywhere, whether anything reads them or not."""


@dataclass(frozen=True, slots=True)
class Odd:
    """One request, and in which way it is odd."""

    method: str
    address: str
    way: str
    sent: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Say it so that somebody can send it again."""
        body = repr(self.sent.get("content") or self.sent.get("data") or self.sent.get("files", ""))
        return f"{self.method} {self.address[:200]} [{self.way}] {body[:300]}"


def odd_gets(
    routes: Routes,
    learnt: Learnt,
    chance: random.Random,
    each: int,
    values: tuple[str, ...] = ODD,
) -> Iterator[Odd]:
    """Yield GETs of every route: each part of the path and each parameter odd, ``each`` times."""
    for path in routes.with_method("GET"):
        real = _addresses(path, learnt, chance)
        parts = re.findall(r"\{(\w+)(?::\w+)?\}", path)
        for part in parts:
            for odd in _some(values, chance, each):
                yield Odd("GET", _filled(path, real, {part: odd or "%20"}), f"{part} in the path")
        names = (routes.parameters[path] | learnt.parameters[path] | set(ALSO)) - set(parts)
        for name in sorted(names):
            for odd in _some(values, chance, each):
                yield Odd("GET", f"{chance.choice(real)}?{quote(name)}={odd}", name)
        name = chance.choice(sorted(names))
        yield Odd("GET", f"{real[0]}?{name}=a&{name}=b&{name}[]=c&{name}[x]=d", "many times")
        yield Odd(
            "GET", f"{real[0]}?" + "&".join(f"{one}=%00" for one in sorted(names)), "all null"
        )
        yield Odd("GET", f"{real[0]}?{'&' * 500}=%ff&a{'=' * 300}", "no parameters")


def odd_forms(
    learnt: Learnt, chance: random.Random, each: int, values: tuple[str, ...] = TYPED
) -> Iterator[Odd]:
    """Yield each form of a page with one field odd, missing, doubled, or a file in its place."""
    for route in sorted(set(learnt.forms) - OWN):
        for form in learnt.forms[route].values():
            yield from _odd_fields(form, chance, each, values)
            yield from _odd_files(form, chance, each)


def _odd_fields(
    form: Form, chance: random.Random, each: int, values: tuple[str, ...]
) -> Iterator[Odd]:
    names = {name for name, _ in form.fields if name != "csrf"}
    for name in sorted(names):
        for odd in _some(values, chance, each):
            yield _sent(form, f"{name} odd", {name: odd})
        yield _sent(form, f"without {name}", left_out=name)
        yield _sent(form, f"{name} twice", also=((name, "second"),))
    yield _sent(form, "all odd", dict.fromkeys(names, chance.choice(values)))
    yield _sent(form, "more than is asked", also=(("a", "b"), ("csrf", "c"), ("\0", "\0")))


def _odd_files(form: Form, chance: random.Random, each: int) -> Iterator[Odd]:
    texts = tuple(name for name, _ in form.fields if name != "csrf")
    for name in form.files or texts[:1]:
        for content in _some(FILES, chance, 2 * each):
            called, kind = chance.choice(NAMES), chance.choice(("", "text/csv", "a/b"))
            sent = {"data": _pairs(form.fields, name), "files": {name: (called, content, kind)}}
            yield Odd("POST", form.action, f"file as {name}", sent)
    if form.files:
        yield _sent(form, "text for a file", also=tuple((one, "a;b") for one in form.files))


def odd_bodies(routes: Routes, learnt: Learnt, chance: random.Random, each: int) -> Iterator[Odd]:
    """Yield bodies that are no form to everything that takes any."""
    for path in routes.with_method("POST", "PUT", "PATCH", "DELETE"):
        if path in OWN:
            continue
        for method in sorted(routes.methods[path] - {"GET"}):
            real = _addresses(path, learnt, chance)
            tokens = [
                pair
                for form in learnt.forms[path].values()
                for pair in form.fields
                if pair[0] == "csrf"
            ]
            for kind, body in _some(BODIES, chance, each):
                headers = {"Content-Type": kind} if kind else {}
                yield Odd(
                    method,
                    chance.choice(real),
                    f"a body of {kind or 'no type'}",
                    {"content": body, "headers": headers},
                )
            for part in re.findall(r"\{(\w+)(?::\w+)?\}", path):
                for odd in _some(ODD, chance, each):
                    address = _filled(path, real, {part: odd or "%20"})
                    yield Odd(method, address, f"{part} in the path", {"data": dict(tokens)})


def _addresses(path: str, learnt: Learnt, chance: random.Random) -> list[str]:
    known = sorted(set(learnt.addresses[path]))
    known += sorted({urlsplit(one.action).path for one in learnt.forms[path].values()})
    return chance.sample(known, min(3, len(known))) or [_filled(path, [], {})]


def _filled(path: str, real: list[str], given: Mapping[str, str]) -> str:
    """Put values in the place of a path's parts: given ones, else those of a real address."""
    asked, known = path.split("/"), real[0].split("/") if real else []
    for place, part in enumerate(asked):
        if found := re.match(r"\{(\w+)(?::(\w+))?\}(.*)", part):
            usual = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "2027"}.get(
                found[2], "x"
            )
            value = known[place] if len(known) == len(asked) else usual
            asked[place] = given.get(found[1], value) + found[3]
    return "/".join(asked)


def _sent(
    form: Form,
    way: str,
    changed: Mapping[str, str] | None = None,
    *,
    left_out: str = "",
    also: tuple[tuple[str, str], ...] = (),
) -> Odd:
    pairs = [(name, (changed or {}).get(name, value)) for name, value in form.fields]
    sent: dict[str, Any] = {"data": _pairs((*pairs, *also), left_out)}
    if form.files:
        # as a browser sends a form that has a field for files
        sent["files"] = {"": ("", b"")}
    return Odd("POST", form.action, way, sent)


def _pairs(fields: Iterable[tuple[str, str]], left_out: str = "") -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in fields:
        if name != left_out:
            found[name].append(value)
    return dict(found)


def _some[One](of: tuple[One, ...], chance: random.Random, most: int) -> list[One]:
    return chance.sample(of, min(most, len(of)))


@dataclass(slots=True)
class Told:
    """What came of it."""

    asked: int = 0
    statuses: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Say how many answers of each kind there were."""
        return f"{self.asked} requests: " + json.dumps(dict(sorted(self.statuses.items())))


async def ask_all(
    web: httpx.AsyncClient, requests: Iterable[Odd], told: Told, *, most: int | None = None
) -> None:
    """Send them one after the other and note each answer that says the fault is ours."""
    for one in islice(requests, most):
        sent = {**one.sent, "headers": {**one.sent.get("headers", {})}}
        try:
            reply = await web.request(
                one.method, one.address[:LONGEST], follow_redirects=False, **sent
            )
        except httpx.InvalidURL:
            continue  # no client can send that
        except httpx.TransportError as error:
            told.statuses[0] += 1
            if _size(sent) < LARGE:
                told.faults.append(f"{type(error).__name__} {one}")
            continue  # a body too large is not read to its end
        told.asked += 1
        told.statuses[reply.status_code] += 1
        if reply.status_code >= FAULT:
            told.faults.append(f"{reply.status_code} {one}")


def _size(sent: Mapping[str, Any]) -> int:
    files = sum(len(content) for _, content, *_ in sent.get("files", {}).values())
    return len(sent.get("content", b"")) + files


def a_few_of_each(
    requests: Iterable[Odd], routes: Routes, chance: random.Random, most: int = 2
) -> list[Odd]:
    """Keep ``most`` requests, by chance, for each method of each route."""
    found: dict[tuple[str, str | None], list[Odd]] = defaultdict(list)
    for one in requests:
        found[one.method, routes.of(one.address)].append(one)
    return [one for kind in found.values() for one in _some(tuple(kind), chance, most)]
