"""Who answers waits for nobody who reads or runs: their requests have connections of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.shared.database import for_answers

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send


class ForAnswers:
    """Lets what it stands around take the connections that are kept for answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with one of these."""
        with for_answers():
            await self._app(scope, receive, send)
