"""Somebody makes a passkey in a browser, and signs in by it alone."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from survey_app.accounts.roles import Role
from tests.reading_site import PASSWORD, a_page, an_account, axe, faults, reading_site, sign_in

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


async def test_a_passkey_is_made_and_signs_in_without_a_password_and_as_the_second_step(
    database, redis, data_dir
):
    await an_account(Role.HR)
    # a passkey belongs to a name, and an address of numbers is none
    async with (
        reading_site(redis, data_dir, host="localhost") as site,
        a_page(site) as page,
    ):
        device = await page.context.new_cdp_session(page)
        await device.send("WebAuthn.enable")
        await device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        await sign_in(page, Role.HR)
        assert await faults(page, ["/account", "/account/passkeys"]) == []

        await page.get_by_label("Hva vil du kalle den?").fill("Telefonen min")
        await page.get_by_label("Passordet ditt").fill("not this one")
        await page.get_by_role("button", name="Legg til").click()
        await expect(page.get_by_role("alert")).to_contain_text("Passordet er ikke riktig")
        await page.get_by_label("Passordet ditt").fill(PASSWORD)
        await page.get_by_role("button", name="Legg til").click()
        await expect(page.get_by_role("heading", name="Passnøkkelen er lagt til")).to_be_visible()
        assert await axe(page) == []
        await page.get_by_role("link", name="Jeg har tatt vare på dem").click()
        await expect(page.get_by_text("Du har 1 passnøkkel.")).to_be_visible()

        await page.context.clear_cookies()
        await page.goto("/sign-in?next=/account/passkeys")
        assert await axe(page) == []
        await page.get_by_role("button", name="Logg inn med passnøkkel").click()
        await page.wait_for_url("**/account/passkeys")
        await page.get_by_role("link", name="Fjern Telefonen min").click()
        assert await axe(page) == []

        # after the password, in the place of a code
        await page.context.clear_cookies()
        await page.goto("/sign-in?next=/account")
        await page.get_by_label("E-post").fill("hr@example.org")
        await page.get_by_label("Passord", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Logg inn", exact=True).click()
        await expect(page.get_by_role("heading", name="Ett trinn til")).to_be_visible()
        assert await axe(page) == []
        await page.get_by_role("button", name="Logg inn med passnøkkel").click()
        await page.wait_for_url("**/account")
        await expect(page.get_by_text("Denne nettleseren")).to_be_visible()
