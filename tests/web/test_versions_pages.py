"""Two versions of a form on a page: what changed, in each language, and what follows from it."""

import re

import pytest

from survey_app.accounts.roles import Role
from survey_app.commands.questionnaire_diff import told_difference
from tests.reworded_version import a_second_version
from tests.second_version import REWORDED, many_changes

PAGE = "/questionnaires/verdipuls.main/changes"
PULSE = "/questionnaires/verdipuls.k1/changes"


@pytest.fixture(scope="module")
def two_versions(tmp_path_factory):
    return many_changes(tmp_path_factory.mktemp("content") / "questionnaires")


@pytest.fixture
def second(two_versions, monkeypatch, web):
    """The application of an agency whose instrument for staff has a second version."""
    monkeypatch.setenv("BAROMETER_AGENCY", str(two_versions))
    return web


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_reads_what_a_new_version_changes(second, sign_in, role):
    web = await sign_in(role)
    reply = await web.get(f"{PULSE}?from=1&to=2")
    assert reply.status_code == 200
    assert "spørsmål er omskrevet" in plain(reply.text)


async def test_what_is_taken_out_and_put_in_is_marked_and_said(second, sign_in):
    web = await sign_in(Role.ANALYST)
    text = (await web.get(PULSE)).text
    start = text.index(REWORDED)
    item = text[start : text.index("</li>", start)]
    assert re.search(r"<del>.*?\(tatt ut:\s*</span>kan<.*?</del>", item, re.DOTALL)
    assert re.search(r"<ins>.*?\(satt inn:\s*</span>tør<.*?</ins>", item, re.DOTALL)
    assert [f'lang="{code}"' in item for code in ("nb", "nn", "en")] == [True] * 3
    assert "Inngår i: Kulturindeks (6 spørsmål)" in plain(item)


async def test_the_page_tells_what_follows_for_indices_statements_and_length(second, sign_in):
    web = await sign_in(Role.HR)
    text = plain((await web.get(PAGE)).text)
    for part in (
        "4 spørsmål er omskrevet, 1 har fått andre svar, 1 er nytt og 1 er tatt ut",
        # other words and other questions in one version
        "Kulturindeks (6 spørsmål) 1 av 6 endret Kurven brytes i målinger der to slags",
        "1 nytt og 1 tatt ut Kurven brytes i målinger der to slags",
        "Attraktiv arbeidsplass Ingen endring Kurven fortsetter.",
        "Måles nå også av: Jeg får hjelp etter en hendelse med vold eller trusler.",
        "Måles ikke lenger av: Rutinene våre forebygger",
        "32 før, 32 nå",
        "5 før, 5 nå",
        "Vis de 26 som er like",
    ):
        assert part in text, part


async def test_a_form_in_which_words_alone_changed_is_told_how_to_link_them(second, sign_in):
    web = await sign_in(Role.HR)
    text = plain((await web.get(PULSE)).text)
    told = "Kulturindeks (6 spørsmål) 1 av 6 endret Kurven brytes, hvis ikke begge ordlydene"
    assert told in text


async def test_pages_of_versions_speak_nynorsk_and_english(second, sign_in):
    web = await sign_in(Role.HR)
    assert "4 spørsmål er omskrivne, 1 har" in plain((await web.get(f"{PAGE}?lang=nn")).text)
    english = plain((await web.get(f"{PAGE}?lang=en")).text)
    assert "4 questions reworded, 1 with other answers, 1 new and 1 taken out" in english


async def test_the_questionnaire_leads_to_what_its_new_version_changes(second, sign_in):
    web = await sign_in(Role.COMMUNICATIONS)
    assert f'href="{PULSE}"' in (await web.get("/questionnaires/verdipuls.k1")).text
    assert "/changes" not in (await web.get("/questionnaires/kandidat")).text


async def test_a_form_leads_to_what_changed_in_another_instrument_that_it_asks_from(
    second, sign_in
):
    web = await sign_in(Role.HR)
    address = "/questionnaires/arbeidsplass/changes"
    assert f'href="{address}"' in (await web.get("/questionnaires/verdipuls.main")).text
    assert address not in (await web.get("/questionnaires/verdipuls.k1")).text
    text = plain((await web.get(address)).text)
    assert "1 spørsmål er omskrevet" in text
    assert "Attraktiv arbeidsplass 1 av 9 endret" in text
    assert "Minutter" not in text


async def test_a_form_with_one_version_says_so(web, sign_in):
    await sign_in(Role.HR)
    assert "Det finnes bare én versjon" in (await web.get("/questionnaires/kandidat/changes")).text
    assert "/changes" not in (await web.get("/questionnaires/kandidat")).text


async def test_a_version_or_a_form_that_is_not_there_is_not_found(second, sign_in):
    web = await sign_in(Role.HR)
    for address in (f"{PAGE}?from=1&to=3", "/questionnaires/borte/changes"):
        assert (await web.get(address)).status_code == 404
    assert (await web.get(f"{PAGE}?from=x")).status_code == 400


async def test_a_question_that_makes_groups_says_that_they_are_others(
    web, sign_in, tmp_path, monkeypatch
):
    root = a_second_version(tmp_path / "content", "om.fil.2", instrument="omdomme")
    monkeypatch.setenv("BAROMETER_AGENCY", str(root))
    await sign_in(Role.HR)
    text = (await web.get("/questionnaires/omdomme/changes?from=1&to=2")).text
    told = "Svarene deler befolkningen i grupper (kontakt de siste to årene). Gruppene før og etter"
    assert told in " ".join(text.split())
    lines = told_difference("omdomme", 1, 2, root, as_json=False).splitlines()
    assert lines[-1] == "groups of contact: other people, since om.fil.2 is put otherwise"
