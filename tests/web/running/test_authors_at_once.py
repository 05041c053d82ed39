"""Two write one version at once: each is told what the other did, and keeps what they wrote."""

import re

import pytest

from questionnaires.authoring.option_sets import own_sets
from questionnaires.authoring.own_measures import own_measures
from survey_app.accounts.roles import Role
from tests.web.running.authoring_desk import BASE, begun, draft, form_of, sends

OPTIONS = f"{BASE}/options"
SETS = f"{OPTIONS}/write"
MEASURES = f"{BASE}/measures"
SCALE = {"code": "ROM", "items": ["vp.try.2", "vp.apn.2"]}
SCALE |= {f"{name}.{code}": "Ro" for name in ("title", "about") for code in ("nb", "nn", "en")}
GONE = "Noen tok spørsmålet ut av versjonen mens du skrev."


@pytest.fixture
async def hr(own_content, sign_in):
    client = await sign_in(Role.HR)
    await begun(client)
    return client


async def opened(hr, address, action=""):
    """Open a page, and return how its form is sent later, with what was written in it."""
    action = action or address.partition("?")[0]
    form = form_of((await hr.get(address)).text, action)

    async def later(**fields):
        return await hr.post(action, data=form | fields, follow_redirects=False)

    return later


async def rewritten(hr, item="vp.nyt.4", words="Det den andre skrev."):
    page = f"{BASE}/edit?item={item}"
    await sends(hr, page, f"{BASE}/edit", **{"text.nb": words})


async def test_what_was_rewritten_since_somebody_asked_to_take_it_out_is_read_first(hr):
    later = await opened(hr, f"{BASE}/retire?item=vp.nyt.4")
    await rewritten(hr)
    reply = await later()
    assert (reply.status_code, "Noen har endret versjonen." in reply.text) == (422, True)
    assert '<p class="lead">Det den andre skrev.</p>' in reply.text
    assert "vp.nyt.4" in (await draft()).files.texts["instrument.toml"]
    again = form_of(reply.text, f"{BASE}/retire")
    assert (await hr.post(f"{BASE}/retire", data=again, follow_redirects=False)).status_code == 303


async def test_whoever_is_at_a_question_that_is_gone_is_told_and_keeps_what_they_typed(hr):
    add = await opened(hr, f"{BASE}/add?after=vp.nyt.4")
    decide = await opened(hr, f"{BASE}/filter?item=vp.nyt.4&of=vp.try.1")
    retire = await opened(hr, f"{BASE}/retire?item=vp.nyt.4")
    await sends(hr, f"{BASE}/retire?item=vp.nyt.4")
    for reply in (await add(id="vp.ny.77"), await decide(codes=["1"]), await retire()):
        assert (reply.status_code, GONE in reply.text) == (409, True)
    assert "vp.ny.77" in (await add(id="vp.ny.77")).text


async def test_the_answers_that_were_ticked_stay_ticked(hr):
    decide = await opened(hr, f"{BASE}/filter?item=vp.hen.2&of=vp.hen.1")
    await rewritten(hr)
    reply = await decide(codes=["1", "2"], way="none")
    assert (reply.status_code, "Noen har endret versjonen." in reply.text) == (422, True)
    kept = form_of(reply.text[reply.text.index('name="of" value') - 400 :], f"{BASE}/filter")
    assert (kept["codes"], kept["way"]) == (["1", "2"], ["none"])


async def test_the_questions_that_were_to_get_a_set_stay_chosen(hr):
    write = await opened(hr, f"{SETS}?from=enig5")
    await rewritten(hr)
    reply = await write(items=["vp.try.1"], id="en.a")
    assert reply.status_code == 409
    assert form_of(reply.text, SETS)["items"] == ["vp.try.1"]


async def test_a_set_that_was_taken_out_can_be_stored_as_a_new_one(hr):
    await sends(hr, f"{SETS}?from=enig5", id="en.a")
    write = await opened(hr, f"{SETS}?set=en.a")
    await sends(hr, OPTIONS, f"{OPTIONS}/remove")
    reply = await write(**{"answer.1.nb": "Slett ikke"})
    assert "Svarskalaen finnes ikke lenger i denne versjonen." in reply.text
    again = form_of(reply.text, SETS)
    assert again["answer.1.nb"] == ["Slett ikke"]
    assert (await hr.post(SETS, data=again, follow_redirects=False)).status_code == 303
    assert own_sets((await draft()).files) == ("en.a",)


async def test_a_set_that_was_chosen_and_is_gone_becomes_no_other_one(hr):
    await sends(hr, f"{SETS}?from=enig5", id="en.a")
    write = await opened(hr, f"{BASE}/edit?item=vp.hen.2")
    await sends(hr, OPTIONS, f"{OPTIONS}/remove")
    reply = await write(options="en.a")
    assert (reply.status_code, "Den du valgte, er fjernet." in reply.text) == (409, True)
    assert re.findall(r'<option value="([^"]+)"\s+selected', reply.text) == ["hendelse4"]


async def test_a_set_that_got_a_question_meanwhile_is_not_taken_out_in_silence(hr):
    await sends(hr, f"{SETS}?from=enig5", id="en.a")
    remove = await opened(hr, OPTIONS, f"{OPTIONS}/remove")
    await rewritten(hr)
    reply = await remove()
    assert (reply.status_code, "Noen har endret versjonen." in reply.text) == (422, True)
    await sends(hr, f"{SETS}?set=en.a", items=["vp.try.1"])
    reply = await remove()
    assert (reply.status_code, "Et spørsmål har svarskalaen." in reply.text) == (422, True)
    assert own_sets((await draft()).files) == ("en.a",)


async def test_a_scale_that_was_taken_out_can_be_stored_as_a_new_one(hr):
    await sends(hr, f"{MEASURES}/write?kind=scale", **SCALE)
    page = (await hr.get(f"{MEASURES}/write?code=ROM")).text
    form = form_of(page, f"{MEASURES}/write")
    await sends(hr, MEASURES, f"{MEASURES}/remove")
    late = form | {"title.nb": "Ro & fred", "saved": (await draft()).saved}
    reply = await hr.post(f"{MEASURES}/write", data=late)
    assert reply.status_code == 422
    again = form_of(reply.text, f"{MEASURES}/write")
    assert again["title.nb"] == ["Ro & fred"]
    await hr.post(f"{MEASURES}/write", data=again)
    assert own_measures((await draft()).files) == ("ROM",)
