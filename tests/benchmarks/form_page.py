"""What a phone waits for before a form can be answered: requests, bytes, time, and how it jumps.

``python -m tests.benchmarks.form_page`` starts a small demo (``READY`` names the ready file of one
that runs already) and opens personal links in Chromium as a slow phone does: a processor four times
slower and slow 4G (150 ms there and back, 1.6 Mbit/s down). Each round is a browser that has seen
nothing before, and until its script has run. Of the times the best counts, since whatever else the
machine does is no cost of the page; the reference, in turn with it, is a line of text.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.budgets import told
from tests.chromium import headless_path
from tests.demo import start_demo, stop_demo
from tests.places import lent_place

ROUNDS = 5
SLOWER = 4  # times, of the processor
LINE = {"latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
PHONE = {"width": 390, "height": 844}
PLAIN = "/health/live"
USABLE = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
# the page itself, and what it is not shown without: it can be answered then, without its script
BEFORE = """performance.getEntriesByType('resource')
    .filter(one => one.renderBlockingStatus === 'blocking').length + 1"""
SHIFT = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; }
    ).observe({type: 'layout-shift', buffered: true});
    setTimeout(() => done(sum), 500);
})"""


@dataclass(frozen=True, slots=True)
class Opened:
    """A page that was opened once: seconds, requests before it was usable, kB, and its shift."""

    seconds: float
    requests: int
    kilobytes: float
    shift: float


@contextmanager
def facts() -> Iterator[Mapping[str, Any]]:
    """Lend what a running demo tells of itself."""
    if ready := os.environ.get("READY"):
        yield json.loads(Path(ready).read_text(encoding="utf-8"))
        return
    with lent_place(Path(tempfile.mkdtemp(prefix="barometer-form-"))) as folder:
        demo = start_demo(folder, "--people", "300", "--waves", "1", "--public-waves", "1")
        try:
            yield demo.facts
        finally:
            stop_demo(demo)
            shutil.rmtree(folder, ignore_errors=True)


def opened(browser: Browser, address: str) -> Opened:
    """Open an address on a slow phone that has kept nothing."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    try:
        page = context.new_page()
        received = _slowed(page)
        page.goto(address, wait_until="networkidle")
        return Opened(
            page.evaluate(USABLE) / 1000,
            page.evaluate(BEFORE),
            sum(received) / 1000,
            page.evaluate(SHIFT),
        )
    finally:
        context.close()


def _slowed(page: Page) -> list[int]:
    """Slow a page down; what it receives is noted in the list, in bytes as sent."""
    received: list[int] = []
    devtools = page.context.new_cdp_session(page)
    devtools.on("Network.loadingFinished", lambda told: received.append(told["encodedDataLength"]))
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", {"offline": False, **LINE})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return received


def main() -> None:
    """Measure on a demo."""
    with facts() as told_of, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=headless_path())
        try:
            links = told_of["personal_links"][:ROUNDS]
            plain = told_of["base_url"] + PLAIN
            both = [(opened(browser, link), opened(browser, plain)) for link in links]
        finally:
            browser.close()
    forms = [form for form, _ in both]
    least = min(line.seconds for _, line in both)
    for form, line in both:
        print(f"{form.seconds:.2f} s, {form.kilobytes:.1f} kB; a line of text {line.seconds:.2f} s")
    told("form_requests", max(one.requests for one in forms))
    told("form_bytes", max(one.kilobytes for one in forms))
    told("form_usable", min(one.seconds for one in forms), f"a line of text {least:.2f} s")
    told("form_shift", max(one.shift for one in forms))


if __name__ == "__main__":
    main()
