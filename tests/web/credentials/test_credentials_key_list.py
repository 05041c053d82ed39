"""The key list that anybody may read, and a host that takes ballots and knows nobody."""

import hashlib
import re

import pytest

from survey_app.app import create_ballot_app
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from tests.blind_client import (
    send_ballot,
)
from tests.builders_answering import some_answers, without_pools
from tests.in_process import in_process
from tests.urn_reading import change, urn_of
from tests.web.credentials.sending import ACCEPTED, a_credential


async def test_the_key_list_is_served_as_it_was_written_and_for_good(web, opened):
    wave, _, _ = opened
    [row] = await fetch(Login.WORKER, "SELECT * FROM asking.wave WHERE id = $1", wave.id)
    web.cookies.set("barometer_session", "somebody-is-signed-in")
    reply = await web.get(f"/keys/{wave.key}.json")
    assert reply.content == row["key_list"]
    assert hashlib.sha256(reply.content).hexdigest() == row["key_list_hash"]
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["etag"] == f'"{row["key_list_hash"]}"'
    assert "set-cookie" not in reply.headers
    again = await web.get(
        f"/keys/{wave.key}.json", headers={"if-none-match": reply.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    await change("UPDATE asking.wave SET state = 'published'")
    assert (await web.get(f"/keys/{wave.key}.json")).content == reply.content


@pytest.mark.parametrize("name", ["draft.json", "no-such-wave.json", "draft", ".json", "å.json"])
async def test_a_wave_that_has_not_opened_has_no_key_list(web, database, name):
    from survey_app.installation.tables import bind_web, bind_worker
    from tests.builders_answering import a_draft

    bind_worker()
    await a_draft("draft")
    bind_web()
    reply = await web.get(f"/keys/{name}")
    assert (reply.status_code, reply.json()) == (404, {"outcome": "unknown"})
    assert reply.headers["cache-control"] == "no-store"


async def test_the_host_for_ballots_takes_ballots_and_knows_nobody(web, settings, opened):
    wave, token, _ = opened
    credential = await a_credential(web, opened)
    app = create_ballot_app(Settings(data_dir=settings.data_dir), own_services=False)
    paths = {re.sub(r"\{[^}]*\}", "{}", route.path) for route in app.routes}
    files = {"/robots.txt", "/favicon.ico", "/.well-known/security.txt"}
    known = {"/ballot", "/ballot/unsent", "/code.json", "/keys/{}", "/health/live", "/health/ready"}
    assert paths - files == known
    with without_pools():
        async with in_process(app, "http://urne.example.org") as urn_host:
            assert (await urn_host.get(f"/answer/{token}")).status_code == 404
            assert (await urn_host.get("/health/ready")).status_code == 200
            assert (await urn_host.get(f"/keys/{wave.key}.json")).status_code == 200
            assert (await send_ballot(urn_host, credential, some_answers())).content == ACCEPTED
    assert len((await urn_of(settings, wave))[1]) == 1


def test_ballots_go_where_the_settings_say():
    base, answers, ballots = (f"https://{one}.example.org" for one in ("www", "svar", "urne"))
    assert Settings(base_url=base).balloting_url == ""
    assert Settings(base_url=base, answer_url=answers).balloting_url == answers
    both = Settings(base_url=base, answer_url=answers, ballot_url=ballots)
    assert both.balloting_url == ballots
