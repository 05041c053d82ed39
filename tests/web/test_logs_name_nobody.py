"""What stands in the logs of a whole day: faults that can be found by their number, and nobody."""

import io
import json
import logging
import re
import secrets

import pytest

from survey_app import worker
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.administration import log_routes
from survey_app.answering import sealed_ballot
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.reading.api import routes as api_routes
from survey_app.shared import logs, queue
from tests.asking_builders import register
from tests.builders_answering import an_open_wave, some_answers, without_pools
from tests.web.test_scim import USERS, a_token


@pytest.fixture
def written():
    """The log of a process that serves, as text and as JSON, and all that was said below it."""
    text, lines, all_of_it = io.StringIO(), io.StringIO(), io.StringIO()
    handlers = []
    for stream, formatter in ((text, logs.Line(logs.DAYS)), (lines, logs.JsonLine(logs.DAYS))):
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        handler.addFilter(logs.Once())
        handlers.append(handler)
    handlers.append(logging.StreamHandler(all_of_it))
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.INFO)
    for handler in handlers:
        root.addHandler(handler)
    yield text, lines, all_of_it
    for handler in handlers:
        root.removeHandler(handler)
    root.setLevel(level)


async def csrf(web, address):
    return re.search(r'name="csrf" value="([^"]+)"', (await web.get(address)).text)[1]


def broken(*_, **__):
    raise RuntimeError(f"{MARK} in what was raised")


MARK = f"planted{secrets.token_hex(6)}"
MAIL = f"{MARK}@example.org"
HEADERS = {"X-Forwarded-For": "203.0.113.77", "User-Agent": MARK, "X-Request-Id": MARK}


async def administer(web, sign_in):
    for _ in range(2):
        await web.post("/sign-in", data={"email": MAIL, "password": MARK})
    await web.get(f"/sign-in?next=/{MARK}")
    await sign_in(Role.ADMIN)
    await web.get(f"/settings/log?actor={MAIL}&since={MARK}")
    token = await csrf(web, "/settings/accounts")
    form = {"csrf": token, "email": MAIL, "role": "hr", "unit": "", "language": "nb"}
    assert (await web.post("/settings/accounts/invite", data=form)).status_code == 200
    await web.post("/settings/accounts/invite", data={**form, "csrf": MARK})


async def run(web, sign_in):
    await sign_in(Role.HR)
    people = register() + f"person,{MARK},{MARK},{MARK},,{MAIL},nb,nord-1\n{MARK}\x00\n"
    await web.post(
        "/people/import",
        data={"csrf": await csrf(web, "/people/import")},
        files={"file": (f"{MARK}.csv", people.encode(), "text/csv")},
    )
    for path in (f"/waves/{MARK}", f"/people/import/{MARK}", f"/{MARK}?q={MAIL}"):
        await web.get(path)


async def work():
    async def fails(_context):
        broken()

    with without_pools():
        await worker.quietly(fails)({})
    # pages are answered in another loop, with connections of their own
    await queue.close()


async def told_by_programs(web):
    for headers in ({"Authorization": f"Bearer vb_{MARK}"}, await a_token(Scope.SCIM)):
        for raw in (json.dumps({"userName": MAIL, "displayName": MARK}), f"{{{MARK}"):
            await web.post(
                USERS, content=raw.encode(),
                headers={**headers, "content-type": "application/scim+json"},
            )  # fmt: skip
        await web.get(f"/api/v1/publications/{MARK}", headers=headers)


async def answer(web, settings, monkeypatch):
    bind_worker()
    wave = await an_open_wave(settings)
    bind_web()
    first, second, *_ = wave.tokens
    await web.get(f"/answer/{first}")
    await web.post(f"/answer/{first}", data=some_answers())
    await web.get(f"/answer/{MARK}")
    await web.post(f"/stop/{MARK}")
    monkeypatch.setattr(sealed_ballot, "encode_answers", broken)
    reply = await web.post(f"/answer/{second}", data={**some_answers(), "note": MARK})
    assert reply.status_code == 500
    return [reply.text, *wave.tokens]


@pytest.mark.filterwarnings("ignore")
async def test_no_address_name_token_query_or_body_of_a_whole_day_stands_in_the_log(
    web, sign_in, settings, written, monkeypatch
):
    await work()
    web.headers.update(HEADERS)
    page, *tokens = await answer(web, settings, monkeypatch)
    await administer(web, sign_in)
    await run(web, sign_in)
    await told_by_programs(web)
    text, lines, all_of_it = (stream.getvalue() for stream in written)
    for needle in (MARK, "203.0.113.77", "testclient", "example.org", *tokens):
        for told in (text, lines):
            assert needle not in told, needle
    assert "fails failed: unexpected RuntimeError" in text
    assert "Task" not in all_of_it
    # whoever quotes a number would say when they answered
    assert not re.search(r"\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b", page)
    assert not re.search(r"\[\w{4}\]: .*answer", text)
    for line in lines.splitlines():
        assert {"at", "level", "logger", "message"} <= set(json.loads(line))
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", json.loads(line)["at"])


@pytest.mark.filterwarnings("ignore")
async def test_the_number_on_a_faults_page_leads_to_its_line_in_the_log_also_when_it_repeats(
    web, sign_in, written, monkeypatch
):
    await sign_in(Role.ADMIN)
    monkeypatch.setattr(log_routes, "_wholeness", broken)
    numbers = []
    for _ in range(3):
        reply = await web.get(f"/settings/log?actor={MAIL}")
        assert reply.status_code == 500
        assert "oppgi dette nummeret" in reply.text
        numbers.append(re.search(r'<b class="nowrap">(\w{4})-(\w{4})</b>', reply.text).groups())
    faults, requests = zip(*numbers, strict=True)
    assert len(set(faults)) == 1
    assert len(set(requests)) == 3
    text, lines, _ = (stream.getvalue() for stream in written)
    [line] = [one for one in text.splitlines() if "unexpected" in one]
    assert (
        f"barometer.web [{requests[0]}]: unexpected RuntimeError at test_logs_name_nobody.py"
        in line
    )
    assert line.endswith(f"fault {faults[0]}")
    [told] = [json.loads(one) for one in lines.splitlines() if "unexpected" in one]
    assert told["request"] == requests[0]
    assert MARK not in text + lines


async def test_a_program_gets_the_number_as_a_problem(web, monkeypatch):
    headers = await a_token(Scope.STAFF)
    monkeypatch.setattr(api_routes, "readable", broken)
    reply = await web.get("/api/v1/publications", headers=headers)
    assert reply.status_code == 500
    assert reply.headers["content-type"].startswith("application/problem+json")
    assert re.search(r"its number is \w{4}-\w{4}", reply.json()["detail"])
