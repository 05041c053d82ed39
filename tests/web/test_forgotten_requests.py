"""Nothing of a request lies in the memory of the process once it is answered."""

import functools
import gc
import sys

import pytest

from survey_app.app import create_ballot_app
from tests.in_process import in_process

MARK = "zq7kept9mark"  # no part of a word, and in no encoding another
CACHES = type(functools.lru_cache(str))
METHODS = (classmethod, staticmethod)
CONTAINERS = (dict, frozenset, list, set, tuple)
DEEP = 5


def held_in(cache):
    """Give the texts that a cache holds, by name and as what was made of it."""
    level = gc.get_referents(cache)
    for _ in range(DEEP):
        yield from (one for one in level if isinstance(one, (str, bytes)))
        level = gc.get_referents(*(one for one in level if isinstance(one, CONTAINERS)))


def caches():
    """Give the caches of this process: those that live, and by name those that are long-lived."""
    found = gc.get_objects()
    for module in list(sys.modules.values()):
        named = list(vars(module).values())
        found += named
        for one in named:
            if isinstance(one, type):
                parts = vars(one).values()
                found += [part.__func__ if isinstance(part, METHODS) else part for part in parts]
    return {id(one): one for one in found if isinstance(one, CACHES)}.values()


def remembered():
    """Name the caches that hold the mark; what the test's own client asked for is not meant."""
    return [
        one.__qualname__
        for one in caches()
        if one.__module__ != "urllib.parse"
        and any(MARK in (text if isinstance(text, str) else text.decode("latin-1"))
                for text in held_in(one))
    ]  # fmt: skip


def test_a_cache_that_holds_something_is_found():
    @functools.lru_cache(8)
    def keep(text):
        return {"deep": [text]}

    assert remembered() == []
    keep(f"something with {MARK}".encode())
    keep("something else")
    gc.collect()  # what holds nothing but texts is no longer watched by it
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
    async with in_process(create_ballot_app(settings, own_services=False)) as client:
        await client.post(f"/ballot?lang={MARK}", data={"ballot": MARK})
        await client.get(f"/keys/{MARK}.json")
    assert remembered() == []
