"""Letters made on a page: looked over in words, made by the worker, fetched once by who asked."""

import io
import json
import re
import zipfile
from uuid import UUID

import pyrage
import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.letters.order import LetterOrder
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing.serve_holders import serve_holders, this_counter
from survey_app.running.letter_sealing import ForeignOrder, seal_order
from survey_app.running.make_requested_letters import make_requested_letters
from survey_app.shared.database import Login, fetch
from tests.builders_answering import some_answers, without_pools
from tests.letters import KEY, a_sampled_wave, addresses, pages_of, rows_of

PAGE = f"/waves/{KEY}/letters"
HOUSE = pyrage.x25519.Identity.generate()


@pytest.fixture
async def communications(web, settings, sign_in, monkeypatch):
    """Signed in, a wave of six people open, and a worker that says that it is there."""
    monkeypatch.setattr("survey_app.running.make_requested_letters.settings", lambda: settings)
    web.wave = await a_sampled_wave(settings)
    await announce(settings)
    return await sign_in(Role.COMMUNICATIONS)


async def announce(settings):
    bind_worker()
    with without_pools():
        await serve_holders(settings.secret())
    bind_web()


async def work():
    bind_worker()
    try:
        with without_pools():
            await make_requested_letters({})
    finally:
        bind_web()


async def send(web, page, file=None, **fields):
    """Send the form of a page as a browser does."""
    token = re.search(r'name="csrf" value="([^"]+)"', (await web.get(page)).text)[1]
    files = {"addresses": ("addresses.csv", file or b"", "text/csv")}
    if file is None:
        files = {"addresses": ("", b"")}
    return await web.post(page, data={"csrf": token} | fields, files=files, follow_redirects=False)


async def looked_over(web, file=None, **fields):
    reply = await send(web, PAGE, file, **{"what": "first", "form": "pdf"} | fields)
    assert reply.status_code == 303, reply.text
    return reply.headers["location"]


async def made(web, file=None, **fields):
    """Look over, confirm, let the worker work, and fetch."""
    address = await looked_over(web, file, **fields)
    await send(web, address, step="confirm")
    await work()
    return await send(web, address, step="fetch")


async def requests():
    return await fetch(Login.MIGRATOR, "SELECT * FROM asking.letter_request ORDER BY asked_at")


async def audited():
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT action, actor, facts FROM audit.event WHERE action LIKE 'letters%' ORDER BY at",
    )
    return [(row["action"], row["actor"], json.loads(row["facts"])) for row in rows]


def everybody():
    return addresses(range(2, 8)).encode()


async def test_the_first_page_says_that_nobody_can_answer_until_letters_are_made(communications):
    first = " ".join((await communications.get("/")).text.split())
    assert "er åpen, og ingen brev er laget.</strong> Ingen kan svare før de har fått" in first
    assert f'href="{PAGE}"' in first
    await made(communications)
    assert "ingen brev er laget" not in (await communications.get("/")).text


async def test_of_a_wave_that_is_over_the_page_says_that_no_letter_was_made(communications):
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'cancelled'")
    told = " ".join((await communications.get(PAGE)).text.split())
    assert "6 skulle ha brev, men ingen brev ble laget" in told
    assert "er laget ennå" not in told


async def test_past_the_last_day_no_letters_are_made_though_it_has_not_closed_yet(communications):
    web = communications
    address = await looked_over(web)
    token = re.search(r'name="csrf" value="([^"]+)"', (await web.get(PAGE)).text)[1]
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET closes_on = current_date - 2")
    shown = " ".join((await web.get(PAGE)).text.split())
    assert "Målingen stenges av seg selv om litt, og da kan ingen svare." in shown
    assert f'href="/waves/{KEY}/dates"' in shown
    assert 'name="what"' not in shown
    reply = await web.post(PAGE, data={"csrf": token, "what": "first"}, follow_redirects=False)
    assert reply.status_code == 422
    # nor what was looked over before midnight
    await web.post(address, data={"csrf": token, "step": "confirm"}, follow_redirects=False)
    await work()
    assert [row["state"] for row in await requests()] == ["refused"]
    assert await fetch(Login.MIGRATOR, "SELECT 1 FROM asking.letter_run") == []


async def test_letters_are_looked_over_made_and_fetched_once(communications):
    web = communications
    assert "6 skal ha brev, og ingen brev er laget ennå" in (await web.get(PAGE)).text
    address = await looked_over(web, everybody())
    told = (await web.get(address)).text
    assert "Lage 6 brev?" in told
    assert "Alle 6 som er invitert med brev, står i filen" in told
    assert "Bokmål: 2, Nynorsk: 2, English: 2" in " ".join(told.split())
    assert "Mottaker" not in told
    await work()
    assert (await requests())[0]["state"] == "waiting"  # nothing is made before somebody says so
    await send(web, address, step="confirm")
    assert "Brevene blir laget" in (await web.get(address)).text
    await work()
    page = (await web.get(address)).text
    assert "Brevene er klare" in page
    # the file is a download, and the page that stays asks by itself how things are then
    assert f'hx-get="{address}" hx-trigger="submit delay:3s"' in " ".join(page.split())
    reply = await send(web, address, step="fetch")
    assert reply.headers["content-disposition"] == f'attachment; filename="{KEY}-letters.pdf"'
    assert reply.headers["cache-control"] == "no-store"
    pages = pages_of(reply.content)
    assert {url.rpartition("/")[2] for _, url in pages} == set(web.wave.tokens)
    assert "Mottaker 2" in pages[0][0]
    again = await send(web, address, step="fetch")
    assert again.status_code == 303
    assert "Filen er hentet" in (await web.get(address)).text
    assert (await requests())[0]["content"] == b""
    actor = "communications@example.org"
    assert await audited() == [
        ("letters asked", actor, {"form": "pdf", "what": "first"}),
        ("letters made", actor, {"format": "pdf", "kind": "first", "letters": 6}),
        ("letters fetched", actor, {"form": "pdf", "what": "first"}),
    ]


async def test_every_mistake_of_the_file_is_told_with_line_and_column(communications):
    lines = ("2;Berta Marker;Storgata 1;015;Oslo", "9;A;B;0150;C", "3;;B;0150;C", "")
    file = "\n".join(("row;name;address;postcode;place", *lines))
    reply = await send(communications, PAGE, file.encode(), what="first", form="pdf")
    assert reply.status_code == 422
    told = " ".join(re.sub(r"<[^>]+>", "", reply.text).split())
    assert "2 av 6 som er invitert med brev, står i filen" in told
    assert "Linje 2, «postcode»: Postnummeret har ikke fire siffer" in told
    assert "Linje 3, «row»: Ingen på rad 9 er invitert med brev." in told
    assert "Linje 4, «name»: Cellen er tom." in told
    assert "Berta" not in told
    assert await requests() == []


@pytest.mark.parametrize(
    ("fields", "file", "sentence"),
    [
        ({"what": ""}, None, "Velg hvilke brev"),
        ({"what": "second"}, None, "Velg hvilke brev"),
        ({"sealed_to": "hemmelig"}, None, "ikke en nøkkel fra age"),
        ({"sealed_to": "AGE-SECRET-KEY-1X"}, None, "den hemmelige nøkkelen"),
        ({"sealed_to": "/etc/passwd"}, None, "ikke en nøkkel fra age"),
        ({"form": "csv"}, b"row\n2\n", "En CSV-fil har ingen adresser"),
        ({}, b"\0\0", "Filen kan ikke leses som tekst"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_kept(communications, fields, file, sentence):
    given = {"what": "first", "form": "pdf"} | fields
    reply = await send(communications, PAGE, file, **given)
    assert reply.status_code == 422
    assert sentence in reply.text
    assert await requests() == []


async def test_the_same_letters_are_made_again_only_with_a_reason(communications):
    web = communications
    first = rows_of((await made(web, form="csv")).content)
    page = (await web.get(PAGE)).text
    assert 'value="first"' not in page
    reply = await send(web, PAGE, what="again-first", form="csv")
    assert "Skriv hvorfor de samme brevene" in reply.text
    reply = await send(web, PAGE, what="again-first", form="csv", again="x" * 501)
    assert "Begrunnelsen er for lang: Den kan ha høyst 500 tegn." in reply.text
    assert f">{'x' * 501}</textarea>" in reply.text
    reply = await made(web, what="again-first", form="csv", again="trykket ble skjevt")
    assert rows_of(reply.content) == first
    assert "Laget på nytt: trykket ble skjevt" in (await web.get(PAGE)).text


async def test_each_language_can_have_a_pdf_of_its_own(communications):
    reply = await made(communications, form="languages")
    folder = zipfile.ZipFile(io.BytesIO(reply.content))
    assert {name: len(pages_of(folder.read(name))) for name in folder.namelist()} == {
        "letters-nb.pdf": 2, "letters-nn.pdf": 2, "letters-en.pdf": 2,
    }  # fmt: skip


async def test_who_has_not_answered_leaves_only_sealed_to_the_printing_house(communications):
    web = communications
    rows = rows_of((await made(web, form="csv")).content)
    path = rows[0]["url"].removeprefix("http://testserver.local")
    await web.post(path, data=some_answers("omdomme"), follow_redirects=False)
    given = {"what": "second-silent", "form": "csv"}
    reply = await send(web, PAGE, **given)
    assert "Lim inn nøkkelen fra trykkeriet" in reply.text
    reply = await made(web, **given, sealed_to=str(HOUSE.to_public()))
    assert path.rpartition("/")[2].encode() not in reply.content
    opened = zipfile.ZipFile(io.BytesIO(pyrage.decrypt(reply.content, [HOUSE])))
    silent = rows_of(opened.read("letters.csv"))
    assert [row["row"] for row in silent] == ["3", "4", "5", "6", "7"]
    assert [facts.get("letters") for action, _, facts in await audited() if "made" in action] == [
        6, None,
    ]  # fmt: skip
    assert "Antallet vises ingen steder" in (await web.get(PAGE)).text


async def test_second_letters_to_all_may_be_sealed_too_and_hold_everybody(communications):
    web = communications
    rows = rows_of((await made(web, form="csv")).content)
    path = rows[0]["url"].removeprefix("http://testserver.local")
    await web.post(path, data=some_answers("omdomme"), follow_redirects=False)
    fields = {"what": "second", "form": "csv", "sealed_to": str(HOUSE.to_public())}
    over = (await web.get(await looked_over(web, **fields))).text
    assert "Lenker og koder er de samme som i det første brevet" in over
    assert "De som har svart, får også brevet" in over
    reply = await made(web, **fields)
    opened = zipfile.ZipFile(io.BytesIO(pyrage.decrypt(reply.content, [HOUSE])))
    assert len(rows_of(opened.read("letters.csv"))) == 6


async def test_nobody_else_gets_the_file_nor_the_same_account_in_another_session(
    communications, sign_in, settings
):
    web = communications
    address = await looked_over(web, everybody())
    await send(web, address, step="confirm")
    await work()
    await web.post("/sign-in", data={
        "email": "communications@example.org", "password": "a long enough password",
    })  # fmt: skip
    reply = await send(web, address, step="fetch")
    assert reply.status_code == 422
    assert "Du har logget inn på nytt" in reply.text
    await sign_in(Role.ADMIN)
    assert (await web.get(address)).status_code == 404
    [row] = await requests()
    assert row["state"] == "made"


async def test_after_an_hour_nothing_is_left(communications):
    address = await looked_over(communications, everybody())
    await fetch(
        Login.MIGRATOR, "UPDATE asking.letter_request SET asked_at = asked_at - interval '1 hour'"
    )
    assert (await communications.get(address)).status_code == 404
    await work()
    assert await requests() == []


async def test_what_a_worker_that_is_gone_was_given_nobody_can_open(communications, settings):
    address = await looked_over(communications, everybody())
    this_counter.cache_clear()
    await fetch(Login.MIGRATOR, "DELETE FROM asking.counter")
    await announce(settings)
    await work()
    page = (await communications.get(address)).text
    assert "adressene er borte" in page
    [row] = await requests()
    assert (row["state"], row["content"]) == ("refused", b"")


async def test_who_can_only_write_to_the_database_orders_no_links(communications):
    address = await looked_over(communications)
    order = LetterOrder(KEY, "csv")
    request = UUID(address.rpartition("/")[2])
    public_key = this_counter().private_key.public_key().public_bytes_raw()
    content = seal_order(order, request, bytes(32), public_key=public_key, secret=b"a guess")
    await fetch(
        Login.WEB,
        "UPDATE asking.letter_request SET state = 'confirmed', content = $1 WHERE id = $2",
        content,
        request,
    )
    with pytest.raises(ForeignOrder):
        await work()
    [row] = await requests()
    assert (row["state"], row["content"]) == ("refused", b"")
    assert await audited() == []


async def test_a_letter_that_is_too_long_says_so(communications):
    await fetch(
        Login.MIGRATOR, "UPDATE asking.campaign SET legal_basis = $1", "artikkel 6 (1) e, " * 100
    )
    address = await looked_over(communications)
    await send(communications, address, step="confirm")
    await work()
    assert "får ikke plass på én side" in (await communications.get(address)).text


async def test_communications_makes_no_letters_of_staff(web, sign_in, settings, draft):
    await sign_in(Role.COMMUNICATIONS)
    assert (await web.get("/waves/two/letters")).status_code == 403
