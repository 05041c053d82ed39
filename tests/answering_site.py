"""The answering pages behind a real server, in a real browser: what the browser tests share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from survey_app.app import create_ballot_app
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.database import Login, fetch
from tests.accessible import WCAG, Look, overflow, show_in, violations
from tests.builders_answering import OpenedWave, an_open_wave
from tests.live_server import free_port, serving
from tests.one_app import the_app
from tests.one_browser import lent_browser

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
OPEN = {"form": "omdomme.open", "population": "open", "kind": "open", "invite": "open"}
# what a tab keeps of a form that is not sent: its two halves laid together
KEPT = """(() => {
    const [some, others] = [sessionStorage.getItem('draft'), window.name.slice('draft'.length)]
        .map(half => [...atob(half)].map(one => one.charCodeAt()));
    return JSON.parse(String.fromCharCode(...some.map((one, at) => one ^ others[at])));
})()"""


@dataclass
class Site:
    """An open wave and an open survey (`/open/apen`), served; and a browser."""

    address: str
    wave: OpenedWave
    browser: Browser
    settings: Settings

    @property
    def link(self) -> str:
        return self.to(0)

    def to(self, at: int) -> str:
        """The address of somebody's personal link."""
        return f"{self.address}/answer/{self.wave.tokens[at]}"

    @asynccontextmanager
    async def page(self, viewport: Any = None, **options: Any) -> AsyncIterator[Page]:
        """A page in a browser of its own; ``page.errors`` is what its console complains of."""
        context = await self.browser.new_context(viewport=viewport or PHONE, **options)
        page = await context.new_page()
        errors: list[str] = []
        page.errors = errors  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
        yield page
        await context.close()


@asynccontextmanager
async def answering_site(
    redis: Any, data_dir: Path, *, split: bool = False, **how: Any
) -> AsyncIterator[Site]:
    """Serve the application; ``split``: ballots go to a host of their own; ``how`` a wave opens."""
    port, ballots = free_port(), free_port()
    base = f"http://127.0.0.1:{port}"
    settings = Settings(
        data_dir=data_dir,
        base_url=base,
        # another host name for the same process: a session cookie of the first is not sent to it
        answer_url=f"http://localhost:{port}" if split else None,
        ballot_url=f"http://localhost:{ballots}" if split else None,
        secret_key="for tests only, and long enough there",
    )
    queue.configure(redis.url)
    wave = await an_open_wave(settings, **how)
    await an_open_wave(settings, "apen", **OPEN)
    app = the_app(settings)
    async with serving(app, port), lent_browser() as browser:
        site = Site(settings.answer_url or base, wave, browser, settings)
        if split:
            second = create_ballot_app(settings, own_services=False)
            async with serving(second, ballots, starts=False):
                yield site
        else:
            yield site


async def choose(page: Page, **codes: str) -> None:
    """Fill in: `choose(page, vp_try_1="2")`."""
    for item, code in codes.items():
        await page.check(f'input[name="{item.replace("_", ".")}"][value="{code}"]')


async def until(page: Page, expression: str, arg: Any = None) -> None:
    """Wait until an expression is true in a page whose policy lets the page itself evaluate none.

    Playwright's own waiting asks once from outside and then from the page, where the policy of our
    pages refuses it.

    Raises:
        TimeoutError: It was not true within the patience that Playwright has.
    """
    async with asyncio.timeout(30):
        while not await page.evaluate(expression, arg):
            await page.wait_for_timeout(20)


async def ballots() -> int:
    """How many ballots lie in the urn."""
    count: int = (await fetch(Login.WORKER, "SELECT count(*) FROM counting.urn"))[0]["count"]
    return count


async def axe(page: Page) -> list[str]:
    """What axe finds on the page as it stands; the page must be opened with `bypass_csp`."""
    return await violations(page, WCAG)


async def axe_in(page: Page, *looks: Look) -> list[str]:
    """What axe finds on a page that is open in each look, and whether it is too wide there."""
    found = []
    for look in looks:
        await show_in(page, look)
        found += [f"{look}: {fault}" for fault in await axe(page)]
        if (over := await overflow(page)) > 0:
            found.append(f"{look}: {over} px wider than the screen")
    return found
