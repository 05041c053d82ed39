"""The reading pages behind a real server, in a real browser: what their browser tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.settings import Settings
from survey_app.shared import clock, queue
from tests.accessible import (
    LIGHT_AND_DARK,
    Look,
    overflow,
    shared_out,
    show_in,
    violations,
)
from tests.live_server import free_port, serving
from tests.one_app import the_app
from tests.one_browser import lent_browser

__all__ = ["overflow"]

PASSWORD = "a long enough password"
SMALLEST_TEXT = 12  # CSS pixels, interface document 3.9
NARROWEST = 320  # CSS pixels: a desk at 400 per cent (WCAG 2.2, 1.4.10)
TEXT_SIZES = """() => [...document.querySelectorAll('svg[role=img] text')]
    .filter(text => text.getClientRects().length)
    .map(text => {
        const svg = text.ownerSVGElement;
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        return parseFloat(getComputedStyle(text).fontSize) * scale;
    })"""


@asynccontextmanager
async def reading_site(
    redis: Any, data_dir: Path, *, demo: bool = True, host: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """Serve the application over what the test has put on the shelf."""
    port = free_port()
    settings = Settings(
        data_dir=data_dir,
        base_url=f"http://{host}:{port}",
        secret_key="for tests only, and long enough there",
        demo=demo,
    )
    queue.configure(redis.url)
    bind_worker()
    app = the_app(settings)
    bind_web()
    async with serving(app, port):
        yield settings.base_url


async def an_account(role: Role, *, unit: str = "") -> None:
    """Make the account that `sign_in` uses."""
    await create_account(
        email=f"{role.value}@example.org",
        role=role,
        password=PASSWORD,
        unit=unit,
        language="nb",
        now=clock.now(),
    )


@asynccontextmanager
async def a_page(site: str, **options: Any) -> AsyncIterator[Page]:
    """Open an empty page that shares nothing with others."""
    async with lent_browser() as browser:
        context = await browser.new_context(base_url=site, **options)
        yield await context.new_page()


async def sign_in(page: Page, role: Role) -> None:
    """Sign in as `an_account` made it."""
    await page.goto("/sign-in")
    await page.get_by_label("E-post").fill(f"{role.value}@example.org")
    await page.get_by_label("Passord").fill(PASSWORD)
    await page.locator("main button[type=submit]").click()
    await page.wait_for_url("**/")


async def axe(page: Page) -> list[str]:
    """List what axe finds on the page."""
    return await violations(page)


async def faults(
    page: Page,
    addresses: Iterable[str],
    *,
    looks: Sequence[Look] = LIGHT_AND_DARK,
    everywhere: bool = True,
    narrow: bool = False,
) -> list[str]:
    """List the `faults_here` of pages, light on a phone and dark on a desk.

    Not ``everywhere``: each page in one look (`tests.accessible`). ``narrow``: none may be wider
    than the narrowest screen either.
    """
    found = []
    parts = shared_out(addresses, len(looks), everywhere=everywhere)
    for look, some in zip(looks, parts, strict=True):
        await show_in(page, look)
        for address in some:
            reply = await page.goto(address)
            assert reply is not None
            assert reply.status == 200, address
            found += [f"{address} {look}: {fault}" for fault in await faults_here(page)]
            if narrow and not await fits_the_narrowest(page, look):
                found.append(f"{address}: wider than {NARROWEST} px")
    return found


async def faults_here(page: Page) -> list[str]:
    """List what axe finds, letters too small to read, and whether it is wider than the screen."""
    found = await violations(page)
    sizes = await page.evaluate(TEXT_SIZES)
    if sizes and min(sizes) < SMALLEST_TEXT - 0.1:
        found.append(f"text of {min(sizes):.1f} px in a figure")
    if (over := await overflow(page)) > 0:
        found.append(f"{over} px wider than the screen")
    return found


async def fits_the_narrowest(page: Page, look: Look) -> bool:
    """Say whether the page, shown in a look, is no wider than the narrowest screen."""
    await show_in(page, (NARROWEST, look[1]))
    fits = await overflow(page) <= 0
    await show_in(page, look)
    return fits
