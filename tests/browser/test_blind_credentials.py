"""Grade A in a real browser: the words that may be said, and two requests that share nothing."""

import asyncio

import pytest

from questionnaires.loader import load_library
from survey_app.answering.form_token import LEAST
from survey_app.asking.invitations.blind_signing import blind_sign
from survey_app.asking.invitations.sample import Drawn
from survey_app.counting.urn import spent
from survey_app.shared.database import Login, connection
from tests.accessible import LIGHT_AND_DARK
from tests.answering_site import (
    KEPT,
    PHONE,
    answering_site,
    axe_in,
    ballots,
    choose,
    until,
)
from tests.builders_answering import a_public_wave
from tests.one_browser import INSECURE
from tests.urn_reading import change, marks, urn_of

pytestmark = pytest.mark.browser
LANGUAGES = ("nb", "nn", "en")
STORED = "JSON.stringify([sessionStorage, localStorage, document.cookie, window.name])"
NOTHING = '[{},{},"",""]'
STYLED = """document.querySelector(".promise details") && document.fonts.status === "loaded" &&
    [...document.querySelectorAll("link[rel=stylesheet]")].every((link) => link.sheet)"""
LOST = "Vi fikk ikke bekreftet"
POSTS = ("**/credential", "**/ballot")


@pytest.fixture
async def site(database, redis, data_dir):
    async with answering_site(redis, data_dir) as found:
        yield found


async def receipts(site):
    async with connection(Login.WORKER) as link:
        return await spent.read_receipts(link, site.wave.id)


async def lose_the_reply(page, address, times=1):
    """Let the server do what it is asked, and lose what it answers; returns what was sent."""
    sent = []

    async def lose(route):
        sent.append(route.request.post_data)
        if len(sent) > times:
            await route.continue_()
        else:
            await route.fetch()
            await route.abort()

    await page.route(address, lose)
    return sent


async def promised(page):
    """What the page promises, as it is seen: each paragraph above the fold."""
    told = await page.locator(".promise > p:visible").all_inner_texts()
    return told[:-1]  # the last is the link to the longer page


async def test_nothing_jumps_when_the_script_comes_and_makes_the_promise_longer(site):
    async with site.page(PHONE, is_mobile=True, has_touch=True) as page:
        held, came = asyncio.Event(), asyncio.Event()

        async def wait(route):
            came.set()
            await held.wait()
            await route.continue_()

        await page.route("**/static/built/*.js*", wait)
        await page.goto(site.link, wait_until="commit")
        await came.wait()
        await until(page, STYLED)  # scripts may be asked for before styles are here
        below, longer = page.locator(".promise details"), page.locator(".promise [data-blind]")
        before = await below.bounding_box()
        assert not await longer.is_visible()
        held.set()
        await longer.wait_for()
        assert await below.bounding_box() == before


async def test_on_a_phone_the_promise_of_grade_a_is_made_and_kept(site):
    texts = load_library().messages
    for at, language in enumerate(LANGUAGES):
        async with site.page(PHONE, is_mobile=True, has_touch=True) as page:
            await page.goto(f"{site.to(at)}?lang={language}")
            assert await promised(page) == [
                texts.text("promise.worker", language),
                texts.text("promise.count", language),
            ]
            await choose(page, vp_try_1="2", vp_amb_1="10")
            await page.tap("#send")
            await page.wait_for_url("**/answer/thanks**")
            assert await page.get_attribute("html", "lang") == language
            assert await page.inner_text("h1") == texts.text("thanks.heading", language)
            shown = await page.inner_text("#receipt code")
            assert shown.replace(" ", "") in await receipts(site)
            assert page.errors == []
    questionnaire, found = await urn_of(site.settings, site.wave)
    first = [item.id for item in questionnaire.items].index("vp.try.1")
    assert [ballot.answers[first] for ballot in found] == [2, 2, 2]
    assert await marks(site.wave) == len(await receipts(site)) == len(LANGUAGES)


@pytest.mark.parametrize("why", ["no script", "no secure context"])
async def test_where_the_script_cannot_keep_grade_a_words_and_sending_are_those_of_grade_b(
    site, why
):
    texts = load_library().messages
    for at, language in enumerate(LANGUAGES):
        link = f"{site.to(at)}?lang={language}"
        if why == "no secure context":
            link = link.replace("127.0.0.1", INSECURE)
        async with site.page(java_script_enabled=why != "no script") as page:
            asked = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            await page.goto(link)
            assert await promised(page) == [texts.text("promise.worker", language)]
            await choose(page, vp_try_1="2")
            await page.click("#send")
            await page.wait_for_url("**/answer/thanks**")
            assert not await page.is_visible("#receipt")
            assert not [one for one in asked if "credential" in one or "ballot" in one]
    assert await ballots() == len(LANGUAGES)
    assert await receipts(site) == []


async def test_an_open_link_has_no_credential_and_keeps_its_words(site):
    async with site.page() as page:
        await page.goto(f"{site.address}/open/apen")
        assert await promised(page) == [load_library().messages.text("promise.open", "nb")]
        assert await page.get_attribute("#skjema", "data-key") is None
        await choose(page, om_fil_1="2")
        await page.wait_for_timeout(1000 * LEAST + 100)
        await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")
        assert not await page.locator("#receipt").count()


async def test_of_the_invited_public_somebody_screened_out_leaves_as_everybody_does(site):
    wave = await a_public_wave(site.settings, [Drawn("03", "1", "1", "nb")] * 12, form="omdomme")
    lengths = set()
    for token, codes in zip(
        wave.tokens,
        ({"om_fil_2": "7"}, {"om_fil_2": "6", "om_fil_3": "2", "om_pla_1": "3"}),
        strict=False,
    ):
        async with site.page() as page:
            sent = []
            page.on("request", lambda request, sent=sent: sent.append(request.post_data))
            await page.goto(f"{site.address}/answer/{token}?lang=nb")
            await choose(page, **codes)
            await page.click("#send")
            await page.wait_for_url("**/answer/thanks**")
            assert await page.is_visible("#receipt")
            lengths.add(tuple(len(one) for one in sent if one))
    [steps] = lengths
    assert len(steps) == 2
    questionnaire, found = await urn_of(site.settings, wave, "omdomme", frozenset({""}))
    assert sorted(ballot.screened_out for ballot in found) == [False, True]
    [kept] = [ballot.answers for ballot in found if ballot.answers]
    assert kept[questionnaire.columns.index("om.pla.1")] == 3


async def test_a_lost_reply_is_told_and_pressing_again_counts_exactly_one(site):
    for at, address in enumerate(POSTS):
        async with site.page() as page:
            await page.goto(site.to(at))
            await choose(page, vp_try_1="2", vp_sik_1="vi")
            sent = await lose_the_reply(page, address)
            await page.click("#send")
            told = page.locator("#melding", has_text=LOST)
            await told.wait_for()
            # beside the button, which keeps the focus
            assert await page.evaluate("document.activeElement.id") == "send"
            assert await told.get_attribute("role") == "status"
            assert await told.evaluate("one => one.nextElementSibling.id") == "send"
            assert await page.get_attribute("#send", "aria-disabled") is None
            assert await page.is_checked('input[name="vp.try.1"][value="2"]')
            frozen = await page.evaluate("document.querySelector('.part').inert")
            assert frozen == (address == "**/ballot")
            await page.keyboard.press("Enter")
            await page.wait_for_url("**/answer/thanks**")
            assert await page.evaluate(STORED) == NOTHING
            assert len(sent) == 2
            assert sent[0] == sent[1]
        assert await ballots() == await marks(site.wave) == len(await receipts(site)) == at + 1


async def test_a_reload_in_the_middle_goes_on_where_it_stopped(site):
    cases = [(address, then) for address in POSTS for then in ("reload", "language")]
    for at, (address, then) in enumerate(cases):
        async with site.page() as page:
            await page.goto(site.to(at))
            await choose(page, vp_try_1="2")
            sent = await lose_the_reply(page, address)
            await page.click("#send")
            await page.locator("#melding", has_text=LOST).wait_for()
            if then == "reload":
                await page.reload()
            else:
                await page.click("button[name=show_language][value=nn]")
            await page.wait_for_url("**/answer/thanks**")
            assert await page.is_visible("#receipt")
            assert await page.evaluate(STORED) == NOTHING
            assert sent[0] == sent[1]
    _, found = await urn_of(site.settings, site.wave)
    assert [2 in ballot.answers for ballot in found] == [True] * len(cases)
    assert await marks(site.wave) == len(await receipts(site)) == len(cases)


async def test_while_the_net_is_away_the_page_of_the_used_link_offers_to_try_again(site):
    async with site.page() as page:
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        await lose_the_reply(page, "**/ballot", times=3)
        await page.click("#send")
        await page.locator("#melding", has_text=LOST).wait_for()
        await page.reload()
        await page.locator("#resume").wait_for()
        assert await page.inner_text("h1:visible") == "Svaret ditt er ikke ferdig sendt"
        await page.click("#resume button")
        await page.locator("#resume").wait_for()
        await page.click("#resume button")
        await page.wait_for_url("**/answer/thanks**")
        assert await page.evaluate(STORED) == NOTHING
    assert await ballots() == len(await receipts(site)) == 1


async def test_a_link_that_was_used_elsewhere_leads_to_the_friendly_page(site):
    async with site.page() as first, site.page() as second:
        for page in (first, second):
            await page.goto(site.link)
        await choose(first, vp_try_1="3")
        await first.click("#send")
        await first.wait_for_url("**/answer/thanks**")
        await choose(second, vp_try_1="2")
        await second.click("#send")
        await second.wait_for_url("**/answer/used**")
        assert await second.evaluate(STORED) == NOTHING
    assert await ballots() == 1


@pytest.mark.parametrize("address", POSTS)
async def test_a_wave_that_closes_meanwhile_says_so_and_nothing_stays_behind(site, address):
    async with site.page() as page:
        await page.goto(site.link)
        await choose(page, vp_try_1="2")

        async def close(route):
            await change("UPDATE asking.wave SET state = 'closed' WHERE id = $1", site.wave.id)
            await route.continue_()

        await page.route(address, close)
        await page.click("#send")
        await page.wait_for_url("**/answer/closed**")
        assert await page.evaluate(STORED) == NOTHING
    assert await ballots() == 0


async def test_a_signature_that_does_not_hold_is_not_used(site):
    async with site.page() as page:
        await page.goto(site.link)
        await page.route("**/credential", lambda route: route.fulfill(json={"signature": "AAAA"}))
        await choose(page, vp_try_1="2")
        await page.click("#send")
        await page.locator("#melding", has_text=LOST).wait_for()
        assert "signature" not in await page.evaluate(f"{KEPT}.credential")
    assert await ballots() == 0


async def test_pressing_twice_sends_once(site):
    async with site.page() as page:
        sent = []
        page.on("request", lambda request: sent.append(request.url) if request.post_data else 0)
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        await page.evaluate(
            "for (let at = 0; at < 5; at++) document.getElementById('send').click()"
        )
        await page.wait_for_url("**/answer/thanks**")
        assert len(sent) == 2


async def test_clearing_between_the_steps_leaves_an_empty_form_that_can_still_be_sent(site):
    async with site.page() as page:
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        # the credential is there, and the ballot never left
        await page.route("**/ballot", lambda route: route.abort())
        await page.click("#send")
        await page.locator("#melding", has_text=LOST).wait_for()
        await page.click("summary:has-text('Tøm skjemaet')")
        await page.click("#clear")
        assert await page.evaluate(f"{KEPT}.fields") == []
        assert not await page.is_visible("#melding")
        assert not await page.locator("input:checked").count()
        await page.unroute("**/ballot")
        await choose(page, vp_try_1="4")
        await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")
    _, [ballot] = await urn_of(site.settings, site.wave)
    assert 4 in ballot.answers
    assert 2 not in ballot.answers


async def test_the_receipt_can_be_copied_and_follows_into_another_language(site):
    async with site.page() as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")
        shown = await page.inner_text("#receipt code")
        await page.click("#receipt button")
        await page.get_by_text("Kvitteringen er kopiert.").wait_for()
        assert await page.evaluate("navigator.clipboard.readText()") == shown
        await page.click(".languages a[lang=en]")
        await page.wait_for_selector("html[lang=en]")
        assert await page.inner_text("#receipt code") == shown
        assert "#" not in page.url
        await page.reload()
        assert not await page.is_visible("#receipt")


async def test_chromium_blinds_and_unblinds_as_the_rfc_does(site):
    """The vectors of appendix A, in the engine that people have; in Node elsewhere."""
    from tests.blind_client import b64url, unb64url
    from tests.reference.test_credential_script import KEY, MODULUS, VECTORS, N, number

    vector = VECTORS["variants"]["RSABSSA-SHA384-PSS-Randomized"]
    raw = {
        name: b64url(bytes.fromhex(vector[name]))
        for name in ("input_msg", "salt", "blinded_msg", "blind_sig", "sig")
    }
    drawn = [raw["input_msg"], raw["salt"], number(pow(int(vector["inv"], 16), -1, N), 512)]
    async with site.page(bypass_csp=True) as page:
        await page.goto(f"{site.address}/promise")
        await page.add_script_tag(path="static/exchange.js")
        await page.add_script_tag(path="static/credential.js")
        made = await page.evaluate(
            "([key, drawn]) => credential.blind(key, () => drawn.shift())",
            [number(N, 512), [list(unb64url(one)) for one in drawn]],
        )
        assert made["blinded"] == raw["blinded_msg"]
        finish = "([key, made, signature]) => credential.finalize(key, made, signature)"
        given = [number(N, 512), made, raw["blind_sig"]]
        assert await page.evaluate(finish, given) == raw["sig"]
        made = await page.evaluate("key => credential.blind(key)", MODULUS)
        signature = b64url(blind_sign(KEY, unb64url(made["blinded"])))
        assert len(await page.evaluate(finish, [MODULUS, made, signature])) == 342


@pytest.mark.parametrize("language", ["en", pytest.param("nb", marks=pytest.mark.slow)])
async def test_axe_finds_nothing_on_the_receipt_and_when_sending_fails(site, language):
    async with site.page(bypass_csp=True) as page:
        await page.goto(f"{site.link}?lang={language}")
        await lose_the_reply(page, "**/ballot", times=2)
        await choose(page, vp_try_1="2")
        await page.click("#send")
        await page.locator("#melding").wait_for()
        await page.locator("#send:not([aria-disabled])").wait_for()
        assert await axe_in(page, *LIGHT_AND_DARK) == []
        await page.reload()
        await page.locator("#resume").wait_for()
        assert await axe_in(page, *LIGHT_AND_DARK) == []
        await page.click("#resume button")
        await page.locator("#receipt").wait_for()
        assert await axe_in(page, *LIGHT_AND_DARK) == []
