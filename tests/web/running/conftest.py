"""A draft on today's dates, and those who run it."""

import pytest

from questionnaires.content import LAID, LAID_OVER, SETTING
from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from tests.asking_builders import CAMPAIGN, import_campaign, import_people
from tests.first_versions import first_versions
from tests.web.conftest import PASSWORD
from tests.web.running.desk import again, coming


@pytest.fixture
def web(web, monkeypatch, settings):
    """The application, and a worker with its settings."""
    monkeypatch.setattr("survey_app.running.carry_out.settings", lambda: settings)
    return web


@pytest.fixture
def sign_in(web):
    async def signed_in(role, email=""):
        email = email or f"{role.value}@example.org"
        unit = "unit-1" if role in UNIT_ROLES else ""
        bind_worker()
        await create_account(
            email=email, role=role, password=PASSWORD, unit=unit, language="nb", now=clock.now()
        )
        bind_web()
        await again(web, email)
        return web

    return signed_in


@pytest.fixture
def own_content(monkeypatch):
    """First versions as the agency wrote them, also after a test that released some."""
    for name in (LAID, LAID_OVER):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv(SETTING, str(first_versions()))


@pytest.fixture
async def campaign(web):
    bind_worker()
    await import_people()
    await import_campaign(coming(CAMPAIGN))
    bind_web()


@pytest.fixture
async def hr(campaign, sign_in):
    await sign_in(Role.HR, "hr2@example.org")
    return await sign_in(Role.HR)
