"""The heatmap of units: what is unfolded, hidden, coloured and marked."""

import re

from survey_app.accounts.roles import Role
from tests.builders_publication import (
    MERGED_UNIT,
    staff_series,
    words,
)


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
