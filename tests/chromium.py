"""Find Chromium or Chrome, or install it; used by `make test` and by the browser tests.

Debian packs Chromium twice: as people have it, and without windows (Playwright's own choice for
tests). The second is the same engine and opens a page with a fifth of the work; what a browser
leaves on its disk is asked of the first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WITHOUT_WINDOWS = "chromium-headless-shell"


def chromium_path() -> str | None:
    """Return the browser on PATH, else the one that Playwright installed, else nothing."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
        return path if Path(path).exists() else None


def headless_path() -> str | None:
    """Return Chromium without windows, or where it is not installed what people have."""
    return shutil.which(WITHOUT_WINDOWS) or chromium_path()


def install() -> str | None:
    """Install Chromium: by apt as root, else by Playwright."""
    found = {WITHOUT_WINDOWS: shutil.which(WITHOUT_WINDOWS), "chromium": chromium_path()}
    missing = [package for package, path in found.items() if not path]
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        for package in missing:  # each by itself: not every Debian has both
            subprocess.run(
                [*command, package],
                check=False, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
    if not chromium_path():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return chromium_path()


if __name__ == "__main__":
    if not install():
        sys.exit("Chromium was not found and could not be installed: install the package chromium")
