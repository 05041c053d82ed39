"""Codes for paper, shown once."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response

from survey_app.shared.pages import page

SECRET: Final = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def show_codes(
    request: Request[Any, Any, Any], codes: list[str], *, begun: str = ""
) -> Response[str]:
    """Show codes for paper; ``begun`` says what was turned on: ``app``, ``passkey`` or nothing."""
    context = {"codes": codes, "begun": begun, "this_page": ""}
    return page(request, "accounts/recovery_codes.html", context, headers=SECRET)
