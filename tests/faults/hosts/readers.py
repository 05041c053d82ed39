"""Who reads: signed in through the proxy, following every link, while the copy stands still."""

from __future__ import annotations

import html
import re
import secrets
import ssl
import subprocess
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx

from tests.faults.hosts.cluster import Cluster
from tests.faults.hosts.services import ANSWERS, PAGES

PASSWORD = secrets.token_urlsafe(12)
MOST = 60
"""Pages of one reader: each kind of them stands in the menu or a step from it."""
_HREF = re.compile(r'href="(/[^"#]*)')
_APART = re.compile(r"^/(static|sign-out|files|api)|\.(pdf|pptx|xlsx|csv|zip|json|png|svg)")
_GOOD = range(200, 400)


def know_names(cluster: Cluster) -> None:
    """Let the harness find the proxy by the names of its sites; nobody else sees it."""
    names = cluster.folder / "names"
    names.write_text(f"127.0.0.1 localhost\n{cluster.proxy_host.address} {PAGES} {ANSWERS}\n")
    subprocess.run(["mount", "--bind", str(names), "/etc/hosts"], check=True)


def make_account(cluster: Cluster, role: str) -> None:
    """Make an account of a role."""
    given = ("--role", role, "--email", f"{role}@example.org", "--password", PASSWORD)
    cluster.run_as_owner("account", "create", *given)


@asynccontextmanager
async def signed_in(cluster: Cluster, role: str) -> AsyncIterator[httpx.AsyncClient]:
    """Sign in to the account of a role."""
    email = f"{role}@example.org"
    trusted = ssl.create_default_context(cafile=str(cluster.proxy.authority))
    site = f"https://{PAGES}"
    async with httpx.AsyncClient(base_url=site, verify=trusted, timeout=60) as web:
        reply = await web.post(
            "/sign-in", data={"email": email, "password": PASSWORD}, headers={"Origin": site}
        )
        assert reply.status_code == 303, f"{role} is not let in: {reply.status_code}"
        yield web


async def pages(web: httpx.AsyncClient) -> dict[str, int]:
    """Follow links from the first page on; returns the status of each address."""
    found: dict[str, int] = {}
    waiting = deque(["/", "/results"])
    while waiting and len(found) < MOST:
        address = waiting.popleft()
        if address in found or _APART.search(urlsplit(address).path):
            continue
        reply = await web.get(address)
        found[address] = reply.status_code
        waiting.extend(html.unescape(one) for one in _HREF.findall(reply.text))
    return found


async def failed(cluster: Cluster, role: str) -> tuple[int, list[str]]:
    """Say how many pages a role saw, and which of them failed."""
    async with signed_in(cluster, role) as web:
        found = await pages(web)
    return len(found), [
        f"{address} says {status} to {role}"
        for address, status in found.items()
        if status not in _GOOD
    ]
