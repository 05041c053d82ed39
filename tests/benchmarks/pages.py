"""How long each page takes and how large it is, with ten years of monthly waves on the shelf.

``python -m tests.benchmarks.pages`` starts a demo of 5,600 people in some 60 units with 100 waves
of staff and 20 of the public (``WAVES`` and ``PUBLIC_WAVES`` in the environment say otherwise;
``READY`` names the ready file of a demo that runs already), signs in with each role, follows every
link, and asks for each kind of address in turn. Times are whole requests over HTTP on this machine,
one at a time; sizes are the page alone, as it is sent.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from tests.demo import start_demo, stop_demo
from tests.places import lent_place

# the demo asks its staff four times a year, and no campaign may begin before the year 2000
WAVES = os.environ.get("WAVES", "100")
PUBLIC_WAVES = os.environ.get("PUBLIC_WAVES", "20")
PATIENCE = 3600.0
TIMES = 30
EACH = 3  # addresses of one kind
MOST_MS, MOST_KB = 60, 200
ROLES = ("hr", "communications", "leader", "representative")
LINK = re.compile(r'href="(/[^"#]*)')
FILES = re.compile(r"\.(csv|xlsx|parquet|json|xml|pdf|pptx|css|js|svg|png|ics)\b|/export|/mailbox")


@contextmanager
def facts() -> Iterator[Mapping[str, Any]]:
    """Lend what a running demo tells of itself."""
    if ready := os.environ.get("READY"):
        yield json.loads(Path(ready).read_text())
        return
    with lent_place(Path(tempfile.mkdtemp(prefix="barometer-pages-"))) as folder:
        demo = start_demo(
            folder, "--waves", WAVES, "--public-waves", PUBLIC_WAVES, patience=PATIENCE
        )
        try:
            yield demo.facts
        finally:
            stop_demo(demo)
            shutil.rmtree(folder, ignore_errors=True)


def kind_of(address: str) -> str:
    """Name the kind of an address: its path without codes and dates, and what it asks for."""
    parts = urlsplit(address)
    path = re.sub(r"/[^/]*[\dA-Z%][^/]*", "/…", parts.path)
    asked = sorted({one.split("=")[0] for one in parts.query.split("&") if one})
    return path + ("?" + "&".join(asked) if asked else "")


def addresses(client: httpx.Client) -> dict[str, list[str]]:
    """Follow every link from the start page; at most a few of each kind."""
    found: dict[str, list[str]] = {"/": ["/"]}
    waiting = ["/"]
    while waiting:
        reply = client.get(waiting.pop())
        if reply.status_code != httpx.codes.OK or "html" not in reply.headers["content-type"]:
            continue
        for link in LINK.findall(reply.text):
            address = urljoin("/", link.replace("&amp;", "&"))
            same = found.setdefault(kind_of(address), [])
            if address in same or len(same) >= EACH or FILES.search(address):
                continue
            same.append(address)
            waiting.append(address)
    return {kind: those for kind, those in found.items() if those}


def measure(client: httpx.Client, those: list[str]) -> tuple[float, float, float, str]:
    """Give median and p95 in milliseconds, kB as sent, and the largest address."""
    spent, size, largest = [], 0, those[0]
    for address in those:
        client.get(address)
        for _ in range(TIMES // len(those)):
            begun = time.perf_counter()
            with client.stream("GET", address) as reply:
                sent = sum(len(part) for part in reply.iter_raw())
            spent.append((time.perf_counter() - begun) * 1000)
            size, largest = max((size, largest), (sent, address))
    return statistics.median(spent), sorted(spent)[int(0.95 * len(spent))], size / 1000, largest


def main() -> None:
    """Print a line for each kind of address, and how many are over the budget."""
    with facts() as told:
        over = kinds = 0
        for role in ROLES:
            account = told["accounts"][role]
            with httpx.Client(base_url=told["base_url"], timeout=120) as client:
                form = {"email": account["email"], "password": account["password"]}
                reply = client.post("/sign-in", data=form)
                assert reply.status_code == httpx.codes.SEE_OTHER, reply.text
                for kind, those in sorted(addresses(client).items()):
                    middle, late, size, largest = measure(client, those)
                    kinds += 1
                    mark = "!" if late > MOST_MS or size > MOST_KB else " "
                    over += mark == "!"
                    print(
                        f"{mark} {role:15} {kind:50} median {middle:5.0f} ms, p95 {late:5.0f} ms,"
                        f" {size:5.0f} kB {largest if mark == '!' else ''}",
                        flush=True,
                    )
        print(f"{over} of {kinds} kinds of pages over {MOST_MS} ms or {MOST_KB} kB")


if __name__ == "__main__":
    main()
