"""What pages tell of addresses: values, parameters, and the fields of forms."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import httpx
from litestar import Litestar
from lxml import html as markup

OWN: Final = frozenset({"/sign-out", "/language"})
"""What would end the session that asks, or change what the next answers mean."""
OF_A_KIND: Final = 2  # addresses that are asked for of each route and its parameters


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a page: where it goes, what it holds as shown, and which fields are files."""

    action: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]


@dataclass(slots=True)
class Learnt:
    """What pages told of the addresses of each route."""

    addresses: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    parameters: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    forms: dict[str, dict[tuple[str, ...], Form]] = field(default_factory=lambda: defaultdict(dict))
    pages: dict[str, str] = field(default_factory=dict)


class Routes:
    """The table of routes: which one answers an address, and the parameters its handlers name."""

    def __init__(self, app: Litestar) -> None:
        self.methods: dict[str, set[str]] = defaultdict(set)
        self.parameters: dict[str, set[str]] = defaultdict(set)
        for route in app.routes:
            for handler in getattr(route, "route_handlers", ()):
                methods = set(handler.http_methods) - {"OPTIONS", "HEAD"}
                self.methods[route.path] |= methods
                named = set(handler.parsed_fn_signature.parameters)
                self.parameters[route.path] |= {
                    one for one in named if one not in {"request", "state", "data", "body"}
                }
        self._known = [
            (path, re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path))) for path in self.methods
        ]

    def of(self, address: str) -> str | None:
        """Return the route that answers an address."""
        path = urlsplit(address).path
        if path in self.methods:
            return path
        return next((one for one, found in self._known if found.fullmatch(path)), None)

    def with_method(self, *methods: str) -> list[str]:
        """Return the paths that take one of these methods."""
        return sorted(path for path, taken in self.methods.items() if taken & set(methods))


async def learn(
    web: httpx.AsyncClient, routes: Routes, starts: Iterable[str], *, most: int = 400
) -> Learnt:
    """Follow the links of pages, a few of each kind, and note what addresses and forms hold."""
    learnt = Learnt()
    waiting = [*starts, *(path for path in routes.with_method("GET") if "{" not in path)]
    asked: set[str] = set()
    of_kind: dict[tuple[str | None, tuple[str, ...]], int] = defaultdict(int)
    while waiting and len(asked) < most:
        address = waiting.pop(0)
        kind = (
            routes.of(address),
            tuple(sorted(name for name, _ in parse_qsl(urlsplit(address).query))),
        )
        if address in asked or of_kind[kind] >= OF_A_KIND or urlsplit(address).path in OWN:
            continue
        of_kind[kind] += 1
        asked.add(address)
        reply = await web.get(address, follow_redirects=False)
        if reply.status_code == httpx.codes.OK and "text/html" in reply.headers.get(
            "content-type", ""
        ):
            learnt.pages[address] = reply.text
            waiting += list(_read(reply.text, address, routes, learnt))
        elif (to := reply.headers.get("location", "")).startswith("/") and "/sign-in" not in to:
            waiting.append(to)
    return learnt


def _read(text: str, address: str, routes: Routes, learnt: Learnt) -> Iterator[str]:
    """Note what a page tells, and yield where its links lead."""
    page = markup.document_fromstring(text)
    for link in page.xpath("//@href | //@hx-get | //form[not(@method='post')]/@action"):
        target = html.unescape(link).split("#")[0]
        if target.startswith("/") and (route := routes.of(target)):
            learnt.addresses[route].append(urlsplit(target).path)
            learnt.parameters[route] |= {
                name for name, _ in parse_qsl(urlsplit(target).query, keep_blank_values=True)
            }
            yield target
    for form in page.xpath("//form"):
        target = form.get("action") or address
        route = routes.of(target)
        names = {one.get("name") for one in form.xpath(".//*[@name]")}
        if route and form.get("method", "").lower() != "post":
            learnt.parameters[route] |= names
        elif route and target.startswith("/"):
            files = tuple(one.get("name") for one in form.xpath(".//input[@type='file'][@name]"))
            fields = tuple(
                (name, value or "") for name, value in form.form_values() if name not in files
            )
            # a button's value, and boxes that are not ticked
            others = tuple(
                (one.get("name"), one.get("value") or "")
                for one in form.xpath(".//*[@name]")
                if one.get("name") not in {name for name, _ in fields}
                and one.get("name") not in files
            )
            found = Form(target, fields + others, files)
            learnt.forms[route].setdefault(tuple(sorted(names)), found)
