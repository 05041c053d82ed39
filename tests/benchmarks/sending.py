"""How fast invitations are queued, and sent to a server that takes its time over each reply.

``python -m tests.benchmarks.sending`` imports a register of 100,000 people (``PEOPLE``), draws a
wave for them, and sends the first 4,000 (``MAILS``) to an SMTP server in a process of its own that
answers every command after 20 ms. The reference, in the same run, is one connection that does
nothing but hand over finished mails of that size.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import tempfile
import time
from pathlib import Path

import aiosmtplib
from aiosmtpd.smtp import SMTP

from questionnaires.loader import load_library
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.send_due import send_due
from survey_app.installation.migrate import run_migrations
from survey_app.installation.services import services
from survey_app.installation.tables import bind_worker
from survey_app.settings import Settings
from survey_app.shared.database import Login, pools
from survey_app.shared.mail_headers import new_mail
from tests.asking_builders import NOW, import_campaign, import_people, open_wave, register
from tests.benchmarks.budgets import told
from tests.live_server import free_port
from tests.places import lent_place

PEOPLE = int(os.environ.get("PEOPLE", "100000"))
MAILS = int(os.environ.get("MAILS", "4000"))
ALONE = 50  # mails by one connection
REPLY = float(os.environ.get("REPLY", "0.02"))  # seconds
UNITS = 50


class SlowServer(SMTP):
    """Takes every mail and forgets it."""

    async def push(self, status: str) -> None:
        """Answer after a while."""
        await asyncio.sleep(REPLY)
        await super().push(status)


class Nowhere:
    """What takes the mails."""

    taken = 0

    async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:  # noqa: N802
        """Take one."""
        return "250 OK"


def serve(port: int) -> None:
    """Listen until killed."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SlowServer(Nowhere()), "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


async def alone(port: int) -> float:
    """Return mails a second of one connection."""
    mail = new_mail()
    mail["From"], mail["To"] = "hr@example.org", "to@example.org"
    mail.set_content("x" * 3000)
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
        begun = time.perf_counter()
        for _ in range(ALONE):
            await client.send_message(mail)
        return ALONE / (time.perf_counter() - begun)


async def run(settings: Settings, urls: dict[Login, str], port: int) -> None:
    """Queue, send, and print."""
    await run_migrations(urls)
    bind_worker()
    each = PEOPLE // UNITS
    async with pools(Login.WORKER, size=30):
        await import_people(register({f"nord-{number}": each for number in range(UNITS)}))
        await import_campaign()
        begun = time.perf_counter()
        await open_wave()
        took = time.perf_counter() - begun
        told("mails_queued", took * 100_000 / (each * UNITS), f"{each * UNITS:,} people")
        reference = await alone(port)
        begun, used = time.perf_counter(), time.process_time()
        async with MailServer(f"smtp://127.0.0.1:{port}", Settings().mail_connections) as server:
            tally = await send_due(
                server,
                load_library().messages,
                secret=settings.secret(),
                base_url="https://svar.example.org",
                clock=lambda: NOW,
                most=MAILS,
            )
        took, used = time.perf_counter() - begun, time.process_time() - used
        assert tally.sent == MAILS, tally
        told(
            "mails_sent", MAILS / took,
            f"one connection {reference:.0f} a second; {used / MAILS * 1000:.1f} ms of ours each",
        )  # fmt: skip


def main() -> None:
    """Do it on an installation of its own."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(port,), daemon=True)
    process.start()
    with lent_place(Path(tempfile.mkdtemp(prefix="barometer-bench-"))) as folder:
        settings = Settings(data_dir=folder)
        try:
            with services(settings) as found:
                asyncio.run(run(settings, found.database, port))
        finally:
            process.kill()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
