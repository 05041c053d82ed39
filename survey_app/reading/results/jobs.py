"""What the worker does for the open results: sentences about files, that may run twice."""

from __future__ import annotations

import logging
from typing import Any

from survey_app.reading.reports.press import BusyError, PressError
from survey_app.reading.results.open_data import write_ahead
from survey_app.reading.results.share import card_of, share_file
from survey_app.settings import Settings, settings
from survey_app.shared.clock import now
from survey_app.shared.i18n import languages

log = logging.getLogger("barometer.results")


async def draw_share_pictures(context: dict[str, Any]) -> None:
    """Open figures whose picture for shared links nobody has drawn yet, in every language."""
    chosen: Settings = context.get("settings") or settings()
    for lang in languages():
        try:
            await share_file(await card_of(lang, now(), demo=chosen.demo), chosen.secret())
        except (BusyError, PressError):
            log.warning("a picture for shared links could not be drawn: the page draws it")


async def write_open_data(context: dict[str, Any]) -> None:
    """Open figures whose files nobody has written yet, in every language."""
    chosen: Settings = context.get("settings") or settings()
    for lang in languages():
        try:
            await write_ahead(lang, now(), chosen.secret())
        except (BusyError, PressError):
            log.warning("the open figures could not be written: whoever asks for them waits")
