"""Waves that ask random halves in the words of two versions: v2 puts ``vp.try.1`` otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from questionnaires.content import SETTING
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection
from tests.builders_answering import OpenedWave, an_open_wave
from tests.reworded_version import a_second_version

ITEM = "vp.try.1"
OLD, NEW = f"{ITEM}@1", f"{ITEM}@2"


def with_second_version(
    monkeypatch: pytest.MonkeyPatch, folder: Path, item: str = ITEM, instrument: str = "verdipuls"
) -> Path:
    """Let this process read content with a v2, from the folder that is written here."""
    content = a_second_version(folder / "content", item, instrument=instrument)
    monkeypatch.setenv(SETTING, str(content))
    return content


async def overlapping(key: str) -> None:
    """Plan a draft so that halves get the words of v1 and v2."""
    async with connection(Login.WORKER) as link:
        await link.execute("UPDATE asking.wave SET overlap = 'v1' WHERE key = $1", key)


async def an_open_overlap(settings: Settings, **how: Any) -> OpenedWave:
    """An open wave of staff that asks in both versions' words."""
    return await an_open_wave(settings, before_opening=overlapping, **how)
