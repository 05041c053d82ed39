"""A language is chosen once: it stays through forms, parts of pages, signing in and errors."""

import re

from survey_app.accounts.roles import Role
from tests.builders_publication import words

HTMX = {"HX-Request": "true"}


def switch(page, language):
    """Return what the button of a language in the head of a page sends."""
    [form] = set(re.findall(r'(?s)<form class="languages".*?</form>', page.text))
    fields = dict(re.findall(r'name="(csrf|next)" value="([^"]*)"', form))
    assert f'name="language" value="{language}"' in form
    return {**fields, "next": fields["next"].replace("&amp;", "&"), "language": language}


async def chosen(web, address, language):
    return await web.post("/language", data=switch(await web.get(address), language))


async def test_a_language_that_is_chosen_on_a_page_is_that_of_the_account(web, sign_in):
    await sign_in(Role.HR)
    reply = await chosen(web, "/reports?format=csv&lang=nn", "en")
    assert reply.status_code == 200
    assert reply.request.url.path == "/reports"
    # the choices of the page stay, the language is not one of them
    assert reply.request.url.query == b"format=csv"
    assert '<html lang="en"' in reply.text
    for address in ("/", "/actions", "/culture/items/none", "/people", "/reputation"):
        assert '<html lang="en"' in (await web.get(address)).text, address


async def test_the_choice_outlives_the_session(web, sign_in):
    await sign_in(Role.HR)
    await chosen(web, "/reports", "nn")
    token = re.search(r'name="csrf" value="([^"]+)"', (await web.get("/sign-out")).text)[1]
    await web.post("/sign-out", data={"csrf": token})
    again = {"email": "hr@example.org", "password": "a long enough password"}
    reply = await web.post("/sign-in", data=again)
    assert '<html lang="nn"' in reply.text


async def test_what_everybody_reads_has_the_language_and_the_menu_of_the_account(web, sign_in):
    await sign_in(Role.HR)
    await chosen(web, "/", "nn")
    for address in ("/method", "/results"):
        page = await web.get(address)
        assert '<html lang="nn"' in page.text
        assert 'href="/people"' in page.text
        assert 'href="/sign-in' not in page.text


async def test_a_form_that_is_refused_answers_in_the_chosen_language(web, sign_in):
    await sign_in(Role.HR)
    await chosen(web, "/reports", "en")
    reply = await web.post("/language", data={"csrf": "wrong", "language": "nb"})
    assert reply.status_code == 403
    assert "could not be used" in words(reply)
    assert '<html lang="en"' in (await web.get("/reports")).text


async def test_only_a_language_of_the_agency_is_kept_and_the_switch_leads_nowhere_else(
    web, sign_in
):
    await sign_in(Role.HR)
    asked = switch(await web.get("/reports"), "en")
    away = {**asked, "language": "xx", "next": "https://example.org/"}
    reply = await web.post("/language", data=away, follow_redirects=False)
    assert (reply.status_code, reply.headers["Location"]) == (303, "/")
    assert '<html lang="nb"' in (await web.get("/reports")).text


async def test_signing_in_keeps_the_language_and_where_it_leads(web, sign_in):
    await sign_in(Role.HR)
    token = re.search(r'name="csrf" value="([^"]+)"', (await web.get("/sign-out")).text)[1]
    await web.post("/sign-out", data={"csrf": token})
    asked = await web.get("/reports?format=csv&lang=en")
    assert asked.request.url.path == "/sign-in"
    assert '<html lang="en"' in asked.text
    action = re.search(r'action="(/sign-in[^"]*)"', asked.text)[1]
    wrong = await web.post(
        action, data={"email": "hr@example.org", "password": "x", "next": "/reports"}
    )
    assert '<html lang="en"' in wrong.text
    assert 'href="?next=%2Freports&amp;lang=nn"' in wrong.text
    right = {"email": "hr@example.org", "password": "a long enough password", "next": "/reports"}
    reply = await web.post(action, data=right)
    assert reply.request.url.path == "/reports"
    assert '<html lang="en"' in reply.text


async def test_a_part_of_a_page_has_the_language_of_the_page_around_it(web, sign_in):
    await sign_in(Role.HR)
    around = {"HX-Current-URL": "https://agency.example/reports?lang=en", **HTMX}
    part = await web.get("/reputation", headers=around)
    assert '<html lang="en"' in part.text
    for nowhere in ({}, {"HX-Current-URL": "http://[?x"}):
        part = await web.get("/reputation", headers={**nowhere, **HTMX})
        assert '<html lang="nb"' in part.text
