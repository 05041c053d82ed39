"""One application for all tests of a process: wiring its routes takes a tenth of a second."""

from __future__ import annotations

import functools

from litestar import Litestar
from litestar.datastructures import State

from survey_app.app import create_app
from survey_app.settings import Settings


@functools.cache
def _wired() -> tuple[Litestar, State]:
    some = Settings(secret_key="for tests only, and long enough there")
    app = create_app(some, own_services=False)
    return app, app.state


def the_app(settings: Settings) -> Litestar:
    """Give the application a new state with these settings, all that `create_app` makes of them."""
    app, state = _wired()
    app.state = State({**state.dict(), "settings": settings})
    return app
