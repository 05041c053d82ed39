"""What the pages of somebody's own account share."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Request
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import signed_in
from survey_app.accounts.sessions import SignedIn, csrf_is_right

ADDRESS: Final = "/account"
FormFields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


def own_account(request: Request[Any, Any, Any], data: dict[str, str] | None = None) -> SignedIn:
    """Return who is signed in.

    Raises
    ------
    ForeignRequest
        If a form was sent without the session's token.
    """
    person = signed_in(request)
    assert person is not None  # the guard has seen to it
    if data is not None and not csrf_is_right(person, data.get("csrf", "")):
        raise ForeignRequest(request.url.path)
    return person


def back(told: str) -> Redirect:
    """Lead back to the page, which says what was done."""
    return Redirect(ADDRESS, query_params={"told": told}, status_code=303)
