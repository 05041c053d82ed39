"""Compile the tests once, as pytest would; used by `make test` before its processes begin.

pytest writes what its assertions say into what it compiles, and keeps that beside each file. In a
new checkout nothing is there yet, and its processes begin at once: each would compile every file.
"""

from __future__ import annotations

import compileall
import re
from pathlib import Path

from _pytest.assertion.rewrite import (
    PYC_TAIL,
    _read_pyc,
    _rewrite_test,
    _write_pyc_fp,
    get_cache_dir,
)

TESTS = Path(__file__).parent
_BY_PYTEST = re.compile(r"/(test_\w+|conftest)\.py$")


def compiled(file: Path) -> Path:
    """Compile a file of tests where that was not done since it changed; return what came of it."""
    kept = get_cache_dir(file) / (file.stem + PYC_TAIL)
    if _read_pyc(file, kept) is None:
        stat, code = _rewrite_test(file, None)  # of settings, none is ours
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        with part.open("wb") as written:
            _write_pyc_fp(written, stat, code)
        part.replace(kept)
    return kept


if __name__ == "__main__":
    for path in TESTS.rglob("*.py"):
        if _BY_PYTEST.search(path.as_posix()):
            compiled(path)
    compileall.compile_dir(TESTS, rx=_BY_PYTEST, quiet=1)
