"""A wave that was open at the upgrade: its form said too much, and now says so."""

from html import unescape

import pytest

from questionnaires.loader import load_library
from survey_app.counting.urn.trustee_files import make_files
from survey_app.installation.migrate import migrate_backwards, run_migrations
from survey_app.installation.tables import bind_web
from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import languages
from survey_app.waves.trusted_waves import trust_earlier_waves
from tests.builders_answering import an_open_wave
from tests.web.conftest import settings, web

__all__ = ["settings", "web"]
BEFORE = "2026-11-27T23:10:00:000000"
OPEN = {"form": "omdomme.open", "population": "open", "kind": "open", "invite": "open"}
MENDED = {one: load_library().messages.text("promise.mended", one) for one in languages()}


@pytest.fixture
async def upgraded(database, settings, tmp_path):
    """Waves that opened under the version before, brought to this one; and one opened after."""
    sticks = [make_files(name, "fire gode ord her", tmp_path) for name in ("Tillitsvalgt", "HR")]
    waves = {
        "worker": await an_open_wave(settings, "worker"),
        "trustees": await an_open_wave(
            settings, "trustees", trustees=[stick.trustee for stick in sticks]
        ),
        "apen": await an_open_wave(settings, "apen", **OPEN),
    }
    await migrate_backwards("asking", BEFORE)
    await run_migrations(database)
    await trust_earlier_waves(settings)
    return waves | {"after": await an_open_wave(settings, "after")}


async def test_only_a_form_that_said_too_much_is_mended_in_its_own_words(upgraded, web):
    bind_web()
    for language in languages():
        told = {}
        for name, wave in upgraded.items():
            path = f"/answer/{wave.tokens[0]}" if wave.tokens else f"/open/{wave.key}"
            told[name] = MENDED[language] in unescape(
                (await web.get(f"{path}?lang={language}")).text
            )
        assert told == {"worker": True, "trustees": False, "apen": False, "after": False}


async def test_who_answered_before_and_whoever_asks_are_told_too(upgraded, web):
    bind_web()
    wave = upgraded["worker"]
    await web.post(f"/answer/{wave.tokens[0]}", data={}, follow_redirects=False)
    for path in (f"/answer/{wave.tokens[0]}", "/promise"):
        assert MENDED["nb"] in unescape((await web.get(path)).text)
    assert unescape((await web.get("/promise")).text).count(MENDED["nb"]) == 1


async def test_a_wave_that_was_counted_before_is_left_alone(database, settings):
    wave = await an_open_wave(settings)
    await migrate_backwards("asking", BEFORE)
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'closed' WHERE id = $1", wave.id)
    await run_migrations(database)
    [row] = await fetch(Login.MIGRATOR, "SELECT promised_more FROM asking.wave")
    assert row["promised_more"] is False
