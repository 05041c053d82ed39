"""Answering in a real browser, on a phone: with script, without it, and on a shared PC."""

import gzip

import pytest

from tests.accessible import EACH_LOOK, shared_out, show_in
from tests.answering_site import DESKTOP, answering_site, axe, axe_in, ballots, choose
from tests.reading_site import fits_the_narrowest

pytestmark = pytest.mark.browser
CHOSEN = "[...document.querySelectorAll('input:checked')].map(one => one.name + '=' + one.value)"
MINUTE = 60 * 1000
NOTHING_KEPT = "sessionStorage.length === 0 && window.name === ''"


@pytest.fixture
async def site(database, redis, data_dir):
    """The served application, an open wave and an open survey, and a browser."""
    async with answering_site(redis, data_dir) as found:
        yield found


async def test_two_requests_and_a_few_kilobytes_make_the_page_usable(site):
    async with site.page() as page:
        asked = []
        page.on("request", lambda request: asked.append((request.resource_type, request.url)))
        sizes = []

        async def weigh(response):
            body = await response.body()
            sizes.append(len(gzip.compress(body)))

        page.on("response", lambda response: page.weighing.append(weigh(response)))
        page.weighing = []
        await page.goto(site.link)
        for one in page.weighing:
            await one
        blocking = [kind for kind, _ in asked if kind in {"document", "stylesheet", "font"}]
        assert blocking == ["document", "stylesheet"]
        # the third is the deferred script; nothing comes from another host
        assert len(asked) == 3
        assert all(url.startswith(site.address) for _, url in asked)
        assert sum(sizes) <= 30_000
        assert page.errors == []


async def test_without_script_the_form_is_filled_in_translated_and_sent(site):
    async with site.page(java_script_enabled=False) as page:
        await page.goto(site.link)
        await choose(page, vp_try_1="2", vp_amb_1="10")
        await page.click("button[name=show_language][value=nn]")
        assert await page.get_attribute("html", "lang") == "nn"
        assert await page.is_checked('input[name="vp.try.1"][value="2"]')
        assert await page.is_checked('input[name="vp.amb.1"][value="10"]')
        assert await ballots() == 0
        await page.click("#send")
        assert "/answer/thanks" in page.url
        assert await page.inner_text("h1") == "Takk for svaret!"
        assert await page.get_attribute("html", "lang") == "nn"
        assert await ballots() == 1


@pytest.mark.parametrize("script", [True, False])
async def test_enter_neither_sends_the_form_nor_changes_its_language(site, script):
    async with site.page(java_script_enabled=script) as page:
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        await page.press('input[name="vp.try.1"][value="2"]', "Enter")
        await page.wait_for_load_state()
        assert page.url == site.link
        assert await page.get_attribute("html", "lang") == "nb"
        assert await page.is_checked('input[name="vp.try.1"][value="2"]')
        assert await ballots() == 0


async def test_a_draft_survives_reloading_and_another_language_and_stays_in_the_browser(site):
    async with site.page() as page:
        posts = []
        page.on("request", lambda request: posts.append(request) if request.method == "POST" else 0)
        await page.goto(site.link)
        await choose(page, vp_try_1="2", vp_sik_1="vi")
        await page.reload()
        assert await page.evaluate(CHOSEN) == ["vp.try.1=2", "vp.sik.1=vi"]
        await page.click("button[name=show_language][value=en]")
        await page.wait_for_selector("html[lang=en]")
        assert await page.evaluate(CHOSEN) == ["vp.try.1=2", "vp.sik.1=vi"]
        # PP6: until it is submitted, it is kept only on this device
        assert posts == []
        assert await page.evaluate("localStorage.length") == 0
        assert page.errors == []


async def test_nothing_is_left_on_a_shared_pc_after_sending(site):
    async with site.page() as page:
        await page.goto(site.link)
        await choose(page, vp_try_1="2", vp_try_3="5")
        assert await page.evaluate(NOTHING_KEPT) is False
        await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")
        storage = (
            "JSON.stringify([sessionStorage, localStorage, document.cookie, history.state,"
            " window.name])"
        )
        assert await page.evaluate(storage) == '[{},{},"",null,""]'
        assert site.wave.tokens[0] not in page.url
        assert "vp." not in page.url
        assert await page.evaluate("caches.keys()") == []
        assert await page.evaluate("indexedDB.databases()") == []
        assert await page.context.cookies() == []
        # the thanks have taken the form's place in the history, and the receipt is not in it
        assert await page.evaluate("history.length") == 2
        assert "#" not in page.url
        await page.go_back()
        assert page.url == "about:blank"
        await page.go_forward()
        assert await page.inner_text("h1") == "Takk for svaret!"
        assert not await page.is_visible("#receipt")
        await page.goto(site.link)
        assert "allerede brukt" in await page.inner_text("h1")
        assert await page.evaluate(NOTHING_KEPT)


async def test_the_next_person_in_the_same_tab_does_not_meet_the_last_ones_draft(site):
    async with site.page() as page:
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        await page.goto(f"{site.address}/answer/{site.wave.tokens[1]}")
        assert await page.evaluate(CHOSEN) == []
        assert await page.evaluate(NOTHING_KEPT)


async def test_how_much_was_answered_shows_in_no_length_of_what_is_kept(site):
    async with site.page() as page:
        await page.goto(site.link)
        kept = []
        for codes in ({"vp_try_1": "2"}, {"vp_try_3": "5", "vp_sik_1": "vi", "vp_amb_1": "10"}):
            await choose(page, **codes)
            kept.append(await page.evaluate("[sessionStorage.getItem('draft'), window.name]"))
        assert {tuple(map(len, halves)) for halves in kept} == {(10924, 10929)}
        # noise is never used twice: the difference of two drafts could be read otherwise
        assert len({half for halves in kept for half in halves}) == 4


@pytest.mark.parametrize("script", [True, False])
async def test_clearing_asks_first_and_leaves_an_empty_form_and_no_draft(site, script):
    async with site.page(java_script_enabled=script) as page:
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        assert not await page.is_visible("#clear")
        await page.click("summary:has-text('Tøm skjemaet')")
        assert await page.is_checked('input[name="vp.try.1"][value="2"]')
        await page.click("#clear")
        await page.wait_for_url("**?lang=nb")
        assert not await page.locator("input:checked").count()
        assert not script or await page.evaluate(NOTHING_KEPT)


async def test_a_form_left_alone_is_emptied_after_a_warning_and_says_so(site):
    async with site.page() as page:
        await page.clock.install()
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        warning = page.get_by_role("alertdialog", name="Er du der fortsatt?")
        await page.clock.run_for(27 * MINUTE)
        assert not await warning.is_visible()
        await page.clock.run_for(1.5 * MINUTE)
        assert await warning.is_visible()
        # announced, since the focus is in it; and nobody else reads answers behind it
        assert await page.evaluate("document.activeElement.textContent") == "Fortsett å svare"
        assert "Om to minutter tømmes det" in await warning.inner_text()
        await page.clock.run_for(1.4 * MINUTE)
        assert await page.evaluate(CHOSEN) == ["vp.try.1=2"]
        await page.clock.run_for(1.2 * MINUTE)
        assert await page.evaluate(CHOSEN) == []
        assert await page.evaluate(NOTHING_KEPT)
        assert not await warning.is_visible()
        assert "urørt i 30 minutter" in await page.inner_text("#melding")


@pytest.mark.parametrize("key", ["Enter", "Escape"])
async def test_who_is_still_there_goes_on_as_often_as_needed(site, key):
    async with site.page() as page:
        await page.clock.install()
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        warning = page.locator("#varsel")
        for _ in range(10):  # as often as WCAG 2.2.1 asks for
            await page.clock.run_for(29 * MINUTE)
            assert await warning.is_visible()
            await page.keyboard.press(key)
            assert not await warning.is_visible()
        assert await page.evaluate(CHOSEN) == ["vp.try.1=2"]


async def test_a_computer_that_slept_warns_before_it_empties_the_form(site):
    async with site.page() as page:
        await page.clock.install()
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        await page.clock.fast_forward(3 * 60 * MINUTE)
        assert await page.is_visible("#varsel")
        assert await page.evaluate(CHOSEN) == ["vp.try.1=2"]
        await page.clock.run_for(2.5 * MINUTE)
        assert await page.evaluate(CHOSEN) == []


async def test_an_empty_form_is_not_warned_about(site):
    async with site.page() as page:
        await page.clock.install()
        await page.goto(site.link)
        await page.clock.run_for(31 * MINUTE)
        assert not await page.is_visible("#varsel")
        assert not await page.is_visible("#melding")


async def test_filtered_questions_appear_when_they_apply(site):
    async with site.page() as page:
        await page.goto(f"{site.address}/open/apen")
        shown = (
            "[...document.querySelectorAll('.number')].filter(one => one.checkVisibility()).length"
        )
        filtered = page.locator('input[name="om.pla.1"]').first
        assert not await filtered.is_visible()
        assert await page.evaluate(shown) == 33
        await choose(page, om_fil_3="2")
        assert await filtered.is_visible()
        assert await page.evaluate(shown) == 37
        numbers = await page.evaluate(
            "[...document.querySelectorAll('.number')].map(one => Number(one.textContent))"
        )
        assert numbers == list(range(1, 38))
        await choose(page, d_alder="5")
        assert not await page.locator('input[name="ea.2"]').first.is_visible()
        await choose(page, om_fil_2="7")
        assert not await page.locator('input[name="om.til.1"]').first.is_visible()
        assert await page.get_by_text("Trykk «Send inn» for å avslutte.").is_visible()
        assert page.errors == []


PAGES = (
    "/answer/{token}",
    "/open/apen",
    "/answer/thanks?survey=apen",
    "/answer/used?survey=verdipuls-2026-k2",
    "/answer/closed?survey=verdipuls-2026-k2",
    "/answer/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "/stop/{token}",
    "/stop/done",
    "/promise",
    "/trustees",
    "/privacy",
    "/accessibility",
)


SHOWN = {"nb": (390, "light"), "nn": (1280, "light"), "en": (390, "dark")}


@EACH_LOOK
async def test_axe_finds_nothing_on_any_page_and_none_scrolls_sideways(site, everywhere):
    found = []
    async with site.page(bypass_csp=True) as page:
        parts = shared_out(PAGES, len(SHOWN), everywhere=everywhere)
        for (language, look), paths in zip(SHOWN.items(), parts, strict=True):
            await show_in(page, look)
            for path in paths:
                joint = "&" if "?" in path else "?"
                address = path.format(token=site.wave.tokens[0])
                await page.goto(f"{site.address}{address}{joint}lang={language}")
                if await page.locator("summary").count():
                    await page.locator("summary").first.click()
                found += [f"{path} {language}: {problem}" for problem in await axe(page)]
                if not await fits_the_narrowest(page, look):
                    found.append(f"{path} {language}: scrolls sideways on the narrowest screen")
        await page.clock.install()
        await page.goto(f"{site.link}?lang=nb")
        await choose(page, vp_try_1="2")
        await page.clock.run_for(29 * MINUTE)
        assert await page.is_visible("#varsel")
        found += [f"warning {problem}" for problem in await axe_in(page, *SHOWN.values())]
    assert found == []


async def test_a_heading_of_one_long_word_does_not_scroll_sideways(site):
    async with site.page({"width": 320, "height": 640}) as page:
        await page.goto(f"{site.address}/promise?lang=nb")
        heading = page.locator("h1")
        await heading.evaluate("h1 => { h1.textContent = 'Medarbeiderundersøkelsene, desember' }")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_one_long_word_of_an_author_does_not_scroll_the_form_sideways(site):
    async with site.page({"width": 390, "height": 800}) as page:
        await page.goto(site.link)
        await page.locator("details.more summary").first.click()
        for place in ("legend.question span:last-child", ".choice span", ".promise li"):
            word = "node => { node.textContent = 'https://' + 'kriminalomsorgen'.repeat(6); }"
            await page.locator(place).first.evaluate(word)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, place


async def test_everything_is_reached_with_the_keyboard_alone(site):
    async with site.page(DESKTOP) as page:
        await page.goto(site.link)
        await page.focus('input[name="vp.try.1"][value="1"]')
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        assert await page.evaluate(CHOSEN) == ["vp.try.1=2", "vp.try.3=1"]
        await page.focus("#send")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/answer/thanks**")
