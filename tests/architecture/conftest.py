"""The application for promises kept on the web, with keys that no other test has used."""

import pytest

from tests.web.conftest import settings, sign_in, web

__all__ = ["settings", "sign_in", "web"]


@pytest.fixture(scope="module", autouse=True)
def kept_keys() -> None:
    """Make every key anew: what is searched for a key must hold no other test's."""
