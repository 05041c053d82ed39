"""What each step of an answer costs the web process, ours and the bare stack's in turn.

``python -m tests.benchmarks.answering_steps`` calls both applications of `answering` in one
process, without a server: one visitor of ours, one of the bare stack, and so on. Reported is the
processor time of this process alone, so the figures stand also on a machine that is busy with other
things, where submissions a second do not. The database's share is not in them.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvloop
from litestar import Litestar

from survey_app.app import create_app
from survey_app.installation.tables import bind_web
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.database import connect
from survey_app.shared.embedded.postgres import start_postgres
from survey_app.shared.embedded.redis import start_redis
from tests.benchmarks.answering import Visit, prepare
from tests.benchmarks.bare_stack import bare_application
from tests.databases import urls

WARM = 20


class Caller:
    """Calls an application as a server would, and keeps what each step cost."""

    def __init__(self, app: Litestar) -> None:
        self.app, self.spent = app, defaultdict[str, list[float]](list)

    async def ask(
        self, verb: str, path: str, body: bytes = b"", kind: str = ""
    ) -> tuple[int, bytes]:
        """Make one request."""
        address, told = urlsplit(path), dict[str, Any](status=0, body=b"")
        headers = [(b"host", b"localhost"), (b"accept-encoding", b"gzip")]
        if body:
            headers.append((b"content-type", kind.encode()))
            headers.append((b"content-length", str(len(body)).encode()))
        scope: Any = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": verb,
            "scheme": "http", "path": address.path, "raw_path": address.path.encode(),
            "query_string": address.query.encode(), "root_path": "", "headers": headers,
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "extensions": {}, "state": {},
        }  # fmt: skip

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            told["status"] = message.get("status", told["status"])
            told["body"] += message.get("body", b"")

        begun = time.process_time()
        await self.app(scope, receive, send)
        self.spent[_step(verb, address.path)].append(time.process_time() - begun)
        return told["status"], told["body"]

    async def alternating(self, own: list[Visit], other: Caller, plain: list[Visit]) -> None:
        """Let one visit each of the two, in turn."""
        for ours, bare in zip(own, plain, strict=False):
            await ours(self.ask)
            await bare(other.ask)


def _step(verb: str, path: str) -> str:
    if verb == "POST":
        return "credential" if path.endswith("/credential") else "ballot or form"
    return "page" if path.startswith("/answer/") and "thanks" not in path else "script, thanks"


def told(name: str, ours: Caller, bare: Caller) -> None:
    """Print each step's milliseconds, and of all of them the share."""
    whole = []
    for caller in (ours, bare):
        visits = len(caller.spent["page"])
        steps = {step: sum(one) / visits * 1000 for step, one in caller.spent.items()}
        whole.append(sum(steps.values()))
        each = ", ".join(f"{step} {spent:.2f}" for step, spent in sorted(steps.items()))
        who = "ours" if caller is ours else "bare"
        print(f"{name}, {who}: {whole[-1]:.2f} ms a visit ({each})")
    print(f"{name}: bare is {whole[1] / whole[0]:.2f} of ours")


async def main() -> None:
    """Measure both ways to answer."""
    data_dir = Path(tempfile.mkdtemp(prefix="barometer-bench-"))
    try:
        forms, scripts, bare_forms, bare_scripts = await prepare(data_dir)
        server = start_postgres(data_dir)
        connect(urls(server, "barometer"))
        queue.configure(start_redis(data_dir).url)
        bind_web()
        settings = Settings(data_dir=data_dir, base_url="http://127.0.0.1:8000")
        apps = create_app(settings, own_services=False), bare_application(data_dir, server.url())
        async with AsyncExitStack() as stack:
            for app in apps:
                await stack.enter_async_context(app.lifespan())
            for name, own, plain in (
                ("form", forms, bare_forms),
                ("credential", scripts, bare_scripts),
            ):
                first, second = Caller(apps[0]), Caller(apps[1])
                await first.alternating(own[:WARM], second, plain[:WARM])
                first.spent.clear()
                second.spent.clear()
                await first.alternating(own[WARM:], second, plain[WARM:])
                told(name, first, second)
    finally:
        start_redis(data_dir).stop()
        start_postgres(data_dir).stop()
        shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
