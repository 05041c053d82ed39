"""What is on the shelf decides what is shown: each test stocks its own."""

import csv
import io
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime

from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications.doubted import DOUBTED
from survey_app.reading import kinds
from survey_app.shared import clock
from survey_app.shared.numbers import long_date
from tests.builders_publication import public_series, put_on_shelf, staff_series, words
from tests.builders_publication.shelf import rows as rows_of
from tests.crawl import Crawl

LATER = datetime(2999, 1, 1, tzinfo=UTC)
INSIDE = "AAI"  # the workplace as staff see it
ITEM, DRIVERS = "/culture/items/vp.sik.2", "/culture/drivers"


async def test_before_the_first_publication_the_page_says_when_figures_come(web, sign_in):
    await sign_in(Role.HR)
    for address in ("/culture", "/culture/units", "/workplace", "/"):
        reply = await web.get(address)
        assert reply.status_code == 200, address
        assert "Ingen måling er publisert ennå" in words(reply)


async def test_once_others_were_asked_a_page_says_whose_first_survey_it_waits_for(web, sign_in):
    bind_worker()
    await put_on_shelf(staff_series()[0])
    bind_web()
    await sign_in(Role.COMMUNICATIONS)
    for address in ("/", "/reputation"):
        text = words(await web.get(address))
        assert "Ingen måling av befolkningen er publisert ennå" in text, address
        assert "når den første av dem er stengt" in text
        assert "Ingen måling er publisert ennå" not in text


async def test_of_staff_and_public_it_is_said_in_one_where_neither_is_published(web, sign_in):
    bind_worker()
    await put_on_shelf(*public_series("open"))
    bind_web()
    await sign_in(Role.HR)
    assert "Ingen måling av de ansatte eller befolkningen" in words(await web.get("/"))
    assert "Ingen måling av de ansatte er publisert ennå" in words(await web.get("/culture"))


def without(measure, found):
    """What was published, had nobody asked for a measure."""
    if isinstance(found, dict):
        return {key: without(measure, value) for key, value in found.items() if key != measure}
    if not isinstance(found, list):
        return found
    tells = [
        {one.get("code"), one.get("measure")} if isinstance(one, dict) else () for one in found
    ]
    return [
        without(measure, one) for one, of in zip(found, tells, strict=True) if measure not in of
    ]


async def test_where_nothing_asked_about_the_workplace_no_page_denies_what_is_published(
    web, sign_in, monkeypatch
):
    bind_worker()
    await put_on_shelf(without(INSIDE, staff_series()[0]))
    bind_web()
    await sign_in(Role.HR)
    text = words(await web.get("/workplace"))
    assert "Ingen måling har spurt om dette ennå" in text
    assert "Ingen måling er publisert ennå" not in text
    # nor promises figures, in an agency that measures it on neither side
    staff, public = kinds.staff(), kinds.public()
    monkeypatch.setattr(kinds, "staff", lambda: replace(staff, workplace=""))
    monkeypatch.setattr(kinds, "public", lambda: replace(public, attractive=""))
    text = words(await web.get("/workplace"))
    assert "Ingen av skjemaene spør om dette" in text
    assert "Tallene kommer her" not in text


async def test_what_both_sides_of_the_workplace_have_is_said_once(web, sign_in):
    bind_worker()
    await put_on_shelf(staff_series()[0], public_series()[0])
    bind_web()
    await sign_in(Role.HR)
    text = words(await web.get("/workplace"))
    assert text.count("Dette er den første målingen av sitt slag.") == 1


async def test_a_first_survey_compares_no_unit_with_itself_and_explains_no_sign_of_that(
    web, sign_in
):
    bind_worker()
    await put_on_shelf(staff_series()[0])
    bind_web()
    await sign_in(Role.HR)
    text = words(await web.get("/culture?unit=ost-5"))
    assert "Enheten og etaten" in text
    assert "forrige gang det samme" not in text
    # nor the workplace from inside with an outside that nobody has been asked about
    text = words(await web.get("/workplace"))
    assert "Utenfra: befolkningen Ikke målt ennå" in text
    assert not re.search("Sammenligninger|De to tallene|innenfra og utenfra", text)


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


async def test_where_it_is_not_told_how_many_answered_an_open_link_nobody_reads_that_none_did(web):
    [content] = public_series("open")
    content = {**content, "response": {**content["response"], "answers": None}}
    bind_worker()
    await put_on_shelf(public_series()[-1], content)
    bind_web()
    text = words(await web.get("/results?lang=nb"))
    assert "antall svar vises ikke" in text
    assert " 0 svar" not in text


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


async def test_between_publishing_and_release_no_address_names_it(web, sign_in):
    bind_worker()
    held_back = staff_series()[1]
    await put_on_shelf(*staff_series()[:1])
    await put_on_shelf(held_back, released_at=LATER)
    row = rows_of(held_back)
    token, _ = await create_token(
        name="tests", scopes=(Scope.STAFF, Scope.PUBLIC), days=30, now=clock.now()
    )
    bind_web()
    names = (str(row["id"]), row["content_hash"].removeprefix("sha256:"), '"2025-02', "=2025-02")
    open_ones = ("/heads.json", "/results/feed.xml", "/results/data.csv", "/sitemap.xml")
    told = {address: (await web.get(address)).text for address in open_ones}
    program = {"Authorization": f"Bearer {token}"}
    for address in ("", f"/{row['id']}", f"/{row['id']}/estimates"):
        reply = await web.get(f"/api/v1/publications{address}", headers=program)
        told[address] = reply.text if reply.status_code == 200 else ""
    trend = await web.get("/api/v1/trends/APN-kjerne?population=staff", headers=program)
    told["trend"] = trend.text
    crawl = Crawl(web)
    await crawl.follow("/results")
    told |= crawl.pages
    await sign_in(Role.HR)
    for page in ("/", "/culture", "/workplace", "/strategy", "/reports", "/subscriptions"):
        told[page] = (await web.get(page)).text
    report = f"/reports?publication={row['id']}"
    told[report] = (await web.get(report)).text
    # what was asked for stands in the address that we asked
    found = {
        (address, name)
        for address, text in told.items()
        for name in names
        if name in text and name not in address
    }
    assert found == set()


def plainly(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


async def test_what_was_mended_before_its_day_of_release_corrects_nothing_that_anybody_saw(
    web, sign_in
):
    first = staff_series()[0]
    bind_worker()
    await put_on_shelf(first)
    manifest = {"parameters": {"reason": "To enheter hadde byttet navn."}}
    await put_on_shelf(first, version=2, id=uuid.uuid4(), manifest=manifest)
    bind_web()
    await sign_in(Role.HR)
    for address in ("/", "/culture", "/results", "/results/feed.xml", "/reports"):
        told = (await web.get(address)).text
        assert "byttet navn" not in told, address
        assert not re.search(r"\brettet\b", told, re.IGNORECASE), address


async def test_what_is_corrected_says_when_and_why_and_what_asks_for_the_first_is_told(
    web, sign_in
):
    first, after = staff_series()[:2]
    old, new = (str(rows_of(first, version=version)["id"]) for version in (1, 2))
    bind_worker()
    await put_on_shelf(first)
    manifest = {"parameters": {"reason": "To enheter hadde byttet navn."}}
    days = {"released_at": datetime(2026, 6, 1, 8, tzinfo=UTC)}
    await put_on_shelf(first, version=2, id=new, manifest=manifest, **days)
    read, _ = await create_token(name="tests", scopes=[Scope.STAFF], days=30, now=clock.now())
    bind_web()
    why = "Rettet 1.\N{NO-BREAK SPACE}juni 2026: To enheter hadde byttet navn."
    feed = (await web.get("/results/feed.xml")).text
    assert "(rettet)</title>" in feed
    assert f"<summary>{why} Tallene erstatter dem som ble publisert" in feed
    await sign_in(Role.HR)
    out = plainly(long_date(rows_of(first)["released_at"], "nb"))
    for address in ("/", "/culture", "/results", "/culture/units", "/workplace", ITEM, DRIVERS):
        told = words(await web.get(address)).replace(" : ", ": ")
        assert plainly(why) in told, address
        assert out in told or address in {"/workplace", ITEM, DRIVERS}, address
    # a program that keeps the id of the first is given what it names, and told of the other
    headers = {"Authorization": f"Bearer {read}"}
    for one, other in ((old, new), (new, None)):
        for of in ("", "/estimates", "/changes"):
            told = (await web.get(f"/api/v1/publications/{one}{of}", headers=headers)).json()
            assert told["superseded_by"] == other, of
    [head] = (await web.get("/api/v1/publications", headers=headers)).json()["items"]
    assert head["correction"]["reason"] == "To enheter hadde byttet navn."
    bind_worker()
    await put_on_shelf(after)
    bind_web()
    # a mail of then, or somebody's bookmark: not the newest wave, and no «finnes ikke her»
    page = await web.get(f"/reports?publication={old}")
    assert re.search(rf'value="{new}" selected[^<]*\(rettet\)', page.text)
    assert "finnes ikke her" not in page.text
    at_once = await web.get(f"/reports/file?publication={old}&format=csv")
    assert at_once.content == (await web.get(f"/reports/file?publication={new}&format=csv")).content
