"""Find nginx and libfaketime, or unpack Debian's packages of them; used by `make test`.

Unpacked beside the other tools of the checkout and not installed: a package of nginx that is
installed starts a web server on the machine of whoever runs the tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
FOLDER = CHECKOUT / ".venv" / "debian"
_FAKED = "lib/*/faketime/libfaketimeMT.so.1"


def _nginx() -> Path | None:
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", str(FOLDER / "usr/sbin")])
    found = shutil.which("nginx", path=path)
    return Path(found) if found else None


def _libfaketime() -> Path | None:
    places = (Path("/usr"), FOLDER / "usr")
    return next((one for place in places for one in sorted(place.glob(_FAKED))), None)


PACKAGES = {"nginx": _nginx, "libfaketime": _libfaketime}


def file_of(package: str) -> Path:
    """Return the program or library of a package.

    Raises
    ------
    AssertionError
        If it is not there.
    """
    file = PACKAGES[package]()
    assert file is not None, f"{package} is missing: run make machine, or install the package"
    return file


def unpack(package: str) -> bool:
    """Fetch a package and unpack it, where it is missing; tell whether it is there."""
    if PACKAGES[package]() is None and shutil.which("apt-get"):
        if os.geteuid() == 0:
            subprocess.run(["apt-get", "update", "-qq"], check=False)
        with tempfile.TemporaryDirectory() as folder:
            command = ["apt-get", "download", "-qq", package]
            subprocess.run(command, cwd=folder, check=False, stderr=subprocess.DEVNULL)
            for file in Path(folder).glob("*.deb"):
                subprocess.run(["dpkg-deb", "-x", file, FOLDER], check=True)
    return PACKAGES[package]() is not None


if __name__ == "__main__":
    for name in PACKAGES:
        if not unpack(name):
            sys.exit(f"{name} was not found and could not be fetched: install the package {name}")
