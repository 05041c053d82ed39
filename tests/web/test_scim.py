"""The agency's directory keeps the register current at `/scim/v2`, as Entra ID writes it."""

import asyncio
import json
import re
import uuid

import httpx
import pytest
from redis import Redis
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.asking.directory.bring_in import follow_directory
from survey_app.asking.directory.store import ToldPerson, add_told
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock, queue
from survey_app.shared.database import Login, engine, fetch
from tests.builders_answering import an_agency, without_pools
from tests.live_server import free_port, serving
from tests.one_app import the_app

USERS = "/scim/v2/Users"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
SCIM_JSON = {"content-type": "application/scim+json"}
FILTERS = (
    'userName eq "PERSON3@example.org"',
    'externalId eq "3"',
    'username Eq "person3@example.org"',
)
UNREADABLE = [b"", b"[]", b"{", b'{"userName": {}}', b'{"userName": "a\\u0000b"}']
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


async def a_token(*scopes):
    bind_worker()
    token, _ = await create_token(name="Entra ID", scopes=scopes, days=30, now=clock.now())
    bind_web()
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def directory(web):
    web.headers.update(await a_token(Scope.SCIM))
    return web


def somebody(number, **changed):
    """As Entra ID writes a new person, with much that nobody needs here."""
    return {
        "schemas": [CORE, ENTERPRISE],
        "externalId": f"{number}",
        "userName": f"person{number}@example.org",
        "active": True,
        "displayName": "Nora Berg",
        "emails": [{"primary": True, "type": "work", "value": f"person{number}@example.org"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "Nora Berg", "familyName": "Berg", "givenName": "Nora"},
        "preferredLanguage": "nn-NO",
        ENTERPRISE: {"department": "unit-1", "manager": {"value": "42"}},
    } | changed


def a_patch(*operations):
    return {"schemas": [PATCH], "Operations": list(operations)}


async def test_the_tester_of_scim_finds_nothing_wrong_with_the_running_server(
    database, redis, settings
):
    queue.configure(redis.url)
    with Redis.from_url(redis.url) as client:
        client.flushdb()
    headers = await a_token(Scope.SCIM)
    port = free_port()
    app = the_app(settings.model_copy(update={"base_url": f"http://127.0.0.1:{port}"}))
    async with serving(app, port) as address:

        def passed_on(environ, start_response):
            """Let a client that speaks WSGI reach the server over its port."""
            path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
            reply = httpx.request(
                environ["REQUEST_METHOD"],
                f"{address}{path}{'?' if query else ''}{query}",
                content=environ["wsgi.input"].read(),
                headers=headers | {"content-type": environ.get("CONTENT_TYPE", "")},
                timeout=60,
            )
            told = [
                (name, value) for name, value in reply.headers.items() if name != "content-length"
            ]
            start_response(f"{reply.status_code} {reply.reason_phrase}", told)
            return [reply.content]

        client = WSGISCIMClient(passed_on, base_url=f"{address}/scim/v2")
        results = await asyncio.to_thread(check_server, client)
    wrong = [
        (one.status.name, one.title, one.reason)
        for one in results
        if one.status not in {Status.SUCCESS, Status.SKIPPED}
    ]
    print(f"scim2-tester: {len(results)} checks, {len(wrong)} not passed")
    assert wrong == []
    assert sum(one.status is Status.SUCCESS for one in results) > 40


async def test_the_door_is_closed_to_all_but_a_token_for_it(web):
    for headers, status in (
        ({}, 401),
        ({"Authorization": "Bearer vb_nothing"}, 401),
        (await a_token(Scope.STAFF, Scope.METRICS), 403),
    ):
        for address in (USERS, "/scim/v2/ServiceProviderConfig", "/scim/v2/Groups"):
            reply = await web.get(address, headers=headers)
            assert reply.status_code == status, (headers, address)
            assert reply.headers["content-type"].startswith("application/scim+json")


async def test_a_person_as_entra_writes_one_is_kept_without_name_or_telephone(directory):
    reply = await directory.post(USERS, json=somebody(7))
    assert reply.status_code == 201
    told = reply.json()
    assert told["userName"] == "person7@example.org"
    assert reply.headers["location"] == told["meta"]["location"]
    assert told[ENTERPRISE] == {"department": "unit-1"}
    [row] = await fetch(Login.MIGRATOR, "SELECT * FROM asking.directory_person")
    assert "Nora" not in str(row)
    assert "Berg" not in reply.text
    assert (row["state"], row["language"], row["external_id"]) == ("new", "nn-NO", "7")


async def test_a_body_that_begins_with_a_mark_of_its_encoding_is_read(directory):
    body = f"\ufeff{json.dumps(somebody(1))}".encode()
    reply = await directory.post(USERS, content=body, headers=SCIM_JSON)
    assert reply.status_code == 201, reply.text


async def test_people_are_found_as_entra_looks_them_up(directory):
    for number in range(5):
        await directory.post(USERS, json=somebody(number))
    for asked in FILTERS:
        found = (await directory.get(USERS, params={"filter": asked})).json()
        assert found["totalResults"] == 1, asked
        assert found["Resources"][0]["externalId"] == "3"
    none = (await directory.get(USERS, params={"filter": 'externalId eq "99"'})).json()
    assert (none["totalResults"], none["Resources"]) == (0, [])
    some = {"filter": 'active eq true and userName sw "person"'}
    assert (await directory.get(USERS, params=some)).json()["totalResults"] == 5
    page = (await directory.get(USERS, params={"startIndex": 4, "count": 2})).json()
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (5, 4, 2)
    # held against 6,000 people, the long one took three minutes of the web process
    for no_filter in ("userName eq", " or ".join(['userName eq "a"'] * 2500)):
        wrong = await directory.post(f"{USERS}/.search", json={"filter": no_filter})
        assert (wrong.status_code, wrong.json()["scimType"]) == (400, "invalidFilter")
    wrong = await directory.get(USERS, params={"filter": "userName eq"})
    assert wrong.json()["scimType"] == "invalidFilter"


async def test_entra_changes_and_takes_away_in_its_own_manner(directory):
    made = (await directory.post(USERS, json=somebody(7))).json()
    place = f"{USERS}/{made['id']}"
    reply = await directory.patch(
        place,
        json=a_patch(
            {"op": "Replace", "path": f"{ENTERPRISE}:department", "value": "unit-2"},
            {"op": "Add", "path": 'emails[type eq "work"].value', "value": "new@example.org"},
            {"op": "Replace", "path": "name.familyName", "value": "Dahl"},
            {"op": "Replace", "path": "userName", "value": "other7@example.org"},
        ),
    )
    assert reply.status_code == 200, reply.text
    assert reply.json()["userName"] == "other7@example.org"
    assert reply.json()[ENTERPRISE]["department"] == "unit-2"
    reply = await directory.patch(
        place, json=a_patch({"op": "Replace", "path": "active", "value": "False"})
    )
    assert reply.json()["active"] is False
    [row] = await fetch(
        Login.MIGRATOR, "SELECT active, inactive_since FROM asking.directory_person"
    )
    assert (row["active"], row["inactive_since"] is None) == (False, False)
    reply = await directory.patch(place, json=a_patch({"op": "replace", "value": {"active": True}}))
    assert reply.json()["active"] is True
    assert (await directory.delete(place)).status_code == 204
    assert (await directory.get(place)).status_code == 404
    assert (await directory.delete(place)).status_code == 404
    # and comes back as somebody new with the same number
    assert (await directory.post(USERS, json=somebody(7))).status_code == 201


async def test_of_two_changes_of_one_person_at_once_neither_undoes_the_other(directory):
    made = (await directory.post(USERS, json=somebody(7))).json()
    place = f"{USERS}/{made['id']}"
    for other in ("nb-NO", "en-US", "nn-NO", "nb-NO"):
        back = a_patch({"op": "Replace", "path": "active", "value": "True"})
        assert (await directory.patch(place, json=back)).is_success
        changes = {
            "active": "False",
            "preferredLanguage": other,
            f"{ENTERPRISE}:department": f"unit-{other}",
        }
        bodies = [a_patch({"op": "Replace", "path": p, "value": v}) for p, v in changes.items()]
        await asyncio.gather(*(directory.patch(place, json=body) for body in bodies))
        now = (await directory.get(place)).json()
        # somebody who left stays gone, whatever else was told of them at that moment
        assert (now["active"], now["preferredLanguage"]) == (False, other)
        assert now[ENTERPRISE] == {"department": f"unit-{other}"}


async def test_changes_that_wait_for_the_worker_leave_connections_to_who_answers(
    directory, monkeypatch
):
    monkeypatch.setattr("survey_app.asking.directory.store.PATIENCE", 1.0)
    made = (await directory.post(USERS, json=somebody(8))).json()
    place = f"{USERS}/{made['id']}"
    other = a_patch({"op": "Replace", "path": "preferredLanguage", "value": "en-US"})
    async with engine(Login.WORKER).transaction():
        # as the worker does while it brings people in
        await fetch(Login.WORKER, "SELECT FROM asking.directory_person FOR UPDATE")
        changes = [asyncio.create_task(directory.patch(place, json=other)) for _ in range(10)]
        gone = asyncio.create_task(directory.delete(place))
        await asyncio.sleep(0.5)
        [waiting] = await fetch(
            Login.WORKER,
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND (database IS NULL OR database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database()))",
        )
        assert waiting["count"] == 1
        for reply in await asyncio.gather(*changes, gone):
            assert (reply.status_code, reply.headers["retry-after"]) == (503, "60")
            assert reply.json()["detail"].startswith("People are being brought into the register")
    assert (await directory.patch(place, json=other)).json()["preferredLanguage"] == "en-US"
    assert (await directory.delete(place)).status_code == 204


async def test_whoever_left_does_not_come_back_by_a_change_that_says_nothing_of_it(directory):
    made = (await directory.post(USERS, json=somebody(7, active=False))).json()
    silent = {name: value for name, value in somebody(7).items() if name != "active"}
    for body, active in (
        (silent | {"preferredLanguage": "en-US"}, False),
        (silent | {"active": None}, False),
        (silent | {"ACTIVE": "True"}, True),
        (silent, True),
    ):
        reply = await directory.put(f"{USERS}/{made['id']}", json=body)
        assert (reply.status_code, reply.json()["active"]) == (200, active)


async def test_nobody_is_told_of_without_an_address_and_nobody_loses_theirs(directory):
    for name in ("", "  "):
        reply = await directory.post(USERS, json=somebody(8, userName=name))
        assert (reply.status_code, reply.json()["scimType"]) == (400, "invalidValue")
    place = f"{USERS}/{(await directory.post(USERS, json=somebody(7))).json()['id']}"
    to_nothing = a_patch({"op": "Replace", "path": "userName", "value": " "})
    for reply in (
        await directory.patch(place, json=to_nothing),
        await directory.put(place, json=somebody(7, userName="")),
    ):
        assert (reply.status_code, reply.json()["scimType"]) == (400, "invalidValue")
    assert (await directory.get(place)).json()["userName"] == "person7@example.org"


async def test_two_people_never_share_an_address_or_a_number(directory):
    await directory.post(USERS, json=somebody(7))
    for other in (
        somebody(7),
        somebody(8, userName="Person7@Example.org"),
        somebody(7, userName="x@y.no"),
    ):
        reply = await directory.post(USERS, json=other)
        assert (reply.status_code, reply.json()["scimType"]) == (409, "uniqueness")
    both = await asyncio.gather(*(directory.post(USERS, json=somebody(9)) for _ in range(8)))
    assert sorted(one.status_code for one in both) == [201] + [409] * 7


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"userName": {}}',
        b'{"userName": "a\\u0000b"}',
        b'{"userName": "a\\ud800b"}',
        b'{"userName": "%s"}' % (b"a" * 255),
        b'{"userName": "a", "preferredLanguage": "%s"}' % (b"a" * 41),
        b"[" * 20_000,
        b'{"a":' * 12_000,
    ],
)
async def test_what_cannot_be_read_is_refused_in_the_words_of_scim(directory, body):
    reply = await directory.post(
        USERS, content=body, headers={"content-type": "application/scim+json"}
    )
    assert reply.status_code == 400, reply.text
    assert reply.json()["schemas"] == [ERROR]


@pytest.mark.parametrize(
    "asked",
    [{"filter": 'userName eq "\\q"'}, {"filter": 'id eq "\\ud800"'}, {"startIndex": "9" * 30}],
)
async def test_what_cannot_be_looked_up_is_refused_in_the_words_of_scim(directory, asked):
    reply = await directory.get(USERS, params=asked)
    assert reply.status_code == 400, reply.text
    assert reply.json()["schemas"] == [ERROR]


@pytest.mark.parametrize("number", [b"Infinity", b"1e999", b"9" * 30, b"[1]"])
async def test_a_search_by_no_number_is_refused_in_the_words_of_scim(directory, number):
    reply = await directory.post(
        f"{USERS}/.search", content=b'{"startIndex": %s}' % number, headers=SCIM_JSON
    )
    assert reply.status_code == 400, reply.text
    assert reply.json()["schemas"] == [ERROR]


async def test_too_many_requests_are_asked_to_wait(directory, monkeypatch):
    monkeypatch.setattr("survey_app.asking.directory.routes.A_MINUTE", 3)
    found = [await directory.get(USERS) for _ in range(5)]
    assert [reply.status_code for reply in found] == [200, 200, 200, 429, 429]
    assert found[-1].headers["retry-after"] == "60"


async def test_hr_lets_go_whom_the_directory_took_out_and_nobody_else_does(web, sign_in):
    bind_worker()
    await an_agency(20)
    people = await fetch(Login.WORKER, "SELECT number FROM asking.person WHERE number ~ '^nord'")
    gone = [one["number"] for one in people][:9]
    at = clock.now()
    for number in gone:
        person = ToldPerson(
            uuid.uuid4(), f"{number}@example.org", number, "nb", "nord-1",
            active=False, given_at=at, changed_at=at,
        )  # fmt: skip
        with without_pools():
            await add_told(person)
    with without_pools():
        await follow_directory({})
    bind_web()
    await sign_in(Role.ADMIN)
    page = (await web.get("/people/directory")).text
    assert "Har 9 av 20 sluttet i Nord?" in page
    assert "Noen i HR må bestemme det" in page
    assert gone[0] not in page
    await sign_in(Role.HR)
    assert "Bestem om det stemmer" in (await web.get("/people")).text
    page = (await web.get("/people/directory")).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    form = {"csrf": csrf, "region": "nord"}
    for leaving, status in (("8", 422), ("many", 422), ("9" * 5000, 422), ("9", 200)):
        reply = await web.post("/people/directory/confirm", data=form | {"leaving": leaving})
        assert reply.status_code == status, leaving
    bind_worker()
    with without_pools():
        await follow_directory({})
        rows = await fetch(Login.WORKER, "SELECT count(*) FROM asking.person WHERE active")
    bind_web()
    assert rows[0]["count"] == 31
    assert "Alle i katalogen har" in (await web.get("/people/directory")).text
    acts = await fetch(
        Login.MIGRATOR,
        "SELECT actor, facts::text FROM audit.event WHERE action ~ '^leavers' ORDER BY number",
    )
    assert [one["actor"] for one in acts] == ["directory", "hr@example.org"]
    assert "@" not in acts[0]["facts"]


async def test_signs_that_nobody_sees_are_no_part_of_an_address_that_the_directory_tells(web):
    bind_worker()
    await an_agency(20)
    at = clock.now()
    person = ToldPerson(
        uuid.uuid4(), "\ufeff ny\u200b@example.org", "ny1", "nb", "nord-1",
        active=True, given_at=at, changed_at=at,
    )  # fmt: skip
    with without_pools():
        await add_told(person)
        await follow_directory({})
    told = await fetch(Login.WORKER, "SELECT email FROM asking.person WHERE number = 'ny1'")
    assert [one["email"] for one in told] == ["ny@example.org"]
