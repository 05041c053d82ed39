"""What the form says and carries for each grade, and what that weighs."""

import gzip
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from questionnaires.loader import load_library
from survey_app.answering.form_page import blank_page
from survey_app.answering.messages import link_page
from survey_app.answering.surveys import find_open_link, survey_of
from survey_app.shared.database import Login, connection
from tests.builders_answering import an_open_wave, without_pools

BUILT = Path(__file__).parent.parent.parent / "static" / "built"
LANGUAGES = ("nb", "nn", "en")
OPEN = {"form": "omdomme.open", "population": "open", "kind": "open", "invite": "open"}
TOLD = ("worker", "count", "mended")
AT_MOST = 3072  # bytes, against the page and script of a wave without credentials


@pytest.fixture
async def survey(web, settings):
    wave = await an_open_wave(settings)
    with without_pools():
        async with connection(Login.WEB) as link:
            found = await find_open_link(link, wave.key)
            return await survey_of(link, settings, found.id, found.version)


def html(survey, language):
    return unescape(blank_page(survey, language, "nord-1", False).plain.decode())


def weight(content):
    return len(gzip.compress(content, 9, mtime=0))


def promised(page):
    """What the page promises: each paragraph above the fold, and whether a script uncovers it."""
    [told] = re.findall(r'<section class="promise"[^>]*>(.*?)<details', page, re.DOTALL)
    found = re.findall(r"<p( data-blind hidden)?>(?:<strong>)?([^<]+)", told)
    return [(text, bool(hidden)) for hidden, text in found]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("grade", ["A", "B"])
@pytest.mark.parametrize("holds", ["worker", "trustees"])
async def test_the_words_follow_from_who_holds_the_key(survey, holds, grade, language):
    texts = load_library().messages
    survey = replace(survey, trustees=holds == "trustees")
    if grade == "B":
        survey = replace(survey, group_keys={})
    page = html(survey, language)
    said = [(texts.text(f"promise.{holds}", language), False)]
    if grade == "A":
        said.append((texts.text("promise.count", language), True))
    assert promised(page) == said
    other = {"worker": "trustees", "trustees": "worker"}[holds]
    assert texts.text(f"promise.{other}", language) not in page
    # the sentence that only two key holders keep is left out
    assert (f"<li>{texts.text('landing.pp3', language)}</li>" in page) == (holds == "trustees")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trustees", [True, False])
async def test_an_open_link_makes_its_own_promise_and_speaks_of_no_link_or_list(
    web, settings, language, trustees
):
    await an_open_wave(settings, "apen", **OPEN)
    with without_pools():
        async with connection(Login.WEB) as link:
            found = await find_open_link(link, "apen")
            survey = replace(
                await survey_of(link, settings, found.id, found.version), trustees=trustees
            )
    page = unescape(blank_page(survey, language, "", False).plain.decode())
    texts = load_library().messages
    assert promised(page) == [(texts.text("promise.open", language), False)]
    assert texts.text("landing.pp2_open", language) in page
    for key in ("pp2", "pp3", "pp3_worker"):
        assert texts.text(f"landing.{key}", language) not in page
    assert {"nb": "invitasjon", "nn": "invitasjon", "en": "invitation"}[language] not in page


async def test_where_the_form_once_said_more_it_says_so(survey):
    texts = load_library().messages
    for language in LANGUAGES:
        mended = texts.text("promise.mended", language)
        assert mended not in html(survey, language)
        page = html(replace(survey, promised_more=True), language)
        worker, count, told = (texts.text(f"promise.{one}", language) for one in TOLD)
        assert promised(page) == [(worker, False), (count, True), (told, False)]
        used = link_page("used", replace(survey, promised_more=True), language, False)
        assert mended in unescape(used.plain.decode())


async def test_without_keys_the_page_is_grade_b_alone(survey):
    page = html(replace(survey, group_keys={}, key_list_hash=""), "nb")
    assert "data-blind" not in page
    assert "data-key" not in page
    assert "/keys/" not in page
    assert "built/open.js" in page


async def test_the_checksum_of_the_key_list_stands_on_the_page_with_a_link_to_the_list(web, survey):
    page = html(survey, "nb")
    assert f"<code>{survey.key_list_hash}</code>" in page
    [address] = re.findall(r'href="(/keys/[^"]+)"', page)
    assert (await web.get(address)).status_code == 200


async def test_grade_a_and_what_waits_on_the_device_add_at_most_three_kilobytes_to_the_page(survey):
    plain = replace(survey, group_keys={}, key_list_hash="")
    script, without = (weight((BUILT / name).read_bytes()) for name in ("blind.js", "open.js"))
    for language in LANGUAGES:
        whole, less = (
            weight(blank_page(one, language, "nord-1", False).plain) for one in (survey, plain)
        )
        added = whole - less + script - without
        print(f"\n{language}: page {whole}, script {script}, added {added} bytes")
        assert added <= AT_MOST


async def test_a_long_open_form_alone_may_be_kept_on_the_device(survey):
    long = load_library().questionnaire("omdomme.open")
    public = replace(survey, questionnaire=long, frozen=long, population="open", invited=False)

    def offers(one, unsent="key"):
        page = blank_page(one, "nb", "", False, unsent=unsent).plain.decode()
        # «enhet» is the unit that somebody works in, and no device
        assert "enhet" not in page.partition('id="lagring"')[2].partition("</dialog>")[0]
        told = page.count("Svar i én omgang") - page.count("<noscript>Svar i én omgang")
        # where no script runs, nothing is kept either
        assert page.count("Svar i én omgang") == 1
        assert told == ("built/kept.js" not in page)
        return "built/kept.js" in page, "Lagre i denne nettleseren" in page

    plain = replace(public, group_keys={}, key_list_hash="")
    assert offers(plain) == (True, True)
    # without Redis nothing could be sealed; who has a link of their own keeps nothing
    assert offers(plain, "") == (False, False)
    assert offers(replace(plain, invited=True)) == (False, False)
    assert offers(replace(plain, pilot=True)) == (False, False)
    assert offers(replace(plain, questionnaire=survey.questionnaire)) == (False, False)


async def test_where_ballots_go_to_another_host_the_form_names_it_and_may_reach_no_other(
    web, settings
):
    wave = await an_open_wave(settings)
    other = settings.model_copy(update={"ballot_url": "https://urne.example.org"})
    web.app.state.settings = other
    for path in (f"/answer/{wave.tokens[0]}", f"/open/{wave.key}", "/answer/thanks"):
        reply = await web.get(path)
        [reached] = re.findall(r"connect-src ([^;]+)", reply.headers["content-security-policy"])
        personal = path.endswith(wave.tokens[0])
        assert reached == ("'self' https://urne.example.org" if personal else "'self'")
    page = (await web.get(f"/answer/{wave.tokens[0]}")).text
    assert 'data-ballot="https://urne.example.org/ballot"' in page
