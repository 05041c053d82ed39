"""An agency where everybody who may write has written every payload."""

from __future__ import annotations

import json
from typing import Final

from survey_app.events.kinds import Side
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from tests.actions_builders import an_action
from tests.attack.payloads import PAYLOADS, labelled
from tests.builders_answering import a_draft, an_open_wave
from tests.builders_events import an_event
from tests.builders_publication import public_series, put_on_shelf, staff_series
from tests.comments_builders import released

WRITTEN: Final = tuple(one for one in PAYLOADS if "\0" not in one)
PAGES: Final = (
    "/", "/culture", "/culture/units", "/culture/comments", "/culture/drivers", "/actions",
    "/actions/unit", "/events", "/campaigns", "/waves/two", "/waves/two/plan", "/people",
    "/questionnaires", "/reports", "/strategy", "/workplace", "/results", "/open/apen",
)  # fmt: skip
"""Pages that show what was written."""


async def planted(settings: Settings) -> None:
    """Write them: names of places, waves and measures, actions, events, comments, campaigns."""
    bind_worker()
    await put_on_shelf(labelled(staff_series()[-1]), labelled(public_series()[-1]))
    await an_open_wave(
        settings, "apen", form="omdomme.open", population="open", kind="open", invite="open",
        contact=WRITTEN[5], purpose=_in_each_language(WRITTEN[0]),
        title=_in_each_language(WRITTEN[3]), help=WRITTEN[1],
    )  # fmt: skip
    await a_draft("two", title=_in_each_language(WRITTEN[1]), contact=WRITTEN[2])
    for number, text in enumerate(WRITTEN):
        if number % 3 == 0:
            await an_action(what=text, said=text, who=text[:150], visible=True)
            await an_event(text, side=Side.STAFF, open=True)
        if number % 3 == 1:
            await an_event(text, side=Side.PUBLIC, open=True)
    await released(WRITTEN, key="verdipuls-2026-k2")
    await fetch(Login.MIGRATOR, "UPDATE asking.unit SET name = name || $1", WRITTEN[4])
    bind_web()


def _in_each_language(text: str) -> str:
    return json.dumps({"nb": text, "nn": text, "en": text})
