"""Each process reaches the database as the logins that it was given, and as no other."""

import pytest

from survey_app.accounts.tables import Account
from survey_app.installation.logins import addresses, make_passwords
from survey_app.installation.tables import bind_worker
from survey_app.reading.results import jobs as pictures
from survey_app.settings import Settings, settings
from survey_app.shared import queue
from survey_app.shared.database import Login, connect
from survey_app.shared.errors import ServiceError
from survey_app.worker import EVERY_MINUTE, NIGHTLY, SWEEP
from tests.builders_answering import an_open_wave

OWNER = "postgresql://agency:hemmelig@db.example.org/barometer"


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """This process's own settings, with a data folder of the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAROMETER_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield settings()
    settings.cache_clear()


async def test_every_job_is_done_as_the_worker_alone(kept, database, redis, monkeypatch):
    async def drawn(_card, _secret):
        """Say that it is drawn, which takes long and no database."""

    monkeypatch.setattr(pictures, "share_file", drawn)
    await an_open_wave(kept)
    connect({Login.WORKER: database[Login.WORKER]})
    queue.configure(redis.url)
    bind_worker()
    for job in (*SWEEP, *EVERY_MINUTE, *NIGHTLY):
        await job({})
    await queue.close()


async def test_accounts_are_out_of_a_workers_reach_and_the_sentence_says_whose_they_are(database):
    connect({Login.WORKER: database[Login.WORKER]})
    bind_worker()
    with pytest.raises(ServiceError, match="set BAROMETER_DATABASE_URL where this is run"):
        await Account.count()


def test_addresses_of_the_other_logins_follow_from_the_owners_once_it_has_migrated(tmp_path):
    chosen = Settings(database_url=OWNER, data_dir=tmp_path)
    with pytest.raises(ServiceError, match="BAROMETER_DATABASE_URL_WEB is not set"):
        addresses(chosen, (Login.WEB,))
    assert set(addresses(chosen, ())) == {Login.MIGRATOR}
    assert make_passwords(chosen)
    assert not make_passwords(chosen)
    found = addresses(chosen, tuple(Login))
    assert found[Login.MIGRATOR] == OWNER
    assert found[Login.WORKER].startswith("postgresql://worker:")
    assert found[Login.WORKER].endswith("@db.example.org/barometer")
    assert len({url.split(":")[2] for url in found.values()}) == len(Login)


def test_an_address_that_is_given_is_taken_and_needs_no_owner(tmp_path):
    web = "postgresql://nett:ord@db.example.org/barometer"
    chosen = Settings(database_url_web=web, data_dir=tmp_path)
    assert addresses(chosen, (Login.WEB,)) == {Login.WEB: web}
    with pytest.raises(ServiceError, match="this needs the address of the database's owner"):
        addresses(chosen, (Login.MIGRATOR,))
    with pytest.raises(ServiceError, match=r"BAROMETER_DATABASE_URL_READER is not set"):
        addresses(chosen, (Login.WEB, Login.READER))
