"""Agencies unlike ours: one asks its staff alone, one the public alone, neither in Norwegian.

Their folders hold what is their own; mails and letters are those of the template that
``barometer init`` writes, and files without a row are empty.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from questionnaires.content import SHIPPED

STAFF_ALONE = "staff_alone"
PUBLIC_ALONE = "public_alone"
_EMPTY = (
    "drivers", "exclusive_options", "inside_outside", "released", "suggestions", "unit_types",
    "weak_links",
)  # fmt: skip


def content_of(name: str, folder: Path) -> Path:
    """Lay the content of one of them into a folder that is made for it."""
    root = shutil.copytree(Path(__file__).parent / name, folder / name)
    (root / "messages").mkdir()
    shutil.copy(SHIPPED / "template" / "messages" / "en.toml", root / "messages")
    for one in _EMPTY:
        (root / f"{one}.toml").touch()
    return root
