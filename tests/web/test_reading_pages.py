import csv
import io
import re
from collections.abc import Iterator

import pytest

from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.reading.progress import Computing
from survey_app.shared.database import Login
from tests.builders_publication import (
    MERGED_UNIT,
    PROTECTING_UNIT,
    SMALL_UNIT,
    public_series,
    put_on_shelf,
    staff_series,
    words,
)
from tests.stocked_shelf import emptied, stocked_database


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    """A database with two main waves and the newest pulse of staff, and two public waves."""

    async def stock() -> None:
        staff = staff_series()
        await put_on_shelf(staff[0], *staff[3:], *public_series()[-2:])

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    """The same shelf for every test here: pages only read it. Accounts are each test's own."""
    return await emptied(stocked, "accounts.account")


@pytest.fixture
def shelf(database) -> None:
    """Name what a test stands on."""


async def test_culture_asks_a_stranger_to_sign_in_and_comes_back(web, shelf):
    reply = await web.get("/culture?wave=2025-h", follow_redirects=False)
    assert reply.status_code == 303
    assert "next=%2Fculture%3Fwave%3D2025-h" in reply.headers["Location"]


async def test_each_role_sees_its_pages_and_no_other(web, sign_in, shelf):
    pages = ("/culture", "/culture/units", "/reputation", "/workplace", "/strategy", "/")
    open_to = {
        Role.HR: {"/culture", "/culture/units", "/workplace"},
        Role.COMMUNICATIONS: {"/reputation", "/workplace"},
        Role.ANALYST: {"/culture", "/culture/units", "/reputation", "/workplace"},
        Role.LEADER: {"/culture", "/culture/units", "/workplace"},
        Role.REPRESENTATIVE: {"/culture", "/culture/units", "/workplace"},
        Role.ADMIN: set(),
    }
    for role, allowed in open_to.items():
        await sign_in(role, unit="ost-5" if role in UNIT_ROLES else "")
        for address in pages:
            expected = 200 if address in allowed | {"/strategy", "/"} else 403
            assert (await web.get(address)).status_code == expected, (role, address)


async def test_hr_reads_the_level_with_its_interval_and_the_findings(web, sign_in, shelf):
    await sign_in(Role.HR)
    reply = await web.get("/culture")
    text = words(reply)
    assert "Kulturindeks, kjerne" in text
    assert re.search(r"av 100\. Usikkerhet: \d+–\d+", text)
    assert "Nytenking har økt med 5,5 poeng siden høsten 2024, da vi målte dette" in text
    assert "Regn med at det sanne nivået er 1–3 poeng lavere" in text
    assert "nytt og under utprøving" in text
    assert "427 av 908 inviterte svarte (47 %)" in text


async def test_htmx_gets_the_part_without_the_frame_at_the_same_address(web, sign_in, shelf):
    await sign_in(Role.HR)
    whole = await web.get("/culture?index=NYT-kjerne")
    part = await web.get("/culture?index=NYT-kjerne", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="reading"')
    assert "<html" not in part.text
    assert part.text.strip() in whole.text
    assert part.headers["Vary"] == whole.headers["Vary"] == "HX-Request"
    assert "Nytenking, kjerne" in words(part)


async def test_every_choice_is_a_plain_form_that_works_without_script(web, sign_in, shelf):
    await sign_in(Role.HR)
    for address in ("/culture", "/culture/units", "/workplace"):
        text = (await web.get(address)).text
        assert f'method="get" action="{address}"' in text
        assert 'type="submit"' in text


async def test_a_page_has_no_inline_script_or_style(web, sign_in, shelf):
    await sign_in(Role.ANALYST)
    for address in ("/culture", "/culture/units?open=sor", "/reputation", "/strategy", "/results"):
        reply = await web.get(address)
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", reply.text)
        assert "script-src 'self'" in reply.headers["Content-Security-Policy"]


async def test_the_heatmap_opens_on_the_main_wave_with_what_stands_out_unfolded(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    reply = await web.get("/culture/units")
    text = words(reply)
    assert "Høsten 2025, hovedmåling" in text
    assert "Hele etaten" in text
    unfolded = re.findall(r'id="fold-(\w+)" aria-expanded="true"', reply.text)
    assert unfolded == ["sor", "sorvest"]
    assert "Fengsel Sør 1" in text


async def test_a_reader_may_fold_every_region(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/culture/units?open="))
    assert "Region Sør" in text
    assert "Fengsel Sør 1" not in text


async def test_hidden_units_keep_their_rows_with_the_reason(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/culture/units?open=sor"))
    assert "Regionadministrasjon Sør 32 ansatte Vises ikke: for få svar" in text
    assert "Fengsel Sør 5 45 ansatte Vises ikke: verner en liten naboenhet" in text


async def test_merged_units_say_so(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get(f"/culture/units?open={MERGED_UNIT.split('-')[0]}"))
    assert "Friomsorg Sørvest 2 og Overgangsbolig Sørvest 1 Slått sammen før utsending" in text


async def test_a_fold_is_a_link_to_the_same_page_with_the_region_open(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = (await web.get("/culture/units?open=sor")).text
    fold = re.search(r'<a href="([^"]+)"[^>]*id="fold-nord" aria-expanded="false"', text)
    assert "open=nord%2Csor" in fold[1]
    assert re.search(r'id="fold-sor" aria-expanded="true"', text)


async def test_an_arrow_stands_only_where_the_verdict_is_up_or_down(web, sign_in, shelf):
    await sign_in(Role.HR)
    table = (await web.get("/culture/units?open=ost,sor,sorvest,nord")).text
    shown = table.count('class="move ')
    content = staff_series()[3]
    columns = ("KI", "TRY", "APN", "NYT", "SIK", "AAI")
    real = [
        row
        for row in content["changes"]
        if row["role"] == "previous"
        and row["measure"] in columns
        and row["level"] in {"agency", "region", "unit"}
        and row["verdict"] in {"up", "down"}
    ]
    assert shown == len(real) > 0


async def test_level_mode_says_that_colour_is_not_difference(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/culture/units?colour=level"))
    assert "Fargen viser nivå, ikke forskjell." in text


async def test_the_colour_compares_with_what_the_address_says_and_columns_sort_by_links(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    parent = await web.get("/culture/units?compare=parent&open=sor&order=-NYT")
    assert "Hvilke enheter skiller seg ut i regionen sin?" in words(parent)
    assert 'aria-sort="descending"' in parent.text
    assert 'id="sort-KI" href="/culture/units?wave=2025-h&amp;compare=parent&amp;order=KI' in (
        parent.text
    )
    own = words(await web.get("/culture/units?compare=own&wave=2025-h"))
    assert "Hvilke enheter har endret seg?" in own
    assert "Siden høsten 2024: kulturindeks, trygghet" in own
    findings = own.split("Hvilke enheter har endret seg?")[1].split("Farge")[0]
    assert "siden høsten 2024" in findings
    assert not re.search("siden (november|februar|mai|våren)", findings)


async def test_changes_first_keeps_the_order_otherwise(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = (await web.get("/culture/units?order=changes&open=sorvest")).text
    names = re.findall(r'<tr class="unit[^"]*"><th scope="row"><a [^>]+>([^<]+)</a>', text)
    rows = re.findall(r'(?s)<tr class="unit.*?</tr>', text)
    moved = ['class="move' in row for row in rows]
    assert len(names) == len(rows) == 5
    assert moved == sorted(moved, reverse=True)


async def test_an_item_shows_its_answers_and_its_statement(web, sign_in, shelf):
    await sign_in(Role.HR)
    reply = await web.get("/culture/items/vp.apn.4?wave=2025-h")
    text = words(reply)
    assert "«Jeg forstår hvorfor viktige beslutninger blir som de blir.»" in text
    assert "«Vi har åpne og synlige beslutningsprosesser.»" in text
    assert re.search(r"\d+ % er enige, \d+ % er uenige\.", text)
    assert 'role="img"' in reply.text
    assert "Tallene som tabell" in text


async def test_what_goes_with_an_outcome_is_shown_with_what_it_does_not_mean(web, sign_in, shelf):
    await sign_in(Role.HR)
    told = words(await web.get("/culture/drivers?outcome=stay"))
    assert "Det viser ikke hva som virker." in told
    assert "Åpenhet henger tettest sammen med å se for seg å bli i to år." in told
    assert "Dette ene forholdet står for 25 % av sammenhengen (usikkerhet 22–28 %)." in told
    assert "forklarer til sammen 34 % av forskjellene mellom folk (usikkerhet 31–37 %)" in told
    # the values are the culture index, so other questions stand in for them
    assert "Derfor er de byttet ut" in words(await web.get("/culture/drivers?outcome=culture"))
    assert "Derfor er de byttet ut" not in told


async def test_the_strategy_says_how_many_statements_moved_since_the_first_wave(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    told = words(await web.get("/strategy"))
    counted = re.findall(r"(\d+|Ett) utsagn (har gått ned|har økt|er uendret|er vi ikke)", told)
    assert counted
    assert "siden første måling" in told
    assert "Måles ikke." in told


async def test_a_pulse_leads_to_the_drivers_of_the_newest_main_wave(web, sign_in, shelf):
    await sign_in(Role.ANALYST)
    assert 'value="2025-h" selected' in (await web.get("/culture/drivers")).text


async def test_an_item_that_no_wave_asked_is_not_found(web, sign_in, shelf):
    await sign_in(Role.HR)
    assert (await web.get("/culture/items/no.such.item")).status_code == 404
    assert (await web.get("/culture?wave=no-such-wave")).status_code == 404


async def test_a_leader_starts_at_the_own_unit_and_sees_no_other(web, sign_in, shelf):
    await sign_in(Role.LEADER, unit="ost-5")
    home = await web.get("/")
    assert "<h1>Fengsel Øst 5</h1>" in home.text
    assert "<h1>Region Øst" not in home.text
    assert (await web.get("/culture?unit=ost")).status_code == 200
    assert (await web.get("/culture?unit=")).status_code == 200
    for foreign in ("sor", "sor-1", "ost-4", "no-such-unit"):
        assert (await web.get(f"/culture?unit={foreign}")).status_code == 403
    table = words(await web.get("/culture/units?open=ost,sor"))
    assert "Fengsel Øst 5" in table
    assert "Fengsel Øst 4" not in table
    assert "Region Sør" not in table


async def test_leader_and_representative_get_the_same_page(web, sign_in, shelf):
    await sign_in(Role.LEADER, unit="ost-5")
    one = await web.get("/culture?unit=ost-5&wave=2025-h", headers={"HX-Request": "true"})
    await sign_in(Role.REPRESENTATIVE, unit="ost-5")
    other = await web.get("/culture?unit=ost-5&wave=2025-h", headers={"HX-Request": "true"})
    # the leader's alone is the button that makes an action; not a figure differs
    own = '<a class="ds-button" href="/actions/new?unit=ost-5&amp;wave=2025-h">Lag et tiltak</a> '
    assert one.text.count(own) == 1
    assert one.text.replace(own, "") == other.text


@pytest.mark.parametrize(
    ("unit", "reason"),
    [
        (SMALL_UNIT, "Vises ikke: for få svar"),
        (PROTECTING_UNIT, "Vises ikke: verner en liten naboenhet"),
    ],
)
async def test_a_hidden_unit_gets_its_regions_figures_and_no_count(
    web, sign_in, shelf, unit, reason
):
    await sign_in(Role.REPRESENTATIVE, unit=unit)
    text = words(await web.get(f"/culture?unit={unit}&wave=2025-h"))
    assert reason in text
    assert "Region Sør, som dere er en del av" in text
    assert "Tallene gjelder regionen, ikke enheten deres." in text
    assert not re.search(r"\d+ av (32|45) ", text)


async def test_a_unit_that_every_pulse_hides_gets_its_figures_for_the_year(web, sign_in, shelf):
    await sign_in(Role.REPRESENTATIVE, unit=SMALL_UNIT)
    text = words(await web.get(f"/culture?unit={SMALL_UNIT}&wave=2026-05"))
    assert "Tall for hele 2025: gjennomsnitt av to kortmålinger" in text
    assert "Over hele året svarte 19, og det er nok til å vise ett tall." in text
    assert "66 (61–72)" in text
    assert "Ingen ser tall for enheten deres i denne målingen, heller ikke HR." in text
    # there were no two pulses in 2024
    assert "Tall for hele" not in words(await web.get(f"/culture?unit={SMALL_UNIT}&wave=2024-h"))


async def test_a_unit_that_is_hidden_for_another_gets_no_figures_for_the_year(web, sign_in, shelf):
    await sign_in(Role.REPRESENTATIVE, unit=PROTECTING_UNIT)
    text = words(await web.get(f"/culture?unit={PROTECTING_UNIT}&wave=2026-05"))
    assert "Tall for hele" not in text


async def test_a_unit_compares_itself_with_the_agency(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/culture?unit=ost-6&wave=2025-h"))
    assert "Er tallet jevnet ut? Nei." in text
    assert "Mot etaten, som har" in text
    assert "For en enhet må en forskjell være minst 5 poeng." in text


async def test_exposure_is_shown_in_bands_and_never_as_a_number(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/culture?wave=2025-h"))
    assert "Vold og trusler" in text
    assert "30–49 prosent" in text
    assert "Vold og trusler" not in words(await web.get("/culture?wave=2026-05"))


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


async def test_results_are_for_everybody_and_set_no_cookie(web, shelf):
    reply = await web.get("/results")
    assert reply.status_code == 200
    assert "set-cookie" not in reply.headers
    text = words(reply)
    assert "Kulturen, sett av de ansatte" in text
    assert "Tilliten, sett av innbyggerne" in text
    assert "Region" not in text


async def test_open_data_hold_no_unit_and_keep_hidden_rows_without_numbers(web, shelf):
    reply = await web.get("/results/data.csv")
    assert reply.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    staff = [row for row in rows if row["population"] == "staff"]
    assert {row["level"] for row in staff} == {"agency"}
    hidden = [row for row in rows if row["status"] != "published"]
    assert {row["domain"] for row in hidden} == {"county:56"}
    assert all(row["mean"] == row["n"] == row["low"] == "" for row in hidden)
    trust = next(r for r in rows if r["measure"] == "TI" and r["level"] == "agency")
    assert float(trust["low"]) < float(trust["mean"]) < float(trust["high"])


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nn", ("Kulturen i kriminalomsorga", "Uvisse", "Nytenking har auka")),
        ("en", ("The culture of the Correctional Service", "Uncertainty", "Innovation has risen")),
    ],
)
async def test_the_account_decides_the_language(web, sign_in, shelf, language, expected):
    await sign_in(Role.HR, language=language)
    text = words(await web.get("/culture"))
    for sentence in expected:
        assert sentence in text


async def test_open_pages_take_their_language_from_the_address(web, shelf):
    assert "How staff and residents see" in words(await web.get("/results?lang=en"))
    assert "Slik opplever tilsette" in words(await web.get("/results?lang=nn"))


async def test_progress_is_shown_while_figures_are_computed_and_asked_for_again(
    web, sign_in, shelf
):
    async def computing(population):
        return Computing({"nb": "Mai 2026"}, step=3) if population == "staff" else None

    web.app.state.computing = computing
    await sign_in(Role.HR)
    page = await web.get("/culture")
    assert "Steg 3 av 4: sjekker at ingen kan kjennes igjen" in words(page)
    assert "<progress" in page.text
    part = await web.get("/culture/progress", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="progress"')
    assert 'hx-trigger="every 3s"' in part.text
    web.app.state.computing = None
    done = await web.get("/culture/progress", headers={"HX-Request": "true"})
    assert "De nye tallene er klare" in words(done)
    assert "hx-trigger" not in done.text


async def test_home_shows_hr_both_and_an_administrator_no_figures(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/"))
    assert "Kulturindeks, kjerne" in text
    assert "Tilliten, sett av innbyggerne" in text
    await sign_in(Role.ADMIN)
    text = words(await web.get("/"))
    assert "Usikkerhet" not in text
    assert "Kulturindeks" not in text


async def test_a_unit_stands_under_its_own_region_in_the_list_of_places(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = (await web.get("/culture")).text
    chooser = text[text.index('id="choose-unit"') : text.index("</select>")]
    names = re.findall(r"<option[^>]*>([^<]+)<", chooser)
    sor, sorvest = names.index("Region Sør"), names.index("Region Sørvest")
    assert names[0] == "Hele etaten"
    units = names[sor + 1 : sorvest]
    assert all(name.startswith("\u2003") and "Sør" in name for name in units)
    assert not any("Sørvest" in name for name in units)
    assert sorvest > sor + 1


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
        ("nb", "så vi kaller ingen høyere eller lavere: åpenhet."),
        ("nn", "så vi kallar ingen høgare eller lågare: openheit."),
        ("en", "so we call none of them higher or lower: openness."),
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
    assert len(re.findall(r"\d+ \(ikke sammenlignbart\)", text)) == 1


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


async def test_the_trend_is_summed_up_in_one_sentence_where_the_headline_index_is_drawn(
    web, sign_in, shelf
):
    await sign_in(Role.ANALYST)
    sentence = "Alle målingene sett under ett: Kulturindeksen har økt siden"
    assert sentence in words(await web.get("/culture"))
    assert "Alle målingene" in words(await web.get("/culture?unit=sorvest"))
    assert "Alle målingene" not in words(await web.get("/culture?index=NYT-kjerne"))


async def test_a_trend_since_a_wave_that_is_not_on_the_shelf_is_not_told(web, sign_in, shelf):
    await sign_in(Role.COMMUNICATIONS)
    assert "sett under ett" not in words(await web.get("/reputation?wave=2026-03"))
