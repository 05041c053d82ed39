"""What all reading pages share: who may read, language, forms, the part for htmx, progress."""

import csv
import io
import re

import pytest

from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.reading.progress import Computing
from tests.builders_publication import (
    words,
)


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


async def test_htmx_gets_the_part_without_the_frame_at_the_same_address(web, sign_in, shelf):
    await sign_in(Role.HR)
    whole = await web.get("/culture?index=NYT-kjerne")
    part = await web.get("/culture?index=NYT-kjerne", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="reading"')
    assert "<html" not in part.text
    reading, _, beside = part.text.partition('<div id="dropped-choices"')
    assert reading.strip() in whole.text
    assert beside.endswith('hx-swap-oob="true"></div>')
    assert part.headers["Vary"] == whole.headers["Vary"] == "HX-Request"
    assert "Nytenking (2 spørsmål)" in words(part)


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
        ("nn", ("Kulturen i kriminalomsorga", "Uvisse", "Nytenking (2 spørsmål) har auka")),
        (
            "en",
            ("The culture of the Correctional Service", "Uncertainty", "(2 questions) has risen"),
        ),
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


@pytest.mark.parametrize(
    ("role", "leads"), [(Role.HR, True), (Role.ANALYST, True), (Role.COMMUNICATIONS, False)]
)
async def test_who_reads_of_units_is_one_click_from_those_to_talk_with(
    web, sign_in, shelf, role, leads
):
    await sign_in(role)
    home = (await web.get("/")).text
    assert ('href="/culture/units">Enheter å snakke med</a>' in home) is leads
    if leads:
        assert "<h1>Enheter å snakke med</h1>" in (await web.get("/culture/units")).text


async def test_home_shows_hr_both_and_an_administrator_no_figures(web, sign_in, shelf):
    await sign_in(Role.HR)
    text = words(await web.get("/"))
    assert "Kulturindeks (6 spørsmål)" in text
    assert "Tilliten, sett av innbyggerne" in text
    await sign_in(Role.ADMIN)
    text = words(await web.get("/"))
    assert "Usikkerhet" not in text
    assert "Kulturindeks" not in text
