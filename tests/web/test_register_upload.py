"""The register from a file on pages: looked over by whoever uploaded it, written by the worker."""

import re
import zlib

import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.mends import SENTENCES
from survey_app.asking.mistakes import Mistake
from survey_app.asking.people.carry_out import carry_out_uploads
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from tests.asking_builders import SIZES, import_people, register

ADDRESS = "/people/import"
EXTRACT = """Ressursnr;Etternavn;Epost;Målform;Enhet;Overordnet
{rows}
"""


@pytest.fixture
async def hr(web, sign_in):
    bind_worker()
    await import_people()
    bind_web()
    return await sign_in(Role.HR)


async def csrf(client, address=ADDRESS):
    return re.search(r'name="csrf" value="([^"]+)"', (await client.get(address)).text)[1]


async def upload(client, content, name="ansatte.csv"):
    raw = content if isinstance(content, bytes) else content.encode()
    return await client.post(
        ADDRESS,
        data={"csrf": await csrf(client)},
        files={"file": (name, raw, "text/csv")},
        follow_redirects=False,
    )


async def send(client, address, **fields):
    return await client.post(
        address, data={"csrf": await csrf(client), **fields}, follow_redirects=False
    )


def seen(text):
    return re.search(r'name="seen" value="([^"]+)"', text)[1]


async def work():
    bind_worker()
    await carry_out_uploads({})
    bind_web()


def changed():
    text = register().replace("p0.nord-1@example.org,nb,nord-1", "ny@example.org,nn,nord-2")
    text = text.replace("person,nord-2.0,,,,p0.nord-2@example.org,nb,nord-2\n", "")
    text = text.replace("unit,sor-1,Fengsel Sor-1", "unit,sor-1,Fengsel Sør 1")
    return text + "person,ny-1,,,,helt.ny@example.org,,sor-1\n"


async def test_hr_looks_over_what_changes_and_the_worker_writes_it(hr):
    reply = await upload(hr, changed())
    assert reply.status_code == 303
    address = reply.headers["location"]
    text = (await hr.get(address)).text
    assert "1 har begynt og 1 har sluttet" in text
    assert "Fengsel Sor-1 heter nå Fengsel Sør 1" in text
    assert "@example.org" not in text
    assert len(await people()) == 60
    reply = await send(hr, address, seen=seen(text))
    assert reply.headers["location"] == address
    assert "Registeret oppdateres" in (await hr.get(address)).text
    assert "Registeret oppdateres nå." in (await hr.get("/")).text
    await work()
    assert "oppdateres" not in (await hr.get("/")).text
    assert "Registeret er oppdatert: 60 ansatte i 3 enheter" in (await hr.get(address)).text
    assert (await people())["ny-1"]["active"]
    (event,) = await fetch(
        Login.MIGRATOR, "SELECT actor FROM audit.event WHERE actor LIKE '%@example.org'"
        " AND action = 'import people'",
    )  # fmt: skip
    assert event["actor"] == "hr@example.org"


async def people():
    rows = await fetch(Login.WORKER, "SELECT number, active FROM asking.person")
    return {row["number"]: row for row in rows}


async def test_who_loses_an_address_is_not_said_to_have_a_new_one(hr):
    without = register().replace("p0.nord-1@example.org", "").replace("p1.nord-1@example.org", "")
    address = (await upload(hr, without)).headers["location"]
    text = (await hr.get(address)).text
    assert "har en annen e-postadresse, eller ingen" in text
    lines = [n for n, row in enumerate(without.split("\n"), start=1) if ",,,,,nb,nord-1" in row]
    assert f"Ingen adresse: linje {lines[0]}, {lines[1]}." in text


async def test_nothing_of_the_file_is_kept_once_it_is_written(hr):
    address = (await upload(hr, changed())).headers["location"]
    await send(hr, address, seen=seen((await hr.get(address)).text))
    await work()
    (row,) = await fetch(Login.WORKER, "SELECT content, state FROM asking.register_upload")
    assert (row["content"], row["state"]) == (b"", "done")


async def test_what_was_not_looked_over_is_not_written(hr):
    address = (await upload(hr, changed())).headers["location"]
    text = (await hr.get(address)).text
    bind_worker()
    await import_people(register({**SIZES, "nord-3": 5}))
    bind_web()
    await send(hr, address, seen=seen(text))
    await work()
    text = (await hr.get(address)).text
    assert "Registeret ble endret mens du så over" in text
    assert "ny-1" not in await people()
    # whoever confirmed it may have closed the page, as that says that they can
    page = (await hr.get("/")).text
    assert "Registeret ble ikke oppdatert med filen du lastet inn" in page
    assert f'href="{address}"' in page
    await send(hr, address, seen=seen(text))
    await work()
    assert "ble ikke oppdatert" not in (await hr.get("/")).text
    assert "ny-1" in await people()


async def test_a_first_register_that_is_on_its_way_is_not_said_to_be_missing(web, sign_in):
    hr = await sign_in(Role.HR)
    assert "Registeret er tomt" in (await hr.get("/")).text
    address = (await upload(hr, register())).headers["location"]
    await send(hr, address, seen=seen((await hr.get(address)).text))
    for page in ("/", "/people"):
        told = (await hr.get(page)).text
        assert "Registeret oppdateres" in told
        assert "Registeret er tomt" not in told


async def test_mistakes_are_said_with_line_and_column_and_nothing_is_kept(hr):
    broken = register() + "person,x,,,,ikke en adresse,,nord-1\nperson,y,,,,,,borte\n"
    reply = await upload(hr, broken)
    assert reply.status_code == 422
    assert "Linje 68" in reply.text
    assert "Dette er ikke en e-postadresse som navn@example.org." in reply.text
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.register_upload") == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Filen har ingen enheter og ingen ansatte"),
        (b"\xef\xbb\xbf\r\n", "Filen har ingen enheter og ingen ansatte"),
        (b"Ansattnummer;E-post;Enhet" + 1_000_001 * b"\n", "Filen har over en million linjer"),
    ],
    ids=["nothing", "a mark", "lines"],
)
async def test_a_file_of_nothing_is_told_and_not_kept(hr, content, told):
    reply = await upload(hr, content)
    assert reply.status_code == 422
    assert told in reply.text
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.register_upload") == []


@pytest.mark.parametrize(
    "content",
    [
        "Kjære alle!\nHer er uttrekket.\n",
        "import os\n",
        "Ansattnummer;E-post\n1;a@b.no\n",
        "Uttrekk fra HR;;;\n;;;\nAnsattnummer;E-post;Målform;Enhet\n",
    ],
)
async def test_a_text_that_is_no_table_is_told_and_not_kept(hr, content):
    reply = await upload(hr, content)
    assert reply.status_code == 422
    assert "Dette ser ikke ut som et uttrekk: Første linje har færre enn 3 kolonner." in reply.text
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.register_upload") == []


async def test_what_can_be_read_no_more_since_it_was_uploaded_is_told_where_it_is_looked_over(hr):
    address = (await upload(hr, changed())).headers["location"]
    token = await csrf(hr, address)
    await fetch(
        Login.WORKER,
        "UPDATE asking.register_upload SET content = $1",
        zlib.compress(b"Ansattnummer;E-post\n1;a@b.no\n"),
    )
    looked, confirmed = await hr.get(address), await hr.post(address, data={"csrf": token})
    for reply in (looked, confirmed):
        assert reply.status_code == 422
        assert "Dette ser ikke ut som et uttrekk" in reply.text
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.register_upload WHERE seen <> ''") == []


async def test_a_register_that_breaks_on_the_way_is_told_and_holds_up_no_other(hr, monkeypatch):
    for text in (changed(), changed()):
        address = (await upload(hr, text)).headers["location"]
        await send(hr, address, seen=seen((await hr.get(address)).text))
    done = []

    async def once(*_arguments, **_keywords):
        done.append("tried")
        if len(done) == 1:
            raise ValueError

    monkeypatch.setattr("survey_app.asking.people.carry_out.apply_import", once)
    await work()
    rows = await fetch(
        Login.WORKER, "SELECT state FROM asking.register_upload ORDER BY confirmed_at"
    )
    assert [row["state"] for row in rows] == ["changed", "done"]


async def test_a_region_that_loses_a_fifth_stops_until_somebody_says_that_it_is_right(hr):
    address = (await upload(hr, register({**SIZES, "nord-1": 10}))).headers["location"]
    text = (await hr.get(address)).text
    assert "Filen mangler 24 ansatte i Region Nord" in text
    reply = await send(hr, address, seen=seen(text))
    assert reply.status_code == 422
    await work()
    assert all(row["active"] for row in (await people()).values())
    reply = await send(hr, address, seen=seen(text), complete="yes")
    assert reply.status_code == 303
    await work()
    assert sum(row["active"] for row in (await people()).values()) == 36


async def test_keys_that_lost_their_zeros_stop_until_somebody_says_that_they_are_right(hr):
    text = register().replace("person,nord-1.", "person,nord-1.0")
    address = (await upload(hr, text)).headers["location"]
    text = (await hr.get(address)).text
    assert f"{SIZES['nord-1']} nye i filen har samme e-postadresse" in text
    refused = await send(hr, address, seen=seen(text))
    assert refused.status_code == 422
    # what is wrong leads to where it is mended
    assert 'href="#complete"' in refused.text
    assert 'id="complete"' in refused.text
    assert (await send(hr, address, seen=seen(text), complete="yes")).status_code == 303


def with_another_unit():
    """Give everybody in sor-1 to sor-9, which nobody knows, but for one who stays away."""
    text = register().replace("unit,sor-1,Fengsel Sor-1", "unit,sor-9,Fengsel Sør 9")
    text = text.replace(",nb,sor-1", ",nb,sor-9")
    return text.replace("person,sor-1.0,,,,p0.sor-1@example.org,nb,sor-9\n", "")


async def crosswalk():
    rows = await fetch(
        Login.WORKER, "SELECT origin, target, kind, share, name, decided_by FROM asking.unit_link"
    )
    return [tuple(row.values()) for row in rows]


async def test_whether_a_new_unit_is_the_old_one_is_asked_and_nothing_is_guessed(hr):
    address = (await upload(hr, with_another_unit())).headers["location"]
    text = (await hr.get(address)).text
    assert "Er Fengsel Sør 9 det samme som Fengsel Sor-1?" in text
    assert "11 av 12 ansatte i Fengsel Sor-1 er nå i Fengsel Sør 9." in text
    assert "checked" not in text
    reply = await send(hr, address, seen=seen(text))
    assert reply.status_code == 422
    assert "Svar på hva som har skjedd med hver enhet." in reply.text
    reply = await send(hr, address, seen=seen(text), **{"link:sor-9": "whatever"})
    assert reply.status_code == 422
    await send(hr, address, seen=seen(text), **{"link:sor-9": "renamed"})
    await work()
    assert await crosswalk() == [
        ("sor-1", "sor-9", "renamed", 0.92, "Fengsel Sor-1", "hr@example.org")
    ]


async def test_a_unit_that_is_said_to_be_another_one_closes_the_old(hr):
    address = (await upload(hr, with_another_unit())).headers["location"]
    text = (await hr.get(address)).text
    await send(hr, address, seen=seen(text), **{"link:sor-9": "apart"})
    await work()
    assert await crosswalk() == [("sor-1", "", "closed", None, "Fengsel Sor-1", "hr@example.org")]


def with_two_halves():
    """A file in which a unit is gone and two new ones have a half of its people each."""
    lines = []
    for line in register().splitlines():
        if line.startswith("unit,sor-1,"):
            lines += [
                line.replace("unit,sor-1,Fengsel Sor-1", f"unit,sor-{n},Fengsel Sør {n}")
                for n in (8, 9)
            ]
        elif line.endswith(",sor-1"):
            number = int(line.split(",")[1].rpartition(".")[2])
            lines.append(line.removesuffix("sor-1") + f"sor-{8 + number % 2}")
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


async def test_of_a_unit_that_was_divided_and_is_gone_no_curve_is_said_to_go_on(hr):
    address = (await upload(hr, with_two_halves())).headers["location"]
    text = " ".join((await hr.get(address)).text.split())
    assert "Ingen har begynt eller sluttet, men enhetene er endret" in text
    for name in ("Fengsel Sør 8", "Fengsel Sør 9"):
        assert f"Er {name} en del av det som var Fengsel Sor-1?" in text
        assert f"{name} får ny kurve. De gamle tallene for Fengsel Sor-1 står ved siden av" in text
    assert "Kurven til Fengsel Sor-1 fortsetter som før." not in text
    await send(hr, address, seen=seen(text), **{"link:sor-8": "split", "link:sor-9": "split"})
    await work()
    assert [one[:3] for one in await crosswalk()] == [
        ("sor-1", "sor-8", "split"),
        ("sor-1", "sor-9", "split"),
    ]


async def test_nobody_else_sees_or_confirms_an_upload(hr, web, sign_in):
    address = (await upload(hr, changed())).headers["location"]
    other = await sign_in(Role.ADMIN)
    assert (await other.get(address)).status_code == 404
    assert (await send(other, address, seen="x")).status_code == 404


async def test_a_file_that_was_left_is_found_again_until_it_is_confirmed_or_thrown_away(
    hr, web, sign_in
):
    left = "men registeret er ikke oppdatert med den"
    first = (await upload(hr, changed(), "<b>mai.csv")).headers["location"]
    page = (await hr.get(ADDRESS)).text
    assert left in page
    assert f'href="{first}"' in page
    assert "«&lt;b&gt;mai.csv»" in page
    assert left not in (await (await sign_in(Role.ADMIN)).get(ADDRESS)).text
    await send(hr, first, forget="yes")
    assert left not in (await hr.get(ADDRESS)).text
    second = (await upload(hr, changed())).headers["location"]
    await send(hr, second, seen=seen((await hr.get(second)).text))
    assert left not in (await hr.get(ADDRESS)).text


async def test_a_file_can_be_thrown_away(hr):
    address = (await upload(hr, changed())).headers["location"]
    reply = await send(hr, address, forget="yes")
    assert reply.headers["location"] == "/people"
    assert (await hr.get(address)).status_code == 404


async def test_changes_are_listed_by_keys_without_addresses(hr):
    address = (await upload(hr, changed())).headers["location"]
    reply = await hr.get(f"{address}/changes.csv")
    lines = reply.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "kind;code;change;before;after"
    assert "person;nord-1.0;unit;nord-1;nord-2" in lines
    assert "person;nord-1.0;email;;" in lines
    assert "@" not in reply.text


async def test_columns_are_asked_for_once_and_remembered(hr):
    rows = "\n".join(
        f"{code}.{n};Navn;p{n}.{code}@example.org;nb;Fengsel {code.title()};"
        for code, size in SIZES.items()
        for n in range(size)
    )
    text = EXTRACT.format(rows=rows).replace("Ressursnr", "Ref")
    address = (await upload(hr, text.encode("cp1252"))).headers["location"]
    reply = await hr.get(address, follow_redirects=False)
    assert reply.headers["location"] == f"{address}/columns"
    page = (await hr.get(f"{address}/columns")).text
    assert "For eksempel «nord-1.0»" in page
    meant = {f"column-{at}": one for at, one in enumerate(
        ("number", "", "email", "language", "unit_name", "parent"))}  # fmt: skip
    reply = await send(hr, f"{address}/columns", **(meant | {"column-1": "number"}))
    assert "To kolonner er valgt til det samme" in reply.text
    reply = await send(hr, f"{address}/columns", **meant)
    assert reply.headers["location"] == address
    page = (await hr.get(address)).text
    assert "Ingenting er nytt" in page
    address = (await upload(hr, text.replace("p0.nord-1@", "ny@"))).headers["location"]
    await send(hr, f"{address}/columns", **meant)
    await send(hr, address, seen=seen((await hr.get(address)).text))
    await work()
    address = (await upload(hr, text)).headers["location"]
    assert "Etternavn" in (await hr.get(address)).text


async def test_new_units_are_placed_on_a_page(hr):
    rows = "\n".join(
        f"{code}.{n};Navn;p{n}.{code}@example.org;nb;{name};Region {code[:-2].title()}"
        for code, size in SIZES.items()
        for n in range(size)
        for name in [f"Fengsel {code.title()}" if code != "sor-1" else "Friomsorg Sør"]
    )
    address = (await upload(hr, EXTRACT.format(rows=rows))).headers["location"]
    page = (await hr.get(address)).text
    assert "Hvor hører 1 ny enhet til?" in page
    assert "Friomsorg Sør, 12 ansatte" in page
    reply = await send(hr, f"{address}/units", **{"type:friomsorg-sor": "friomsorg"})
    page = (await hr.get(reply.headers["location"])).text
    assert "Ny enhet" in page
    assert "12 kommer fra Fengsel Sor-1" in page


@pytest.mark.parametrize("role", [one for one in Role if one not in {Role.HR, Role.ADMIN}])
async def test_the_file_is_taken_from_hr_and_administrators_alone(web, sign_in, role):
    await sign_in(role)
    assert (await web.get(ADDRESS)).status_code == 403


def test_every_mistake_has_a_sentence():
    assert set(SENTENCES) == set(Mistake)
