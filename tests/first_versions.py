"""The first agency's content as it was when every instrument had one version.

Tests of versions write what follows it themselves.
"""

from __future__ import annotations

import atexit
import functools
import re
import shutil
import tempfile
from pathlib import Path

from tests.agencies import FIRST

_LATER = re.compile(r'^"instruments/[\w-]+/v(?!1")\d+".*\n', re.MULTILINE)


def write_first_versions(root: Path) -> Path:
    """Copy the first agency's content, with first versions of instruments alone.

    To ``root``, where nothing may be. Hashes of later ones are left out of ``released.toml``.
    """
    shutil.copytree(FIRST, root, ignore=shutil.ignore_patterns("v[2-9]*"))
    released = root / "released.toml"
    released.write_text(_LATER.sub("", released.read_text("utf-8")), encoding="utf-8")
    return root


@functools.cache
def first_versions() -> Path:
    """Give such a folder, made once in a process; nobody writes in it."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return write_first_versions(folder / "questionnaires")
