"""What a reader sees of a page."""

from __future__ import annotations

import re
from typing import Any


def words(reply: Any) -> str:
    """Return the text of a page that a reader sees, with its spaces made plain."""
    text = re.sub(r"(?s)<svg.*?</svg>|<[^>]+>", " ", reply.text)
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))
