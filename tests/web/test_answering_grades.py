"""What the form says and carries for each grade, and what that weighs."""

import gzip
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from questionnaires.loader import load_library
from survey_app.answering.form_page import blank_page
from survey_app.answering.surveys import find_open_link, survey_of
from survey_app.shared.database import Login, connection
from tests.builders_answering import an_open_wave, without_pools

BUILT = Path(__file__).parent.parent.parent / "static" / "built"
LANGUAGES = ("nb", "nn", "en")
AT_MOST = 1536  # bytes


@pytest.fixture
async def survey(web, settings):
    wave = await an_open_wave(settings)
    with without_pools():
        async with connection(Login.WEB) as link:
            found = await find_open_link(link, wave.key)
            return await survey_of(link, found.id, found.version)


def html(survey, language):
    return unescape(blank_page(survey, language, "nord-1", False).plain.decode())


def weight(content):
    return len(gzip.compress(content, 9, mtime=0))


async def test_the_page_is_served_with_the_words_of_grade_b_and_brings_those_of_grade_a(survey):
    texts = load_library().messages
    for language in LANGUAGES:
        page = html(survey, language)
        for tag, whole, plain in (
            ("strong", "promise.grade_a", "promise.grade_b"),
            ("li", "landing.pp3", "landing.pp3_grade_b"),
        ):
            blind, said = texts.text(whole, language), texts.text(plain, language)
            assert f'<{tag} data-blind="{blind}">{said}</{tag}>' in page
        assert f'data-group="nord-1" data-key="{survey.group_keys["nord-1"]}"' in page


async def test_with_trustees_the_page_is_served_with_the_words_of_grade_a(survey):
    texts = load_library().messages
    for language in LANGUAGES:
        page = html(replace(survey, trustees=True), language)
        assert f"<strong>{texts.text('promise.trustees', language)}</strong>" in page
        assert f"<li>{texts.text('landing.pp3', language)}</li>" in page
        assert texts.text("promise.grade_b", language) not in page
        assert "data-blind" not in page


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


async def test_grade_a_adds_at_most_a_kilobyte_and_a_half_to_the_page(survey):
    plain = replace(survey, group_keys={}, key_list_hash="")
    script, without = (weight((BUILT / name).read_bytes()) for name in ("blind.js", "open.js"))
    for language in LANGUAGES:
        whole, less = (
            weight(blank_page(one, language, "nord-1", False).plain) for one in (survey, plain)
        )
        added = whole - less + script - without
        print(f"\n{language}: page {whole}, script {script}, added {added} bytes")
        assert added <= AT_MOST


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
