"""Children that write files, and commands, begun with what they need already loaded.

The product's own child is a new Python each time, and loading what it writes with takes it longer
than the file. Here one process per run of tests loads that once, and divides itself for each child:
as in the product it is a process of its own, reads its order from a pipe and ends. How the product
starts its own is tried by ``tests/unit/reading/test_press.py`` and in every demo, and by
``tests/unit/asking/test_set_in_children.py`` where cards and letters are set.

Commands of ``barometer`` that end by themselves begin in the same way: ``warm.executable`` stands
for Python before ``-m survey_app.cli``. What serves or works until it is told to end is a Python of
its own, since a signal reaches only what stands for the child here.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import runpy
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parent.parent
_PRESS = "survey_app.reading.reports.press"
# they start pools of processes
_POOLS = ("survey_app.asking.letters.paper", "survey_app.asking.cards.sheet")
WRITERS = "survey_app.reading.writers"
COMMANDS = "survey_app.cli"
LOADED = (
    "weasyprint",
    "survey_app.cli",
    "survey_app.commands.export",
    "survey_app.commands.serve",
    "survey_app.installation.doctor",
    "survey_app.installation.set_up",
    "survey_app.reading.exports.formats",
    "survey_app.reading.reports.paper",
    "survey_app.reading.reports.slides.story",
    "survey_app.reading.results.open_files",
    "survey_app.reading.results.share",
    "survey_app.reading.subscriptions.picture",
    "survey_app.shared.pdf",
)
# what stands for Python where a child is started: it hands its pipes over and waits for the end
ERRAND = """\
import array, json, os, socket, sys
link = socket.socket(socket.AF_UNIX)
link.connect({address!r})
order = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
pipes = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))]
link.sendmsg([len(order).to_bytes(4)], pipes)
link.sendall(order)
for pipe in (0, 1, 2):
    os.close(pipe)
told = link.recv(1)
os._exit(told[0] if told else 1)
"""


class _Warm:
    """The process that divides itself; begun by the first who needs a child."""

    def __init__(self) -> None:
        self._begun: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="warm-")

    @property
    def executable(self) -> str:
        folder = Path(self._folder.name)
        python, errand, address = (folder / name for name in ("python", "errand.py", "socket"))
        if self._begun is None:
            self._begun = subprocess.Popen(
                [sys.executable, "-m", "tests.warm_writers", address],
                cwd=ROOT,
                stdout=subprocess.PIPE,
            )
            assert self._begun.stdout is not None
            assert self._begun.stdout.readline() == b"ready\n"
            errand.write_text(ERRAND.format(address=str(address)))
            python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -IS "{errand}" "$@"\n')
            python.chmod(0o700)
        return str(python)

    def children(self) -> list[psutil.Process]:
        """Say which children are at work."""
        begun = [] if self._begun is None else psutil.Process(self._begun.pid).children()
        return [one for one in begun if _lives(one)]

    def end(self) -> None:
        if self._begun is not None:
            self._begun.kill()
            self._begun.communicate()
        self._folder.cleanup()


@pytest.fixture(scope="session")
def warm() -> Iterator[_Warm]:
    found = _Warm()
    yield found
    found.end()


@pytest.fixture(scope="module", autouse=True)
def warm_writers(warm: _Warm) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if module := sys.modules.get(_PRESS):
            patch.setattr(module, "sys", warm)
        for name in _POOLS:
            if module := sys.modules.get(name):
                patch.setattr(module, "get_context", lambda _: divided())
        yield


@functools.cache
def divided() -> BaseContext:
    """Return how a pool's processes begin: divided from one that has loaded what they need."""
    context = get_context("forkserver")
    context.set_forkserver_preload([*_POOLS, "weasyprint"])
    return context


def _serve(address: str) -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # what divides itself has no threads
    for name in LOADED:
        importlib.import_module(name)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        link, _ = listening.accept()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if os.fork() == 0:
            listening.close()
            _be_the_child(link)
        link.close()


def _be_the_child(link: socket.socket) -> None:
    size, pipes, *_ = socket.recv_fds(link, 4, 3)
    order = b""
    while len(order) < int.from_bytes(size):
        order += link.recv(1 << 16)
    arguments, place, environment = json.loads(order)
    for at, pipe in enumerate(pipes):
        os.dup2(pipe, at)
        os.close(pipe)
    os.chdir(place)
    os.environ.clear()
    os.environ.update(environment)
    threading.Thread(target=_end_with, args=(link,), daemon=True).start()
    begun = os.getpid()
    code = _run(arguments)
    if os.getpid() != begun:
        os._exit(code)  # what the command divided itself into ends as it would, and tells nobody
    link.send(bytes([code]))
    os._exit(0)


def _end_with(link: socket.socket) -> None:
    """End when the process that stands for this one is stopped."""
    link.recv(1)
    os._exit(1)


def _run(arguments: list[str]) -> int:
    option, module, *sys.argv[1:] = arguments
    assert option == "-m"
    assert module in {WRITERS, COMMANDS}
    code = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException as failed:  # noqa: BLE001 - as an interpreter ends
        sys.excepthook(type(failed), failed, failed.__traceback__)
        code = 1
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    for pipe in (1, 2):
        os.close(pipe)
    return code


if __name__ == "__main__":
    _serve(sys.argv[1])


def _lives(process: psutil.Process) -> bool:
    """Tell whether a process has not ended; it may do so between being listed and asked."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
