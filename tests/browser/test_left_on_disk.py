"""What a browser leaves on its disk: read from the profile's files once a real Chromium is gone."""

from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.async_api import async_playwright

from tests.answering_site import answering_site, choose
from tests.chromium import chromium_path
from tests.comments_builders import ask_for_comments

pytestmark = pytest.mark.browser
WRITTEN = "Porten mot sør står åpen om natten"
ANSWERED = ("vp.try.1", "vp.amb.1", "Porten mot", "om natten")
ENCODINGS = ("utf-8", "utf-16-le")
# what a browser does only while a debugger is there, or never in tests: switched on again
AS_PEOPLE_HAVE_IT = ["--disable-back-forward-cache"]


async def change_language(page, profile):
    await page.click("button[name=show_language][value=nn]")
    await page.wait_for_selector("html[lang=nn]")


async def stop(page, profile):
    """Leave a form half filled in."""


async def send(page, profile):
    await page.click("#send")
    await page.wait_for_url("**/answer/thanks**")


async def send_after_a_while(page, profile):
    """Send what stands on the disk already: a browser writes a few seconds late."""
    kept = profile / "Default" / "Session Storage"
    while not any(b"draft" in path.read_bytes() for path in kept.glob("*.log")):
        await page.wait_for_timeout(100)
    await send(page, profile)


async def lose_the_ballot(page, profile):
    await page.route("**/ballot", lambda route: route.abort())
    await page.click("#send")
    await page.locator("#melding", has_text="Vi fikk ikke bekreftet").wait_for()


@pytest.fixture
async def site(database, redis, data_dir):
    async with answering_site(redis, data_dir, before_opening=ask_for_comments) as found:
        yield found


def left_in(profile: Path, words) -> set[str]:
    """Which words stand in any file, in either way in which browsers write text."""
    content = [path.read_bytes() for path in profile.rglob("*") if path.is_file()]
    assert sum(map(len, content)) > 100_000
    return {
        word
        for word in words
        if any(word.encode(encoding) in one for one in content for encoding in ENCODINGS)
    }


def kill(profile: Path):
    """End the browser as a power cut does."""
    for process in psutil.process_iter(["cmdline"]):
        if f"--user-data-dir={profile}" in (process.info["cmdline"] or []):
            process.kill()
            process.wait()


# what one browser's people do in its tabs; people without script and a power cut have their own
CASES = {
    # the first of them waits for a draft to stand on the disk
    "script": [send_after_a_while, send, stop, change_language, lose_the_ballot],
    "no script": [send],
    "script, killed": [stop],
}


async def written(profile: Path, links: set[str], page) -> None:
    """Wait until the addresses stand on the disk: a browser writes them some seconds late."""
    for _ in range(200):
        with suppress(FileNotFoundError):  # a browser that runs takes files away as well
            if left_in(profile, links) == links:
                return
        await page.wait_for_timeout(100)


async def shown_once(page) -> str:
    """What is in the tab's memory: half of the draft, or after sending the receipt."""
    shown = page.locator("#receipt code")
    if "/answer/thanks" in page.url:
        await shown.wait_for()  # it comes after the page
    kept = await shown.inner_text() if await shown.count() else ""
    kept = kept.replace(" ", "") or await page.evaluate("window.name.slice(5, 69)")
    assert len(kept) == 64
    return kept


async def test_no_answer_can_be_read_in_the_browsers_files(site, tmp_path):
    people = iter(range(sum(map(len, CASES.values()))))
    for how, cases in CASES.items():
        profile, words, links = tmp_path / how, [*ANSWERED], set()
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                profile,
                executable_path=chromium_path(),
                args=["--no-sandbox"],
                ignore_default_args=AS_PEOPLE_HAVE_IT,
                java_script_enabled=how != "no script",
            )
            for then in cases:
                at = next(people)
                page = await context.new_page()
                await page.goto(site.to(at))
                await choose(page, vp_try_1="2", vp_amb_1="10")
                await page.fill("#kommentar", WRITTEN)
                await then(page, profile)
                links.add(site.wave.tokens[at])
                if how != "no script":
                    words.append(await shown_once(page))
            if "killed" in how:
                await written(profile, links, page)
                kill(profile)
            else:
                await context.close()
        # the attack is not idle: each link that was opened is there, as the pages say
        assert left_in(profile, [*words, *links]) == links, how
