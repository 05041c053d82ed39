"""Earlier results on the pages: who sees what, and in which words."""

import re
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from survey_app.accounts.roles import Role
from survey_app.earlier.commands import import_named
from survey_app.shared.database import Login
from tests.builders_publication import public_series, put_on_shelf, staff_series, words
from tests.stocked_shelf import emptied, stocked_database

CSPS = Path("tests/data/csps/manifest.toml")
OWN = Path("tests/data/earlier-survey/manifest.toml")
PUBLIC = Path("tests/data/public-benchmark/manifest.toml")


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    """Two main waves, two of the public, and all three sources."""

    async def stock() -> None:
        staff = staff_series()
        await put_on_shelf(staff[0], staff[3], *public_series()[-2:])
        for manifest in (CSPS, OWN, PUBLIC):
            await import_named(manifest, dry_run=False, echo=lambda _: None)

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    """The same shelf for every test here: pages only read it. Accounts are each test's own."""
    return await emptied(stocked, "accounts.account")


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        (Role.HR, "/culture/history", 200),
        (Role.ANALYST, "/culture/history", 200),
        (Role.LEADER, "/culture/history", 200),
        (Role.REPRESENTATIVE, "/culture/history/units?source=csps", 200),
        (Role.COMMUNICATIONS, "/culture/history", 403),
        (Role.ADMIN, "/culture/history", 403),
        (Role.COMMUNICATIONS, "/reputation/history", 200),
        (Role.HR, "/reputation/history", 403),
        (Role.COMMUNICATIONS, "/culture/history/units?source=csps", 403),
        (Role.HR, "/culture/history/units?source=benchmark-example", 404),
        (Role.HR, "/culture/history/units?source=nothing", 404),
    ],
)
async def test_each_role_sees_its_side_and_no_other(web, sign_in, role, address, status):
    await sign_in(role, unit="sor-1")
    assert (await web.get(address)).status_code == status


async def test_a_stranger_is_asked_to_sign_in(web):
    reply = await web.get("/culture/history", follow_redirects=False)
    assert reply.status_code == 303


async def test_old_and_new_stand_in_one_figure_and_are_never_subtracted(web, sign_in):
    await sign_in(Role.HR)
    told = words(await web.get("/culture/history"))
    assert "De gamle og de nye tallene kan ikke trekkes fra hverandre." in told
    assert "sier ingenting om utviklingen" in told
    assert "Ny undersøkelse med ny referanse fra 2024" in told
    # 2019 is a linked year; 2014 an event that does not break the line
    assert "K 2019: koblet" in told
    assert "A 2014: omorganisert." in told


async def test_each_series_is_a_line_of_its_own(web, sign_in):
    await sign_in(Role.HR)
    html = (await web.get("/culture/history")).text
    figure = html[: html.index("h-others")]
    lines = re.findall(
        r'<polyline points="([^"]+)" fill="none" stroke="var\(--vb-(series-?2?)\)"', figure
    )
    wide = lines[: len(lines) // 2]
    assert [kind for _, kind in wide] == ["series-2", "series"]
    assert float(wide[0][0].split()[-1].split(",")[0]) < float(wide[1][0].split(",")[0])


async def test_a_reworded_question_breaks_the_line(web, sign_in):
    await sign_in(Role.HR)
    told = words(await web.get("/culture/history?index=AMB"))
    assert "// 2016: ny ordlyd; fra «trives» til «vil anbefale»." in told
    assert "Serien er brutt, så det som står før, er ikke regnet med." in told


async def test_a_split_unit_shows_where_it_came_from(web, sign_in):
    await sign_in(Role.HR)
    told = words(await web.get("/culture/history?place=sor"))
    assert "2016: delt. Før: Region Sør og Vest (til 2015). Linjen er brutt." in told


async def test_the_british_prison_service_is_shown_with_its_own_history(web, sign_in):
    await sign_in(Role.HR)
    told = words(await web.get("/culture/history?source=csps&measure=my_manager"))
    assert "Andres tall: HM Prison Service" in told
    assert "2014: endret. Før: National Offender Management Service. Linjen er brutt." in told
    assert "K 2023: koblet; ett spørsmål gikk ut" in told
    # 63.04 in the CSV; 78.2 by pandas over the 105 organisations that are no average
    assert "HM Prison Service hadde 63 i 2024. Medianen for 105 enheter var 78." in told


async def test_a_unit_that_ended_leads_on(web, sign_in):
    await sign_in(Role.HR)
    html = (await web.get("/culture/history?source=csps&unit=NTOFSV")).text
    assert "Gikk videre i:" in html
    assert "unit=PRISON" in html


async def test_the_table_of_units_marks_what_was_reorganised_and_what_is_an_average(web, sign_in):
    await sign_in(Role.HR)
    told = words(await web.get("/culture/history/units?source=csps&year=2014"))
    assert "HM Prison Service endret; før: National Offender Management Service" in told
    assert "Civil Service benchmark et snitt, ikke en enhet" in told
    assert "Derfor rangerer vi ikke enhetene" in told


async def test_a_unit_is_found_by_its_name_now_or_before(web, sign_in):
    await sign_in(Role.HR)
    told = words(await web.get("/culture/history/units?source=csps&year=2014&find=offender"))
    assert "HM Prison Service" in told
    table = re.split(r"Viser \d+ av \d+\. Vis alle", told)[1].split("Kilde:")[0]
    assert "National Offender Management Service" in table
    assert "Cabinet Office" not in table


async def test_a_leader_sees_earlier_figures_of_the_own_place_and_the_agency_alone(web, sign_in):
    await sign_in(Role.LEADER, unit="nord-1")
    told = words(await web.get("/culture/history/units?source=eldre-maaling"))
    assert "Hele etaten" in told
    assert "Region Sør" not in told
    reply = await web.get("/culture/history?place=sor")
    assert reply.status_code == 403
    page = words(await web.get("/culture/history?place="))
    assert "delt" not in page.split("Civil Service")[0]


async def test_a_leader_whose_unit_has_nothing_earlier_is_shown_the_agency(web, sign_in):
    await sign_in(Role.LEADER, unit="nord-1")
    told = words(await web.get("/culture/history"))
    assert "Tidligere medarbeiderundersøkelse (eksempel) viste 54 i 2010 og 63 i 2022." in told


async def test_two_lines_of_the_same_years_are_told_apart(web, sign_in):
    await sign_in(Role.HR)
    told = words(await web.get("/culture/history?source=csps&unit=HOMEOF"))
    assert "den som går videre, er Home Office (group); den andre Home Office." in told


async def test_benchmarks_of_the_public_stand_beside_ours_with_source_and_date(web, sign_in):
    await sign_in(Role.COMMUNICATIONS)
    told = words(await web.get("/reputation/history"))
    assert "Andre som har målt det samme: Tillitsindeks" in told
    assert "Virksomhet B 2025 63,0 60,0–65,9 lignende spørsmål" in told
    assert "Virksomhet C 2025 58,0 ikke oppgitt lignende spørsmål" in told
    assert "Publisert 1. juni 2025." in told
    assert "CC0" in told


async def test_without_any_source_the_page_says_so(web, sign_in, stocked):
    await sign_in(Role.HR)
    link = await asyncpg.connect(stocked[Login.MIGRATOR])
    rows = await link.fetch("DELETE FROM earlier.source RETURNING *")
    try:
        told = words(await web.get("/culture/history"))
        assert "Ingen tidligere undersøkelse av våre egne er hentet inn." in told
        assert "Ingenting er hentet inn ennå." in told
    finally:
        await link.copy_records_to_table(
            "source", schema_name="earlier", records=[tuple(row) for row in rows]
        )
        await link.close()


@pytest.mark.parametrize("language", ["nn", "en"])
async def test_the_page_speaks_the_reader_s_language(web, sign_in, language):
    await sign_in(Role.HR, language=language)
    told = words(await web.get("/culture/history?source=csps"))
    assert {"nn": "Kva veit vi frå før?", "en": "What do we know from before?"}[language] in told


async def test_htmx_gets_only_the_part_it_asked_for(web, sign_in):
    await sign_in(Role.HR)
    for address in ("/culture/history", "/culture/history/units?source=csps"):
        reply = await web.get(address, headers={"HX-Request": "true"})
        assert reply.text.lstrip().startswith('<div id="reading"')


async def test_no_figure_taken_in_is_in_a_publication(database):
    link = await asyncpg.connect(database[Login.MIGRATOR])
    rows = await link.fetch(
        "SELECT convert_from(content, 'UTF8') AS text FROM publications.publication"
    )
    await link.close()
    assert rows
    for row in rows:
        assert "eldre-maaling" not in row["text"]
        assert "Civil Service" not in row["text"]


async def test_the_pages_stay_small_with_the_civil_service_loaded(web, sign_in):
    await sign_in(Role.HR)
    for address in ("/culture/history", "/culture/history/units?source=csps&year=2024"):
        assert len((await web.get(address)).content) < 200_000


async def test_others_figures_stand_beside_ours_with_their_source_and_are_not_subtracted(
    web, sign_in
):
    await sign_in(Role.COMMUNICATIONS)
    told = words(await web.get("/reputation"))
    assert "Sammenligning med andre: Tillit" in told
    assert (
        "Andre etater (oppdiktet): Virksomhet C lignende spørsmål 58,0 (usikkerhet ikke oppgitt)"
        " 2025 Oppdiktede tall til prøving, 2025"
    ) in told
    assert "regner ikke ut noen forskjell" in told
    other = words(await web.get("/reputation?index=SAM"))
    assert "Ingen tall fra andre er lagt inn for dette målet." in other


async def test_a_unit_has_what_an_earlier_survey_measured_there_as_a_series_of_its_own(
    web, sign_in
):
    await sign_in(Role.HR)
    told = words(await web.get("/culture?unit=sor-1"))
    assert "Før Verdibarometer: Kulturindeks (6 spørsmål)" in told
    assert "kan ikke trekkes fra våre egne tall" in told
    assert "Før Verdibarometer" not in words(await web.get("/culture?unit=sor-2"))
