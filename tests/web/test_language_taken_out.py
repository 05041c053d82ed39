"""A language that the agency had, and has no more: who has it is counted, written to and asked."""

import shutil

import pytest
from lxml import html

from questionnaires.content import SETTING
from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from tests.agencies import FIRST
from tests.asking_builders import CAMPAIGN, import_campaign, import_people, open_wave, register
from tests.crawl import CLOSELY, Crawl
from tests.flow.test_campaign_in_a_later_language import GERMAN
from tests.shown import text_of
from tests.web.running.desk import coming


@pytest.fixture
def german(tmp_path, monkeypatch):
    """Let the agency have German until this is called."""
    root = shutil.copytree(FIRST, tmp_path / "content")
    with (root / "agency.toml").open("a", encoding="utf-8") as agency:
        agency.write(GERMAN)
    monkeypatch.setenv(SETTING, str(root))
    return lambda: monkeypatch.setenv(SETTING, str(FIRST))


@pytest.fixture
async def without_german(web, german, sign_in):
    """An open wave, its 60 people and whoever runs it, of which all had German."""
    bind_worker()
    await import_people(register(language="de"))
    await import_campaign(coming(CAMPAIGN))
    await open_wave(today=clock.today(), now=clock.now())
    bind_web()
    german()


async def test_people_of_it_are_counted_in_the_language_that_they_are_written_to_in(
    without_german, web, sign_in
):
    await sign_in(Role.HR, language="de")
    told = text_of(html.fromstring((await web.get("/people")).text))
    assert "Språk i invitasjonen 60 Bokmål" in told


@pytest.mark.parametrize("role", [Role.HR, Role.ADMIN, Role.LEADER, Role.COMMUNICATIONS])
async def test_every_page_is_open_to_accounts_of_it(without_german, web, sign_in, role):
    await sign_in(role, language="de", unit="nord-1" if role is Role.LEADER else "")
    crawl = Crawl(web, apart=CLOSELY, files=False)
    await crawl.follow(
        "/", "/campaigns/verdipuls", "/waves/vp-1", "/waves/vp-1/preview", "/account"
    )
    refused = {
        at: status for at, status in crawl.replies.items() if status not in {200, 302, 303, 403}
    }
    assert refused == {}
    assert len(crawl.replies) > 12
    assert all('<html lang="nb"' in page for page in crawl.pages.values() if "lang=" in page)
