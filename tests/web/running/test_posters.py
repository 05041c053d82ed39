"""A poster of an open survey: where it leads, and that it promises what the form does."""

import html
import re

import pytest

from survey_app.accounts.roles import Role
from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import languages
from tests.attack.open_survey import SLUG, WAVE
from tests.builders_answering import an_open_wave
from tests.letters import pages_of

POSTER = f"/waves/{SLUG}/poster"


@pytest.fixture
async def wave(web, settings):
    return await an_open_wave(settings, SLUG, **WAVE)


@pytest.mark.parametrize("language", languages())
async def test_a_poster_leads_to_the_form_in_its_language_with_the_forms_own_promise(
    wave, web, settings, sign_in, language
):
    client = await sign_in(Role.COMMUNICATIONS)
    reply = await client.get(f"{POSTER}?language={language}")
    assert reply.headers["content-type"] == "application/pdf"
    assert f"{SLUG}-poster-{language}.pdf" in reply.headers["content-disposition"]
    # one page, and one code on it
    [(text, led_to)] = pages_of(reply.content)
    end = "" if language == "nb" else f"/{language}"
    assert led_to == f"{settings.answering_url}/open/{SLUG}{end}"
    said = " ".join(text.split())
    # whoever types it reads the same, without a scheme
    assert led_to.partition("://")[2] in said.replace(" ", "")
    # and so of where the promise is explained
    explained = "/promise" if language == "nb" else f"/promise/{language}"
    assert re.search(rf"{explained}(?![/\w])", said)
    path = led_to.removeprefix(settings.answering_url)
    form = (await web.get(path, follow_redirects=True)).text
    assert f'<html lang="{language}"' in form
    promise = {
        "nb": "Vi vet ikke hvem du er, og lagrer verken nettadresse eller klokkeslett.",
        "nn": "Vi veit ikkje kven du er, og lagrar verken nettadresse eller klokkeslett.",
        "en": "We do not know who you are, and store neither network address nor time.",
    }[language]
    assert promise in said
    assert promise in " ".join(html.unescape(form).split())


async def test_what_posters_have_people_type_leads_on_and_older_posters_still_do(wave, web):
    typed = await web.get(f"/open/{SLUG}/nn", follow_redirects=False)
    assert (typed.status_code, typed.headers["location"]) == (303, f"/open/{SLUG}?lang=nn")
    assert 'lang="nn"' in (await web.get(f"/open/{SLUG}?lang=nn")).text
    # a slip in the language still opens the form, and no address leaves this house
    slip = await web.get(f"/open/{SLUG}/x", follow_redirects=False)
    assert slip.headers["location"] == f"/open/{SLUG}"
    for odd in ("/open/%2f%2fexample.org/nn", "/open/%0d%0aSet-Cookie:%20a=b/nn", "/open/%00/nn"):
        reply = await web.get(odd, follow_redirects=False)
        assert reply.headers.get("location", "/open/").startswith("/open/")
        assert "set-cookie" not in reply.headers
        assert reply.status_code in {303, 404}


async def test_the_page_of_an_open_survey_names_its_whole_address_and_its_posters(
    wave, settings, sign_in
):
    client = await sign_in(Role.COMMUNICATIONS)
    page = (await client.get(f"/campaigns/campaign-{SLUG}")).text
    assert f'href="{settings.answering_url}/open/{SLUG}">{settings.answering_url}/open/' in page
    assert [f'href="{POSTER}?language={one}"' in page for one in languages()] == [True] * 3


async def test_a_poster_can_be_printed_before_the_survey_opens_and_no_more_once_it_is_closed(
    wave, sign_in
):
    client = await sign_in(Role.COMMUNICATIONS)
    for state, offered in (("draft", True), ("closed", False), ("published", False)):
        await fetch(Login.MIGRATOR, f"UPDATE asking.wave SET state = '{state}'")
        assert ((await client.get(POSTER)).status_code == 200) is offered
        preview = (await client.get(f"/waves/{SLUG}/preview?lang=en")).text
        assert (f'href="{POSTER}?language=en"' in preview) is offered


async def test_who_may_not_see_the_survey_gets_no_poster_and_other_surveys_have_none(
    wave, settings, sign_in
):
    assert (await (await sign_in(Role.ANALYST)).get(POSTER)).status_code == 403
    await an_open_wave(settings, people=12)
    client = await sign_in(Role.HR)
    assert (await client.get("/waves/verdipuls-2026-k2/poster")).status_code == 404
