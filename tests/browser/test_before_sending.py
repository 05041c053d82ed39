"""An empty form, and answers that contradict each other, with script and without, in a browser."""

import pytest

from survey_app.answering import form_token
from survey_app.answering.proof_of_work import age_at
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.waves.arrivals import BY_DAY, count_arrival
from tests.answering_site import answering_site, axe_in, ballots, choose
from tests.one_browser import INSECURE
from tests.passing_time import let_pass

pytestmark = pytest.mark.browser


@pytest.fixture
async def site(database, redis, data_dir):
    """The served application, an open wave and an open survey, and a browser."""
    async with answering_site(redis, data_dir) as found:
        yield found


@pytest.mark.parametrize("script", [True, False])
async def test_an_empty_personal_form_is_sent_only_when_that_is_meant(site, script):
    async with site.page(java_script_enabled=script) as page:
        await page.goto(site.link)
        assert not await page.is_visible("#tomt")
        await page.click("#send")
        await page.get_by_text("Vil du sende inn likevel?").wait_for()
        assert page.url == site.link
        assert await ballots() == 0
        # with the keyboard: the next stop is the button
        if script:
            assert await page.evaluate("document.activeElement.id") == "tomt"
            await page.keyboard.press("Tab")
            await page.keyboard.press("Enter")
        else:
            assert (await page.title()).startswith("Ikke sendt inn ennå")
            await page.click("#tomt button")
        await page.wait_for_url("**/answer/thanks**")
        assert await ballots() == 1


@pytest.mark.parametrize("script", [True, False])
async def test_who_answers_after_all_is_asked_nothing_more(site, script):
    async with site.page(java_script_enabled=script) as page:
        await page.goto(site.link)
        await page.click("#send")
        await page.get_by_text("Vil du sende inn likevel?").wait_for()
        await choose(page, vp_try_1="2")
        if script:
            assert not await page.is_visible("#tomt")
        await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")


@pytest.fixture
def read(monkeypatch):
    """Take the time that the form asks for; with script the page takes it by itself."""

    def taken(script):
        if not script:
            let_pass(monkeypatch, form_token.LEAST)

    return taken


@pytest.mark.parametrize("script", [True, False])
async def test_an_open_survey_is_never_sent_empty(site, script, read):
    async with site.page(java_script_enabled=script) as page:
        await page.goto(f"{site.address}/open/apen")
        await page.click("#send")
        await page.get_by_text("Du har ikke svart på noe ennå").wait_for()
        assert not await page.locator("#tomt button").count()
        assert await ballots() == 0
        await choose(page, om_fil_1="2")
        read(script)
        await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("host", ["127.0.0.1", INSECURE])
async def test_an_ordinary_browser_is_taken_for_one_wherever_the_survey_lies(
    site, script, host, read
):
    address = site.address.replace("127.0.0.1", host)
    async with site.page(java_script_enabled=script) as page:
        told = []
        page.on("request", lambda one: told.append(one) if one.method == "POST" else None)
        await page.goto(f"{address}/open/apen")
        await choose(page, om_fil_1="2")
        read(script)
        await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")
        headers = await told[0].all_headers()
        # what this rests on: of a page that tells nobody where it was, this is all there is
        assert headers["origin"] == "null"
        assert headers.get("sec-fetch-site") == ("same-origin" if host == "127.0.0.1" else None)
    assert await ballots() == 1


async def test_with_script_none_of_these_takes_the_other_ticks_away(site):
    async with site.page() as page:
        await page.goto(f"{site.address}/open/apen")
        ticked = "[...document.querySelectorAll('[name=\"om.fil.2\"]:checked')].map(a => a.value)"
        await choose(page, om_fil_2="1")
        await choose(page, om_fil_2="2")
        assert await page.evaluate(ticked) == ["1", "2"]
        await choose(page, om_fil_2="6")
        assert await page.evaluate(ticked) == ["6"]
        await choose(page, om_fil_2="3")
        assert await page.evaluate(ticked) == ["3"]
        await page.locator('[name="om.fil.2"][value="vs"]').check()
        assert await page.evaluate(ticked) == ["vs"]
        assert await page.evaluate(ticked.replace("fil.2", "fil.3")) == []


async def test_without_script_the_question_is_found_again_by_a_link(site, read):
    async with site.page(java_script_enabled=False) as page:
        await page.goto(f"{site.address}/open/apen")
        await choose(page, om_fil_1="2", om_fil_3="2")
        await page.check('[name="om.fil.3"][value="6"]')
        await page.click("#send")
        assert await page.is_checked('[name="om.fil.1"][value="2"]')
        await page.get_by_role("link", name="Hvor har du sett").click()
        group = page.locator('fieldset[id="om.fil.3"]')
        assert "ikke passer sammen" in await group.inner_text()
        await page.uncheck('[name="om.fil.3"][value="6"]')
        read(script=False)
        await page.click("#send")
        assert "/answer/thanks" in page.url
    assert await ballots() == 1


@pytest.mark.parametrize(
    ("language", "looks"),
    [
        ("nb", [(390, "dark"), (1280, "light")]),
        pytest.param("nn", [(390, "light")], marks=pytest.mark.slow),
        pytest.param("en", [(390, "light"), (1280, "light")], marks=pytest.mark.slow),
    ],
)
async def test_axe_finds_nothing_on_a_form_that_came_back(site, language, looks):
    async with site.page(bypass_csp=True) as page:
        await page.goto(f"{site.link}?lang={language}")
        await page.click("#send")
        await page.locator("#tomt").wait_for()
        assert await axe_in(page, looks[0]) == []
        await page.goto(f"{site.address}/open/apen?lang={language}")
        await choose(page, om_fil_2="6")
        # as without script: both stay ticked
        await page.evaluate("document.querySelector('[name=\"om.fil.2\"]').checked = true")
        await page.click("#send")
        await page.locator(".wrong").wait_for()
        assert await axe_in(page, *looks) == []
        [told] = page.errors
        assert "status of 422" in told


@pytest.mark.parametrize("script", [True, False])
async def test_while_forms_come_too_fast_a_page_works_first_and_without_script_waits(
    site, monkeypatch, read, script
):
    [wave] = await fetch(Login.WORKER, "SELECT id FROM asking.wave WHERE key = 'apen'")
    for one in range(2 * BY_DAY):
        told = await count_arrival(wave["id"], f"{one}", hasty=False, now=clock.now())
        if told.level:
            break
    async with site.page(java_script_enabled=script, bypass_csp=script) as page:
        await page.goto(f"{site.address}/open/apen")
        await choose(page, om_fil_1="2")
        # with script the page takes its time by itself
        read(script)
        await page.click("#send")
        if not script:
            assert "Svarene står her fortsatt" in (await page.inner_text("main"))
            assert await page.is_checked('[name="om.fil.1"][value="2"]')
            let_pass(monkeypatch, age_at(told.level))
            await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")
        if script:
            assert page.errors == []
    assert await ballots() == 1


async def test_who_opened_the_page_before_they_came_too_fast_presses_once(site):
    [wave] = await fetch(Login.WORKER, "SELECT id FROM asking.wave WHERE key = 'apen'")
    async with site.page(bypass_csp=True) as page:
        await page.goto(f"{site.address}/open/apen")
        for one in range(8 * BY_DAY):
            await count_arrival(wave["id"], f"{one}", hasty=False, now=clock.now())
        await choose(page, om_fil_1="2")
        await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")
    assert await ballots() == 1
