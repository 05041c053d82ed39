"""Each half answers in its own words, with script and without, and what waits on a device goes."""

import pytest

from questionnaires.arms import ARMS
from questionnaires.arms import NEW as NEW_ARM
from questionnaires.arms import OLD as OLD_ARM
from questionnaires.model import NOT_ASKED
from survey_app.asking.invitations.tokens import arm_for, split_token
from tests.answering_site import answering_site, axe, ballots
from tests.halves import NEW, OLD, overlapping, with_second_version
from tests.reworded_version import SAID
from tests.urn_reading import marks, urn_of

pytestmark = pytest.mark.browser
LOST = "Vi fikk ikke bekreftet"


@pytest.fixture
async def site(database, redis, data_dir, monkeypatch, tmp_path):
    with_second_version(monkeypatch, tmp_path)
    async with answering_site(redis, data_dir, before_opening=overlapping) as found:
        yield found


def places(site, arm):
    """Whose links are of a half, by their place."""
    secret = site.settings.secret()
    return [
        at
        for at, token in enumerate(site.wave.tokens)
        if arm_for(secret, site.wave.id, split_token(token)[0], ARMS) == arm
    ]


async def pick(page, item, code):
    await page.check(f'input[name="{item}"][value="{code}"]')


async def test_both_halves_are_asked_sent_and_sealed_in_their_own_words(site):
    old, new = places(site, OLD_ARM), places(site, NEW_ARM)
    for at, own, other, code in ((old[0], OLD, NEW, "2"), (new[0], NEW, OLD, "5")):
        async with site.page(bypass_csp=True) as page:
            await page.goto(site.to(at))
            assert await page.locator(f'[name="{other}"]').count() == 0
            assert (SAID in await page.inner_text("main")) == (own == NEW)
            assert await axe(page) == []
            await pick(page, own, code)
            # another language is the same half, with what was filled in
            await page.click('button[name="show_language"][value="en"]')
            await page.wait_for_url("**lang=en**")
            assert await page.is_checked(f'input[name="{own}"][value="{code}"]')
            await page.click("#send")
            await page.wait_for_url("**/answer/thanks**")
            assert await page.is_visible("#receipt")
            assert page.errors == []
    async with site.page(java_script_enabled=False) as page:
        await page.goto(site.to(old[1]))
        await pick(page, OLD, "3")
        await page.click("#send")
        await page.wait_for_url("**/answer/thanks**")
    # what did not arrive is sent from the device later, of the same half
    async with site.page() as page:
        await page.goto(site.to(new[1]))
        await pick(page, NEW, "4")
        await page.context.route("**/ballot", lambda route: route.abort())
        await page.click("#send")
        await page.locator("#melding", has_text=LOST).wait_for()
        again = await page.context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        await page.close(run_before_unload=True)
        await page.context.unroute("**/ballot")
        await again.goto(site.to(new[1]))
        await again.wait_for_url("**/answer/thanks**")
    assert await ballots() == 4 == await marks(site.wave)
    questionnaire, found = await urn_of(site.settings, site.wave, overlap="v1")
    at = [questionnaire.columns.index(name) for name in (OLD, NEW)]
    told = sorted(tuple(one.answers[place] for place in at) for one in found)
    assert told == [(NOT_ASKED, 4), (NOT_ASKED, 5), (2, NOT_ASKED), (3, NOT_ASKED)]
