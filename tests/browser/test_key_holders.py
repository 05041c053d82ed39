"""Two people hold the keys of a wave, each on a page, and no key leaves their browsers."""

from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.asking.errors import OpeningRefused
from survey_app.counting.urn import hand_over, keys, trustee_files
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing import jobs
from survey_app.publishing.closing import serve_holders
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.errors import WaitsForTrusteesError
from survey_app.shared import clock
from survey_app.shared.database import Login, connection, fetch
from survey_app.waves.open_wave import open_wave
from tests.answering_site import DESKTOP, PHONE, answering_site, axe
from tests.attack.host import files_with
from tests.blind_client import b64url
from tests.builders_answering import NOW, a_draft, opened, some_answers, without_pools

pytestmark = pytest.mark.browser
SCRIPT = Path(__file__).parents[2] / "static" / "built" / "key_holder.js"
PASSWORD = "a long enough password"
UNION, HR = "Hovedtillitsvalgt", "HR-sjef"
WORDS = {UNION: "fire gode ord for union", HR: "fire gode ord for HR"}
ANSWERS = 14


@pytest.fixture
async def site(database, redis, data_dir):
    async with answering_site(redis, data_dir) as found:
        bind_worker()
        await a_draft("two")
        await create_account(
            email="hr@example.org", role=Role.HR, password=PASSWORD, unit="", language="nb",
            now=clock.now(),
        )  # fmt: skip
        bind_web()
        yield found


@asynccontextmanager
async def holding(site, address, viewport=None, **options):
    """A holder's browser; keys are stretched less than people's, which takes it seconds."""
    async with site.page(viewport or DESKTOP, accept_downloads=True, **options) as page:
        script = SCRIPT.read_text()
        assert "131072" in script

        async def lightly(route):
            body = script.replace("131072", "1024")
            await route.fulfill(body=body, content_type="text/javascript")

        await page.route("**/key_holder.js*", lightly)
        page.sent = []
        page.on(
            "request", lambda request: page.sent.append((request.url, request.post_data_buffer))
        )
        await page.goto(address)
        yield page


async def ask_two(site):
    """Ask as HR does, and return the two links that are shown once."""
    async with site.page(DESKTOP) as page:
        await page.goto(f"{site.address}/sign-in")
        await page.fill("#email", "hr@example.org")
        await page.fill("#password", PASSWORD)
        await page.click("form button[type=submit]")
        await page.wait_for_url(f"{site.address}/", wait_until="networkidle")
        await page.goto(f"{site.address}/campaigns/campaign-two")
        await page.get_by_role("link", name="Spør to nøkkelholdere").click()
        await page.fill("#first", UNION)
        await page.fill("#second", HR)
        await page.click("form button[type=submit]")
        links = await page.locator("section.notice code").all_inner_texts()
        await page.goto(page.url)
        assert not await page.locator("section.notice code").count()
    return dict(zip((UNION, HR), links, strict=True))


async def make_key(page, who, folder):
    """Make a key, save its file and try it; returns the file."""
    await page.fill("#passphrase", WORDS[who])
    await page.fill("#again", WORDS[who])
    async with page.expect_download() as download:
        await page.click("#make button")
    path = folder / f"{who}.key"
    await (await download.value).save_as(path)
    await page.set_input_files("#try-file", path)
    await page.fill("#try-passphrase", WORDS[who])
    await page.click("#try button")
    await page.get_by_role("heading", name="Sammenlign fingeravtrykkene").wait_for()
    return path


async def two_ready(site, folder):
    """Both have made their keys and compared; returns links and files."""
    links = await ask_two(site)
    files = {}
    for who in (UNION, HR):
        async with holding(site, links[who]) as page:
            files[who] = await make_key(page, who, folder)
    for who in (UNION, HR):
        async with holding(site, links[who]) as page:
            await page.get_by_role("button", name="Vi har lest opp begge").click()
            await page.get_by_role("heading", name="Nøkkelen din er klar").wait_for()
    return links, files


async def answered_and_closed(site):
    """Open the wave, let some answer, and close it; it waits for its key holders then."""
    bind_worker()
    with without_pools():
        await open_wave("two", now=NOW, settings=site.settings, spare=False, rehearse=None)
    wave = await opened(site.settings, "two")
    bind_web()
    async with site.page() as page:
        for at in range(ANSWERS):
            link = f"{site.address}/answer/{wave.tokens[at]}"
            reply = await page.request.post(link, form=some_answers(), max_redirects=0)
            assert "/answer/thanks" in reply.headers["location"]
    bind_worker()
    with pytest.raises(WaitsForTrusteesError), without_pools():
        await close_wave("two", key_dir=site.settings.key_folder, now=NOW)
    await work(site)
    return wave


async def work(site):
    """What a worker does every fifteen seconds; returns how far the wave is then."""
    bind_worker()
    with pytest.MonkeyPatch.context() as patched, without_pools():
        patched.setattr(jobs, "settings", lambda: site.settings)
        await jobs.serve_key_holders({})
        await jobs.finish_handed_over({})
    [row] = await fetch(Login.MIGRATOR, "SELECT state FROM asking.wave WHERE key = 'two'")
    bind_web()
    return row["state"]


async def take_off(page, who, file):
    await page.set_input_files("#open-file", file)
    await page.fill("#open-passphrase", WORDS[who])
    await page.check("[name=agreed]")
    await page.click("form#open-outer button, form#open-inner button")


async def told(page, text):
    await expect(page.locator("#told")).to_contain_text(text, timeout=30_000)


async def turn(page, heading):
    await page.reload()
    await page.get_by_role("heading", name=heading, exact=True).wait_for()


async def test_two_make_their_keys_open_the_urn_and_no_key_leaves_their_browsers(
    site, tmp_path, data_dir
):
    links, files = await two_ready(site, tmp_path)
    wave = await answered_and_closed(site)
    # two seals, and no key of the wave on this machine
    assert wave.id not in keys.held(site.settings.key_folder)
    async with holding(site, links[UNION]) as first, holding(site, links[HR]) as second:
        # the second comes too early; the first with the wrong file, and the wrong passphrase
        assert await second.inner_text("h1") == "Vent litt"
        assert f"{UNION} tar av den første låsen" in await second.inner_text(".lead")
        assert await first.inner_text("h1") == "Nå er det din tur"
        await take_off(first, UNION, files[HR])
        await told(first, "Dette er ikke din nøkkel til denne målingen")
        await take_off(first, HR, files[UNION])
        await told(first, "Passordfrasen åpner ikke filen")
        await take_off(first, UNION, files[UNION])
        await first.get_by_role("heading", name="Du har gjort ditt").wait_for()
        # nothing can be done twice
        again = await first.request.post(f"{links[UNION]}/ballots", data=b"anything")
        assert (again.status, await again.json()) == (409, {"outcome": "done"})
        await turn(second, "Nå er det din tur")
        await take_off(second, HR, files[HR])
        await second.get_by_role("heading", name="Svarene blir talt nå").wait_for()
        # the worker that it was sealed to dies: nobody can read it, and it is asked for again
        serve_holders.this_counter.cache_clear()
        await fetch(Login.MIGRATOR, "UPDATE asking.counter SET seen_at = '2020-01-01'")
        assert await work(site) == "closed"
        await turn(second, "Nå er det din tur")
        assert "Tellingen ble avbrutt" in await second.inner_text("#holder")
        await take_off(second, HR, files[HR])
        await second.get_by_role("heading", name="Svarene blir talt nå").wait_for()
        assert await work(site) == "published"
        for page in (first, second):
            await turn(page, "Svarene er talt. Ødelegg nøkkelen nå")
        sent = [*first.sent, *second.sent]
    [row] = await fetch(
        Login.MIGRATOR,
        "SELECT state, cover_key, (SELECT count(*) FROM counting.response WHERE wave = w.id),"
        " (SELECT count(*) FROM counting.hand_over) AS left_over FROM asking.wave w"
        " WHERE key = 'two'",
    )
    assert dict(row) == {"state": "published", "cover_key": None, "count": ANSWERS, "left_over": 0}
    # what left the browsers: addresses, sealed or covered ballots, and nothing of the keys
    private = [read_private_lightly(files[who], WORDS[who]) for who in (UNION, HR)]
    secret = [*private, *(word.encode() for word in WORDS.values())]
    bodies = [body or b"" for _, body in sent]
    assert sum(len(body) > 1000 for body in bodies) >= 3
    for needle in [*secret, *(b64url(one).encode() for one in private)]:
        assert not [url for url, body in sent if needle in (body or b"") + url.encode()]
    # nor is anything of them on this machine: database, its log, Redis, logs
    assert files_with(data_dir, secret) == []


def read_private_lightly(path, passphrase):
    """Open a key file that a test's browser made: stretched less, and so by other numbers."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(trustee_files._SCRYPT, "n", 1024)
        return trustee_files.read_private(path, passphrase).private_bytes_raw()


async def laid_out_anew(site, wave, rows):
    """Exchange what lies ready, as somebody does who has the installation's secret as well."""
    async with connection(Login.MIGRATOR) as link:
        await hand_over.forget_hand_overs(link, wave.id)
        await hand_over.keep_hand_over(
            link,
            wave.id,
            hand_over.Step.SEALED_TWICE,
            b"".join(rows),
            secret=site.settings.secret(),
        )


async def test_a_browser_stops_before_copies_and_before_a_second_set_and_says_whom_to_tell(
    site, tmp_path
):
    links, files = await two_ready(site, tmp_path)
    wave = await answered_and_closed(site)
    rows = [row["ballot"] for row in await fetch(Login.MIGRATOR, "SELECT ballot FROM counting.urn")]

    async def hands_over(page):
        await page.reload()
        await take_off(page, UNION, files[UNION])

    async with holding(site, links[UNION]) as page:
        # how often a ballot stands there names the person
        copies = [row for at, row in enumerate(rows, start=1) for _ in range(at)]
        await laid_out_anew(site, wave, copies)
        await hands_over(page)
        await told(page, "Noen av svarene du fikk, er like.")
        await told(page, f"Si fra til {HR} og til personvernombudet eller verneombudet.")
        assert f"{len(copies)} svar" in await page.inner_text("main")
        # one number on the page, another underneath
        await laid_out_anew(site, wave, rows)
        await page.reload()
        await laid_out_anew(site, wave, rows[:3])
        await take_off(page, UNION, files[UNION])
        await told(page, "Du fikk et annet antall svar enn siden sa.")
        # nobody goes on without having asked
        await laid_out_anew(site, wave, rows)
        await page.reload()
        await page.set_input_files("#open-file", files[UNION])
        await page.fill("#open-passphrase", WORDS[UNION])
        await page.click("form#open-outer button")
        await told(page, "Hør først om de andre ser det samme antallet svar")
        await hands_over(page)
        await page.get_by_role("heading", name="Du har gjort ditt").wait_for()
        await laid_out_anew(site, wave, rows[:5])
        await hands_over(page)
        await told(page, "Du fikk andre svar enn dem du åpnet forrige gang.")
        assert not await fetch(Login.MIGRATOR, "SELECT 1 FROM counting.hand_over WHERE step = 2")
        # the same once more, in another order, is no other set
        await laid_out_anew(site, wave, rows[::-1])
        await hands_over(page)
        await page.get_by_role("heading", name="Du har gjort ditt").wait_for()


async def test_a_wave_that_waits_for_its_key_holders_is_not_opened_with_another_key(site, tmp_path):
    links = await ask_two(site)
    bind_worker()
    with without_pools(), pytest.raises(OpeningRefused, match="waits for its key holders"):
        await open_wave("two", now=NOW, settings=site.settings, spare=False, rehearse=None)
    bind_web()
    async with holding(site, links[UNION]) as page:
        for words, sentence in (
            (("kort", "kort"), "færre enn 12 tegn"),
            (("lange nok ord her", "lange nok ord der"), "ikke like"),
        ):
            await page.fill("#passphrase", words[0])
            await page.fill("#again", words[1])
            await page.click("#make button")
            await told(page, sentence)
        await make_key(page, UNION, tmp_path)
        # alone there is nothing to compare with
        assert not await page.get_by_role("button", name="Vi har lest opp begge").count()
    bind_worker()
    with without_pools(), pytest.raises(OpeningRefused, match="waits for its key holders"):
        await open_wave("two", now=NOW, settings=site.settings, spare=False, rehearse=None)


async def test_an_answer_that_is_no_word_of_ours_is_told_and_the_next_try_goes_through(
    site, tmp_path
):
    links = await ask_two(site)
    async with holding(site, links[UNION]) as page:
        away = {"status": 502, "body": "<html>Bad Gateway", "content_type": "text/html"}
        await page.route("**/key", lambda route: route.fulfill(**away), times=1)
        await page.fill("#passphrase", WORDS[UNION])
        await page.fill("#again", WORDS[UNION])
        async with page.expect_download() as download:
            await page.click("#make button")
        path = tmp_path / "union.key"
        await (await download.value).save_as(path)
        for sentence in ("Noe gikk galt på veien. Ingenting er tapt.", ""):
            await page.set_input_files("#try-file", path)
            await page.fill("#try-passphrase", WORDS[UNION])
            await page.click("#try button")
            if sentence:
                await told(page, sentence)
        await page.get_by_role("heading", name="Sammenlign fingeravtrykkene").wait_for()


async def test_a_browser_without_the_cipher_is_told_and_offered_nothing(site):
    links = await ask_two(site)
    async with site.page(DESKTOP) as page:
        await page.add_init_script("crypto.subtle.generateKey = () => Promise.reject(Error())")
        await page.goto(links[UNION])
        await told(page, "Denne nettleseren kan ikke lage eller bruke nøkler")
        assert not await page.is_visible("#make")
    async with site.page(DESKTOP, java_script_enabled=False) as page:
        await page.goto(links[UNION])
        assert "Denne siden trenger skript" in await page.inner_text("#holder")
        assert not await page.is_visible("#make")


async def test_a_link_is_a_secret_that_a_new_one_replaces(site):
    links = await ask_two(site)
    async with site.page(DESKTOP) as page:
        reply = await page.goto(links[UNION])
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert await page.context.cookies() == []
        assert (await page.goto(f"{site.address}/key-holder/anything")).status == 404
    stored = await fetch(Login.MIGRATOR, "SELECT * FROM asking.key_holder")
    assert not [row for row in stored for link in links.values() if link[-43:] in str(row)]


@pytest.mark.parametrize(
    ("viewport", "language"),
    # half a minute each, and nothing but the width between them
    [(PHONE, "nb"), pytest.param(DESKTOP, "en", marks=pytest.mark.slow)],
)
async def test_axe_finds_nothing_on_any_stage(site, tmp_path, viewport, language):
    found = []

    async def look(page, name):
        found.extend(f"{name}: {problem}" for problem in await axe(page))
        assert await page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    links = await ask_two(site)
    options = {"viewport": viewport, "bypass_csp": True}
    async with holding(site, f"{links[UNION]}?lang={language}", **options) as page:
        await look(page, "make")
    await fetch(Login.MIGRATOR, "DELETE FROM asking.key_holder")
    links, files = await two_ready(site, tmp_path)
    await answered_and_closed(site)
    async with holding(site, f"{links[UNION]}?lang={language}", **options) as page:
        await look(page, "my turn")
        await take_off(page, UNION, files[HR])
        await expect(page.locator("#told")).to_be_visible()
        await look(page, "wrong file")
    for state in ("draft", "open", "counted", "cancelled"):
        await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = $1 WHERE key = 'two'", state)
        async with holding(site, f"{links[HR]}?lang={language}", **options) as page:
            await look(page, state)
    assert found == []
