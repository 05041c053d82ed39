"""A published wave for the archive: whole, checkable, the same each time, for who may have it."""

import asyncio
import hashlib
import io
import json
import re
import zipfile
from datetime import timedelta
from xml.etree import ElementTree as ET

import pypdf
import pytest

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications.check_files import check_files
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.reading.exports.find import find_released
from survey_app.reading.reports.press import Press
from survey_app.reading.writers import WRITERS
from survey_app.running.archived_wave import NoArchiveError, archive_wave
from survey_app.shared.database import Login, connection, fetch
from tests.builders_answering import NOW, an_open_wave, some_answers, without_pools

LATER = NOW + timedelta(days=20)
# the library leaves the colour profile open that it read
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
async def wave(web, settings):
    """A wave that thirty people answered, published."""
    found = await an_open_wave(settings)
    for at, token in enumerate(found.tokens[:15] + found.tokens[-15:]):
        answers = some_answers(code=str(1 + at % 5))
        assert (await web.post(f"/answer/{token}", data=answers)).status_code == 200
    bind_worker()
    await close_wave(found.key, key_dir=settings.key_folder, now=LATER)
    with without_pools():
        await publish_wave(found.key, now=LATER)
    bind_web()
    return found


@pytest.fixture
def at_once(monkeypatch):
    """Write files in this process, and the same documents once; that PDF stays is told below."""
    made = {}

    async def write(_press, what, documents):
        if (name := repr(documents)) not in made:
            made[name] = await asyncio.to_thread(WRITERS[what], documents)
        return made[name]

    monkeypatch.setattr(Press, "write", write)
    return made


async def taken(web, wave):
    reply = await web.get(f"/waves/{wave.key}/archive")
    assert reply.status_code == 200, reply.text[:500]
    assert reply.headers["content-type"] == "application/zip"
    return reply.content


def is_pdf_a(content):
    """Say what PDF/A-2a asks for and pypdf can see: intent, fonts, tags, language, no outside."""
    read = pypdf.PdfReader(io.BytesIO(content))
    root = read.trailer["/Root"]
    told = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="2"' in told
    assert 'pdfaid:conformance="A"' in told
    [intent] = root["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert "/DestOutputProfile" in intent.get_object()
    assert root["/MarkInfo"]["/Marked"]
    assert {"/StructTreeRoot", "/Lang"} <= set(root)
    assert not {"/AA", "/OpenAction", "/AcroForm"} & set(root)
    assert not read.is_encrypted
    assert read.trailer["/ID"]
    for page in read.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            [below] = font.get_object()["/DescendantFonts"]
            descriptor = below.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    return "".join(page.extract_text() for page in read.pages)


async def test_the_package_is_whole_can_be_checked_and_is_the_same_each_time(
    web, sign_in, wave, at_once
):
    await sign_in(Role.HR)
    packed = await taken(web, wave)
    with zipfile.ZipFile(io.BytesIO(packed)) as read:
        bag = {name.partition("/")[2]: read.read(name) for name in read.namelist()}
    manifest = bag["manifest-sha256.txt"].decode().splitlines()
    assert len(manifest) == len([name for name in bag if name.startswith("data/")])
    for line in manifest:
        told, _, name = line.partition("  ")
        assert hashlib.sha256(bag[name]).hexdigest() == told
    data = {name.removeprefix("data/"): content for name, content in bag.items()}
    # what anybody would check with `barometer verify-wave`
    found = check_files({name: data[name] for name in ("record.json", "publication.json")})
    assert all(one.holds for one in found if one.looked_at)
    assert "record.json: a wave record in the right format" in data["verification.txt"].decode()
    assert "Mai 2026, kortmåling" in is_pdf_a(data["report.pdf"])
    asked = json.loads(data["questionnaire.json"])
    name = f"sha256:{hashlib.sha256(data['questionnaire.json']).hexdigest()}"
    assert json.loads(data["publication.json"])["questionnaire"] == name
    for language in ("nb", "nn", "en"):
        text = re.sub(r"\s+", " ", is_pdf_a(data[f"questionnaire-{language}.pdf"]))
        assert asked["items"][0]["text"][language][:30] in text
    assert ET.fromstring(data["questionnaire.ddi.xml"]).tag.endswith("codeBook")
    for name in data:
        if name.endswith((".pdf", ".json", ".xml")):
            assert name in data["LES-MEG.txt"].decode()
    assert packed == await taken(web, wave)
    assert len(at_once) == 1
    # nobody's address, number or link
    people = await fetch(Login.MIGRATOR, "SELECT number, email FROM asking.person")
    secrets = [*wave.tokens, *(one["email"] for one in people if one["email"])]
    for content in data.values():
        assert not any(secret.encode() in content for secret in secrets)


async def test_only_who_may_take_all_of_it_out_gets_it(web, sign_in, wave):
    for role in (Role.LEADER, Role.REPRESENTATIVE, Role.ANALYST):
        await sign_in(role)
        assert (await web.get(f"/waves/{wave.key}/archive")).status_code == 403
    for role in (Role.COMMUNICATIONS, Role.ADMIN):
        await sign_in(role)
        assert (await web.get(f"/waves/{wave.key}/archive")).status_code == 404
    await sign_in(Role.HR)
    assert f"/waves/{wave.key}/archive" in (await web.get("/reports")).text
    assert (await web.get("/waves/nothing/archive")).status_code == 404


async def test_a_wave_of_which_the_record_does_not_fit_is_not_archived(web, sign_in, wave):
    await sign_in(Role.HR)
    async with connection(Login.MIGRATOR) as link:
        # as whoever has the server: no trigger stands in the way
        await link.execute("SET session_replication_role = replica")
        await link.execute(
            "UPDATE publications.wave_record SET content ="
            " convert_to(replace(convert_from(content, 'UTF8'), $1, $2), 'UTF8')",
            '"ballots":30', '"ballots":31',
        )  # fmt: skip
    reply = await web.get(f"/waves/{wave.key}/archive")
    assert reply.status_code == 404
    assert "lages det ingen pakke" in reply.text


async def test_a_publication_with_a_figure_that_nobody_may_be_told_is_not_archived(wave):
    bind_worker()
    async with connection(Login.MIGRATOR) as link:
        await link.execute("SET session_replication_role = replica")
        # as it is written by the rule for such files, with the figure at its place in the order
        await link.execute(
            "UPDATE publications.publication SET content = convert_to(regexp_replace("
            "convert_from(content, 'UTF8'), $1, $2), 'UTF8')",
            r'"measure":("[^"]*","statistic":"[^"]*","status":"suppressed)',
            r'"mean":61.5,"measure":\1',
        )  # fmt: skip
    asked_for = await find_released(wave.key, LATER + timedelta(days=1))
    with pytest.raises(NoArchiveError, match="what is not shown holds no figure"):
        await archive_wave(asked_for, Login.WORKER, "nb", set_on_pages=nothing_set)


async def test_an_earlier_version_is_archived_with_its_own_figures(wave):
    bind_worker()
    async with connection(Login.MIGRATOR) as link:
        await link.execute(
            "UPDATE asking.wave SET labels = jsonb_set(labels, '{name,nb}', '\"Rettet\"')"
            " WHERE key = $1",
            wave.key,
        )
    with without_pools():
        await publish_wave(wave.key, now=LATER + timedelta(days=1), correct=True)
    at = LATER + timedelta(days=2)
    newest = await find_released(wave.key, at)
    rows = await fetch(
        Login.MIGRATOR, "SELECT id, version, content FROM publications.publication ORDER BY version"
    )
    assert [row["version"] for row in rows] == [1, newest.version] == [1, 2]
    for row in rows:
        asked_for = await find_released(str(row["id"]), at)
        bag = await archive_wave(asked_for, Login.WORKER, "nb", set_on_pages=nothing_set)
        assert bag["data/publication.json"] == row["content"]
        assert f"versjon {row['version']}," in bag["data/LES-MEG.txt"].decode()


async def nothing_set(documents):
    return [b"" for _ in documents]
