"""Files are written in a process of their own, so that nobody who answers waits for a report.

Setting a PDF takes seconds of computing with the interpreter's lock held, a large workbook nearly
as long. A child of the web process does it, at low priority, one file at a time; the web process
only waits for its output. Nothing is stored, and a child that takes too long is stopped. Whoever
asks for what is being written already gets the same: a reader whose proxy waited too little, and
who asks again, is no second file to write.
"""

from __future__ import annotations

import asyncio
import hashlib
import pickle
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final

from survey_app.shared.errors import BarometerError

SECONDS: Final = 120.0  # before a file is given up, and before who waits for a turn is sent away
WAITING: Final = 4  # files at once, the one that is written too; for more, come back later
AT_ONCE: Final = 64 * 1024  # bytes of an order that wait in the pipe
REFUSED: Final = 3  # exit code: a mistake that a person can mend, its sentence on stderr


class BusyError(BarometerError):
    """More files are asked for than can be written soon."""

    def __init__(self) -> None:
        super().__init__("many files are being written: try again in a minute")


class PressError(BarometerError):
    """A file could not be written; the sentence is the child's."""


@dataclass(slots=True)
class _Begun:
    """A file that waits or is being written, and how many ask for it."""

    writing: asyncio.Task[bytes]
    askers: int = 0


class Press:
    """Writes one file at a time for this process."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._begun: dict[object, _Begun] = {}

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
            If too many wait already, or its turn does not come.
        PressError
            If the writer refused, failed or took too long.
        """
        order = pieces_of((what, arguments))
        name = object() if rest is not None else _digest(order)
        if name not in self._begun:
            if len(self._begun) >= WAITING:
                raise BusyError
            self._begun[name] = _Begun(asyncio.create_task(self._in_turn(order, rest)))
        begun = self._begun[name]
        begun.askers += 1
        try:
            return await asyncio.shield(begun.writing)
        finally:
            begun.askers -= 1
            if not begun.askers:
                self._begun.pop(name, None)
                begun.writing.cancel()

    async def _in_turn(self, order: Sequence[bytes], rest: AsyncIterator[object] | None) -> bytes:
        try:
            async with asyncio.timeout(SECONDS):
                await self._turn.acquire()
        except TimeoutError:
            raise BusyError from None
        try:
            return await _written(order, rest)
        finally:
            self._turn.release()


PRESS: Final = Press()  # this process's


def pieces_of(order: object) -> list[bytes]:
    """Pickle an order in pieces: what is long in it is a piece of its own and not copied."""
    pieces: list[bytes] = []
    pickle.Pickler(SimpleNamespace(write=pieces.append)).dump(order)
    return pieces


def _digest(pieces: Sequence[bytes]) -> bytes:
    told = hashlib.sha256()
    for piece in pieces:
        told.update(piece)
    return told.digest()


async def _written(order: Sequence[bytes], rest: AsyncIterator[object] | None) -> bytes:
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
    order: Sequence[bytes], rest: AsyncIterator[object] | None, to: asyncio.StreamWriter
) -> None:
    reads_on = await _put(order, to)
    if rest is not None:
        async for one in rest:
            reads_on = reads_on and await _put(pieces_of(one), to)
    to.close()


async def _put(pieces: Sequence[bytes], to: asyncio.StreamWriter) -> bool:
    """Send a value, and say whether the child still reads; one that died says why as it ends."""
    try:
        for piece in pieces:
            for at in range(0, len(piece), AT_ONCE):
                to.write(memoryview(piece)[at : at + AT_ONCE])
                await to.drain()
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True
