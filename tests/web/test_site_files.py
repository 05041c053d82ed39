"""Small files on every host, and no link that is dead behind the proxy that we ship."""

import re
import struct
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from litestar.datastructures import State
from lxml import etree

from survey_app.app import create_ballot_app
from survey_app.installation.tables import bind_web
from survey_app.settings import read_settings
from survey_app.shared import clock, queue
from survey_app.shared.errors import SettingsError
from survey_app.shared.site_files import OPEN_PAGES
from tests.builders_answering import an_open_wave
from tests.in_process import in_process

CONTACT = "mailto:sikkerhet@agency.example"
FILES = ("/robots.txt", "/favicon.ico", "/.well-known/security.txt")
CONF = (Path(__file__).parent.parent.parent / "deploy" / "nginx.conf").read_text()
OPEN = {"form": "omdomme.open", "population": "open", "kind": "open", "invite": "open"}


def told(client, **changed):
    """Give the application other settings."""
    state = client.app.state
    chosen = state.settings.model_validate({**state.settings.model_dump(), **changed})
    client.app.state = State({**state.dict(), "settings": chosen})
    return client


async def has_the_small_files(host):
    told(host, security_contact=CONTACT)
    for path in FILES:
        reply = await host.get(path)
        assert reply.status_code == 200, path
        assert "set-cookie" not in reply.headers
        assert "max-age=86400" in reply.headers["cache-control"]
        assert (await host.head(path)).headers["content-length"] == str(len(reply.content))


async def test_the_small_files_are_there_without_a_cookie(web):
    await has_the_small_files(web)


async def test_the_host_that_takes_ballots_has_them_too(database, redis, settings):
    queue.configure(redis.url)
    async with in_process(create_ballot_app(settings, own_services=False)) as client:
        await has_the_small_files(client)


async def test_crawlers_leave_personal_links_alone_and_may_read_what_is_open(web, settings):
    wave = await an_open_wave(settings)
    reply = await web.get("/robots.txt")
    assert reply.headers["content-type"].startswith("text/plain")
    rules = RobotFileParser()
    rules.parse(reply.text.splitlines())
    for path in (f"/answer/{wave.tokens[0]}", f"/stop/{wave.tokens[0]}", "/subscriptions/stop/x"):
        assert not rules.can_fetch("anybot", path), path
    for path in ("/results", "/promise", "/actions/unit", "/open/x", "/records/x.json"):
        assert rules.can_fetch("anybot", path), path
    # who fetches a link all the same is told to list it nowhere
    for path in (f"/answer/{wave.tokens[0]}", f"/stop/{wave.tokens[0]}", "/answer/none"):
        assert (await web.get(path)).headers["x-robots-tag"] == "noindex"


async def test_the_map_lists_open_pages_in_every_language_and_each_is_there(web):
    base = web.app.state.settings.base_url
    assert f"Sitemap: {base}/sitemap.xml" in (await web.get("/robots.txt")).text
    reply = await web.get("/sitemap.xml")
    assert reply.headers["content-type"] == "application/xml"
    found = [one.text for one in etree.fromstring(reply.content).iter("{*}loc")]
    assert len(found) == len(set(found)) == 3 * len(OPEN_PAGES)
    for address in found:
        page = await web.get(address.removeprefix(base), follow_redirects=False)
        assert page.status_code == 200, address
        assert "noindex" not in page.headers.get("x-robots-tag", "")


async def test_whoever_cannot_use_a_page_reads_whom_to_tell_and_where_to_complain(web):
    page = unescape((await web.get("/accessibility")).text)
    assert "kontakten som står nederst i skjemaet" in page
    assert "uustatus.no" not in page
    told(
        web,
        accessibility_contact="uu@agency.example",
        accessibility_statement="https://uustatus.no/nb/erklaringer/publisert/1",
    )
    page = unescape((await web.get("/accessibility")).text)
    assert '<a href="mailto:uu@agency.example">uu@agency.example</a>' in page
    assert 'href="https://uustatus.no/nb/erklaringer/publisert/1"' in page
    assert "klage til Diskrimineringsnemnda" in page
    assert "papir" not in page


async def test_the_icon_is_one_of_windows_in_two_sizes(web):
    icon = (await web.get("/favicon.ico")).content
    assert struct.unpack("<3H", icon[:6]) == (0, 1, 2)
    for at in range(2):
        width, height, _, _, _, bits, length, offset = struct.unpack_from(
            "<4B2H2I", icon, 6 + 16 * at
        )
        assert (width, height, bits) in {(16, 16, 32), (32, 32, 32)}
        assert struct.unpack_from("<I2i", icon, offset) == (40, width, 2 * height)
        assert len(icon[offset : offset + length]) == length == 40 + 4 * width**2 + 4 * height
    # the middle of the upright bar, from the bottom: blue, green, red, alpha of #0a5566
    offset = struct.unpack_from("<I", icon, 6 + 16 + 12)[0]
    assert icon[offset + 40 + 4 * (16 * 32 + 19) :][:4] == bytes([0x66, 0x55, 0x0A, 255])


async def test_whom_to_warn_is_told_as_rfc_9116_says(web):
    reply = await told(web, security_contact=CONTACT, answer_url="https://svar.agency.example").get(
        "/.well-known/security.txt"
    )
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    fields = [line.split(": ", 1) for line in reply.text.splitlines()]
    assert fields[0] == ["Contact", CONTACT]
    assert ["Canonical", "https://svar.agency.example/.well-known/security.txt"] in fields
    [expires] = [value for name, value in fields if name == "Expires"]
    left = datetime.strptime(expires, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) - clock.now()
    assert timedelta(days=90) < left < timedelta(days=365)


async def test_without_a_contact_there_is_no_such_file(web):
    assert (await web.get("/.well-known/security.txt")).status_code == 404


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("sikkerhet@agency.example", CONTACT),
        (CONTACT, CONTACT),
        ("https://agency.example/sikkerhet", "https://agency.example/sikkerhet"),
        ("tel:+47-22-00-00-00", "tel:+47-22-00-00-00"),
    ],
)
def test_the_contact_is_an_address_that_programs_understand(monkeypatch, tmp_path, written, kept):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAROMETER_SECURITY_CONTACT", written)
    assert read_settings().security_contact == kept
    for wrong in ("somebody", "http://agency.example", "a@b c", "mailto:a@b\nExpires: never"):
        monkeypatch.setenv("BAROMETER_SECURITY_CONTACT", wrong)
        with pytest.raises(SettingsError, match="BAROMETER_SECURITY_CONTACT"):
            read_settings()


def locations(host):
    """What the shipped proxy does with a path on one host, in the order in which it looks."""
    [block] = re.findall(rf"server_name {re.escape(host)};.*?\n}}", CONF, re.DOTALL)
    exact = re.findall(r"location = (\S+) \{(.*?)\}\n", block, re.DOTALL)
    patterns = re.findall(r"location ~\*? (\S+) \{(.*?)\}\n", block, re.DOTALL)
    [rest] = re.findall(r"location / \{(.*?)\}\n", block, re.DOTALL)

    def found(path):
        for name, body in exact:
            if path == name:
                return body
        return next((body for pattern, body in patterns if re.search(pattern, path)), rest)

    return found


def goes_to(body):
    redirected = re.search(r"return 30[12] https://([\w.]+)", body)
    if redirected:
        return redirected[1]
    return "here" if re.search("proxy_pass http://(barometer|answering);", body) else "nowhere"


async def test_no_link_on_an_answering_page_is_dead_behind_the_shipped_proxy(web, settings):
    wave = await an_open_wave(settings)
    await an_open_wave(settings, "apen", **OPEN)
    bind_web()
    answering, reading = locations("svar.example.org"), locations("barometer.example.org")
    pages = [f"/answer/{wave.tokens[0]}", f"/stop/{wave.tokens[0]}", "/stop/done", "/open/apen",
             *(f"/answer/{name}?survey={wave.key}" for name in ("thanks", "used", "closed")),
             "/answer/thanks?survey=apen", "/answer/none", "/answer/a/b", "/open/none", "/promise",
             "/promise/details", "/trustees", "/privacy", "/accessibility", "/verify",
             "/method"]  # fmt: skip
    links = set()
    for page in pages:
        assert goes_to(answering(page.partition("?")[0])) == "here", page
        text = unescape((await web.get(page)).text)
        links |= {
            re.split("[?#]", one)[0] for one in re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
        }
    assert {"/actions/unit", "/results", "/sign-in", "/", "/static/answer.css"} <= links
    for link in links:
        where = goes_to(answering(link))
        assert where in {"here", "barometer.example.org"}, link
        if where != "here":
            assert goes_to(reading(link)) == "here", link
        reply = await web.get(link)
        assert reply.status_code == 200, link


@pytest.mark.parametrize("host", ["svar.example.org", "barometer.example.org"])
def test_the_shipped_proxy_hands_on_small_files_and_whose_request_it_is(host):
    for path in FILES:
        assert goes_to(locations(host)(path)) == "here", path
    body = locations(host)("/robots.txt")
    assert "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;" in body
    assert 'proxy_set_header Forwarded "";' in body
    [block] = re.findall(rf"server_name {re.escape(host)};.*?\n}}", CONF, re.DOTALL)
    assert 'add_header Strict-Transport-Security "max-age=31536000" always;' in block
    assert "proxy_hide_header Strict-Transport-Security;" in block


def test_no_personal_link_leaves_the_answering_host():
    answering, reading = locations("svar.example.org"), locations("barometer.example.org")
    for path in ("/answer/x", "/stop/x", "/ballot"):
        assert goes_to(answering(path)) == "here"
        assert goes_to(reading(path)) == "svar.example.org"
        assert "access_log off;" in reading(path)
