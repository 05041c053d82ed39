"""A process that sends what is due, and divides itself for each run, so that a run can be killed.

It reads an order on a line, and after that a line for each run: it tells the run's number, and how
the run ended. The services are those of the order; nothing is shared between two runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import sys
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from survey_app.asking.delivery.jobs import send_due_sms
from survey_app.asking.errors import LettersRefused
from survey_app.asking.letters import paper
from survey_app.commands.letters import LetterOptions, letters_named
from survey_app.installation.tables import bind_worker
from survey_app.settings import Settings
from survey_app.shared.database import Login, connect


async def send_texts(settings: Settings) -> None:
    """Do what the worker's job does, once."""
    await send_due_sms({"settings": settings})


async def make_letters(settings: Settings, key: str, addresses: str, output: str) -> None:
    """Make the letters of a wave as the command does; what a killed run left is not taken over."""
    given = LetterOptions(
        "pdf", Path(output), Path(addresses), second=False, sealed_to="", again="", rows=(),
        window="left", digital=True,
    )  # fmt: skip
    with contextlib.suppress(LettersRefused):  # made, by a run that was killed afterwards
        Path(output).unlink(missing_ok=True)  # noqa: ASYNC240 - nothing else runs here
        await letters_named(key, given, settings, lambda _: None)


def load_letters() -> None:
    """Load what sets letters once, so that a run is worth a kill and not the loading."""
    importlib.import_module("weasyprint")
    paper.get_context = lambda _: get_context("fork")  # type: ignore[assignment, return-value]


async def _work(order: dict[str, Any]) -> None:
    connect({Login.WORKER: order["database"]})
    bind_worker()
    settings = Settings(**order["settings"])
    if "letters" in order:
        await make_letters(settings, **order["letters"])
    else:
        await send_texts(settings)


def main() -> None:
    """Wait for an order, then for each run."""
    order = json.loads(sys.stdin.readline())
    if "letters" in order:
        load_letters()
    print("ready", flush=True)
    for _ in sys.stdin:
        run = os.fork()
        if run == 0:
            try:
                asyncio.run(_work(order))
            except Exception as error:  # noqa: BLE001 - told to whoever reads the log
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
                os._exit(1)
            os._exit(0)
        print(run, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(run, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
