"""Behind the shipped proxy, answers and readers reach processes of their own."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from tests.faults.hosts.programmes import install
from tests.faults.post import make_authority, make_certificate
from tests.live_server import free_port

ANSWERS, PAGES = "svar.example.org", "barometer.example.org"
pytestmark = pytest.mark.slow


async def a_process(named: str, port: int) -> asyncio.Server:
    """Answer every request with a name, in the place of `barometer web`."""

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                writer.write(
                    f"HTTP/1.1 200 OK\r\nContent-Length: {len(named)}\r\n\r\n{named}".encode()
                )
        writer.close()

    return await asyncio.start_server(reply, "127.0.0.1", port)


def shipped(folder: Path, ports: dict[str, int]) -> Path:
    """Write the shipped file with ports and folders of this test."""
    site = Path("deploy/nginx.conf").read_text()
    for port, ours in (("8000", "readers"), ("8002", "answering")):
        site = site.replace(f"127.0.0.1:{port}", f"127.0.0.1:{ports[ours]}")
    site = site.replace("listen 443 ssl", f"listen 127.0.0.1:{ports['proxy']} ssl")
    site = site.replace("/etc/ssl/barometer", str(folder)).replace("/var/log/nginx", str(folder))
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    written = folder / "nginx.conf"
    written.write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 64; }}\nhttp {{ {temporary}\n{site}\n}}\n"
    )
    return written


class Visitor:
    """Somebody who knows the proxy by both its names."""

    def __init__(self, port: int, authority: Path) -> None:
        self.port, self.context = port, ssl.create_default_context(cafile=str(authority))

    async def told(self, host: str, path: str, verb: str = "GET") -> str:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self.context, server_hostname=host
        )
        body = "a=1" if verb == "POST" else ""
        writer.write(
            f"{verb} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
            f"Connection: close\r\n\r\n{body}".encode()
        )
        reply = (await reader.read()).decode()
        writer.close()
        status = reply.split(" ")[1]
        return reply.rpartition("\r\n\r\n")[2] if status == "200" else status


@pytest.fixture
def proxy(tmp_path: Path):
    assert not install(), "nginx is needed"
    key, authority = make_authority(tmp_path / "ca.pem")
    for name, file in ((ANSWERS, "svar"), (PAGES, "barometer")):
        chain = make_certificate(tmp_path / f"{file}.pem", key, authority, name=name)
        shutil.copy(chain, tmp_path / f"{file}.key")
    ports = {name: free_port() for name in ("proxy", "readers", "answering")}
    running = subprocess.Popen(["nginx", "-p", str(tmp_path), "-c", str(shipped(tmp_path, ports))])
    yield ports, Visitor(ports["proxy"], tmp_path / "ca.pem")
    running.terminate()
    running.wait(10)


async def listening(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.05)


async def test_answers_never_wait_for_readers_and_go_on_where_their_own_process_is_gone(proxy):
    ports, visitor = proxy
    readers = await a_process("readers", ports["readers"])
    answering = await a_process("answering", ports["answering"])
    await listening(ports["proxy"])
    for path in ("/answer/token", "/open/kort", "/kode", "/ballot", "/keys/wave.json", "/verify"):
        assert await visitor.told(ANSWERS, path) == "answering", path
    assert await visitor.told(ANSWERS, "/answer/token", "POST") == "answering"
    for path in ("/", "/culture", "/strategy", "/results", "/sign-in", "/key-holder/token"):
        assert await visitor.told(PAGES, path) == "readers", path

    # an agency that starts one process for all loses nothing, an answer that was sent least of all
    answering.close()
    answering.close_clients()
    for verb in ("GET", "POST"):
        assert await visitor.told(ANSWERS, "/answer/token", verb) == "readers"

    # and the other way round readers wait: whoever answers has no part in their load
    answering = await a_process("answering", ports["answering"])
    readers.close()
    readers.close_clients()
    assert await visitor.told(PAGES, "/culture") == "502"
    await asyncio.sleep(0)
    answering.close()
