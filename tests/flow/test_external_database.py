"""The core of the flow on a PostgreSQL over TCP with a password, as an agency would have it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from survey_app.app import create_app
from survey_app.asking.errors import OpeningRefused
from survey_app.installation.doctor import Services, _examine_services
from survey_app.installation.logins import OTHERS, make_passwords, proof_of
from survey_app.installation.migrate import run_migrations
from survey_app.installation.schema_state import SchemaError
from survey_app.installation.services import find_services
from survey_app.installation.tables import bind_worker
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.database import Login, connect, fetch
from survey_app.shared.embedded.places import private_place
from survey_app.shared.log_parameters import ROLE_SETTINGS
from tests.agency_server import server
from tests.builders_answering import NOW, an_open_wave, some_answers

LATIN = "OWNER agency ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
__all__ = ["server"]


@pytest.fixture
def installation(server, redis, tmp_path) -> tuple[Settings, Services]:
    settings = Settings(
        database_url=server.replace("//postgres:", "//agency:"),
        redis_url=redis.url,
        data_dir=tmp_path / "data",
        secret_key="for tests only, and long enough there",
    )
    make_passwords(settings)
    return settings, find_services(settings)


async def test_a_wave_runs_whole_on_an_external_database(server, installation, data_dir):
    settings, services = installation
    # what the server does not let us set is named, until its owner grants it
    assert "log_min_error_statement" in (await run_migrations(services.database)).refused
    queue.configure(services.redis_url)
    told = [str(finding.sentence) for finding in await _examine_services(services, settings)]
    assert any("log_min_error_statement for web (want panic)" in line for line in told)
    bind_worker()
    with pytest.raises(OpeningRefused, match="log_min_error_statement for web"):
        await an_open_wave(settings, "verdipuls-2026-refused")

    root = await asyncpg.connect(server)
    for name in ROLE_SETTINGS:
        await root.execute(f"GRANT SET ON PARAMETER {name} TO agency")
    await root.close()
    assert (await run_migrations(services.database)).refused == ()
    findings = await _examine_services(services, settings)
    assert not [finding for finding in findings if finding.bad]
    # a server comes with it on
    assert any("log_checkpoints is on" in finding.sentence for finding in findings)

    wave = await an_open_wave(settings)
    app = create_app(settings, own_services=False)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        for token in wave.tokens:
            reply = await client.post(
                f"/answer/{token}", data=some_answers(), follow_redirects=False
            )
            assert reply.status_code == 303
    bind_worker()
    await close_wave(wave.key, key_dir=settings.key_folder, now=NOW + timedelta(days=20))
    publication = await publish_wave(wave.key, now=NOW + timedelta(days=20))
    rows = await fetch(Login.READER, "SELECT id FROM publications.publication")
    assert [row["id"] for row in rows] == [publication]
    # no password of a login is in the server's log, which has each statement about roles
    log = (private_place(data_dir) / "tcp" / "data" / "log").read_text()
    assert "ALTER ROLE" in log
    passwords = [urlsplit(services.database[login]).password for login in OTHERS]
    assert not [word for word in passwords if word in log]
    await queue.close()


def test_generated_passwords_are_kept_private_and_stay_the_same(installation):
    settings, services = installation
    kept = settings.data_dir / "logins.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert not make_passwords(settings)
    assert find_services(settings).database == services.database
    assert len(set(services.database.values())) == len(Login)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (LATIN, "its encoding is not UTF8"),
        ("OWNER postgres", "this login does not own it"),
        ("OWNER agency; ALTER DATABASE other SET default_transaction_read_only = on", "written to"),
        ("OWNER agency; ALTER DATABASE other SET search_path = agency", "SET search_path = public"),
        ("OWNER agency; ALTER ROLE agency NOCREATEROLE", "ALTER ROLE … CREATEROLE"),
    ],
)
async def test_a_database_that_is_not_made_as_it_must_be_is_refused_before_anything_is_made(
    server, installation, made, told
):
    settings, services = installation
    root = await asyncpg.connect(server)
    try:
        for step in f"CREATE DATABASE other {made}".split("; "):
            await root.execute(step)
        other = {one: url.replace("/barometer", "/other") for one, url in services.database.items()}
        connect(other)
        with pytest.raises(SchemaError, match=told):
            await run_migrations(other)
        findings = await _examine_services(replace(services, database=other), settings)
        assert [one for one in findings if one.bad and told in one.sentence]
        await root.execute("DROP DATABASE other WITH (FORCE)")
    finally:
        await root.execute("ALTER ROLE agency CREATEROLE")
        await root.close()


async def test_whatever_signs_a_password_has_it_signs_in(server):
    root = await asyncpg.connect(server)
    await root.execute("CREATE ROLE somebody LOGIN")
    # changed by RFC 4013; then with a sign that it does not allow, or no other
    signs = "pa\u00df \ufb01", "o\u00adrd\u00a0", "\u05d0\ufb01", "\ufb01\U0001f511", "\u00ad"
    for password in ("plain", *signs):
        await root.execute(f"ALTER ROLE somebody PASSWORD '{proof_of(password)}'")
        link = await asyncpg.connect(server, user="somebody", password=password)
        await link.close()
    await root.close()
