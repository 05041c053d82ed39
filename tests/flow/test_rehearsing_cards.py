"""A wave whose unit answers by cards alone is rehearsed as every other, and nothing is left."""

from survey_app.installation.tables import bind_worker
from survey_app.publishing.closing.rehearse_wave import rehearse_wave
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from survey_app.waves.open_wave import open_wave
from tests.builders_answering import NOW, a_draft, an_agency


async def test_a_unit_by_cards_alone_is_rehearsed_without_an_alarm(database, data_dir):
    settings = Settings(data_dir=data_dir, secret_key="for tests only, and long enough there")
    bind_worker()
    await an_agency()
    await a_draft()
    await fetch(Login.WORKER, "UPDATE asking.person SET email = '' WHERE number LIKE 'nord-1-%'")
    await fetch(Login.WORKER, "UPDATE asking.wave SET cards = true")
    told = []

    async def rehearse(link, wave):
        told.append(await rehearse_wave(link, wave, now=NOW))

    drawn = await open_wave(
        "verdipuls-2026-k2", now=NOW, settings=settings, spare=False, rehearse=rehearse
    )
    assert (drawn.invited, drawn.mails, drawn.not_reachable) == (40, 20, 0)
    assert told[0].answers > 20  # more than were invited by mail
    alarms = await fetch(
        Login.MIGRATOR, "SELECT 1 FROM audit.event WHERE action = 'links and ballots do not fit'"
    )
    marked = await fetch(Login.WORKER, "SELECT 1 FROM asking.card WHERE marked")
    assert alarms == marked == []
