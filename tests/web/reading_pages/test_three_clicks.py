"""What is published of a wave is found by those who may read it, in at most three clicks."""

import html
import re
from collections.abc import Collection
from urllib.parse import urlsplit

import lxml.html
import pytest

from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.reading import kinds
from survey_app.reading.names import own
from tests.builders_publication import public_series, staff_series
from tests.crawl import Crawl

CLICKS = 3
HREF = re.compile(r'\b(?:href|hx-get)="(/[^"#]*)')
# what is chosen inside a page is a click as well, and as many pages as there are choices
APART = ("wave", "index", "staff", "public")


async def _within(web, clicks: int) -> str:
    """Return the words of all pages so near to the first one."""
    crawl, now = Crawl(web, apart=APART), ["/"]
    read: list[str] = []
    for _ in range(clicks + 1):
        found: list[str] = []
        for address in now:
            if crawl.seen(address):
                continue
            reply = await web.get(address, follow_redirects=True)
            if "text/html" not in reply.headers.get("content-type", ""):
                continue
            page = lxml.html.fromstring(reply.text)
            read.append(" ".join(page.text_content().split()))
            found += [html.unescape(one) for one in HREF.findall(reply.text)]
            found += _choices(page, address)
        now = found
    return "\n".join(read).casefold()


def _choices(page: lxml.html.HtmlElement, address: str) -> list[str]:
    """Return where the choices of a page lead that is read by choosing."""
    path = urlsplit(address).path
    return [
        f"{path}?{chosen.get('name')}={option.get('value')}"
        for chosen in page.xpath("//select[@name='index' or @name='wave']")
        for option in chosen.xpath("option[not(@selected)]")
    ]


def _missing(content: dict, read: str) -> Collection[str]:
    library = load_library()
    shown = {row["measure"] for row in content["estimates"] if row["status"] == "published"}
    missing = []
    for measure in content["measures"]:
        code = measure["code"]
        if code not in shown:
            continue
        names = {own(measure["title"], "nb")}
        if measure["kind"] != "item":
            called = kinds.called(code)
            names |= {
                own(text, "nb") for text in (called.row, called.sentence, called.button) if text
            }
        if not any(name.casefold() in read for name in names):
            missing.append(code)
    texts = library.strategy.statements
    return missing + [
        row["statement"]
        for row in content["statements"]
        if texts[row["statement"]].text.casefold() not in read
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "series"),
    [
        (Role.HR, staff_series),
        (Role.ANALYST, staff_series),
        (Role.COMMUNICATIONS, public_series),
        (Role.ANALYST, public_series),
    ],
)
async def test_every_measure_and_statement_is_three_clicks_away(web, sign_in, shelf, role, series):
    await sign_in(role)
    read = await _within(web, CLICKS)
    for content in series()[-2:]:
        assert not _missing(content, read), content["wave"]["key"]
