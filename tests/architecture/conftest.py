"""The application for promises kept on the web, on databases and with keys of one test alone."""

import pytest

from tests.databases import bound, cloned, dropped
from tests.web.conftest import settings, sign_in, web

__all__ = ["settings", "sign_in", "web"]


@pytest.fixture(scope="module", autouse=True)
def kept_keys() -> None:
    """Make every key anew: what is searched for a key must hold no other test's."""


@pytest.fixture
async def database(postgres):
    """A database whose files hold nothing of an earlier test."""
    name = await cloned(postgres)
    yield bound(postgres, name)
    await dropped(postgres, name)
