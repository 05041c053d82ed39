"""Each person is asked a core and one module: a link shows that one and takes no other."""

import re

import pytest

from questionnaires.model import NOT_ASKED
from questionnaires.parts import part_places, parts_asked
from survey_app.accounts.roles import Role
from survey_app.asking.invitations.tokens import arm_for, split_token, token_for
from survey_app.shared.database import Login, fetch
from tests.blind_client import get_credential
from tests.builders_answering import an_open_wave, some_answers
from tests.split_form import CORE, FORM, MODULES, SAFETY, WORKPLACE, with_split_form
from tests.urn_reading import urn_of

OF = dict(enumerate(MODULES.values(), start=1))


@pytest.fixture
async def wave(web, settings, monkeypatch, tmp_path):
    with_split_form(monkeypatch, tmp_path)
    return await an_open_wave(settings, form=FORM, kind="main")


def module_of_link(settings, wave, token):
    return arm_for(settings.secret(), wave.id, split_token(token)[0], (1, 2))


def links(settings, wave):
    """A link of each module."""
    return {module_of_link(settings, wave, token): token for token in wave.tokens}


def answers(module):
    return {name: code for name, code in some_answers(FORM).items() if name in (*CORE, *OF[module])}


async def send(web, path, fields):
    return await web.post(path, data=fields, follow_redirects=False)


async def test_a_link_shows_core_and_one_module_always_the_same_in_every_language(
    web, settings, wave
):
    for module, token in links(settings, wave).items():
        pid, _ = split_token(token)
        assert (
            module_of_link(settings, wave, token_for(settings.secret(), wave.id, pid, 1)) == module
        )
        pages = [
            (await web.get(f"/answer/{token}")).text,
            (await web.get(f"/answer/{token}?lang=en")).text,
            (await send(web, f"/answer/{token}", answers(module) | {"show_language": "nn"})).text,
        ]
        for page in pages:
            shown = set(re.findall(r'name="((?:vp|aa)\.[a-z0-9.]+)"', page))
            assert shown == {*CORE, *OF[module]}
            # what is promised is what this person is asked, and no more
            assert re.search(rf"{len(CORE) + len(OF[module])} (spørsmål|questions)", page)
            assert re.search(r"3 minu", page)
        assert "Hvem som får hvilke, er tilfeldig" in pages[0]
    assert "Hvem som får hvilke, er tilfeldig" in (await web.get("/promise")).text


async def test_what_another_module_asks_is_refused_and_nothing_is_marked(web, settings, wave):
    for module, token in links(settings, wave).items():
        for fields in (answers(3 - module), answers(1) | answers(2)):
            assert (await send(web, f"/answer/{token}", fields)).status_code == 422
    _, ballots = await urn_of(settings, wave, FORM)
    assert ballots == ()
    assert not await fetch(Login.WORKER, "SELECT 1 FROM asking.invitation WHERE marked")


async def test_either_door_stores_one_module_and_the_other_as_not_asked(web, settings, wave):
    for module, token in links(settings, wave).items():
        page = (await web.get(f"/answer/{token}")).text
        assert f'data-arm="{module}"' in page
        group = re.search(r'data-group="([^"]+)"', page)[1]
        mine = await get_credential(web, wave.key, group, token)
        body = mine.ballot(answers(module))
        sent = {
            said: await web.post("/ballot", content=body[:-1] + said.encode() + b"}")
            for said in ("", f', "arm": {3 - module}', ', "arm": 3', f', "arm": {module}')
        }
        told = [reply.json()["outcome"] for reply in sent.values()]
        assert told == ["unreadable", "unreadable", "unreadable", "accepted"]
    for token in [one for one in wave.tokens if one not in links(settings, wave).values()][:6]:
        given = answers(module_of_link(settings, wave, token))
        reply = await send(web, f"/answer/{token}", given)
        assert reply.headers["location"].startswith("/answer/thanks")
    form, ballots = await urn_of(settings, wave, FORM)
    places = part_places(form)
    assert len(ballots) == 8
    for ballot in ballots:
        [module] = parts_asked(places, ballot.answers)
        assert {ballot.answers[at] for at in places[3 - module]} == {NOT_ASKED}
        assert NOT_ASKED not in {ballot.answers[at] for at in places[module]}


async def test_what_a_form_asks_and_how_each_sees_it_is_shown(wave, sign_in):
    hr = await sign_in(Role.HR)
    page = (await hr.get(f"/questionnaires/{FORM}")).text
    assert "én av 2 moduler" in page
    core, safety, workplace = (
        page.index(f"<code>{name}</code>") for name in (CORE[0], OF[1][0], OF[2][0])
    )
    assert core < page.index(f"Modulen «{SAFETY}»") < safety
    assert safety < page.index(f"Modulen «{WORKPLACE}»") < workplace
    # numbered as each sees it
    assert page.count("16 · <code>") == 2
    address = f"/waves/{wave.key}/preview"
    assert f"Se skjemaet med «{WORKPLACE}»" in (await hr.get(address)).text
    shown = {
        half: (await hr.get(f"{address}/form?half={half}")).text for half in ("", "1", "2", "3")
    }
    for half, page in shown.items():
        assert (f'name="{OF[2][0]}"' in page) == (half == "2")
        assert (f'name="{OF[1][0]}"' in page) == (half != "2")
