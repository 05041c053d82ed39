"""What leads others to the open results: files, their description for catalogues, a picture."""

import csv
import io
import pickle
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from jsonstat_validator import validate_jsonstat
from lxml import etree, html
from PIL import Image
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, Namespace, URIRef
from redis import Redis

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_worker
from survey_app.reading.exports.formats import FORMATS
from survey_app.reading.published import Published
from survey_app.reading.reports.press import BusyError, Press
from survey_app.reading.reputation.measures import note_of
from survey_app.reading.results import jobs, open_data, routes, share
from survey_app.reading.results.open_files import FILES
from survey_app.reading.results.overview import open_public
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.clock import now
from survey_app.shared.database import Login, connect, fetch
from survey_app.shared.i18n import languages
from survey_app.shared.numbers import decimal, whole_interval
from tests.asking_builders import import_campaign, import_people
from tests.builders_publication import public_series, put_on_shelf
from tests.builders_publication.silent import read_back
from tests.exported import main_wave, public_wave
from tests.node import run
from tests.stocked_shelf import stocked_database
from tests.written_here import all_of, made_here, write_here

READER = Path(__file__).parent.parent / "reference" / "json_stat" / "read.mjs"
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
# https://data.norge.no/specification/dcat-ap-no, version 3: what each class must have
MANDATORY = {
    DCAT.Catalog: {DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint},
    DCAT.Dataset: {DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint,
                   DCAT.theme},
    DCAT.Distribution: {DCAT.accessURL},
    FOAF.Agent: {FOAF.name},
    VCARD.Organization: {VCARD.fn, VCARD.hasEmail},
}  # fmt: skip
RECOMMENDED = {
    DCAT.Dataset: {DCAT.distribution, DCAT.keyword, DCTERMS.spatial, DCTERMS.temporal,
                   DCTERMS.accessRights},
    DCAT.Distribution: {DCTERMS.description, DCTERMS["format"], DCTERMS.license},
}  # fmt: skip


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    async def stock() -> None:
        await import_people()
        await import_campaign()
        # whom a campaign names is told to everybody once its results are
        await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'published'")
        await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET open_results = true")
        await put_on_shelf(main_wave(), *public_series()[-2:])

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    return stocked


@pytest.fixture(scope="module")
def written():
    """What a writer made of an order: the same bytes each time, which take it seconds."""
    return {}


@pytest.fixture(autouse=True)
def at_once(redis, monkeypatch, written):
    """Draw in this process, once for each order; the product has forgotten what it was given."""

    async def write(_, what, *arguments, rest=None):
        came = await all_of(rest)
        order = pickle.dumps((what, arguments, came))
        if order not in written:
            written[order] = made_here(what, *arguments, came=came)
        return written[order]

    monkeypatch.setattr(Press, "write", write)
    monkeypatch.setattr(share, "_kept", {})
    monkeypatch.setattr(open_data, "_kept", {})
    with Redis.from_url(redis.url) as box:
        for pattern in ("barometer:share:*", "barometer:open:*"):
            for key in box.scan_iter(pattern):
                box.delete(key)


async def described(web, name="catalog.ttl", form="turtle"):
    reply = await web.get(f"/results/{name}")
    assert reply.status_code == 200
    return Graph().parse(data=reply.content, format=form)


async def test_the_catalogue_has_what_dcat_ap_no_asks_for(web):
    graph = await described(web)
    for asked in (MANDATORY, RECOMMENDED):
        for kind, properties in asked.items():
            found = list(graph.subjects(RDF.type, kind))
            assert found, kind
            for one in found:
                assert properties <= set(graph.predicates(one)), one
    for one in graph.subjects(RDF.type, DCAT.Dataset):
        for said in (DCTERMS.title, DCTERMS.description):
            assert {text.language for text in graph.objects(one, said)} == {"nb", "nn", "en"}
        period = graph.value(one, DCTERMS.temporal)
        closed = [public_series()[-2]["wave"]["closed_on"], main_wave()["wave"]["closed_on"]]
        assert str(graph.value(period, DCAT.startDate)) == min(closed)
        assert str(graph.value(period, DCAT.endDate)) == public_wave()["wave"]["closed_on"]
    [contact] = graph.subjects(RDF.type, VCARD.Organization)
    assert graph.value(contact, VCARD.hasEmail) == URIRef("mailto:hr@example.org")


async def test_every_file_of_the_catalogue_is_there_with_its_type_and_licence(web):
    graph = await described(web)
    files = list(graph.subjects(RDF.type, DCAT.Distribution))
    assert len(files) == len(FILES)
    for one in files:
        address = str(graph.value(one, DCAT.downloadURL))
        form = FORMATS[FILES[address.rpartition("/")[2]]]
        assert str(graph.value(one, DCAT.mediaType)).endswith(f"/media-types/{form.media_type}")
        assert str(graph.value(one, DCTERMS.license)).endswith("/licence/NLOD_2_0")
        assert (await web.head(address.removeprefix("http://testserver.local"))).status_code in {
            200, 405,
        }  # fmt: skip


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
async def test_each_way_to_write_it_says_the_same_and_the_page_leads_there(web):
    graph = await described(web)
    for name, form in (("catalog.jsonld", "json-ld"), ("catalog.rdf", "xml")):
        assert len(await described(web, name, form)) == len(graph)
    page = (await web.get("/results?lang=en")).text
    assert '<link rel="describedby" href="/results/catalog.ttl" type="text/turtle">' in page
    assert 'href="/results/catalog.jsonld"' in page


async def test_the_publisher_is_the_one_of_the_register_where_its_number_is_set(web):
    web.app.state.settings = web.app.state.settings.model_copy(
        update={"organisation_number": "974760673"}
    )
    [publisher] = (graph := await described(web)).subjects(RDF.type, FOAF.Agent)
    assert str(publisher).endswith("/organizations/974760673")
    assert graph.value(publisher, DCTERMS.identifier) == Literal("974760673")
    with pytest.raises(ValueError, match="nine digits"):
        Settings(organisation_number="974760674")


@pytest.mark.parametrize("name", ["catalog.ttl", "catalog.jsonld", "catalog.rdf"])
async def test_the_catalogue_of_the_same_results_is_the_same_file(web, name):
    first, again = [await web.get(f"/results/{name}") for _ in range(2)]
    assert (first.status_code, first.content) == (200, again.content)


async def test_without_anybody_to_write_to_there_is_no_catalogue(web):
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET contact = 'Personalavdelingen'")
    assert (await web.get("/results/catalog.ttl")).status_code == 404
    assert "catalog.ttl" not in (await web.get("/results")).text
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET contact = 'hr@example.org'")


async def test_a_program_that_follows_the_feed_hears_of_each_open_release_once(web):
    page = (await web.get("/results")).text
    [address] = re.findall(r'type="application/atom\+xml"[^>]*href="([^"]+)"', page)
    reply = await web.get(address)
    assert reply.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(reply.content)
    atom = {"a": "http://www.w3.org/2005/Atom"}
    # RFC 4287, 4.1.1 and 4.1.2: what each must have
    for one in (root, *root.iterfind("a:entry", atom)):
        assert all(one.findtext(f"a:{name}", None, atom) for name in ("id", "title", "updated"))
    assert root.findtext("a:author/a:name", None, atom) == "Kriminalomsorgen"
    released = await fetch(Login.MIGRATOR, "SELECT released_at FROM publications.publication")
    entries = root.findall("a:entry", atom)
    told = sorted(one.findtext("a:updated", None, atom) for one in entries)
    assert told == sorted(row["released_at"].isoformat(timespec="seconds") for row in released)
    assert len({one.findtext("a:id", None, atom) for one in entries}) == len(entries)


async def test_what_a_cache_may_give_everybody_follows_nobody_s_account(web, sign_in):
    await sign_in(Role.HR, language="en")
    reply = await web.get("/results/feed.xml")
    assert "public" in reply.headers["cache-control"]
    assert reply.content == (await web.get("/results/feed.xml?lang=nb")).content
    assert reply.content != (await web.get("/results/feed.xml?lang=en")).content


async def test_a_reader_of_json_stat_finds_the_open_means_and_no_unit(web):
    raw = (await web.get("/results/data.json?lang=en")).json()
    assert validate_jsonstat(raw)
    assert datetime.fromisoformat(raw["updated"]).utcoffset() is not None
    [read] = run(READER, [{"dataset": raw}])
    found = {(c["wave"], c["domain"], c["measure"]): c["value"] for c in read["cells"]
             if c["statistic"] == "mean" and c["value"] is not None}  # fmt: skip
    for code, content in (("KI-kjerne", main_wave()), ("TI", public_wave())):
        wave = content["wave"]["key"]
        assert found[wave, "agency", code] == Published(content).estimate(code).mean
    main = main_wave()["wave"]["key"]
    staff = {domain for wave, domain, _ in found if wave == main}
    assert staff == {"agency"}


@pytest.mark.parametrize("name", FILES)
async def test_an_open_file_travels_compressed_where_the_client_reads_that(web, name):
    address = f"/results/{name}"
    zipped = await web.get(address, headers={"Accept-Encoding": "br, gzip"})
    plain = await web.get(address, headers={"Accept-Encoding": "gzip;q=0"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert zipped.content == plain.content  # httpx has opened the first
    assert int(zipped.headers["Content-Length"]) < len(plain.content)
    assert zipped.headers["Content-Disposition"].startswith("inline; filename=")


async def test_who_has_an_open_file_already_is_told_so_and_sent_nothing(web):
    first = await web.get("/results/data.json")
    again = await web.get("/results/data.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await web.get(
        "/results/data.json?lang=en", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert other.status_code == 200
    changed = parsedate_to_datetime(first.headers["Last-Modified"])
    assert changed == datetime.fromisoformat(first.json()["updated"]).replace(microsecond=0)


async def test_pages_of_others_may_fetch_the_open_data_and_nothing_else(web):
    for name in (*FILES, "catalog.ttl"):
        reply = await web.get(f"/results/{name}", headers={"Origin": "https://example.net"})
        assert reply.headers["Access-Control-Allow-Origin"] == "*", name
    for address in ("/results", "/sign-in", "/promise", "/reports", "/api/v1/publications"):
        reply = await web.get(address, headers={"Origin": "https://example.net"})
        assert "Access-Control-Allow-Origin" not in reply.headers, address


async def test_excel_in_norwegian_settings_reads_the_figures_that_programs_read(web):
    plain = list(csv.reader(io.StringIO((await web.get("/results/data.csv")).text)))
    raw = (await web.get("/results/data-excel.csv")).content
    assert raw.startswith(b"\xef\xbb\xbf")  # by this Excel knows that it is UTF-8
    found = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert found[0] == plain[0]
    figure = plain[0].index("mean")
    for ours, theirs in zip(found[1:], plain[1:], strict=True):
        assert "." not in ours[figure]
        assert ours[figure].replace(",", ".") == theirs[figure]
        assert ours[:figure] == theirs[:figure]
    page = (await web.get("/results?lang=en")).text
    assert 'href="/results/data-excel.csv?lang=en"' in page


async def test_the_worker_writes_the_open_files_once_for_all_processes(
    database, redis, settings, monkeypatch
):
    calls = []

    async def write(press, what, *arguments, **more):
        calls.append(what)
        return await write_here(press, what, *arguments, **more)

    monkeypatch.setattr(Press, "write", write)
    connect(database)
    bind_worker()
    queue.configure(redis.url)
    for _ in range(2):
        await jobs.write_open_data({"settings": settings})
    assert calls == ["open"] * 3
    for lang in languages():
        found = await open_data.open_file("data.csv", lang, now(), settings.secret())
        assert found.plain.startswith(b"population,")
    assert calls == ["open"] * 3
    # nobody is given what somebody else wrote to Redis
    with Redis.from_url(redis.url) as box:
        for name in box.scan_iter("barometer:open:*"):
            # where a version before it would look, it finds nothing that it would give as it lies
            assert name.endswith(b":proved")
            box.setrange(name, 40, b"other figures")
    open_data._kept.clear()
    await jobs.write_open_data({"settings": settings})
    assert calls == ["open"] * 6
    await queue.close()


async def test_a_file_that_cannot_be_written_now_is_no_fault(web, monkeypatch):
    async def refuse(*_, **__):
        raise BusyError

    monkeypatch.setattr(Press, "write", refuse)
    reply = await web.get("/results/data.csv")
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "60")


async def test_a_shared_link_has_a_picture_of_the_open_headlines_and_the_same_in_words(web):
    page = (await web.get("/results?lang=en")).text
    told = dict(re.findall(r'<meta property="(og:[a-z:]+)" content="([^"]*)">', page))
    for code, content in (("KI-kjerne", main_wave()), ("TI", public_wave())):
        cell = read_back(content).estimate(code)
        limits = whole_interval(cell.least, cell.most, "en")
        assert f"{decimal(cell.mean, 'en', 0)} of 100 ({limits})" in told["og:image:alt"]
    address = told["og:image"].replace("&amp;", "&").removeprefix("http://testserver.local")
    reply = await web.get(address)
    assert reply.headers["Content-Type"] == "image/png"
    picture = Image.open(io.BytesIO(reply.content))
    assert picture.size == (1200, 630)
    assert len(reply.content) < 100_000
    assert len(picture.convert("L").getcolors()) > 10


async def test_a_picture_is_drawn_once_and_one_that_is_not_ready_is_no_fault(web, monkeypatch):
    calls = []

    async def write(_, what, *arguments):
        calls.append(what)
        return b"png"

    monkeypatch.setattr(Press, "write", write)
    for _ in range(3):
        assert (await web.get("/results/share.png")).content == b"png"
    assert calls == ["share"]

    async def refuse(*_):
        raise BusyError

    monkeypatch.setattr(Press, "write", refuse)
    reply = await web.get("/results/share.png?lang=nn")
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "60")


async def test_where_nothing_is_open_the_picture_has_the_title_alone(web, monkeypatch):
    async def closed(*_):
        return None

    for room in (routes, share):
        monkeypatch.setattr(room, "open_staff", closed)
        monkeypatch.setattr(room, "open_public", closed)
    reply = await web.get("/results/share.png")
    assert Image.open(io.BytesIO(reply.content)).size == (1200, 630)
    page = (await web.get("/results")).text
    assert 'og:image:alt" content="Slik opplever ansatte' in page


async def test_where_nothing_is_open_no_file_is_offered_that_is_not_there(web, monkeypatch):
    assert "/results/codebook.xml" in (await web.get("/results")).text

    async def closed(*_):
        return None

    monkeypatch.setattr(routes, "open_staff", closed)
    monkeypatch.setattr(routes, "open_public", closed)
    assert not re.findall(
        r"/results/(?:data|codebook)[\w-]*\.\w+", (await web.get("/results")).text
    )


async def test_the_worker_draws_each_picture_once_for_all_processes(redis, settings, monkeypatch):
    calls = []

    async def write(_, what, *arguments):
        calls.append(what)
        return b"png"

    async def title_alone(lang, _, *, demo):
        return share.Card((), demo, lang)

    monkeypatch.setattr(Press, "write", write)
    monkeypatch.setattr(jobs, "card_of", title_alone)
    queue.configure(redis.url)
    for _ in range(2):
        share._kept.clear()  # as another process has it
        await jobs.draw_share_pictures({"settings": settings})
    await queue.close()
    assert calls == ["share"] * 3


async def test_other_open_pages_have_the_same_picture(web):
    for address in ("/promise", "/verify", "/sign-in"):
        assert "/results/share.png?lang=nn" in (await web.get(f"{address}?lang=nn")).text


async def test_a_figure_of_some_of_those_who_answered_stands_beside_their_number(web, monkeypatch):
    async def some_are_asked(lang, at):
        part = await open_public(lang, at)
        rows = [
            replace(row, estimate=replace(row.estimate, n=567)) if row.code == "PLA" else row
            for row in part.rows
        ]
        return replace(part, rows=rows)

    monkeypatch.setattr(routes, "open_public", some_are_asked)
    page = html.fromstring((await web.get("/results")).text)
    tiles = [" ".join(tile.text_content().split()) for tile in page.find_class("goal")]
    [platforms] = [tile for tile in tiles if note_of("PLA", "nb") in tile]
    assert "567 svar" in platforms
    assert sum("567 svar" in tile for tile in tiles) == 1
