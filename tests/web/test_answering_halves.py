"""Halves of a wave are asked in different words: a link shows one of them and takes no other."""

import re
from collections import Counter
from html import unescape

import pytest

from questionnaires.arms import ARMS
from questionnaires.model import NOT_ANSWERED, NOT_ASKED
from questionnaires.parts import part_places, parts_asked
from survey_app.accounts.roles import Role
from survey_app.answering.lengths import request_size
from survey_app.asking.invitations.tokens import arm_for, split_token, token_for
from survey_app.shared.database import Login, fetch
from tests.blind_client import get_credential
from tests.builders_answering import some_answers
from tests.halves import NEW, OLD, an_open_overlap, overlapping, with_second_version
from tests.letters import a_sampled_wave, letters, rows_of
from tests.reworded_version import SAID
from tests.urn_reading import urn_of


@pytest.fixture
async def wave(web, settings, monkeypatch, tmp_path):
    with_second_version(monkeypatch, tmp_path)
    return await an_open_overlap(settings)


def arm_of_link(settings, wave, token):
    return arm_for(settings.secret(), wave.id, split_token(token)[0], ARMS)


def links(settings, wave):
    """A link of each half."""
    return {arm_of_link(settings, wave, token): token for token in wave.tokens}


def answers(arm):
    given = some_answers()
    given[{1: OLD, 2: NEW}[arm]] = given.pop("vp.try.1")
    return given


async def send(web, path, fields):
    return await web.post(path, data=fields, follow_redirects=False)


async def test_the_draw_is_even_whoever_is_asked(settings, wave):
    told = Counter(arm_of_link(settings, wave, token) for token in wave.tokens)
    assert told[1] > 0 < told[2]


async def test_a_link_shows_one_wording_always_the_same_also_in_another_language(
    web, settings, wave
):
    for arm, token in links(settings, wave).items():
        own, other = (OLD, NEW) if arm == 1 else (NEW, OLD)
        pages = [
            (await web.get(f"/answer/{token}")).text,
            (await web.get(f"/answer/{token}?lang=en")).text,
            (await send(web, f"/answer/{token}", answers(arm) | {"show_language": "nn"})).text,
        ]
        for page in pages:
            assert f'name="{own}"' in page
            assert other not in page
            assert (SAID in unescape(page)) == (arm == 2)
            assert "15 spørsmål" in page or "15 questions" in page
        assert f'name="{own}" value="4" checked' in pages[2]


async def test_the_promise_says_that_halves_get_other_words(web, settings, wave):
    said = "Halvparten, tilfeldig valgt, får noen av spørsmålene med en annen ordlyd."
    for token in links(settings, wave).values():
        assert said in (await web.get(f"/answer/{token}")).text
    assert said in (await web.get("/promise")).text
    other = "chosen at random, get some of the questions in other words."
    assert other in (await web.get("/promise?lang=en")).text


async def test_the_questionnaire_of_the_wave_says_who_got_which(wave, sign_in):
    hr = await sign_in(Role.HR)
    for asked in ("?wave=verdipuls-2026-k2", "?wave=verdipuls-2026-k2&lang=en"):
        page = (await hr.get(f"/questionnaires/verdipuls.k2{asked}")).text
        first = page.index("half</strong>" if "lang=en" in asked else "halvparten</strong>")
        second = page.index("the other half" if "lang=en" in asked else "den andre halvparten")
        assert page.index(OLD) < first < page.index(NEW) < second
        assert page.count("1 · <code>vp.try.1") == 2
        assert "15 spørsmål" in page or "15 questions" in page
    plain = (await hr.get("/questionnaires/verdipuls.k2")).text
    assert "halvparten" not in plain


async def test_the_preview_shows_either_half(wave, sign_in):
    hr = await sign_in(Role.HR)
    address = f"/waves/{wave.key}/preview"
    assert "half=1" in (await hr.get(address)).text
    assert f'name="{NEW}"' in (await hr.get(f"{address}/form")).text
    page = (await hr.get(f"{address}/form?half=1")).text
    assert f'name="{OLD}"' in page
    assert NEW not in page


async def test_a_link_that_is_replaced_asks_in_the_same_words(settings, wave):
    for token in wave.tokens[:4]:
        pid, _ = split_token(token)
        replaced = token_for(settings.secret(), wave.id, pid, 1)
        assert replaced != token
        assert arm_of_link(settings, wave, replaced) == arm_of_link(settings, wave, token)


async def test_the_plain_form_stores_one_half_and_the_other_as_not_asked(web, settings, wave):
    for arm, token in links(settings, wave).items():
        reply = await send(web, f"/answer/{token}", answers(arm))
        assert reply.headers["location"].startswith("/answer/thanks")
    questionnaire, ballots = await urn_of(settings, wave, overlap="v1")
    old, new = (questionnaire.columns.index(name) for name in (OLD, NEW))
    assert {(one.answers[old], one.answers[new]) for one in ballots} == {
        (4, NOT_ASKED),
        (NOT_ASKED, 4),
    }


async def test_a_typed_code_opens_the_same_half_as_the_link_on_a_shared_screen_too(
    web, settings, monkeypatch, tmp_path
):
    with_second_version(monkeypatch, tmp_path, "om.til.1", "omdomme")
    sampled = await a_sampled_wave(settings, before_opening=overlapping)
    await letters(settings, tmp_path / "letters.csv")
    seen = Counter()
    for row in rows_of((tmp_path / "letters.csv").read_bytes()):
        linked = (await web.post("/kode", data={"code": row["code"]})).text
        shared = (await web.post("/kiosk", data={"code": row["code"]})).text
        halves = {
            tuple(name for name in ("om.til.1@1", "om.til.1@2") if f'name="{name}"' in page)
            for page in (linked, shared)
        }
        [[half]] = halves
        seen[half] += 1
    told = Counter(f"om.til.1@{arm_of_link(settings, sampled, one)}" for one in sampled.tokens)
    assert seen == told


async def test_an_empty_form_tells_its_half_as_well(web, settings, wave):
    for token in links(settings, wave).values():
        await send(web, f"/answer/{token}", {"blank": "yes"})
    questionnaire, ballots = await urn_of(settings, wave, overlap="v1")
    places = part_places(questionnaire)
    assert sorted(parts_asked(places, one.answers) for one in ballots) == [(1,), (2,)]
    assert {code for one in ballots for code in one.answers} == {NOT_ANSWERED, NOT_ASKED}


async def test_words_of_the_other_half_are_refused_and_nothing_is_marked(web, settings, wave):
    for arm, token in links(settings, wave).items():
        for fields in (answers(3 - arm), answers(1) | answers(2)):
            reply = await send(web, f"/answer/{token}", fields)
            assert reply.status_code == 422
    _, ballots = await urn_of(settings, wave, overlap="v1")
    assert ballots == ()
    assert not await fetch(Login.WORKER, "SELECT 1 FROM asking.invitation WHERE marked")


async def test_a_ballot_with_a_credential_says_which_half_it_is_of(web, settings, wave):
    for arm, token in links(settings, wave).items():
        page = (await web.get(f"/answer/{token}")).text
        assert f'data-arm="{arm}"' in page
        group = re.search(r'data-group="([^"]+)"', page)[1]
        mine = await get_credential(web, wave.key, group, token)
        body = mine.ballot(answers(arm))
        sent = {
            said: await web.post("/ballot", content=body[:-1] + said.encode() + b"}")
            for said in ("", f', "arm": {3 - arm}', ', "arm": 3', f', "arm": {arm}')
        }
        told = [reply.json()["outcome"] for reply in sent.values()]
        assert told == ["unreadable", "unreadable", "unreadable", "accepted"]
    _, ballots = await urn_of(settings, wave, overlap="v1")
    assert len(ballots) == 2


async def test_the_length_of_what_is_sent_tells_no_half(web, settings, wave):
    sizes = set()
    for token in links(settings, wave).values():
        page = (await web.get(f"/answer/{token}")).text
        sizes.add(int(re.search(r'data-size="(\d+)"', page)[1]))
    questionnaire, _ = await urn_of(settings, wave, overlap="v1")
    [size] = sizes
    assert size >= request_size(questionnaire)
