"""Files are written in a process of their own, so that nobody who answers waits for a report.

Setting a PDF takes seconds of computing with the interpreter's lock held, a large workbook nearly
as long. A child of the web process does it, at low priority, one file at a time; the web process
only waits for its output. Nothing is stored, and a child that takes too long is stopped.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Final

from survey_app.shared.errors import BarometerError

SECONDS: Final = 120.0  # before a file is given up
WAITING: Final = 4  # who may wait for a turn; more are asked to come back
AT_ONCE: Final = 64 * 1024  # bytes of an order that wait in the pipe
REFUSED: Final = 3  # exit code: a mistake that a person can mend, its sentence on stderr


class BusyError(BarometerError):
    """More files are asked for than can be written soon."""

    def __init__(self) -> None:
        super().__init__("many files are being written: try again in a minute")


class PressError(BarometerError):
    """A file could not be written; the sentence is the child's."""


class Press:
    """Writes one file at a time for this process."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    async def write(
        self, what: str, *arguments: object, rest: AsyncIterator[object] | None = None
    ) -> bytes:
        """Let a child write a file.

        Parameters
        ----------
        what : {"pdf", "sheet", "document", "archived", "pptx", "table", "trend", "share", "open"}
            Which writer.
        *arguments : object
            What it takes; plain values of ours, which go through a pipe.
        rest : async iterator, optional
            What it reads one after the other, as `survey_app.reading.writers.rest` gives it:
            neither of the two holds all of it.

        Raises
        ------
        BusyError
            If too many wait already.
        PressError
            If the writer refused, failed or took too long.
        """
        if self._waiting >= WAITING:
            raise BusyError
        self._waiting += 1
        try:
            async with self._turn:
                return await _written((what, arguments), rest)
        finally:
            self._waiting -= 1


PRESS: Final = Press()  # this process's


def pieces_of(order: object) -> list[bytes]:
    """Pickle an order in pieces: what is long in it is a piece of its own and not copied."""
    pieces: list[bytes] = []
    pickle.Pickler(SimpleNamespace(write=pieces.append)).dump(order)
    return pieces


async def _written(order: object, rest: AsyncIterator[object] | None) -> bytes:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "survey_app.reading.writers",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    try:
        async with asyncio.timeout(SECONDS):
            made, said, *_ = await asyncio.gather(
                child.stdout.read(),
                child.stderr.read(),
                _sent(order, rest, child.stdin),
                child.wait(),
            )
    except TimeoutError:
        raise PressError("writing the file took too long") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode == REFUSED:
        raise PressError(said.decode().strip())
    if child.returncode:
        # its last line names the error's kind; a message could quote what stood in the file
        raise PressError("the file could not be written")
    return made


async def _sent(
    order: object, rest: AsyncIterator[object] | None, to: asyncio.StreamWriter
) -> None:
    reads_on = await _put(order, to)
    if rest is not None:
        async for one in rest:
            reads_on = reads_on and await _put(one, to)
    to.close()


async def _put(value: object, to: asyncio.StreamWriter) -> bool:
    """Send a value, and say whether the child still reads; one that died says why as it ends."""
    try:
        for piece in pieces_of(value):
            for at in range(0, len(piece), AT_ONCE):
                to.write(memoryview(piece)[at : at + AT_ONCE])
                await to.drain()
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True
