"""The API: what a token may read, and that its figures are those of the pages."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from jsonstat_validator import validate_jsonstat

from survey_app.accounts.api_tokens import create_token, list_tokens, revoke_token
from survey_app.accounts.errors import AccountError
from survey_app.accounts.scopes import Scope
from survey_app.events.kinds import Side
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.builders_events import an_event
from tests.builders_publication import SMALL_UNIT, public_series, put_on_shelf, staff_series
from tests.node import run
from tests.stocked_shelf import emptied, stocked_database

READER = Path(__file__).parent.parent / "reference" / "json_stat" / "read.mjs"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    """A database with two main waves and the newest pulses of staff, and a wave of the public."""

    async def stock() -> None:
        staff = staff_series()
        await put_on_shelf(staff[0], *staff[3:], public_series()[-1])

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    """The same shelf for every test here; tokens are each test's own."""
    return await emptied(stocked, "accounts.api_token", "events.event")


@pytest.fixture
async def token(database):
    """Make tokens as the command does, and ask as a web process does."""

    async def make(*scopes, days=30, now=None):
        bind_worker()
        made, _ = await create_token(name="tests", scopes=scopes, days=days, now=now or clock.now())
        bind_web()
        return {"Authorization": f"Bearer {made}"}

    return make


async def newest_main(web, headers):
    found = (await web.get("/api/v1/publications?population=staff", headers=headers)).json()
    return next(one for one in found["items"] if one["kind"] == "main")


async def test_without_a_good_token_nothing_is_told(web, token):
    stale = await token(Scope.STAFF, days=1, now=NOW - timedelta(days=900))
    for headers in (
        {},
        {"Authorization": "Bearer vb_guess"},
        {"Authorization": "Basic eA=="},
        stale,
    ):
        reply = await web.get("/api/v1/publications", headers=headers)
        assert reply.status_code == 401
        assert reply.headers["www-authenticate"] == "Bearer"
        assert reply.headers["content-type"] == "application/problem+json"


async def test_a_revoked_token_is_refused_at_once(web, token):
    headers = await token(Scope.PUBLIC)
    assert (await web.get("/api/v1/publications", headers=headers)).status_code == 200
    bind_worker()
    assert await revoke_token("tests", now=clock.now()) == 1
    assert [row["revoked"] for row in await list_tokens()] == [True]
    bind_web()
    assert (await web.get("/api/v1/publications", headers=headers)).status_code == 401


async def test_a_scope_covers_its_population_and_no_other(web, token):
    staff, public = await token(Scope.STAFF), await token(Scope.PUBLIC)
    listed = (await web.get("/api/v1/publications", headers=public)).json()["items"]
    assert {one["population"] for one in listed} == {"public"}
    head = await newest_main(web, staff)
    for address in (
        f"/api/v1/publications/{head['id']}",
        f"/api/v1/publications/{head['id']}/estimates",
        "/api/v1/publications?population=staff",
        "/api/v1/trends/KI?population=staff",
    ):
        reply = await web.get(address, headers=public)
        assert reply.status_code == 403
        assert reply.json()["detail"] == "The token lacks the scope results:staff"


async def test_a_hidden_figure_has_its_status_and_nothing_else(web, token):
    headers = await token(Scope.STAFF)
    head = await newest_main(web, headers)
    address = f"/api/v1/publications/{head['id']}/estimates?domain={SMALL_UNIT}&measure=KI"
    (row,) = (await web.get(address, headers=headers)).json()["items"]
    assert row.pop("status").startswith("suppressed")
    assert set(row) == {"measure", "statistic", "level", "domain"}


async def test_figures_are_the_publication_s_and_pages_hold_them_all(web, token):
    headers = await token(Scope.STAFF)
    content = next(one for one in reversed(staff_series()) if one["wave"]["kind"] == "main")
    head = await newest_main(web, headers)
    address: str | None = f"/api/v1/publications/{head['id']}/estimates?statistic=mean&limit=700"
    rows = []
    while address:
        page = (await web.get(address, headers=headers)).json()
        rows += page["items"]
        address = page["next"]
    means = [row for row in content["estimates"] if row["statistic"] == "mean"]
    assert page["total"] == len(rows) == len(means)
    shown = {(row["measure"], row["level"], row["domain"]): row for row in rows}
    for row in means:
        told = shown[row["measure"], row["level"], row["domain"]]
        names = ("n", "mean", "low", "high", "se", "status")
        assert [told.get(name) for name in names] == [row.get(name) for name in names]


async def test_changes_and_trends_tell_what_pages_tell(web, token):
    headers = await token(Scope.STAFF)
    head = await newest_main(web, headers)
    address = f"/api/v1/publications/{head['id']}/changes?measure=KI&level=agency&role=previous"
    (change,) = (await web.get(address, headers=headers)).json()["items"]
    assert change["verdict"] in {"up", "down", "steady", "uncertain"}
    trend = (await web.get("/api/v1/trends/KI?population=staff", headers=headers)).json()
    assert [one["kind"] for one in trend["points"]] == ["main"] * len(trend["points"])
    assert len(trend["points"]) == 2
    assert trend["points"][-1]["publication"] == head["id"]


async def test_a_language_that_the_agency_has_not_is_told(web, token):
    head = await newest_main(web, await token(Scope.STAFF))
    address = f"/api/v1/publications/{head['id']}/json-stat?lang=xx"
    reply = await web.get(address, headers=await token(Scope.STAFF))
    assert (reply.status_code, reply.json()["detail"]) == (400, "lang is none of nb, nn, en")


async def test_a_reader_of_json_stat_finds_the_published_means_and_no_hidden_one(web, token):
    head = await newest_main(web, await token(Scope.STAFF))
    address = f"/api/v1/publications/{head['id']}/json-stat?lang=en"
    raw = await web.get(address, headers=await token(Scope.STAFF))
    assert validate_jsonstat(raw.json())
    [read] = run(READER, [{"dataset": raw.json()}])
    assert (read["class"], read["label"]) == ("dataset", "Verdipuls: autumn 2025, main survey")
    means = [cell for cell in read["cells"] if cell["statistic"] == "mean"]
    mine = {(c["domain"], c["measure"]): c["value"] for c in means if c["value"] is not None}
    content = next(one for one in reversed(staff_series()) if one["wave"]["kind"] == "main")
    expected = {
        (f"type:{r['domain']}" if r["level"] == "unit_type" else r["domain"] or "agency",
         r["measure"]): r["mean"]
        for r in content["estimates"]
        if r["statistic"] == "mean" and r["status"] == "published"
    }  # fmt: skip
    assert mine == expected
    hidden = {c["status"] for c in means if c["domain"] == SMALL_UNIT}
    assert hidden <= {"suppressed_primary", "suppressed_secondary", "not_published"}
    assert (await web.get(address, headers=await token(Scope.PUBLIC))).status_code == 403


async def test_events_are_told_by_population_and_not_once_taken_away(web, token):
    await an_event("Enheten", "ost-5")
    gone = await an_event("Borte")
    await an_event("Mediesak", side=Side.PUBLIC, open=True)
    await fetch(Login.MIGRATOR, "UPDATE events.event SET removed_at = now() WHERE id = $1", gone)
    staff, both = await token(Scope.STAFF), await token(Scope.STAFF, Scope.PUBLIC)
    told = (await web.get("/api/v1/events", headers=staff)).json()
    assert told == {
        "items": [{"population": "staff", "day": "2025-08-01", "kind": "other",
                   "domain": "ost-5", "text": {"nb": "Enheten"}, "open": False}],
        "total": 1, "next": None,
    }  # fmt: skip
    page = (await web.get("/api/v1/events?limit=1&offset=1", headers=both)).json()
    assert (page["total"], len(page["items"]), page["next"]) == (2, 1, None)
    assert (await web.get("/api/v1/events?population=public", headers=staff)).status_code == 403


async def test_what_has_not_changed_is_not_sent_again(web, token):
    headers = await token(Scope.PUBLIC)
    first = await web.get("/api/v1/publications/latest", headers=headers)
    again = await web.get(
        "/api/v1/publications/latest", headers=headers | {"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = await web.get(
        "/api/v1/publications", headers=headers | {"If-None-Match": first.headers["etag"]}
    )
    assert other.status_code == 200


async def test_mistakes_are_told_where_they_are(web, token):
    headers = await token(Scope.STAFF)
    wrong = await web.get("/api/v1/publications?limit=0", headers=headers)
    assert (wrong.status_code, wrong.json()["title"]) == (400, "Bad Request")
    assert "limit" in wrong.json()["detail"]
    unknown = await web.get(f"/api/v1/publications/{uuid.uuid4()}", headers=headers)
    assert unknown.json() == {
        "title": "Not Found", "status": 404, "detail": "There is no such publication",
    }  # fmt: skip
    nowhere = await web.get("/api/v2/anything", headers=headers)
    assert nowhere.headers["content-type"] == "application/problem+json"
    written = await web.post("/api/v1/publications", headers=headers)
    assert written.status_code == 405
    assert set(written.headers["allow"].split(", ")) == {"GET", "OPTIONS"}


async def test_the_strategy_is_told_with_what_measures_it(web, token):
    found = (await web.get("/api/v1/strategy", headers=await token(Scope.PUBLIC))).json()
    measured = [one for one in found["statements"] if "vp.try.1" in one["items"]]
    assert measured
    assert all(one["text"] for one in found["statements"])


async def test_a_token_needs_a_name_a_scope_and_an_end(database):
    bind_worker()
    for wrong in ({"name": " "}, {"scopes": []}, {"days": 0}, {"days": 5000}):
        with pytest.raises(AccountError):
            await create_token(
                **{"name": "x", "scopes": [Scope.STAFF], "days": 3, "now": NOW} | wrong
            )
    assert await list_tokens() == []


@pytest.mark.parametrize(
    ("moment", "is_good"),
    [
        # midnight in Norway is 23 o'clock of UTC in winter
        (datetime(2026, 11, 23, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 23, 1, tzinfo=UTC), False),
    ],
)
async def test_a_token_is_good_to_the_end_of_its_last_day_in_norway(
    web, token, monkeypatch, moment, is_good
):
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # the 21st in Norway
    headers = await token(Scope.STAFF, days=2, now=late)
    monkeypatch.setattr(clock, "now", lambda: moment)
    reply = await web.get("/api/v1/publications", headers=headers)
    assert (reply.status_code == 200) is is_good


async def test_a_dump_of_the_database_holds_no_token(database):
    bind_worker()
    made, _ = await create_token(name="x", scopes=[Scope.STAFF], days=3, now=NOW)
    link = await asyncpg.connect(database[Login.MIGRATOR])
    row = await link.fetchrow("SELECT * FROM accounts.api_token")
    await link.close()
    assert made not in str(dict(row))


async def test_the_description_names_every_address_and_asks_for_no_token(web):
    found = (await web.get("/api/schema")).json()
    assert found["openapi"].startswith("3.1")
    assert set(found["paths"]) >= {"/api/v1/publications", "/api/v1/trends/{measure}"}
    assert found["security"] == [{"token": []}]
    # programs that make clients of it refuse a header without a schema, and words that 3.1 has not
    operations = [one["get"] for one in found["paths"].values()]
    headers = [
        header
        for operation in operations
        for reply in operation["responses"].values()
        for header in reply.get("headers", {}).values()
    ]
    assert len(headers) == len(operations)
    assert {header["schema"]["type"] for header in headers} == {"string"}
    examples = [
        example
        for operation in operations
        for parameter in operation.get("parameters", ())
        for example in parameter.get("examples", {}).values()
    ]
    assert {tuple(example) for example in examples} == {("value",)}


async def test_measures_carry_the_caveats_that_pages_show(web, token):
    headers = await token(Scope.STAFF)
    head = await newest_main(web, headers)
    told = (await web.get(f"/api/v1/publications/{head['id']}", headers=headers)).json()
    by_code = {one["code"]: one for one in told["measures"]}
    assert by_code["KI-kjerne"]["name"]["nb"] == "Kulturindeks (6 spørsmål)"
    assert by_code["KI-kjerne"]["short_form_of"] == "KI"
    assert by_code["TRY-kjerne"]["short_form_of"] == "TRY"
    assert {by_code[one]["short_form_of"] for one in ("KI", "TRY", "SIK")} == {""}
    # statements are told of items, and so are ties that do not hold
    weak = {(tie["item"], tie["statement"]) for one in by_code.values() for tie in one["weak"]}
    assert ("aa.6", "omdomme.arbeidsplass.1") in weak
    [item] = by_code["vp.nyt.4"]["weak"]
    assert item["reason"]["en"] == "is about time, not willingness"
    assert by_code["vp.try.1"]["weak"] == []
    address = f"/api/v1/publications/{head['id']}/json-stat?lang=en"
    measures = (await web.get(address, headers=headers)).json()["dimension"]["measure"]["category"]
    assert measures["note"]["KI-kjerne"] == [
        "Has only some of the questions of KI. The two cannot be compared."
    ]
    assert "KI" not in measures["note"]
