"""Reputation, the two sides of the workplace, and the strategy."""

import re

import lxml.html
import pytest

from survey_app.accounts.roles import Role
from survey_app.reading.strategy_text import library
from tests.builders_publication import (
    public_series,
    staff_series,
    words,
)
from tests.shown import of_class, text_of


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
    assert "16 % har ikke en mening om alle sider ved tilliten (usikkerhet 14–18 %)" in text
    assert "Vi regner ikke ut om andelen har endret seg" in text
    assert "Effektivt antall: 1 704" in text
    assert "Svarprosent 27 %." in text
    assert "Svarprosenten regner med dem som svarte på minst halve skjemaet (AAPOR, RR2)." in text
    assert "Målbar, men liten sikker retning, og minst 99 % sjanse for under 3 poeng" in text
    assert "«Vi har bred kommunikasjonsfaglig kompetanse»" in text
    assert "«Vi har forståelse for strategisk bruk av kommunikasjon»" in text
    for heading in ("Kontakt de siste to årene", "Alder", "Kjønn", "Utdanning", "Fylke"):
        assert heading in text
    assert "Finnmark Vises ikke: for få svar" in text


def visible_words(page):
    """What stands on a page before anything is unfolded."""
    folded = "ancestor::*[parent::details and not(self::summary)]"
    unseen = "ancestor::*[contains(@class, 'no-script') or contains(@class, 'visually-hidden')]"
    left = f"not({folded}) and not({unseen}) and not(ancestor::svg) and not(ancestor::option)"
    return " ".join(page.xpath(f"//main//text()[{left}]")).split()


async def test_reputation_is_read_in_five_hundred_words_and_shows_every_question(
    web, sign_in, shelf
):
    await sign_in(Role.COMMUNICATIONS)
    answer = await web.get("/reputation")
    page = lxml.html.fromstring(answer.text)
    assert len(visible_words(page)) <= 500
    text = words(answer)
    asked = [row for row in public_series()[-1]["measures"] if row["kind"] == "item"]
    assert not [row["code"] for row in asked if row["title"]["nb"] not in text]
    assert "Ingen gruppe skiller seg sikkert" in text or "enn befolkningen samlet: «" in text


async def test_among_whom_trust_moved_stands_before_what_else_was_asked(web, sign_in, shelf):
    await sign_in(Role.COMMUNICATIONS)
    page = (await web.get("/reputation")).text
    heads = ["h-trust", "h-findings", "h-among", "h-goals", "h-trend", "h-others"]
    assert sorted(heads, key=lambda one: page.index(f'id="{one}"')) == heads


async def test_the_wave_of_comparison_is_kept_by_every_other_choice(web, sign_in, shelf):
    await sign_in(Role.COMMUNICATIONS)
    page = lxml.html.fromstring((await web.get("/reputation?compare=2024-09")).text)
    assert page.xpath("//select[@name='compare']/option[@selected]/@value") == ["2024-09"]
    assert page.xpath("//form//input[@name='compare']/@value") == ["2024-09"]
    chips = page.xpath("//ul[@class='chips']//a/@href")
    assert chips
    assert all("compare=2024-09" in one for one in chips)
    assert "siden september 2024" in text_of(of_class(page, "figure", "/following-sibling::p")[0])


async def test_each_side_of_the_workplace_has_a_wave_of_comparison_of_its_own(web, sign_in, shelf):
    await sign_in(Role.HR)
    page = lxml.html.fromstring((await web.get("/workplace?compare_public=2024-09")).text)
    assert page.xpath("//select[@name='compare_public']/option[@selected]/@value") == ["2024-09"]
    inside, outside = (text_of(one) for one in of_class(page, "goal")[:2])
    assert "siden september 2024" in outside
    assert "siden september 2024" not in inside


@pytest.mark.parametrize("role", [Role.HR, Role.COMMUNICATIONS])
async def test_the_workplace_is_followed_over_time_from_inside_and_outside(
    web, sign_in, shelf, role
):
    """From the menu, by those who lead staff and those who speak to the public alike."""
    await sign_in(role)
    assert "/workplace" in lxml.html.fromstring((await web.get("/")).text).xpath("//nav//a/@href")
    page = lxml.html.fromstring((await web.get("/workplace")).text)
    assert len(visible_words(page)) <= 500
    [section] = page.xpath("//section[@aria-labelledby='h-trend']")
    assert [text_of(one) for one in section.xpath(".//h3")] == [
        "Innenfra: de ansatte", "Utenfra: befolkningen"
    ]  # fmt: skip
    told = text_of(section)
    assert "Høsten 2025, hovedmåling" in told
    assert "Mars 2026" in told
    assert "avstanden mellom dem sier ingenting" in told


async def test_stakeholders_are_two_clicks_from_the_menu_with_every_question(web, sign_in, shelf):
    await sign_in(Role.COMMUNICATIONS)
    address = "/reputation/stakeholders"
    page = lxml.html.fromstring((await web.get("/reputation")).text)
    assert address in page.xpath("//main//a/@href")
    answer = await web.get(address)
    text = words(answer)
    [content] = public_series("stakeholders")
    for row in content["measures"]:
        assert row["kind"] != "item" or row["title"]["nb"] in text
    assert "kan ikke sammenlignes med befolkningen" in text
    assert "Gruppen er spurt én gang." in text
    assert "214 svar" in text
    part = await web.get(address, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="reading"')
    await sign_in(Role.LEADER)
    assert (await web.get(address)).status_code == 403


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


async def test_whether_staff_recommend_the_workplace_is_told_of_one_wave(web, sign_in, shelf):
    """Of the newest that asked, or of the one that the reader chose."""
    await sign_in(Role.HR)
    first = lxml.html.fromstring((await web.get("/workplace")).text)
    chosen = first.xpath("//select[@name='staff']/option/@value")[-1]
    for address, newest in (("/workplace", True), (f"/workplace?staff={chosen}", False)):
        page = lxml.html.fromstring((await web.get(address)).text)
        [section] = page.xpath("//section[@aria-labelledby='h-ambassadors']")
        [level, *rest] = [text_of(one) for one in section.xpath(".//h3")]
        when = level.removeprefix("Nivå ")
        assert rest == []
        told = text_of(section)
        assert f"Prosent av de ansatte, {when}. Streken" in told
        assert told.count("Ambassadørbalansen") == told.count(f"Ambassadørbalansen {when} er")
        name = text_of(page.xpath("//select[@name='staff']/option[@selected]")[0])
        assert newest or when.removeprefix("i ") in name.lower()


async def test_the_strategy_shows_every_statement_and_what_is_not_measured(web, sign_in, shelf):
    await sign_in(Role.ADMIN)
    text = words(await web.get("/strategy"))
    assert "24 utsagn" in text
    assert "Vi måler 21 av dem" in text
    assert "«Vi har åpne og synlige beslutningsprosesser.»" in text
    assert "«Vi har bred kommunikasjonsfaglig kompetanse» Måles ikke." in text


async def test_a_statement_of_one_question_has_the_level_and_limits_of_that_question(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    page = lxml.html.fromstring((await web.get("/strategy")).text)
    pairs = []
    for row in of_class(page, "statements", "/li"):
        levels = [text_of(one) for one in of_class(row, "standing", "//*[contains(@class, 'num')]")]
        lines = [text_of(one) for one in of_class(row, "item-lines", "/li")]
        counted = [line for line in lines if "Teller ikke med" not in line]
        if len(levels) == len(counted) == 1:
            pairs.append((levels[0], counted[0]))
    assert len(pairs) >= 3
    assert [pair for pair in pairs if f" {pair[0]} " not in pair[1]] == []
    assert "kan ligge inntil 6 poeng fra dem som svarte" in text_of(page)


async def test_what_is_published_is_never_told_to_be_unpublished(web, sign_in, shelf):
    """Also what is published in bands alone."""
    await sign_in(Role.HR)
    page = lxml.html.fromstring((await web.get("/strategy")).text)
    lines = [text_of(one) for one in of_class(page, "item-lines", "/li")]
    published = {
        row["measure"] for content in (*staff_series(), *public_series())
        for row in content["estimates"] if row["level"] == "agency"
    }  # fmt: skip
    asked = [one for one in library().items.values() if one.id in published]
    told = {item.id: [line for line in lines if line.startswith(item.text["nb"])] for item in asked}
    assert {"vp.hen.2", "om.til.1", "om.tot.1", "om.vel.1"} <= told.keys()
    assert not [code for code, found in told.items() if not found and not code.startswith("om.fil")]
    assert not [one for found in told.values() for one in found if "ikke publisert ennå" in one]
    assert all("prosent" in line for line in told["vp.hen.2"])


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
async def test_a_board_reads_the_strategy_in_nine_hundred_words(web, sign_in, shelf, lang):
    await sign_in(Role.ADMIN)
    page = lxml.html.fromstring((await web.get(f"/strategy?lang={lang}")).text)
    folded = "ancestor::*[parent::details and not(self::summary)]"
    unseen = "ancestor::*[contains(@class, 'on-paper') or contains(@class, 'visually-hidden')]"
    seen = page.xpath(f"//main//text()[not({folded}) and not({unseen}) and not(ancestor::svg)]")
    assert len(" ".join(seen).split()) <= 900


async def test_an_item_that_measures_something_else_says_so_under_its_statement(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    text = words(await web.get("/strategy"))
    assert "Teller ikke med: gjelder å bli, ikke å søke seg hit." in text
    # «2 av 4 spørsmål» over a fold of five
    assert "2 av 4 spørsmål" in text
    assert "5 spørsmål, 1 teller ikke med" in text
    assert "Strategien sier ikke hvilket mål et delmål hører til." in text
    assert "Passer bedre til et annet mål." in text
    assert "Straff som endrer" in text
    assert "Drivkreftene: 22 forhold" in text
    assert "Migrasjon/innvandring" in text
    assert "Alt i alt, hvor godt eller dårlig inntrykk har du av kriminalomsorgen?" in text
    assert "Hvor gammel er du? (bakgrunn)" in text
