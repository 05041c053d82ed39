"""What a form is asked about before it is taken, and that it comes back as it was filled in."""

import re
from html import unescape

import pytest

from questionnaires.content import SETTING
from questionnaires.loader import load_library
from survey_app.installation.tables import bind_web
from survey_app.shared.database import Login, fetch
from tests.builders_answering import OpenedWave, an_open_page, an_open_wave, some_answers
from tests.comments_builders import a_commented_wave
from tests.first_versions import write_first_versions
from tests.urn_reading import marks

OPEN = {"form": "omdomme.open", "population": "open", "kind": "open", "invite": "open"}
PAGE = "/open/apen"


async def in_the_urn():
    return (await fetch(Login.WORKER, "SELECT count(*) FROM counting.urn"))[0]["count"]


async def send(web, path, fields, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items() if value}
    if path == PAGE:
        settings = web.app.state.settings
        [wave] = await fetch(Login.WORKER, "SELECT id, key FROM asking.wave WHERE key = 'apen'")
        fields = an_open_page(settings, OpenedWave(wave["id"], wave["key"], [])) | fields
    return await web.post(path, data=fields, headers=headers, follow_redirects=False)


def answers(**more):
    return some_answers("omdomme.open", **{"om.fil.2": "6", "om.fil.3": "6", **more})


@pytest.mark.parametrize(
    ("site", "origin"),
    [
        # what Chromium and Firefox send from a page that tells nobody where it was
        ("same-origin", "null"),
        (None, "null"),
        # other browsers, a reloaded form, and a program
        ("same-origin", "http://testserver.local"),
        (None, "http://testserver.local"),
        ("none", None),
        (None, None),
    ],
)
async def test_no_browser_is_refused_for_how_it_tells_where_it_was(web, settings, site, origin):
    await an_open_wave(settings, "apen", **OPEN)
    reply = await send(web, PAGE, answers(), Sec_Fetch_Site=site, Origin=origin)
    assert reply.status_code == 303
    assert await in_the_urn() == 1


@pytest.mark.parametrize(
    ("site", "origin"),
    [
        ("cross-site", "https://evil.example"),
        ("cross-site", "null"),
        ("same-site", "https://other.example.org"),
        (None, "https://evil.example"),
        (None, "http://testserver.local.evil.example"),
        (None, "http://["),
    ],
)
async def test_a_form_that_another_site_had_sent_comes_back_to_be_sent_from_here(
    web, settings, site, origin
):
    await an_open_wave(settings, "apen", **OPEN)
    reply = await send(web, PAGE, answers(), Sec_Fetch_Site=site, Origin=origin)
    assert reply.status_code == 403
    assert "ble sendt fra en annen side" in reply.text
    assert "Ikke sendt inn ennå" in re.search("<title>(.*?)</title>", reply.text)[1]
    assert reply.text.count(" checked") > 20
    assert await in_the_urn() == 0


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nb", "Du har ikke svart på noe ennå"),
        ("nn", "Du har ikkje svart på noko enno"),
        ("en", "You have not answered anything yet"),
    ],
)
async def test_an_open_survey_takes_no_empty_form(web, settings, language, sentence):
    await an_open_wave(settings, "apen", **OPEN)
    for more in ({}, {"om.fil.1": ""}, {"blank": "yes"}, {"pad": "000"}):
        reply = await send(web, PAGE, {"lang": language} | more)
        assert reply.status_code == 422
        assert f'<div class="notice doubt" id="tomt" tabindex="-1"><p>{sentence}' in reply.text
        assert 'name="blank"' not in reply.text
    assert await in_the_urn() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"om.fil.2": ["1", "6"]},
        {"om.fil.2": ["1", "6", "vs"]},
        {"om.fil.2": ["6", "vs"]},
        {"om.fil.3": ["2", "6"]},
        {"om.fil.3": ["6", "7"]},
        {"om.fil.2": ["2", "vs"], "om.fil.3": ["1", "7"]},
    ],
)
async def test_answers_that_contradict_each_other_come_back_with_the_question(
    web, settings, fields
):
    await an_open_wave(settings, "apen", **OPEN)
    reply = await send(web, PAGE, answers(**fields))
    assert reply.status_code == 422
    page = unescape(reply.text)
    for item, codes in fields.items():
        text = load_library().items[item].text["nb"]
        assert f'<a href="#{item}">{text}</a>' in page
        assert f'id="{item}" tabindex="-1" aria-describedby="{item}-feil' in page
        for code in codes:
            assert re.search(rf'name="{item}" value="{code}"[^>]* checked', page)
    assert page.count("Velg på nytt.") == len(fields)
    assert await in_the_urn() == 0


async def test_an_open_form_takes_what_it_took_when_it_opened(web, settings, tmp_path, monkeypatch):
    await an_open_wave(settings, "apen", **OPEN)
    loose = write_first_versions(tmp_path / "loose")
    (loose / "exclusive_options.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv(SETTING, str(loose))
    assert load_library().exclusive == {}
    assert (await send(web, PAGE, answers(**{"om.fil.2": ["1", "6"]}))).status_code == 422
    form = unescape((await web.get(PAGE)).text)
    assert re.search(r'name="om.fil.2" value="6"[^>]* data-alone', form)


async def test_a_form_that_no_browser_sends_is_not_taken_either(web, settings):
    await an_open_wave(settings, "apen", **OPEN)
    reply = await send(web, PAGE, answers(**{"om.til.1": ["2", "9"]}))
    assert reply.status_code == 422
    assert await in_the_urn() == 0


@pytest.mark.parametrize("several", [["1", "2", "5"], ["6"], ["vs"], ["2", "2"]])
async def test_several_answers_that_go_together_are_taken(web, settings, several):
    await an_open_wave(settings, "apen", **OPEN)
    assert (await send(web, PAGE, answers(**{"om.fil.2": several}))).status_code == 303


async def test_an_empty_personal_form_is_asked_about_once_and_uses_up_no_link(web, settings):
    wave = await an_open_wave(settings)
    path = f"/answer/{wave.tokens[0]}"
    for _ in range(2):
        reply = await send(web, path, {"lang": "nb"})
        assert reply.status_code == 422
        assert "Vil du sende inn likevel? Da kan du ikke svare en gang til." in reply.text
        assert 'name="blank" value="yes">Send inn uten svar</button>' in reply.text
        assert (await marks(wave), await in_the_urn()) == (0, 0)
    assert (await web.get(path)).status_code == 200
    reply = await send(web, path, {"lang": "nb", "blank": "yes"})
    assert reply.headers["location"].startswith("/answer/thanks?")
    assert (await marks(wave), await in_the_urn()) == (1, 1)


async def test_a_comment_alone_is_an_answer(web, settings):
    wave = await a_commented_wave(settings)
    bind_web()
    path = f"/answer/{wave.tokens[0]}"
    assert (await send(web, path, {"comment": "  \n "})).status_code == 422
    assert (await send(web, path, {"comment": "Det går bra."})).status_code == 303


async def test_the_blank_page_asks_nothing_yet(web, settings):
    wave = await an_open_wave(settings)
    page = (await web.get(f"/answer/{wave.tokens[0]}")).text
    assert '<div class="notice doubt" id="tomt" tabindex="-1" hidden>' in page
    assert "Ikke sendt inn" not in page
