"""Figures of the first days that hold other units' answers are marked, wherever they are read.

A released installation in which a wave's record says what such records said: whose few answers were
stored under which other unit.
"""

import csv
import io
import json
from collections.abc import AsyncIterator

import pytest
from litestar.testing import AsyncTestClient
from redis import Redis

from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.commands.demo import demo_account
from survey_app.installation.migrate import run_migrations
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications import shelf
from survey_app.settings import Settings
from survey_app.shared import clock, queue
from survey_app.shared.database import Login, connect, connection, fetch
from tests.builders_answering import without_pools
from tests.databases import urls
from tests.installed_before import RELEASED, dropped, restored, unpack_secrets
from tests.one_app import the_app


@pytest.fixture
async def strangers(postgres) -> AsyncIterator[dict]:
    """Plant two moves in a main wave before the upgrade: to a sibling, and to the own region."""
    database = urls(postgres, await restored(postgres, RELEASED[-1]))
    connect(database)
    async with connection(Login.MIGRATOR) as link:
        wave, key, publication = await link.fetchrow(
            "SELECT wave, wave_key, id FROM publications.publication"
            " WHERE population = 'staff' AND kind = 'main' ORDER BY sequence DESC LIMIT 1"
        )
        # a home with figures of its own, and a sibling of another kind
        home = await link.fetchrow(
            "SELECT d.code, d.parent, d.kind, other.code AS small FROM asking.wave_domain d"
            " JOIN publications.estimate e ON e.level = 'unit' AND e.domain = d.code"
            " JOIN asking.wave_domain other ON other.wave = d.wave AND other.level = 'unit'"
            "  AND other.parent = d.parent AND other.kind <> d.kind"
            " WHERE d.wave = $1 AND d.level = 'unit' AND e.publication = $2"
            "  AND e.measure = 'KI-kjerne' AND e.status = 'published' ORDER BY d.code LIMIT 1",
            wave,
            publication,
        )
        at_home = await link.fetchval(
            "SELECT code FROM asking.wave_domain WHERE wave = $1 AND level = 'unit'"
            " AND code <> $2 ORDER BY code DESC LIMIT 1",
            wave,
            home["small"],
        )
        region = await link.fetchval(
            "SELECT parent FROM asking.wave_domain WHERE wave = $1 AND code = $2", wave, at_home
        )
        moved = json.dumps({home["small"]: home["code"], at_home: region})
        await link.execute(
            "UPDATE counting.wave_record SET content = content || jsonb_build_object('format', 2,"
            " 'moved', $2::jsonb) WHERE wave = $1",
            wave,
            moved,
        )
    await run_migrations(database)
    yield {"wave": key, "publication": publication, "home": home["code"], "kind": home["kind"]}
    await dropped(postgres, database)


async def test_answers_from_elsewhere_are_marked_on_page_in_file_and_api(
    strangers, redis, tmp_path
):
    unpack_secrets(RELEASED[-1], tmp_path)
    settings = Settings(data_dir=tmp_path, base_url="http://testserver.local")
    rows = await fetch(Login.MIGRATOR, "SELECT level, domain FROM publications.foreign_answers")
    told = {(row["level"], row["domain"]) for row in rows}
    # its own region is nothing strange
    assert told == {("unit", strangers["home"]), ("unit_type", strangers["kind"])}
    bind_worker()
    with without_pools():
        published = await shelf.load(strangers["publication"], at=clock.now())
    token, _ = await create_token(name="reader", scopes=[Scope.STAFF], days=1, now=clock.now())
    marked = {
        (one["level"], one["code"]) for one in published.domains if one.get("foreign_answers")
    }
    assert marked == told
    assert published.estimate("KI-kjerne", "unit", strangers["home"]).foreign_answers
    queue.configure(redis.url)
    with Redis.from_url(redis.url) as client:
        client.flushdb()
    app = the_app(settings)
    bind_web()
    async with AsyncTestClient(app, base_url=settings.base_url) as web:
        email, password = demo_account(Role.HR)
        await web.post("/sign-in", data={"email": email, "password": password})
        page = await web.get(f"/culture?unit={strangers['home']}&wave={strangers['wave']}")
        assert "Noen få svar fra en annen enhet er med i tallene" in page.text
        api = await web.get(
            f"/api/v1/publications/{strangers['publication']}/estimates",
            params={"measure": "KI-kjerne", "level": "unit"},
            headers={"authorization": f"Bearer {token}"},
        )
        found = {row["domain"] for row in api.json()["items"] if row.get("foreign_answers")}
        assert found == {strangers["home"]}
        file = await web.get(
            "/reports/file",
            params={"publication": str(strangers["publication"]), "format": "csv"},
        )
        lines = csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff")))
        found = {(row["level"], row["domain"]) for row in lines if row["foreign_answers"] == "true"}
        assert found == told
