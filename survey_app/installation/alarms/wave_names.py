"""What waves are called, as the facts of an alarm have it: JSON, the name by language."""

from __future__ import annotations

import json

from survey_app.asking.campaigns.queries import list_waves
from survey_app.shared.database import Login


async def wave_names() -> dict[str, str]:
    """Return the names of all waves by their keys, as ``worker``."""
    return {wave.key: json.dumps(wave.labels["name"]) for wave in await list_waves(Login.WORKER)}
