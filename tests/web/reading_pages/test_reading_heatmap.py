"""The heatmap of units: what is unfolded, hidden, coloured and marked."""

import re
import shutil

from questionnaires.content import SETTING
from survey_app.accounts.roles import Role
from tests.agencies import FIRST
from tests.builders_publication import (
    MERGED_UNIT,
    staff_series,
    words,
)


async def test_the_address_of_units_to_talk_with_leads_to_them(web, sign_in, shelf):
    await sign_in(Role.HR)
    page = await web.get("/culture/units/talk?wave=2024-h", follow_redirects=True)
    assert page.url.path == "/culture/units"
    assert page.url.params["wave"] == "2024-h"
    assert "Enheter å snakke med" in words(page)


async def test_the_page_opens_on_names_in_the_main_wave_and_then_the_table(web, sign_in, shelf):
    await sign_in(Role.HR)
    reply = await web.get("/culture/units")
    text = words(reply)
    assert "Høsten 2025, hovedmåling" in text
    assert text.index("Enheter å snakke med") < text.index("Hvilke enheter skiller seg ut?")
    named = re.findall(r'<h2>\s*<a href="/culture\?unit=([^&]+)&amp;wave=2025-h">', reply.text)
    places = [row for row in staff_series()[3]["domains"] if row["level"] in ("region", "unit")]
    order = [
        one["code"]
        for region in places
        if region["level"] == "region"
        for one in (region, *(unit for unit in places if unit["parent"] == region["code"]))
    ]
    assert named
    assert [order.index(code) for code in named] == sorted(order.index(code) for code in named)
    assert re.search(r"Den bygger på \d+ funn\. Vi venter at", text)
    assert "ikke forskjellen mellom to punkter på kurven" in text
    assert not re.findall(r'id="fold-(\w+)" aria-expanded="true"', reply.text)
    assert "Hele etaten" in text


async def test_a_leader_reads_of_no_other_unit_by_name(web, sign_in, shelf):
    await sign_in(Role.LEADER, unit="ost-5")
    text = words(await web.get("/culture/units"))
    assert "Enheter å snakke med" not in text
    assert "Hvilke enheter skiller seg ut?" in text
    assert "Åpne alle" not in text


async def test_the_table_can_be_opened_whole_and_sorted_whole(web, sign_in, shelf):
    await sign_in(Role.HR)
    closed = (await web.get("/culture/units")).text
    href = re.search(r'<a href="([^"]+)"[^>]*id="open-all"', closed)[1].replace("&amp;", "&")
    opened = (await web.get(href)).text
    units = sum(row["level"] == "unit" for row in staff_series()[3]["domains"])
    assert opened.count('<tr class="unit') == units
    assert 'id="close-all"' in opened
    href = re.search(r'<a href="([^"]+)"[^>]*id="together"', closed)[1].replace("&amp;", "&")
    together = (await web.get(f"{href}&order=NYT")).text
    assert together.count('<tr class="unit') == units
    assert '<tr class="region' not in together
    rows = re.findall(r'(?s)<tr class="unit.*?</tr>', together)
    found = ["2" if "lavere enn etaten" in cells[3] else "1" if "høyere enn etaten" in cells[3]
             else "0" for row in rows if len(cells := row.split("<td>")[1:]) > 4]  # fmt: skip
    lower = [one == "2" for one in found]
    assert lower == sorted(lower, reverse=True)


async def test_no_cell_is_blank(web, sign_in, shelf):
    await sign_in(Role.HR)
    for wave in ("2025-h", "2026-05"):
        reply = await web.get(f"/culture/units?together=true&wave={wave}")
        for cell in re.findall(r"(?s)<td>(.*?)</td>", reply.text):
            seen = re.sub(r'(?s)<span class="visually-hidden">.*?</span>', "", cell)
            assert re.sub(r"(?s)<[^>]+>|\s", "", seen)


async def test_a_reader_may_fold_every_region(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/culture/units?open="))
    assert "Region Sør" in text
    assert "Fengsel Sør 1" not in text


async def test_hidden_units_keep_their_rows_with_the_reason(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/culture/units?open=sor"))
    why = "Vises ikke, for at ingen skal kunne kjennes igjen"
    assert f"Regionadministrasjon Sør 32 ansatte {why}" in text
    assert f"Fengsel Sør 5 45 ansatte {why}" in text


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


async def test_the_levels_are_called_what_the_agency_says(
    web, sign_in, shelf, tmp_path, monkeypatch
):
    content = shutil.copytree(FIRST, tmp_path / "content")
    with (content / "agency.toml").open("a", encoding="utf-8") as file:
        file.write("\n[levels]\ngood = 72\n")
    await sign_in(Role.HR)
    for good in (70, 72):
        legend = words(await web.get("/culture/units?compare=level"))
        assert f"Middels 55–{good - 1}" in legend
        assert f"God {good}–79" in legend
        drivers = words(await web.get("/culture/drivers"))
        assert f"har lavere nivå enn {good} («god»)" in drivers
        assert f"og nivå {good}." in drivers
        monkeypatch.setenv(SETTING, str(content))


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
