"""Take the pictures of the README and docs from a running demo: `make screenshots`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.chromium import chromium_path

FOLDER = Path("docs/screenshots")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 860}
SHOTS = [
    ("answer", "", "personal", PHONE),
    ("culture", "hr", "/culture", DESKTOP),
    ("heatmap", "hr", "/culture/units", DESKTOP),
    ("reputation", "communications", "/reputation", DESKTOP),
    ("results", "", "/results", DESKTOP),
]


def take(ready_file: Path) -> None:
    """Write one PNG per shot, as a reader meets the page: the first screen."""
    facts = json.loads(ready_file.read_text())
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, role, address, size in SHOTS:
            page = browser.new_context(base_url=facts["base_url"], viewport=size).new_page()
            if role:
                account = facts["accounts"][role]
                page.goto("/sign-in")
                page.fill("#email", account["email"])
                page.fill("#password", account["password"])
                page.click("form button[type=submit]")
                page.wait_for_url("**/")
            page.goto(facts["personal_links"][-1] if address == "personal" else address)
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
