"""Waves of before the proofs: taken on trust once, by what has the secret, and told."""

import json

import pytest

from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from survey_app.waves.trusted_waves import trust_earlier_waves
from survey_app.waves.watch_sealing import changed_waves
from tests.builders_answering import an_open_wave


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data_dir=tmp_path, secret_key="for tests only, and long enough there")


@pytest.fixture
async def earlier(database, settings):
    """An open wave as an earlier version left it."""
    wave = await an_open_wave(settings)
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET sealing_proof = ''")
    assert await changed_waves(settings.secret()) == {wave.id}
    return wave


async def test_an_open_wave_of_before_goes_on_and_the_audit_log_has_it(earlier, settings):
    assert await trust_earlier_waves(settings) == [earlier.key]
    assert await changed_waves(settings.secret()) == set()
    [row] = await fetch(
        Login.MIGRATOR,
        "SELECT e.facts, w.key_list_hash FROM audit.event e JOIN asking.wave w ON w.key = e.subject"
        " WHERE e.action = 'sealing taken on trust'",
    )
    assert json.loads(row["facts"]) == {"key_list": row["key_list_hash"]}


async def test_nothing_is_taken_on_trust_a_second_time(earlier, settings):
    await trust_earlier_waves(settings)
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET sealing_proof = '', cover_key = 'planted'")
    assert await trust_earlier_waves(settings) == []
    assert await changed_waves(settings.secret()) == {earlier.id}


async def test_a_mark_that_was_made_without_the_secret_counts_for_nothing(earlier, settings):
    await trust_earlier_waves(settings.model_copy(update={"secret_key": "of somebody else " * 2}))
    assert await changed_waves(settings.secret()) == {earlier.id}
    # and with a new secret the proofs are made anew, as links are not
    assert await trust_earlier_waves(settings) == [earlier.key]
    assert await changed_waves(settings.secret()) == set()
