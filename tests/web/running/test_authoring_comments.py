"""Questions of a version are commented on until it is released; nothing is left then."""

import re

import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.instruments.version_comments import comments_on
from survey_app.shared.database import Login, fetch
from tests.web.running.authoring_desk import BASE, begun, draft, form_of, sends
from tests.web.running.desk import again, second

EDIT, REVIEW = f"{BASE}/edit", f"{BASE}/review"
ITEM = f"{EDIT}?item=vp.apn.1"


@pytest.fixture
async def hr(own_content, sign_in):
    await sign_in(Role.HR, "hr2@example.org")
    client = await sign_in(Role.HR)
    await begun(client)
    return client


async def says(hr, words):
    return await sends(hr, ITEM, f"{BASE}/comment", said=words)


async def answers(hr, words):
    return await sends(hr, ITEM, f"{BASE}/answer", said=words)


async def decides(hr, act):
    page = (await hr.get(REVIEW)).text
    return await hr.post(REVIEW, data=form_of(page, REVIEW) | {"act": act})


async def test_who_reviews_comments_and_who_wrote_answers(hr):
    await decides(hr, "send")
    await second(hr)
    reply = await says(hr, "Hvem er <lederen>?")
    assert reply.headers["location"] == f"{BASE}/edit?item=vp.apn.1#comments"
    assert f'href="{BASE}/edit?item=vp.apn.1#comments"' in (await hr.get(REVIEW)).text
    await decides(hr, "back")
    await again(hr, "hr@example.org")
    page = (await hr.get(ITEM)).text
    assert "Hvem er &lt;lederen&gt;?" in page
    assert "hr2@example.org" in page
    await answers(hr, "Den nærmeste.")
    assert "Svar:" in (await hr.get(ITEM)).text
    assert "Kommentarer som ikke er besvart" not in (await hr.get(REVIEW)).text
    [one] = await comments_on(Login.WEB, await draft())
    assert (one.actor, one.answered_actor) == ("hr2@example.org", "hr@example.org")
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT actor FROM audit.event WHERE action IN ('version commented', 'comment answered')"
        " ORDER BY at",
    )
    assert [row["actor"] for row in rows] == ["hr2@example.org", "hr@example.org"]


async def test_the_first_answer_stands_and_nothing_empty_is_kept(hr):
    await says(hr, "Er det to spørsmål?")
    sent = form_of((await hr.get(ITEM)).text, f"{BASE}/answer")
    for words in ("Nei.", "Jo."):
        await hr.post(f"{BASE}/answer", data=sent | {"said": words})
    assert [one.answer for one in await comments_on(Login.WEB, await draft())] == ["Nei."]
    for words in (" ", "x" * 1001):
        reply = await says(hr, words)
        assert (reply.status_code, "Skriv noe, i høyst 1000 tegn." in reply.text) == (422, True)
    assert len(await comments_on(Login.WEB, await draft())) == 1
    reply = await sends(hr, ITEM, f"{BASE}/comment", said="Hva nå?", item="vp.ukjent.1")
    assert (reply.status_code, "Noen tok spørsmålet ut" in reply.text) == (422, True)
    assert '<p class="lines">Hva nå?</p>' in reply.text
    assert len(await comments_on(Login.WEB, await draft())) == 1


async def test_a_comment_that_is_sent_twice_from_one_page_is_kept_once(hr):
    sent = form_of((await hr.get(ITEM)).text, f"{BASE}/comment") | {"said": "Hvem er lederen?"}
    for _press in range(2):
        assert (await hr.post(f"{BASE}/comment", data=sent)).status_code == 200
    await hr.post(f"{BASE}/comment", data=sent | {"said": "Hvilken leder?"})
    await says(hr, "Hvem er lederen?")
    said = [one.said for one in await comments_on(Login.WEB, await draft())]
    assert said == ["Hvem er lederen?", "Hvilken leder?", "Hvem er lederen?"]
    noted = await fetch(
        Login.MIGRATOR, "SELECT 1 FROM audit.event WHERE action = 'version commented'"
    )
    assert len(noted) == 3


async def test_who_answers_after_somebody_else_gets_the_words_back(hr):
    await says(hr, "Er det to spørsmål?")
    sent = form_of((await hr.get(ITEM)).text, f"{BASE}/answer")
    await hr.post(f"{BASE}/answer", data=sent | {"said": "Nei."})
    late = await hr.post(f"{BASE}/answer", data=sent | {"said": "Jo, <to>."})
    assert (late.status_code, "Noen svarte på kommentaren før deg." in late.text) == (422, True)
    assert "Jo, &lt;to&gt;." in late.text
    assert (await hr.post(f"{BASE}/answer", data=sent | {"said": "Nei."})).status_code == 200


@pytest.mark.parametrize(
    ("where", "action", "field"),
    [
        (f"{EDIT}?item=vp.apn.1", EDIT, "text.nn"),
        (ITEM, f"{BASE}/comment", "said"),
        (f"{BASE}/form", f"{BASE}/form", "intro.nn"),
        (f"{BASE}/options/write?from=enig5", f"{BASE}/options/write", "answer.2.nn"),
    ],
)
async def test_what_somebody_wrote_of_a_draft_that_is_deleted_meanwhile_is_given_back(
    hr, where, action, field
):
    sent = form_of((await hr.get(where)).text, action) | {field: "Kva <tyder> dette?"}
    foreign = await hr.post(action, data=sent | {"csrf": "x"})
    await sends(hr, f"{BASE}/delete")
    for lang, heading in (
        ("nb", "Det du skrev, er ikke lagret"),
        ("en", "What you wrote is not saved"),
    ):
        reply = await hr.post(f"{action}?lang={lang}", data=sent)
        assert (reply.status_code, heading in reply.text) == (409, True)
        own = ' lang="nn"' if field.endswith("nn") else ""
        assert f'<p class="lines"{own}>Kva &lt;tyder&gt; dette?</p>' in reply.text
    if field == "text.nn":  # in the order of the page
        assert re.findall(r'<p class="lines" lang="(\w+)">', reply.text) == ["nb", "nn", "en"]
    # whoever wrote nothing is told as well why nothing came of their button
    empty = await hr.post(action, data={"csrf": sent["csrf"]})
    assert (empty.status_code, "etter at du åpnet siden." in empty.text) == (409, True)
    assert "Dette skrev du" not in empty.text
    assert foreign.status_code == (await hr.post(action, data=sent | {"csrf": "x"})).status_code


async def test_what_was_said_goes_with_the_draft(hr):
    await says(hr, "Hvem er lederen?")
    await sends(hr, f"{BASE}/delete")
    assert not await fetch(Login.MIGRATOR, "SELECT 1 FROM asking.version_comment")


async def test_a_released_version_has_no_comments(hr):
    await says(hr, "Hvem er lederen?")
    form = form_of((await hr.get(ITEM)).text, f"{BASE}/comment")
    edit = form_of((await hr.get(ITEM)).text, EDIT)
    await hr.post(EDIT, data=edit | {"text.nb": "Nærmeste lederen lytter.", "text.nn": "Leiaren."})
    await decides(hr, "send")
    await second(hr)
    await decides(hr, "release")
    assert (await draft()).state == "released"
    assert not await fetch(Login.MIGRATOR, "SELECT 1 FROM asking.version_comment")
    assert 'id="comments"' not in (await hr.get(ITEM)).text
    csrf = form_of((await hr.get("/questionnaires/verdipuls/versions")).text, "/questionnaires")
    reply = await hr.post(f"{BASE}/comment", data=form | csrf)
    assert (reply.status_code, "sendte den videre" in reply.text) == (409, True)


async def test_what_somebody_wrote_is_there_still_where_another_was_before(hr):
    form, review = f"{BASE}/form", REVIEW
    stale = form_of((await hr.get(form)).text, form) | {"intro.nn": "Før <dette>."}
    first = re.search(r'value="(intro:[^"]+)"', (await hr.get(form)).text)[1]
    await sends(hr, ITEM, EDIT, **{"text.nb": "Lederen min hører på oss."})
    reply = await hr.post(form, data=stale | {"act": first})
    assert (reply.status_code, "Før &lt;dette&gt;." in reply.text) == (422, True)
    await decides(hr, "send")
    await second(hr)
    sent = form_of((await hr.get(review)).text, review) | {"act": "back", "reason": "x" * 1001}
    assert "x" * 1001 in (await hr.post(review, data=sent)).text
