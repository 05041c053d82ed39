"""Let a child read uploaded files, one at a time: nothing of them is stored anywhere."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from typing import Any, Final

from survey_app.shared.errors import BarometerError

SECONDS: Final = 60.0  # before a file is given up
WAITING: Final = 3  # who may wait for a turn; more are asked to come back
CHILD: Final = "survey_app.asking.instruments.foreign_child"


class ManyFilesError(BarometerError):
    """More files are waiting than can be read soon."""


class UnreadFileError(BarometerError):
    """The child came to no answer: the file took too long, too much memory, or broke it."""


class ForeignReader:
    """Reads one file at a time for this process."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    async def read(
        self, name: str, content: bytes, *, population: str, unnamed: str | None
    ) -> dict[str, Any]:
        """Return what a file holds (``taken``), or why it cannot be taken in (``refused``).

        Raises
        ------
        ManyFilesError
            If too many wait already.
        UnreadFileError
            If the child gave no answer.
        """
        if self._waiting >= WAITING:
            raise ManyFilesError("many files are being read: try again in a minute")
        order = {"name": name, "population": population, "unnamed": unnamed}
        self._waiting += 1
        try:
            async with self._turn:
                return await _answer(json.dumps(order).encode() + b"\n" + content)
        finally:
            self._waiting -= 1


READER: Final = ForeignReader()  # this process's


async def _answer(order: bytes) -> dict[str, Any]:
    # the check reads files: they lie here, and are gone even if the child is stopped
    with tempfile.TemporaryDirectory(prefix="barometer-reading-") as folder:
        return await _answer_of_child(order, {**os.environ, "TMPDIR": folder})


async def _answer_of_child(order: bytes, environment: Mapping[str, str]) -> dict[str, Any]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        CHILD,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # a traceback could quote the file
        env=environment,
    )
    try:
        told, _ = await asyncio.wait_for(child.communicate(order), SECONDS)
    except TimeoutError:
        raise UnreadFileError("reading the file took too long") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise UnreadFileError("the file could not be read")
    found: dict[str, Any] = json.loads(told)
    return found
