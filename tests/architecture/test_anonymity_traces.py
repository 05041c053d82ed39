"""Answer with marker strings while things go wrong, then search every file on every host.

The host keeps more than it should (`tests/attack/host.py`): all of the write-ahead log, every
command to Redis, every log line down to DEBUG, every mail.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
import re
import resource
import secrets
import signal
import subprocess
import sys
from base64 import urlsafe_b64encode

import httpx
import pytest
from arq import create_pool
from arq.connections import RedisSettings
from arq.worker import Worker
from redis import Redis
from redis.exceptions import ResponseError

from questionnaires.loader import load_library
from survey_app.answering import sealed_ballot
from survey_app.answering.told_form import FIELD
from survey_app.asking.delivery.jobs import nightly
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.send_due import send_due
from survey_app.asking.delivery.sink import Sink
from survey_app.asking.errors import MailServerDown
from survey_app.counting.urn import keys
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import queue
from survey_app.shared.database import Login, connection
from survey_app.shared.embedded.places import private_place, service_owner
from survey_app.shared.embedded.redis import start_redis
from survey_app.worker import quietly
from tests.attack.copied_urn import looked_up
from tests.attack.held_wave import close, hold
from tests.attack.host import data_dir, files_with, log_file, postgres, settings, write_down
from tests.attack.ways_to_answer import UNIT
from tests.blind_client import ask_to_sign, fresh, get_credential, group_key, send_ballot
from tests.builders_answering import NOW, an_open_wave, some_answers
from tests.comments_builders import a_commented_wave
from tests.plain_form import hidden_of

__all__ = ["data_dir", "log_file", "postgres", "settings"]

ADDRESS = "testclient"  # what the client under test calls itself, as agent and as address


@pytest.fixture
def redis(data_dir):
    server = start_redis(data_dir)
    try:
        write_down(server)
        yield server
    finally:
        server.stop()


@pytest.fixture
def marker():
    return "marker" + secrets.token_hex(8)


@pytest.fixture
def quiet(data_dir, log_file, capfd, caplog):
    """Assert that needles are in no file, no log and no stream."""

    def assert_nowhere(needles: list[bytes], *, but_in: str = "") -> None:
        found = [
            place for place in files_with(data_dir, needles) if not but_in or but_in not in place
        ]
        assert found == []
        told = capfd.readouterr()
        for text in (told.out, told.err):
            assert not [needle for needle in needles if needle in text.encode()]

    return assert_nowhere


async def provoke_plainly(web, wave, marker) -> list[bytes]:
    """Send the marker as answer, name, header and address."""
    fields = some_answers(**{"vp.try.1": marker, marker: marker})
    hidden = await hidden_of(web, wave.tokens[0])
    headers = {"referer": f"http://{marker}/", "user-agent": marker, "cookie": f"s={marker}"}
    for token in (wave.tokens[0], marker, f"{marker:x<34}"[:34]):
        for sent in (fields, fields | hidden, fields | {FIELD: marker}):
            await web.post(f"/answer/{token}", data=sent, headers=headers)
        await web.get(f"/answer/{token}?lang={marker}", headers=headers)
        await web.post(f"/answer/{token}/credential", content=marker, headers=headers)
    # as a comment: longer than the field, to be shown in another language, and as it should be
    for said in ({"comment": marker * 40}, {"show_language": "nn"}, {}):
        told = some_answers(comment=marker) | said | await hidden_of(web, wave.tokens[1])
        await web.post(f"/answer/{wave.tokens[1]}", data=told, headers=headers)
    await web.post(f"/answer/{wave.tokens[2]}", content=marker.encode() * 20_000)
    await web.get(f"/keys/{marker}.json", headers=headers)
    return [marker.encode(), *(token.encode() for token in wave.tokens[:3])]


async def provoke_blindly(web, wave, marker, token) -> list[bytes]:
    """Send the marker as every part of a ballot, and a good one twice."""
    headers = {"referer": f"http://{marker}/", "user-agent": marker, "cookie": f"s={marker}"}
    credential = await get_credential(web, wave.key, UNIT, token)
    whole = json.loads(credential.ballot(some_answers()))
    for name in whole:
        broken = whole | {name: {marker: marker} if name == "answers" else marker}
        await web.post("/ballot", content=json.dumps(broken), headers=headers)
    await web.post("/ballot", content=marker.encode() * 20_000, headers=headers)
    for _ in range(2):
        reply = await send_ballot(web, credential, some_answers(comment=marker))
        assert reply.json() == {"outcome": "accepted"}
    return [token.encode(), *secret_parts(credential)]


def secret_parts(credential) -> list[bytes]:
    """Return what nobody but the sender may know afterwards: no receipt, but all it is made of."""
    parts = [credential.message, credential.signature]
    return [*parts, *(urlsafe_b64encode(part).rstrip(b"=") for part in parts)]


async def break_the_database(web, wave, marker) -> list[bytes]:
    """Answer in every way while rows are refused, time is out and tables are gone."""
    credentials = [await get_credential(web, wave.key, UNIT, token) for token in wave.tokens[10:14]]
    waiting = iter(credentials)
    at = iter(range(3, 7))
    hidden = await hidden_of(web, wave.tokens[3])
    kept = fresh(await group_key(web, wave.key, UNIT))

    async def answer() -> None:
        fields = some_answers(comment=marker) | {marker: marker}
        token = wave.tokens[next(at)]
        for beside in (hidden, {}):  # taken as it tells, and looked up
            await web.post(f"/answer/{token}", data=fields | beside)
        await send_ballot(web, next(waiting), fields)

    async with connection(Login.MIGRATOR) as link:
        # rows break a constraint: an ordinary server writes them into its log
        await link.execute(
            f"ALTER TABLE counting.urn_{wave.id.hex} ADD CONSTRAINT none CHECK (false) NOT VALID;"
            "ALTER TABLE asking.credential ADD CONSTRAINT none CHECK (false) NOT VALID"
        )
        await answer()
        await ask_to_sign(web, wave.tokens[14], kept)
        # statements run into a time-out
        await link.execute("ALTER ROLE web SET statement_timeout = '1ms'")
        await answer()
        await link.execute("ALTER ROLE web RESET statement_timeout")
        # connections are cut in the middle
        await link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'web'"
        )
        await answer()
        # and tables are gone
        await link.execute(
            "DROP TABLE asking.invitation CASCADE; DROP TABLE counting.urn CASCADE;"
            "DROP TABLE counting.spent CASCADE"
        )
        await answer()
        await ask_to_sign(web, wave.tokens[14], kept)
        await web.get(f"/answer/{wave.tokens[9]}")
        await link.execute("CHECKPOINT")
    parts = [part for credential in credentials for part in secret_parts(credential)]
    return [*(token.encode() for token in wave.tokens[3:15]), *parts, kept.blinded]


@pytest.mark.filterwarnings("ignore")
async def test_no_answer_token_or_address_is_left_in_any_file_or_log(
    web, settings, redis, data_dir, postgres, log_file, marker, quiet
):
    wave = await a_commented_wave(settings)
    bind_web()
    needles = await provoke_plainly(web, wave, marker)
    needles += await provoke_blindly(web, wave, marker, wave.tokens[15])
    needles += await break_the_database(web, wave, marker)
    with Redis(unix_socket_path=str(redis.socket)) as box:
        box.save()
        names = [name for name in box.scan_iter("*") if name.startswith(b"limits:")]
    assert names
    quiet([*needles, ADDRESS.encode()])
    # the search is sharp: it does find what the register is meant to hold, and the log is kept
    assert files_with(private_place(data_dir), [b"nord-1-0@example.org"])
    assert "an answer was not taken: CheckViolationError" in log_file.read_text()
    assert "no credential was issued: CheckViolationError" in log_file.read_text()
    # the server's own log says nothing of it: each line has its millisecond
    assert "ERROR" not in (postgres.data / "server.log").read_text()


@pytest.mark.filterwarnings("ignore")
async def test_a_fault_in_a_handler_says_nothing_of_what_was_sent(
    web, settings, log_file, marker, monkeypatch, quiet
):
    wave = await an_open_wave(settings)
    credential = await get_credential(web, wave.key, UNIT, wave.tokens[1])

    hidden = await hidden_of(web, wave.tokens[0])

    def broken(*_, **__):
        raise RuntimeError(marker)

    monkeypatch.setattr(sealed_ballot, "encode_answers", broken)
    replies = [
        await web.post(f"/answer/{wave.tokens[0]}", data=some_answers()),
        await web.post(f"/answer/{wave.tokens[0]}", data=some_answers() | hidden),
        await send_ballot(web, credential, some_answers()),
    ]
    assert [reply.status_code for reply in replies] == [500, 500, 503]
    quiet([marker.encode(), *(token.encode() for token in wave.tokens[:2])])
    assert log_file.read_text().count("unexpected RuntimeError") == 3


async def test_a_fault_is_logged_by_its_kind_alone(web, settings, caplog):
    wave = await an_open_wave(settings)
    async with connection(Login.MIGRATOR) as link:
        await link.execute("ALTER TABLE asking.invitation RENAME TO elsewhere")
    reply = await web.get(f"/answer/{wave.tokens[0]}")
    assert reply.status_code == 500
    assert "Noe gikk galt hos oss" in reply.text
    records = [record for record in caplog.records if record.name == "barometer.answering"]
    assert [record.getMessage() for record in records] == ["unexpected UndefinedTableError"]
    assert not any(record.exc_info for record in records)


async def limit_files(size: int) -> int:
    """Let no server process behind `web` write a file beyond ``size`` bytes: the disk is full."""
    rows = await looked_up("SELECT pid FROM pg_stat_activity WHERE usename = 'web'")
    owner = service_owner()

    def limit() -> None:
        for row in rows:
            _, most = resource.prlimit(row["pid"], resource.RLIMIT_FSIZE)
            resource.prlimit(row["pid"], resource.RLIMIT_FSIZE, (size, most))

    # as the server's own user: others may not touch its limits
    subprocess.run(  # noqa: ASYNC221
        ["/bin/true"],
        user=owner.uid,
        group=owner.gid,
        extra_groups=[] if owner.uid is not None else None,
        preexec_fn=limit,
        check=True,
    )
    return len(rows)


@pytest.mark.filterwarnings("ignore")
async def test_a_full_disk_writes_no_answer_down(web, settings, postgres, log_file, marker, quiet):
    wave = await an_open_wave(settings)
    credential = await get_credential(web, wave.key, UNIT, wave.tokens[1])
    hidden = await hidden_of(web, wave.tokens[0])
    assert await limit_files(0)
    fields = some_answers() | {marker: marker}
    path = f"/answer/{wave.tokens[0]}"
    refused = [
        await web.post(path, data=fields, follow_redirects=False),
        await web.post(path, data=fields | hidden, follow_redirects=False),
        await send_ballot(web, credential, fields),
    ]
    # nobody is thanked for what could not be kept
    assert [reply.status_code for reply in refused] == [503, 503, 503]
    needles = [marker.encode(), *(token.encode() for token in wave.tokens[:2])]
    quiet([*needles, *secret_parts(credential)])
    said = log_file.read_text()
    assert "an answer was not taken: InternalServerError" in said
    assert "a ballot was not taken: InternalServerError" in said


async def test_a_log_on_a_full_disk_says_nothing_elsewhere(web, settings, marker, quiet):
    wave = await an_open_wave(settings)
    full = logging.FileHandler("/dev/full")
    log = logging.getLogger("barometer.answering")
    log.addHandler(full)
    try:
        async with connection(Login.MIGRATOR) as link:
            await link.execute(
                f"ALTER TABLE counting.urn_{wave.id.hex} ADD CONSTRAINT none CHECK (false)"
            )
        fields = some_answers(comment=marker) | {marker: marker}
        for beside in (await hidden_of(web, wave.tokens[0]), {}):
            reply = await web.post(f"/answer/{wave.tokens[0]}", data=fields | beside)
            assert reply.status_code == 503
    finally:
        log.removeHandler(full)
        with pytest.raises(OSError, match="No space left"):
            full.close()
    quiet([marker.encode(), wave.tokens[0].encode()])


class Refusing(Sink):
    """A mail server that refuses, and quotes in its refusal what it was sent."""

    def __init__(self, folder, at) -> None:
        super().__init__(folder, 0)
        self._at = at

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self._at == "address":
            return f"550 5.1.1 <{address}> is nobody"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        text = " ".join(envelope.original_content.decode(errors="replace").split())
        links = [word for word in text.split() if "/answer/" in word]
        return f"{self._at} not this: {' '.join(links)} to {envelope.rcpt_tos}"


@pytest.mark.parametrize("at", ["address", "554", "451", "421"])
async def test_a_mail_server_that_refuses_is_not_quoted(
    web, settings, data_dir, log_file, tmp_path, quiet, at
):
    wave = await an_open_wave(settings)
    bind_worker()
    server = Refusing(tmp_path, at)
    logging.getLogger("mail.log").disabled = True  # the mail server's own, as in `start_sink`
    server.start()
    try:
        async with MailServer(server.url) as link:
            try:
                await send_due(
                    link,
                    load_library().messages,
                    secret=settings.secret(),
                    base_url=settings.answering_url,
                    clock=lambda: NOW,
                )
            except MailServerDown as down:
                logging.getLogger("barometer.mail").warning("%s", down)
    finally:
        server.stop()
        bind_web()
    quiet([token.encode() for token in wave.tokens[:5]])
    assert "@example.org" not in log_file.read_text()
    problems = await looked_up("SELECT DISTINCT problem FROM asking.outbox")
    assert not [row for row in problems if "@" in row["problem"] or "/" in row["problem"]]


async def test_a_queue_that_is_gone_is_not_told_who_asked(
    web, settings, redis, data_dir, log_file, marker, quiet
):
    wave = await an_open_wave(settings)
    redis.stop()
    guess = await web.get(f"/answer/{marker:x<34}"[:42])
    reply = await web.post(f"/answer/{wave.tokens[0]}", data=some_answers(), follow_redirects=False)
    assert (guess.status_code, reply.status_code) == (404, 303)
    quiet([marker.encode(), wave.tokens[0].encode(), ADDRESS.encode()])


async def test_a_redis_on_disk_gives_no_address_away(web, settings, redis, data_dir):
    """Four thousand million addresses are tried in an hour, by who has hashes and their key."""
    await web.get("/answer/" + "a" * 34)
    with Redis(unix_socket_path=str(redis.socket)) as box:
        counted = [name.rsplit(b":", 1)[-1] for name in box.scan_iter("limits:link:*")]
        # a rewrite of its own accord may be going on; the file is written at once all the same
        with contextlib.suppress(ResponseError):
            box.bgrewriteaof()
    assert counted
    folder = redis.socket.parent / "appendonlydir"
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    assert counted[0] in kept
    told = f"link:{ADDRESS}".encode()
    keys = [kept[at : at + 32] for at in range(len(kept) - 31)]
    keys += [bytes.fromhex(one.decode()) for one in re.findall(rb"(?=([0-9a-f]{64}))", kept)]
    tried = (hmac.new(key, told, hashlib.sha256).hexdigest().encode() for key in keys)
    assert not [name for name in tried if name in counted]
    # the attack is sharp: with the key it finds the address
    with Redis(unix_socket_path=str(redis.socket)) as box:
        names = " ".join(client["name"] for client in box.client_list())
    [key] = re.findall(r"barometer-\d{8}-(\w{64})", names)
    found = hmac.new(bytes.fromhex(key), told, hashlib.sha256).hexdigest().encode()
    assert found in counted
    assert key.encode() not in kept


@pytest.mark.filterwarnings("ignore:Call to deprecated close")  # arq's own
async def test_a_job_that_fails_is_logged_by_its_kind_alone(
    web, settings, postgres, redis, log_file, quiet
):
    wave = await an_open_wave(settings)
    bind_worker()
    await looked_up("ALTER TABLE asking.wave_domain ADD CONSTRAINT none CHECK (false) NOT VALID")
    worker = Worker(
        functions=[quietly(nightly)],
        queue_name="traces",
        redis_settings=RedisSettings(unix_socket_path=str(redis.socket)),
        burst=True,
        handle_signals=False,
        max_tries=1,
    )
    pool = await create_pool(worker.redis_settings, default_queue_name="traces")
    await pool.enqueue_job("nightly")
    await pool.aclose()
    await worker.async_run()
    await worker.close()
    await queue.close()  # what failed was counted from this loop; the application has its own
    bind_web()
    said = log_file.read_text()
    assert "nightly failed: unexpected CheckViolationError at" in said
    quiet([b"Failing row", wave.tokens[0].encode()])


KILLED = """
import asyncio, sys, time
from datetime import UTC, datetime
from pathlib import Path
from survey_app.installation.tables import bind_worker
from survey_app.publishing.closing import close_wave as closing
from survey_app.shared import queue
from survey_app.shared.database import Login, connect

async def wait(*_):
    print("emptied, not committed", flush=True)
    time.sleep(60)

closing.drop_urn = wait
connect({login: sys.argv[1] for login in Login})
bind_worker()
now = datetime(2026, 5, 12, 8, 0, tzinfo=UTC)
asyncio.run(closing.close_wave(sys.argv[2], key_dir=Path(sys.argv[3]), now=now))
"""


async def test_a_worker_killed_in_the_middle_of_emptying_leaves_no_key_behind(
    web, settings, database, data_dir, quiet
):
    held = await hold(web, settings, 0)
    worker = subprocess.Popen(  # noqa: ASYNC220
        [
            sys.executable,
            "-c",
            KILLED,
            database[Login.WORKER],
            held.wave.key,
            str(settings.key_folder),
        ],
        stdout=subprocess.PIPE,
    )
    with worker:
        said = await asyncio.to_thread(worker.stdout.readline)
        assert said == b"emptied, not committed\n"
        worker.send_signal(signal.SIGKILL)
    await close(held, settings)
    await looked_up("CHECKPOINT")
    assert not keys.key_file(settings.key_folder, held.wave.id).exists()
    quiet([held.key, held.key.hex().encode(), urlsafe_b64encode(held.key).rstrip(b"=")])
    quiet([token.encode() for token in held.wave.tokens])
    # the rows of the killed attempt are dead, and of nobody
    alive = await looked_up("SELECT count(*) AS n FROM counting.response")
    assert alive[0]["n"] == len(held.order)


SOURCE = "127.0.0.77"


def test_a_running_demo_tells_nobody_who_answered(demo, marker):
    """Real connections from an address of their own, to processes with their real logs."""
    token = demo.link().rsplit("/", 1)[-1]
    base = demo.link().split("/answer/")[0]
    headers = {"referer": f"http://{marker}/", "user-agent": marker, "x-forwarded-for": SOURCE}
    with httpx.Client(
        base_url=base, headers=headers, transport=httpx.HTTPTransport(local_address=SOURCE)
    ) as web:
        fields = some_answers(comment=marker) | {marker: marker}
        web.get(f"/answer/{token}?x={marker}")
        web.post(f"/answer/{token}", data=fields | {"vp.try.1": marker})
        web.post(f"/answer/{token}", data=fields)
        web.post(f"/answer/{token}/credential", json={"blinded": marker})
        web.post("/ballot", json={marker: marker})
        web.post("/ballot", content=b"\xff\xfe" + marker.encode())
        web.post(f"/answer/{token}", content=marker.encode() * 20_000)
        web.get(f"/answer/{marker}")
        web.get(f"/answer/%ff{marker}")
        web.request("PATCH", f"/answer/{token}")
        web.get(f"/no-such-page/{marker}")
    needles = [marker.encode(), SOURCE.encode()]
    assert files_with(demo.data_dir, needles) == []
    # the demo's mailbox and its ready file hold links; nothing else does
    places = files_with(demo.data_dir, [token.encode()])
    assert [one for one in places if ".eml" not in one and "ready.json" not in one] == []
