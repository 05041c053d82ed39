"""Find what the hosts need, or install it by apt as root."""

from __future__ import annotations

import os
import shutil
import subprocess

PACKAGES = {
    "ip": "iproute2", "mount": "mount", "nginx": "nginx", "pgbouncer": "pgbouncer",
    "setpriv": "util-linux",
}  # fmt: skip


def missing_programmes() -> list[str]:
    """Name the packages that are to be installed first."""
    return [package for name, package in PACKAGES.items() if shutil.which(name) is None]


def install() -> list[str]:
    """Install what is missing by apt, where that can be done; returns what is missing still."""
    missing = missing_programmes()
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
    return missing_programmes()


def version_of(program: str, flag: str) -> str:
    """Return what a programme says of its version, in a line."""
    told = subprocess.run([program, flag], capture_output=True, text=True, check=False)
    return (told.stdout or told.stderr).splitlines()[0]
