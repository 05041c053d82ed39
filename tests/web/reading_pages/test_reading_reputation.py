"""Reputation, the two sides of the workplace, and the strategy."""

import re

from survey_app.accounts.roles import Role
from tests.builders_publication import (
    words,
)


async def test_the_strategy_says_how_many_statements_moved_since_the_first_wave(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    told = words(await web.get("/strategy"))
    counted = re.findall(r"(\d+|Ett) utsagn (har gått ned|har økt|er uendret|er vi ikke)", told)
    assert counted
    assert "siden første måling" in told
    assert "Måles ikke." in told


async def test_reputation_shows_trust_goals_groups_and_what_is_not_measured(web, sign_in, shelf):
    await sign_in(Role.COMMUNICATIONS)
    text = words(await web.get("/reputation"))
    assert "Tillitsindeks" in text
    assert "84 % har svart på nok spørsmål til å ha en oppfatning" in text
    assert "Effektivt antall: 1 704" in text
    assert "Svarprosent 27 % (RR2)" in text
    assert "«Vi har bred kommunikasjonsfaglig kompetanse»" in text
    assert "«Vi har forståelse for strategisk bruk av kommunikasjon»" in text
    for heading in ("Kontakt de siste to årene", "Alder", "Kjønn", "Utdanning", "Fylker"):
        assert heading in text
    assert "Finnmark Vises ikke: for få svar" in text


async def test_reputation_changes_index_in_place(web, sign_in, shelf):
    await sign_in(Role.COMMUNICATIONS)
    part = await web.get("/reputation?index=SAM", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="reading"')
    assert re.search(r'id="chip-SAM" aria-current="true"', part.text)


async def test_reputation_follows_one_group_over_time_at_an_address_that_can_be_shared(
    web, sign_in, shelf
):
    await sign_in(Role.COMMUNICATIONS)
    whole = await web.get("/reputation?index=SAM")
    group = await web.get("/reputation?index=SAM&group=age%3A18-29")
    assert re.search(r'<option value="age:18-29" selected>18', group.text)
    assert re.search(r"<figcaption>[^<]*, 18", group.text)
    assert not re.search(r"<figcaption>[^<]*, 18", whole.text)
    # switching the index keeps the group
    assert "index=PLA&amp;group=age%3A18-29" in group.text
    assert (await web.get("/reputation?group=nobody")).text.count(
        " selected>Hele befolkningen"
    ) == 1


async def test_the_two_sides_of_the_workplace_are_compared_theme_by_theme_alone(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    text = words(await web.get("/workplace"))
    assert "Innenfra: de ansatte" in text
    assert "Utenfra: befolkningen" in text
    assert "Trekk dem ikke fra hverandre" in text
    assert "poeng høyere innenfra" in text
    assert "Nei: den ene gjelder å bli, den andre å søke" in text
    assert "Kandidater er ikke spurt ennå" in text
    assert "0 er svært usannsynlig, 10 er svært sannsynlig" in text


async def test_the_strategy_shows_every_statement_and_what_is_not_measured(web, sign_in, shelf):
    await sign_in(Role.ADMIN)
    text = words(await web.get("/strategy"))
    assert "24 utsagn" in text
    assert "Vi måler 22 av dem" in text
    assert "«Vi har åpne og synlige beslutningsprosesser.»" in text
    assert "«Vi har bred kommunikasjonsfaglig kompetanse» Måles ikke." in text
