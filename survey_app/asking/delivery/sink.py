"""A real SMTP server for demonstrations and tests: it keeps what it gets as files."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import threading
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

_LARGEST = 5_000_000
_START_SECONDS = 10


class Sink:
    """A running server; ``url`` is what ``BAROMETER_SMTP_URL`` wants."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._count = itertools.count()
        self._thread = threading.Thread(target=self._run, name="mail-sink", daemon=True)
        self._fault: Exception | None = None

    @property
    def url(self) -> str:
        """Return the server's address."""
        return f"smtp://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen.

        Raises
        ------
        OSError
            If the port is taken.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        self._ready.wait(_START_SECONDS)
        if self._fault:
            raise self._fault

    def stop(self) -> None:
        """Stop listening; what was accepted is on disk."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            server = self._loop.run_until_complete(
                self._loop.create_server(self._protocol, "127.0.0.1", self._port)
            )
        except OSError as error:
            self._fault = error
            self._ready.set()
            return
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _protocol(self) -> SMTP:
        return SMTP(self, hostname="localhost", data_size_limit=_LARGEST, loop=self._loop)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as aiosmtpd calls it
        """Keep one mail: whole on disk before it is accepted."""
        name = f"{time.time_ns():020d}-{next(self._count):06d}"
        draft = self._folder / f"{name}.part"
        draft.write_bytes(envelope.original_content or b"")
        os.replace(draft, self._folder / f"{name}.eml")  # noqa: PTH105 - the atomic one by name
        return "250 OK"


def start_sink(folder: Path, port: int = 0) -> Sink:
    """Start a server that keeps its mails as ``*.eml`` in ``folder``, newest name last.

    Parameters
    ----------
    folder : Path
        Made when it does not exist.
    port : int
        On this machine only; 0 takes a free one.

    Returns
    -------
    Sink
        Running, with ``url`` and ``stop()``.
    """
    # it logs every line it hears, addresses and links among them
    logging.getLogger("mail.log").disabled = True
    sink = Sink(folder, port)
    sink.start()
    return sink
