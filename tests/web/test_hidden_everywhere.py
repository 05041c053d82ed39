"""What is hidden is hidden on every page, in every file and mail, whatever the shelf holds.

The publications here have figures in their hidden cells, as after a mistake in what publishes, and
figures of three people that somebody has written into them. Who reads walks through every address
that leads anywhere, and none of them may tell one.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator

import pytest

from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.reading.results.share import card_of, share_page
from survey_app.shared import clock
from survey_app.shared.database import Login
from tests.builders_publication import (
    PROTECTING_UNIT,
    SMALL_UNIT,
    public_series,
    put_on_shelf,
    staff_series,
)
from tests.crawl import CLOSELY, Crawl
from tests.exported import POISON, place_of_few, poison_in, poisoned, smuggled
from tests.stocked_shelf import emptied, stocked_database

FILES = ("/reports/file",)  # walked by tests/unit/reading, whole
API = ("", "/{id}", *(
    f"/{{id}}/{table}?{of}limit=1000"
    for table in ("estimates", "changes")
    for of in ("", "level=unit&", f"domain={SMALL_UNIT}&", f"domain={PROTECTING_UNIT}&")
))  # fmt: skip


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    """Two waves of staff and two of the public, with figures where none may be shown."""

    async def stock() -> None:
        whole = (*staff_series()[2:4], *public_series()[-2:])
        spoilt = [poisoned(smuggled(one)) for one in whole]
        assert sum(row["mean"] == POISON for one in spoilt for row in one["estimates"]) > 100
        await put_on_shelf(*spoilt)

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    return await emptied(stocked, "accounts.account", "accounts.api_token")


class Whole(Crawl):
    """A crawl that reads whatever is answered, files within files too."""

    def __init__(self, web, **how):
        super().__init__(web, **how)
        self.found: dict[str, list[str]] = {}

    async def get(self, address: str):
        reply = await self.web.get(address, follow_redirects=False)
        if found := poison_in(told(reply.content)):
            self.found[address] = found[:2]
        return reply


def told(content: bytes) -> str:
    """Return the words of a reply, of each part of an archive."""
    if content[:2] != b"PK":
        return html.unescape(content.decode(errors="ignore"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(told(archive.read(name)) for name in archive.namelist())


async def walk(web, *starts, apart=()):
    crawl = Whole(web, apart=apart)
    waiting = list(starts)
    while waiting:
        address = waiting.pop()
        if address.startswith(FILES) or crawl.seen(address):
            continue
        reply = await crawl.get(address)
        crawl.replies[address] = reply.status_code
        if "text/html" in reply.headers.get("content-type", ""):
            waiting += [html.unescape(one) for one in re.findall(
                r'\b(?:href|hx-get|src)="(/[^"#]*)', reply.text)]  # fmt: skip
        elif "location" in reply.headers:
            waiting.append(reply.headers["location"])
    return crawl


STARTS = ("/", f"/culture?unit={SMALL_UNIT}", f"/culture?unit={PROTECTING_UNIT}")


@pytest.mark.parametrize(
    ("role", "unit"),
    [(Role.HR, ""), (Role.LEADER, SMALL_UNIT), (Role.REPRESENTATIVE, PROTECTING_UNIT)],
)
async def test_no_page_tells_a_figure_that_is_hidden(web, sign_in, role, unit):
    await sign_in(role, unit=unit)
    crawl = await walk(web, *STARTS)
    print(f"{role}: {len(crawl.replies)} addresses")
    assert crawl.found == {}


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.HR, Role.ANALYST, Role.COMMUNICATIONS])
async def test_no_page_of_any_place_wave_or_index_tells_one(web, sign_in, role):
    await sign_in(role)
    crawl = await walk(web, *STARTS, apart=(*CLOSELY, "unit", "index"))
    print(f"{role}: {len(crawl.replies)} addresses")
    assert crawl.found == {}


async def test_nothing_that_is_open_tells_it(web):
    crawl = await walk(web, "/results", "/results/feed.xml", "/heads.json", "/sitemap.xml")
    print(f"nobody: {len(crawl.replies)} addresses")
    assert crawl.found == {}


async def test_no_picture_beside_a_link_tells_it(stocked, database):
    shown = await card_of("nb", clock.now(), demo=False)
    assert shown.parts
    assert poison_in(share_page(shown) + shown.alternative) == []


async def test_no_program_is_told_it(web):
    bind_worker()
    scopes = (Scope.STAFF, Scope.PUBLIC)
    token, _ = await create_token(name="tests", scopes=scopes, days=30, now=clock.now())
    bind_web()
    web.headers["Authorization"] = f"Bearer {token}"
    listed = (await web.get("/api/v1/publications")).json()["items"]
    for one in listed:
        for form in API:
            reply = await web.get(f"/api/v1/publications{form.format(**one)}")
            assert reply.status_code == 200, (form, reply.text)
            assert poison_in(reply.text) == [], form
    assert len(listed) == 4
    for measure, content in (
        ("KI", staff_series()[2]),
        ("vp.try.1", staff_series()[2]),
        ("TI", public_series()[-2]),
    ):
        few = place_of_few(content)
        for level, domain in (("agency", ""), ("unit", SMALL_UNIT), (few["level"], few["code"])):
            place = f"population={content['campaign']['population']}&level={level}&domain={domain}"
            reply = await web.get(f"/api/v1/trends/{measure}?{place}")
            assert poison_in(reply.text) == [], place
