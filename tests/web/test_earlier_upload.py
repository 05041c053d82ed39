"""Earlier results by way of pages: the same as by the command, with every mistake told."""

import re
import zlib
from base64 import b64encode
from pathlib import Path

from redis import Redis

from survey_app.accounts.roles import Role
from survey_app.earlier.commands import read_files
from survey_app.earlier.model import decode
from survey_app.shared.database import Login, fetch
from tests.builders_publication import words

CSPS = Path("tests/data/csps")
FILES = ("organisation_scores.csv", "organisations.csv", "organisation_changes.csv")
ADD = "/culture/history/add"
ABOUT = {
    "kind": "outside", "title_nb": "Statsansatte i Storbritannia", "source": "Cabinet Office",
    "licence": "OGL v3.0",
}  # fmt: skip


def csrf_in(reply):
    return re.search(r'name="csrf" value="([^"]+)"', reply.text)[1]


async def send(web, files, address=ADD, **fields):
    csrf = csrf_in(await web.get(address))
    return await web.post(
        address,
        data={"csrf": csrf, **fields},
        files=[("files", (name, content, "text/csv")) for name, content in files.items()],
        follow_redirects=False,
    )


def form_of(reply):
    """Read a form as a browser sends it: what is filled in, ticked and chosen."""
    text = reply.text
    fields = {
        name: value
        for tag in re.findall(r"<input [^>]+>", text)
        if "radio" not in tag or " checked" in tag
        if (name := re.search(r'name="([^"]+)"', tag)[1])
        for value in [re.search(r'value="([^"]*)"', tag)[1]]
    }
    for name, inner in re.findall(r'(?s)<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', text):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        fields[name] = chosen[1] if chosen else re.search(r'value="([^"]*)"', inner)[1]
    return fields


async def stored():
    rows = await fetch(Login.MIGRATOR, "SELECT key, content FROM earlier.source ORDER BY key")
    return {row["key"]: decode(bytes(row["content"])) for row in rows}


async def test_the_british_survey_comes_in_whole_without_a_manifest_and_goes_again(web, sign_in):
    await sign_in(Role.HR)
    sent = await send(web, {name: (CSPS / name).read_bytes() for name in FILES})
    address = sent.headers["location"]
    described = await web.get(address)
    looked = await web.post(address, data=form_of(described) | ABOUT, follow_redirects=False)
    review = await web.get(looked.headers["location"])
    assert "17 777" in review.text.replace("\u00a0", " ")
    assert not await stored()
    done = await web.post(looked.headers["location"], data=form_of(review), follow_redirects=False)
    [(key, source)] = (await stored()).items()
    assert key == "statsansatte-i-storbritannia"
    known = read_files(CSPS / "manifest.toml")
    assert set(source.figures) == set(known.figures)
    assert source.unit_changes == known.unit_changes
    assert "Tallene er hentet inn." in words(await web.get(done.headers["location"]))
    assert (await web.get(address)).status_code == 404

    # the same files again, as a renewal: what was written stands there, and nothing changes
    again = await send(web, {name: (CSPS / name).read_bytes() for name in FILES}, source=key)
    described = await web.get(again.headers["location"])
    assert form_of(described)["source"] == "Cabinet Office"
    looked = await web.post(
        again.headers["location"], data=form_of(described), follow_redirects=False
    )
    review = words(await web.get(looked.headers["location"]))
    assert "Filene er de samme som sist. Ingenting blir endret." in review

    csrf = csrf_in(await web.get("/culture/history"))
    await web.post("/culture/history/remove", data={"csrf": csrf, "source": key})
    assert not await stored()
    log = await fetch(
        Login.MIGRATOR,
        "SELECT actor, action FROM audit.event WHERE action <> 'signed in' ORDER BY at",
    )
    assert [(row["actor"], row["action"]) for row in log if "earlier" in row["action"]] == [
        ("hr@example.org", "import earlier results"), ("hr@example.org", "remove earlier results"),
    ]  # fmt: skip


async def test_every_mistake_is_told_where_it_is_and_nothing_comes_in(web, sign_in):
    await sign_in(Role.HR, language="nn")
    bad = (
        "år;enhet;mål;verdi;n\n2022;nord;leder;fire;200\n22;nord;leder;55;9\n"
        "2023;nord;leder;155;9\n"
    )
    sent = await send(web, {"tal.csv": bad.encode()})
    described = await web.get(sent.headers["location"])
    wrong = await web.post(sent.headers["location"], data=form_of(described))
    assert wrong.status_code == 422
    assert "Skriv kva undersøkinga heiter." in words(wrong)
    told = await web.post(sent.headers["location"], data=form_of(described) | ABOUT)
    assert told.status_code == 422
    text = words(told)
    for sentence in (
        "tal.csv, linje 2, «verdi»: «fire» er ikkje eit tal.",
        "tal.csv, linje 3, «år»: «22» er ikkje eit årstal frå 1900 til 2100.",
        "tal.csv, linje 4, «verdi»: 155 er utanfor skalaen frå 0 til 100.",
    ):
        assert sentence in text
    assert not await stored()
    latin = await send(web, {"tal.csv": bad.encode("latin-1")})
    assert "CSV UTF-8" in latin.text
    assert "ikkje ei CSV-fil" in (await send(web, {"tal.xlsx": b"PK"})).text


async def test_nothing_is_taken_in_but_what_was_looked_over(web, sign_in):
    await sign_in(Role.HR)
    sent = await send(web, {"tall.csv": b"year,unit,measure,value\n2022,nord,leder,55\n"})
    address, ours = sent.headers["location"], ABOUT | {"kind": "earlier"}
    form = form_of(await web.get(address)) | ours
    looked = await web.post(address, data=form, follow_redirects=False)
    review = await web.get(looked.headers["location"])
    assert "1 tall om enhetene våre er oppgitt uten antall svar." in words(review)
    assert "Ingen av målene er koblet til et av våre." in words(review)
    assert "Ingen av enhetene er koblet til en av våre." in words(review)
    # in another window the description becomes another one
    await web.post(address, data=form | {"scale_high": "1000"}, follow_redirects=False)
    late = await web.post(looked.headers["location"], data=form_of(review), follow_redirects=False)
    assert late.headers["location"].endswith("told=changed")
    assert not await stored()
    assert "endret mens du så over" in words(await web.get(late.headers["location"]))


async def test_figures_that_somebody_else_wrote_to_redis_are_no_upload(web, sign_in, redis):
    await sign_in(Role.HR)
    sent = await send(web, {"tall.csv": b"year,unit,measure,value\n2022,nord,leder,55\n"})
    assert (await web.get(sent.headers["location"])).status_code == 200
    with Redis.from_url(redis.url) as box:
        [name] = box.scan_iter("earlier-upload:*")
        told = box.get(name)
        # 95 in the place of 55, beside the proof of what was left, and as a version before left it
        left = zlib.decompress(told[32:])
        other = zlib.compress(left.replace(b64encode(b",55"), b64encode(b",95")))
        assert zlib.decompress(other) != left
        for written in (told[:32] + other, other):
            box.set(name, written)
            assert (await web.get(sent.headers["location"])).status_code == 404
        box.set(name, told)
        assert (await web.get(sent.headers["location"])).status_code == 200


async def test_a_manifest_among_the_files_says_what_the_form_asks(web, sign_in):
    await sign_in(Role.HR)
    files = {name: (CSPS / name).read_bytes() for name in (*FILES, "manifest.toml")}
    sent = await send(web, files)
    review = await web.get(sent.headers["location"])
    assert str(review.url).endswith("/review")
    assert "Nærmeste leder" in review.text
    del files["organisations.csv"]
    sent = await send(web, files)
    assert "manifest.toml sier at den skal være det" in words(
        await web.get(sent.headers["location"])
    )
    assert not await stored()


async def test_each_side_is_written_by_its_own_role(web, sign_in):
    public = "/reputation/history/add"
    expected = {
        Role.COMMUNICATIONS: {ADD: 403, public: 200},
        Role.HR: {public: 403, f"{ADD}?source=nothing": 404, f"{ADD}/nothing": 404},
        Role.LEADER: {ADD: 403},
        Role.ANALYST: {ADD: 403},
    }
    for role, pages in expected.items():
        await sign_in(role)
        for address, status in pages.items():
            assert (await web.get(address)).status_code == status, (role, address)
            if status == 403:
                sent = await web.post(address, data={"csrf": "x"}, follow_redirects=False)
                assert sent.status_code == 403, (role, address)
