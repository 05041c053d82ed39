"""Levels say what they assume of those who did not answer, and findings what would turn them."""

import re

import pytest

from analytics.nonresponse.assumption import WITHIN
from survey_app.accounts.roles import Role
from survey_app.reading.method.silence import read_coverage
from survey_app.shared.numbers import decimal, whole_interval
from tests.builders_publication import public_series, staff_series, words
from tests.builders_publication.silent import read_back

CULTURE = read_back(staff_series()[-1]).estimate("KI-kjerne")


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("nb", "Vi regner med at de som ikke svarte, i snitt ligger innenfor {} poeng fra dem"),
        ("nn", "Vi reknar med at dei som ikkje svarte, i snitt ligg innanfor {} poeng frå dei"),
        ("en", "those who did not respond are, on average, within {} points of those who did"),
    ],
)
async def test_the_page_names_the_assumption_and_shows_where_it_fails(web, lang, told):
    page = await web.get(f"/method?lang={lang}")
    text = words(page)
    assert told.format(int(WITHIN)) in text
    failing = page.text.partition('<tr class="beyond">')[2].partition("</tr>")[0]
    last = read_coverage()[-1]
    assert decimal(last.off, lang) in failing
    assert f">{decimal(last.within['agency'] * 100, lang, 0)}" in failing
    assert len(read_coverage()) == 6


async def test_a_level_is_shown_with_the_range_for_everybody(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/culture"))
    said = whole_interval(CULTURE.range_low, CULTURE.range_high, "nb")
    assert said != whole_interval(CULTURE.low, CULTURE.high, "nb")
    assert f"av 100. Usikkerhet: {said}" in text
    assert "Spennet tar høyde for at de som ikke svarte, kan ligge inntil 6 poeng" in text
    assert "er usikkerheten " + whole_interval(CULTURE.low, CULTURE.high, "nb") in text
    assert "1–3 poeng" not in text


async def test_the_first_page_shows_the_same_ranges(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/"))
    assert f"({whole_interval(CULTURE.range_low, CULTURE.range_high, 'nb')})" in text
    assert "Spennene tar høyde for at de som ikke svarte" in text


async def test_a_finding_says_what_it_would_take_for_it_to_turn(web, sign_in, shelf):
    await sign_in(Role.HR)
    page = await web.get("/culture")
    turning = page.text.count('<details class="more turn">')
    assert turning == page.text.count("Hva skal til for at dette snur?") > 0
    assert re.search(r"måtte ha ligget \d+,\d poeng (lavere|høyere) enn", words(page))


async def test_an_earlier_publication_says_that_its_figures_are_about_those_who_answered(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    page = await web.get("/culture?wave=2024-h")
    text = words(page)
    assert "Spennet gjelder dem som svarte." in text
    assert "Hva de andre mener, er ikke med i spennet." in text
    assert '<details class="more turn">' not in page.text


async def test_everybody_reads_the_condition_of_the_range(web, shelf):
    level = read_back(public_series()[-1]).estimate("TI")
    text = words(await web.get("/results"))
    assert f"({whole_interval(level.range_low, level.range_high, 'nb')})" in text
    inner = whole_interval(level.low, level.high, "nb")
    assert f"Blant dem som svarte, er usikkerheten {inner}." in text
    assert (
        "de som ikke svarte, i 95 av 100 målinger ligger innenfor 6 poeng fra dem som svarte"
        in text
    )
    assert "Det er et valg, ikke noe vi vet." in text
    assert "med stor sannsynlighet" not in text


async def test_reputation_names_the_assumption_beside_its_level(web, sign_in, shelf):
    await sign_in(Role.COMMUNICATIONS)
    text = words(await web.get("/reputation"))
    assert "Spennet tar høyde for at de som ikke svarte" in text
    assert "svarer oftere" not in text
