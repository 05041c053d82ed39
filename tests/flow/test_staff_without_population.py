"""Who asks staff alone, or the public alone, needs nothing that the other would take."""

import shutil

import pytest

from questionnaires.content import SETTING
from questionnaires.population import FOLDER
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.campaigns.states import State
from survey_app.shared.database import Login
from tests.agencies import FIRST
from tests.asking_builders import CAMPAIGN, import_campaign, import_people, open_wave


@pytest.fixture
def nobody_counted(tmp_path, monkeypatch):
    """Let the content hold no file of the population."""
    root = shutil.copytree(FIRST, tmp_path / "content", ignore=shutil.ignore_patterns(FOLDER))
    monkeypatch.setenv(SETTING, str(root))


async def test_a_wave_of_staff_opens_without_a_count_of_the_population(database, nobody_counted):
    await import_people()
    await import_campaign(CAMPAIGN)
    await open_wave()
    assert (await find_wave(Login.WORKER, "vp-1")).state == State.OPEN
