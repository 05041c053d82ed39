"""What every process of a run needs is made by the first of them, and read by the others.

Each process finds all tests, and many of these look at the same made-up publications before they
begin: making those took every process a third of what it took to find the tests.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.places import OF_A_RUN


def once_in_a_run[Made](name: str, make: Callable[[], Made]) -> Made:
    """Make something once for all processes of this run, and give each its own.

    Where the run has no folder of its own for what is temporary, each process makes it. So does a
    run that a test begins, as recipes do: it puts what is temporary into the folder of the run
    around it, and may be of a copy in which other things are made.

    Parameters
    ----------
    name : str
        Of what is made, and of its file.
    make : callable
        Gives what pickle can keep, and the same in every process.
    """
    folder = Path(tempfile.gettempdir())
    run = OF_A_RUN.fullmatch(folder.name)
    # this is the run's first process, or was begun by it
    if run is None or int(run[1]) not in {os.getpid(), os.getppid()}:
        return make()
    file = folder / f"{name}.made"
    with (folder / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            file.write_bytes(pickle.dumps(make()))
    made: Made = pickle.loads(file.read_bytes())
    return made
