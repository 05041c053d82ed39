"""Where tests and their embedded services keep files: lent empty, and given back."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")
ROOM = 6 << 30  # bytes that must be free there
OF_A_RUN = re.compile(r"barometer-tests-(\d+)")


def keep_files_in_memory() -> Path | None:
    """Let this process and its children put what is temporary into memory, where it has room.

    A database writes thousands of small files, and each costs a disk's file system a search. Who
    names a folder for what is temporary (``TMPDIR``) is heeded.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return None
    _forget_ended_runs()
    if min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) < ROOM:
        return None
    folder = MEMORY / f"barometer-tests-{os.getpid()}"
    folder.mkdir()
    folder.chmod(0o755)  # as root, the services enter it as somebody else
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    return folder


def _forget_ended_runs() -> None:
    """Stop what a run that was killed has left running, and remove its files."""
    from survey_app.shared.embedded.postgres import embedded_postgres
    from survey_app.shared.embedded.redis import embedded_redis

    for folder in MEMORY.iterdir():
        run = OF_A_RUN.fullmatch(folder.name)
        if run and folder.stat().st_uid == os.getuid() and not psutil.pid_exists(int(run[1])):
            for data_dir in folder.glob("barometer-tests-*"):
                embedded_postgres(data_dir).stop()
                embedded_redis(data_dir).stop()
            shutil.rmtree(folder, ignore_errors=True)


def forget_place(folder: Path) -> None:
    """Remove what services of a data folder keep, here or elsewhere."""
    from survey_app.shared.embedded.places import private_place, socket_folder

    place = private_place(folder)
    for one in (socket_folder(place), place):
        shutil.rmtree(one, ignore_errors=True)


@contextmanager
def lent_place(folder: Path) -> Iterator[Path]:
    """Lend a data folder whose services are new, and forget them.

    As root they live outside the folder under a name made of its path, which an earlier run that
    was stopped may have had too.
    """
    forget_place(folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        forget_place(folder)
