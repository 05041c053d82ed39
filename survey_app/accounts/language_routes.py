"""``/language``: the switch in the head of every page, for those who are signed in."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from survey_app.accounts import sessions
from survey_app.accounts.choose_language import choose_language
from survey_app.accounts.errors import ForeignRequest
from survey_app.accounts.guards import requires, signed_in
from survey_app.accounts.own_page import own_page
from survey_app.shared.i18n import as_language

LANGUAGE = "/language"
FormFields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@post(LANGUAGE, guards=[requires()])
async def choose(request: Request[Any, Any, Any], data: FormFields) -> Redirect:
    """Keep the language with the account and lead back to the page that was open."""
    person = signed_in(request)
    if person is None or not sessions.csrf_is_right(person, data.get("csrf", "")):
        raise ForeignRequest(LANGUAGE)
    await choose_language(person.account, as_language(data.get("language"), person.language))
    return Redirect(own_page(data.get("next", "/")), status_code=303)


@get(LANGUAGE, guards=[requires()])
async def chosen_before(request: Request[Any, Any, Any]) -> Redirect:
    """Lead on who signs in again after the session ended at the switch: GET changes nothing."""
    del request
    return Redirect("/", status_code=303)


HANDLERS = [choose, chosen_before]
