"""Where units, groups or questions cannot be compared, and how the page says so."""

import re

import pytest

from survey_app.accounts.roles import Role
from tests.builders_publication import (
    words,
)


async def test_units_that_cannot_be_told_apart_have_no_colour_and_the_page_says_so(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    for colour in ("difference", "level"):
        reply = await web.get(f"/culture/units?wave=2025-h&open=sor,sorvest&colour={colour}")
        assert "ikke skilles sikkert fra hverandre her, og får derfor ingen farge: åpenhet." in (
            words(reply)
        )
        openness = re.findall(
            r'class="cell ([^"]*)" href="[^"]*unit=sor-\d[^"]*index=APN"', reply.text
        )
        assert openness
        assert set(openness) == {""}
        if colour == "level":
            assert "" not in re.findall(
                r'class="cell ([^"]*)" href="[^"]*unit=sor-\d[^"]*index=NYT"', reply.text
            )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nb", "fra hverandre på åpenhet. Der kaller vi ingen høyere eller lavere."),
        ("nn", "frå kvarandre på openheit. Der kallar vi ingen høgare eller lågare."),
        ("en", "with certainty on openness. There we call none higher or lower."),
    ],
)
async def test_a_unit_is_called_neither_higher_nor_lower_where_units_cannot_be_told_apart(
    web, sign_in, shelf, language, sentence
):
    await sign_in(Role.HR, language=language)
    assert sentence in words(await web.get("/culture?unit=sorvest-4&wave=2025-h"))


async def test_units_that_read_a_question_otherwise_are_marked_as_not_comparable_on_its_scale(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    reply = await web.get("/culture/units?wave=2025-h&open=sor")
    (cell,) = re.findall(r'<a class="cell ([^"]*)" href="[^"]*unit=sor-4[^"]*index=SIK">(.*?)</a>',
                         reply.text)  # fmt: skip
    assert cell[0] == ""
    assert "ikke sammenlignbart" in cell[1]
    sentence = "kan bety noe annet i gruppen «Friomsorg» enn ellers: Tallet er 6 poeng høyere"
    assert "Ikke sammenlignbart: Spørsmålet «" in words(reply)
    assert sentence in words(reply)
    assert sentence not in words(await web.get("/culture/units?wave=2025-h&open=nord"))
    assert sentence in words(await web.get("/culture/items/vp.sik.3?wave=2025-h"))
    assert sentence not in words(await web.get("/culture/items/vp.sik.2?wave=2025-h"))
    unit = words(await web.get("/culture?unit=sor-4&wave=2025-h"))
    assert sentence in unit
    assert "Ikke sammenlignbart (etaten har 68)" in unit
    assert "Ikke sammenlignbart" not in words(await web.get("/culture?unit=sor-3&wave=2025-h"))


async def test_an_age_that_reads_a_question_of_trust_otherwise_is_not_compared(web, sign_in, shelf):
    await sign_in(Role.COMMUNICATIONS)
    text = words(await web.get("/reputation"))
    assert "kan bety noe annet i gruppen «18–29 år» enn ellers: Tallet er 7 poeng lavere" in text
    assert len(re.findall(r"svar \d+ \(\d+–\d+\) Ikke sammenlignbart", text)) == 1


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nn", "kan bety noko anna i gruppa «Friomsorg» enn elles: Talet er 6 poeng høgare"),
        ("en", "may mean something else in the group “Probation”: its figure is 6 points higher"),
    ],
)
async def test_what_is_not_comparable_is_said_in_the_readers_language(
    web, sign_in, shelf, language, sentence
):
    await sign_in(Role.HR, language=language)
    assert sentence in words(await web.get("/culture?unit=sor-4&wave=2025-h"))
