"""Pages are the same whatever stands in hidden cells: no height, order or word follows it.

`test_hidden_everywhere` looks for a figure where it is written. Here the same shelf is walked
twice, with other figures in what may not be shown, and each reply has to be the same to the last
sign: so where a line is drawn, how long an axis is and which row stands first tell nothing either.
"""

import html
import re
from collections.abc import Iterator

import pytest

from survey_app.accounts.roles import Role
from survey_app.shared.database import Login, fetch
from tests.builders_publication import public_series, put_on_shelf, staff_series
from tests.crawl import Crawl
from tests.exported import POISON, poisoned, smuggled
from tests.stocked_shelf import emptied, stocked_database
from tests.web.test_hidden_everywhere import STARTS, told

FIGURES = (POISON, 31.4)
OPEN = ("/results", "/results/feed.xml", "/sitemap.xml")
# a hash of all that lies on the shelf, and when somebody signed in
OF_THEIR_OWN = ("/heads.json", "/account")
_LINK = re.compile(r'\b(?:href|hx-get|src)="(/[^"#]*)')
# what is drawn by chance, and which publications the picture beside a shared link is of
_OF_ITS_OWN = re.compile(r'name="(csrf|form)" value="[^"]*"|share\.png\?lang=\w+&v=\w+')


@pytest.fixture(scope="module", params=FIGURES)
def stocked(postgres, request) -> Iterator[dict[Login, str]]:
    """Two waves of staff and two of the public, with these figures where none may be shown."""

    async def stock() -> None:
        whole = (*staff_series()[2:4], *public_series()[-2:])
        figure = request.param
        await put_on_shelf(*(poisoned(smuggled(one, figure), figure) for one in whole))

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    return await emptied(stocked, "accounts.account", "accounts.api_token")


@pytest.fixture(scope="module")
def walked() -> list[dict[str, str]]:
    """What each walk was answered, by address."""
    return []


async def names_of_publications() -> dict[str, str]:
    """Return what to write for ids and hashes, which follow all that lies on the shelf."""
    rows = await fetch(
        Login.READER,
        "SELECT id::text, content_hash FROM publications.publication ORDER BY population, sequence",
    )
    return {
        own: f"{name} {at}"
        for at, row in enumerate(rows)
        for name, own in (("id", row["id"]), ("hash", row["content_hash"]))
    }


async def walk(web, *starts: str) -> dict[str, str]:
    crawl, waiting, found = Crawl(web, apart=("unit",)), list(starts), {}
    names = await names_of_publications()
    while waiting:
        address = waiting.pop()
        if address.startswith(OF_THEIR_OWN) or crawl.seen(address):
            continue
        reply = await web.get(address, follow_redirects=False)
        kind = reply.headers.get("content-type", "")
        # a font within a PDF has the time at which it was made; tables are told as CSV, too
        text = (
            "" if kind.startswith(("application/pdf", "application/vnd")) else told(reply.content)
        )
        for own, name in names.items():
            text, address = text.replace(own, name), address.replace(own, name)
        found[address] = f"{reply.status_code} {kind}\n{_OF_ITS_OWN.sub('', text)}"
        if "text/html" in kind:
            waiting += [html.unescape(one) for one in _LINK.findall(reply.text)]
    return found


def parting(one: str, other: str) -> str:
    """Return what stands where two replies part."""
    at = next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), 0
    )
    return f"{one[max(0, at - 80) : at + 80]} | {other[at : at + 80]}"


@pytest.mark.slow
async def test_what_may_not_be_shown_moves_nothing_on_any_page(web, sign_in, walked):
    await sign_in(Role.HR)
    walked.append(await walk(web, *STARTS, *OPEN))
    first, last = walked[0], walked[-1]
    print(f"\n{len(last)} addresses")
    assert first.keys() == last.keys()
    moved = {one: parting(first[one], last[one]) for one in first if first[one] != last[one]}
    assert moved == {}
