"""All traffic of answering, recorded in a browser signed in as HR: nothing of HR is in it."""

import pytest

from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from tests.answering_site import answering_site, ballots, choose

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"
ANSWERS = (
    {},
    {"vp_try_1": "vi", "vp_amb_1": "10", "vp_sik_1": "1"},
    {"vp_try_1": "2", "vp_try_3": "5", "vp_amb_1": "0"},
)


@pytest.fixture
async def site(database, redis, data_dir):
    """Reading, answering and ballots each on a host of their own."""
    async with answering_site(redis, data_dir, split=True) as found:
        bind_worker()
        await create_account(
            email="hr@example.org",
            role=Role.HR,
            password=PASSWORD,
            unit="",
            language="nb",
            now=clock.now(),
        )
        bind_web()
        yield found


async def sign_in(page, address):
    await page.goto(f"{address}/sign-in")
    await page.fill("#email", "hr@example.org")
    await page.fill("#password", PASSWORD)
    await page.click("form button[type=submit]")
    await page.wait_for_url(f"{address}/", wait_until="networkidle")


def weight(headers):
    """Bytes of the headers."""
    return sum(len(name) + len(value) for name, value in headers.items())


async def test_answering_in_a_browser_signed_in_as_hr_is_bare_and_always_as_long(site):
    lengths: dict[str, set[tuple[int, int]]] = {}
    async with site.page() as page:
        await sign_in(page, site.settings.base_url)
        cookies = await page.context.cookies()
        assert {one["domain"] for one in cookies} == {"127.0.0.1"}
        for at, codes in enumerate(ANSWERS):
            recorded = []

            def record(reply, recorded=recorded):
                recorded.append(reply)

            page.on("response", record)
            await page.goto(site.to(at))
            await choose(page, **codes)
            await page.click("#send")
            if not codes:
                await page.click("#tomt button")
            await page.wait_for_url("**/answer/thanks**")
            await page.locator("#receipt").wait_for()
            page.remove_listener("response", record)
            elsewhere = [one.url for one in recorded if not one.url.startswith("http://localhost:")]
            assert elsewhere == []
            for reply in recorded:
                sent, got = await reply.request.all_headers(), await reply.all_headers()
                assert not sent.get("cookie"), reply.url
                assert not sent.get("referer"), reply.url
                assert "set-cookie" not in got
                if reply.request.method == "POST":
                    step = reply.url.rsplit("/", 1)[-1]
                    size = (
                        weight(sent) + len(reply.request.post_data),
                        weight(got) + int(got["content-length"]),
                    )
                    lengths.setdefault(step, set()).add(size)
        assert page.errors == []
        # nothing was added to what the browser keeps
        assert await page.context.cookies() == cookies
    assert lengths.keys() == {"credential", "ballot"}
    assert all(len(sizes) == 1 for sizes in lengths.values()), lengths
    print(f"\nbytes sent and received: {lengths}")
    assert await ballots() == len(ANSWERS)


async def test_ballots_go_to_the_ballot_host_and_nothing_else_does(site):
    async with site.page() as page:
        asked = []
        page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - takes no builtin
        await page.goto(site.link)
        await choose(page, vp_try_1="2")
        await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")
        host = site.settings.ballot_url
        [ballot] = [one for one in asked if one.url.startswith(host)]
        assert ballot.url == f"{host}/ballot"
        assert ballot.method == "POST"
        # no request beforehand, and neither the link nor the page's address goes with it
        headers = await ballot.all_headers()
        assert site.wave.tokens[0] not in str(headers) + ballot.post_data
        assert headers["content-type"].startswith("text/plain")
