"""Find Chromium or Chrome, or install it; used by `make test` and by the browser tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    """Return the browser on PATH, else the one that Playwright installed, else nothing."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
        return path if Path(path).exists() else None


def install() -> str | None:
    """Install Chromium: by apt as root, else by Playwright."""
    if path := chromium_path():
        return path
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
    if not chromium_path():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return chromium_path()


if __name__ == "__main__":
    if not install():
        sys.exit("Chromium was not found and could not be installed: install the package chromium")
