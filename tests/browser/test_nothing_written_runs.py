"""In a real browser, nothing runs that somebody wrote, and none of it even tries to."""

import pytest

from survey_app.accounts.roles import Role
from survey_app.settings import Settings
from tests.attack.payloads import MARK
from tests.attack.planted import PAGES, planted
from tests.reading_site import a_page, an_account, reading_site, sign_in

pytestmark = pytest.mark.browser
# what a payload calls, and what the policy stopped, tell on themselves
WATCH = f"""
    window.told = [];
    window.{MARK}ran = () => window.told.push("a payload ran");
    document.addEventListener("securitypolicyviolation", violation =>
        window.told.push(`${{violation.violatedDirective}}: ${{violation.blockedURI}}`));
"""


async def test_no_browser_runs_or_loads_what_somebody_wrote(database, redis, data_dir):
    settings = Settings(data_dir=data_dir, secret_key="for tests only, and long enough there")
    await planted(settings)
    async with reading_site(redis, data_dir) as site, a_page(site) as page:
        await an_account(Role.HR)
        asked, told = [], {}
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: told.setdefault("dialogs", []).append(dialog.message))
        await page.add_init_script(WATCH)
        await sign_in(page, Role.HR)
        for address in PAGES:
            await page.goto(address)
            if found := await page.evaluate("window.told"):
                told[address] = found
        assert told == {}
        assert [one for one in asked if not one.startswith((site, "data:"))] == []
