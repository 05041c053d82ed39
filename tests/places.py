"""Where embedded services of a test keep their files: lent empty, and given back."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
