"""The content as it was when every instrument had one version: what follows it is written by tests.

Tests of versions write the second themselves, so that they do not change with what is shipped.
"""

from __future__ import annotations

import atexit
import functools
import re
import shutil
import tempfile
from pathlib import Path

from questionnaires.content import SHIPPED

_LATER = re.compile(r'^"instruments/[\w-]+/v(?!1")\d+".*\n', re.MULTILINE)


def write_first_versions(root: Path) -> Path:
    """Copy the content to ``root``, where nothing may be, with first versions of instruments alone.

    Hashes of later ones are left out of ``released.toml``.
    """
    ignored = shutil.ignore_patterns("*.py", "__pycache__", "v[2-9]*")
    shutil.copytree(SHIPPED, root, ignore=ignored)
    released = root / "released.toml"
    released.write_text(_LATER.sub("", released.read_text("utf-8")), encoding="utf-8")
    return root


@functools.cache
def first_versions() -> Path:
    """Give such a folder, made once in a process; nobody writes in it."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return write_first_versions(folder / "questionnaires")
