"""Nothing of a request lies in the memory of the process once it is answered."""

import functools
import gc

import pytest
from litestar.testing import AsyncTestClient

from survey_app.app import create_ballot_app

MARK = "zq7kept9mark"  # no part of a word, and in no encoding another
CACHES = type(functools.lru_cache(str))
DEEP = 6


def held_in(cache):
    """Give what a cache holds, and what that holds."""
    seen, level = set(), [cache]
    for _ in range(DEEP):
        found = [one for one in gc.get_referents(*level) if id(one) not in seen]
        seen.update(map(id, found))
        yield from (one for one in found if isinstance(one, (str, bytes)))
        level = [one for one in found if gc.is_tracked(one) and not isinstance(one, (type, CACHES))
                 and not hasattr(one, "__globals__") and not hasattr(one, "__path__")]  # fmt: skip
        if not level:
            return


def remembered():
    """Name the caches of this process that hold the mark."""
    return [
        getattr(one, "__qualname__", repr(one))
        for one in gc.get_objects()
        if isinstance(one, CACHES)
        and one.__module__ != "urllib.parse"  # what the test's own client asked for
        and one.cache_info().currsize
        and any(MARK in (text if isinstance(text, str) else text.decode("latin-1"))
                for text in held_in(one))
    ]  # fmt: skip


def test_a_cache_that_holds_something_is_found():
    @functools.lru_cache(8)
    def keep(text):
        return {"deep": [text]}

    keep(f"something with {MARK}".encode())
    keep("something else")
    assert len(remembered()) == 1


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/sign-in", {"email": f"{MARK}@example.org", "password": MARK}),
        ("/sign-in/password", {"email": f"{MARK}@example.org"}),
        ("/verify", {"receipt": MARK}),
        ("/kode", {"code": MARK}),
        (f"/answer/{MARK}", {"q1": MARK}),
        (f"/open/{MARK}", {"q1": MARK}),
        (f"/no-such-page/{MARK}", {"comment": MARK}),
    ],
)
async def test_no_form_address_or_cookie_is_remembered_once_it_is_answered(web, path, form):
    told = {"Cookie": f"session={MARK}"}
    await web.post(f"{path}?next=/{MARK}", data=form, headers=told, follow_redirects=False)
    await web.get(f"{path}?lang={MARK}", headers=told, follow_redirects=False)
    assert remembered() == []


async def test_nor_where_ballots_alone_are_taken(database, redis, settings):
    async with AsyncTestClient(create_ballot_app(settings, own_services=False)) as client:
        await client.post(f"/ballot?lang={MARK}", data={"ballot": MARK})
        await client.get(f"/keys/{MARK}.json")
    assert remembered() == []
