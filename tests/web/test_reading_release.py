"""What is on the shelf decides what is shown: each test stocks its own."""

import csv
import io
from datetime import UTC, datetime

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications.doubted import DOUBTED
from tests.builders_publication import public_series, put_on_shelf, staff_series, words

LATER = datetime(2999, 1, 1, tzinfo=UTC)


async def test_before_the_first_publication_the_page_says_when_figures_come(web, sign_in):
    await sign_in(Role.HR)
    for address in ("/culture", "/culture/units", "/workplace", "/"):
        reply = await web.get(address)
        assert reply.status_code == 200, address
        assert "Ingen måling er publisert ennå" in words(reply)


async def test_the_open_link_stands_apart(web, sign_in):
    bind_worker()
    await put_on_shelf(public_series()[-1], *public_series("open"))
    bind_web()
    await sign_in(Role.COMMUNICATIONS)
    text = words(await web.get("/reputation"))
    assert "åpen lenke, ikke representativt" in text
    assert "kan ikke sammenlignes med befolkningen" in text


async def test_a_caveat_stands_with_the_figures_of_an_open_link_that_a_program_may_have_answered(
    web, sign_in
):
    [content] = public_series("open")
    content = {**content, "warnings": [*content["warnings"], {"code": DOUBTED}]}
    bind_worker()
    await put_on_shelf(public_series()[-1])
    await put_on_shelf(content)
    bind_web()
    await sign_in(Role.COMMUNICATIONS)
    text = words(await web.get("/reputation"))
    assert "et program kan ha svart for mange" in text
    assert text.count("(med forbehold)") == 1
    rows = list(csv.DictReader(io.StringIO((await web.get("/results/data.csv")).text)))
    named = {row["wave_name"] for row in rows if row["population"] == "open"}
    assert all(name.endswith("(med forbehold)") for name in named)
    assert named


async def test_staff_results_stay_closed_unless_the_campaign_opens_them(web):
    bind_worker()
    await put_on_shelf(*staff_series()[-1:], open_results=0)
    await put_on_shelf(*public_series()[-1:], open_results=0)
    bind_web()
    text = words(await web.get("/results"))
    assert "Kulturen, sett av de ansatte" not in text
    assert "Resultatene fra de ansatte er ikke åpne for alle ennå." in text
    assert "Tilliten, sett av innbyggerne" in text
    rows = list(csv.DictReader(io.StringIO((await web.get("/results/data.csv")).text)))
    assert {row["population"] for row in rows} == {"public"}


async def test_nothing_is_shown_before_its_release(web, sign_in):
    bind_worker()
    await put_on_shelf(*staff_series()[:1])
    await put_on_shelf(*staff_series()[1:2], released_at=LATER)
    bind_web()
    await sign_in(Role.HR)
    text = (await web.get("/culture")).text
    assert "Høsten 2024, hovedmåling" in text
    assert "Februar 2025" not in text
    assert (await web.get("/culture?wave=2025-02")).status_code == 404


async def test_a_corrected_publication_is_marked(web, sign_in):
    bind_worker()
    await put_on_shelf(*staff_series()[:1], version=2)
    bind_web()
    await sign_in(Role.HR)
    assert "rettet" in words(await web.get("/culture"))
