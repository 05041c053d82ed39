"""An open wave, and one who may answer it."""

import pytest

from tests.builders_answering import an_open_wave
from tests.web.credentials.sending import groups_of


@pytest.fixture
async def opened(web, settings):
    """An open wave, one token of it and that token's group."""
    wave = await an_open_wave(settings)
    groups = await groups_of(settings, wave)
    return wave, wave.tokens[0], groups[wave.tokens[0]]
