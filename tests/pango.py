"""Find Pango, which WeasyPrint lays out text with, or install it; used by `make test`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGE = "libpangoft2-1.0-0"  # brings Pango, HarfBuzz and Fontconfig


def present() -> bool:
    """Tell whether WeasyPrint finds what it needs, in a process that has not tried before."""
    command = [sys.executable, "-c", "import weasyprint"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def install() -> bool:
    """Install Pango by apt as root, where it is missing."""
    if present():
        return True
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", PACKAGE]
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
    return present()


if __name__ == "__main__":
    if not install():
        sys.exit(f"Pango was not found and could not be installed: install the package {PACKAGE}")
