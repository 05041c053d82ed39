"""The application for the promises that are kept on the web."""

from tests.web.conftest import settings, sign_in, web

__all__ = ["settings", "sign_in", "web"]
