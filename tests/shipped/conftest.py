"""Here the programme reads the content that ships."""

import pytest

from questionnaires.content import SETTING, SHIPPED


@pytest.fixture(autouse=True)
def shipped(monkeypatch):
    monkeypatch.setenv(SETTING, str(SHIPPED))
