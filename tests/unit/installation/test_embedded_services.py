import contextlib
import os
import shutil
import signal
import stat
import subprocess
import time

import asyncpg
import psutil
import pytest
from redis import Redis

from survey_app.installation.services import Services
from survey_app.shared.embedded import redis as embedded
from survey_app.shared.embedded.places import others_may_enter, private_place
from survey_app.shared.embedded.postgres import PORT, embedded_postgres, start_postgres
from survey_app.shared.embedded.redis import start_redis
from survey_app.shared.embedded.turns import in_use, leave_when_ended
from survey_app.shared.errors import ServiceError
from tests.places import lent_place


def test_a_private_home_stays_private(tmp_path):
    # the wheel's own starter makes every parent of its data folder readable for everybody
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    before = {path: stat.S_IMODE(path.stat().st_mode) for path in (home, *home.parents)}
    server = start_postgres(home / "var")
    server.stop()
    assert before == {path: stat.S_IMODE(path.stat().st_mode) for path in before}
    if os.geteuid() == 0:
        assert others_may_enter(private_place(home / "var").parent)
    subprocess.run(["rm", "-rf", private_place(home / "var")], check=True)


def test_a_second_command_joins_the_server_that_runs(postgres, data_dir):
    before = (postgres.data / "postmaster.pid").read_text()
    again = start_postgres(data_dir)
    assert (again.data / "postmaster.pid").read_text() == before
    assert again.socket == postgres.socket


def test_the_trusted_sockets_are_for_the_owner_alone(postgres, redis):
    for socket in (postgres.socket / ".s.PGSQL.5432", redis.socket):
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700


def test_a_second_command_joins_the_redis_that_runs(redis, data_dir):
    with Redis(unix_socket_path=str(redis.socket)) as box:
        before = box.info("server")["process_id"]
        start_redis(data_dir)
        assert box.info("server")["process_id"] == before


@pytest.fixture(scope="module")
def as_started(tmp_path_factory):
    """A server as the product starts it: the one that tests share does not wait for its disk."""
    with lent_place(tmp_path_factory.mktemp("durable")) as folder:
        server = start_postgres(folder)
        yield server
        server.stop()


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit", "full_page_writes"])
async def test_the_embedded_server_is_durable(as_started, name):
    link = await asyncpg.connect(as_started.url())
    assert await link.fetchval(f"SHOW {name}") == "on"
    await link.close()


def test_a_number_that_belongs_to_somebody_else_by_now_does_not_hold_up_the_start(tmp_path):
    server = start_postgres(tmp_path)
    psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0])).kill()
    # as after a restart of a container, where numbers begin anew
    for file in (server.data / "postmaster.pid", server.socket / f".s.PGSQL.{PORT}.lock"):
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert not server.runs()
    deadline = time.monotonic() + 60
    while not server.runs() and time.monotonic() < deadline:
        # the killed one's children need a moment to end
        with contextlib.suppress(ServiceError):
            server.start()
    assert server.runs()
    server.stop()
    assert not server.runs()
    shutil.rmtree(server.place, ignore_errors=True)


def test_a_server_that_does_not_end_by_itself_is_ended_before_it_is_started(tmp_path, monkeypatch):
    """As PostgreSQL 18 waits for ever that is told to stop while it recovers from a full disk."""
    monkeypatch.setattr("survey_app.shared.embedded.postgres._TO_STOP", 1)
    server = start_postgres(tmp_path)
    file = server.data / "postmaster.pid"
    first = psutil.Process(int(file.read_text().split()[0]))
    for child in first.children():
        if "checkpointer" in " ".join(child.cmdline()):
            child.suspend()
    first.send_signal(signal.SIGINT)
    deadline = time.monotonic() + 20
    while "stopping" not in file.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    server.start()
    assert int(file.read_text().split()[0]) != first.pid
    server.stop()
    assert not server.runs()
    shutil.rmtree(server.place, ignore_errors=True)


def test_a_folder_that_was_not_copied_whole_is_left_as_it_is(tmp_path):
    with lent_place(tmp_path) as folder:
        server = embedded_postgres(folder)
        kept = server.data / "global" / "pg_control"
        kept.parent.mkdir(parents=True)
        kept.write_text("all that is left")
        with pytest.raises(
            ServiceError, match=r"not copied whole. Move it away, keep it, and rest"
        ):
            server.start()
        assert kept.read_text() == "all that is left"


def test_the_last_that_uses_the_services_stops_them(tmp_path):
    stopped = []
    with in_use(tmp_path, last=lambda: stopped.append("first")):
        with in_use(tmp_path, last=lambda: stopped.append("second")):
            pass
        assert stopped == []
    assert stopped == ["first"]


@pytest.mark.parametrize(
    ("stop", "ends"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)]
)
def test_a_command_that_is_stopped_while_a_server_begins_leaves_none_running(
    tmp_path, monkeypatch, stop, ends
):
    launch = embedded._launch

    def interrupted(socket):
        launch(socket)
        signal.raise_signal(stop)  # before anybody listens there

    def running(socket):
        found = psutil.process_iter(["cmdline"])
        return [one for one in found if str(socket) in " ".join(one.info["cmdline"] or ())]

    monkeypatch.setattr(embedded, "_launch", interrupted)
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    leave_when_ended()
    try:
        with lent_place(tmp_path) as folder:
            server = embedded.embedded_redis(folder)
            found = Services({}, "", None, server)
            with pytest.raises(ends), in_use(folder, last=found.stop):
                found.start()
            deadline = time.monotonic() + 5
            while running(server.socket) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert not running(server.socket)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
