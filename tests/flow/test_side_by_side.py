"""A database is brought to another version while people answer, and nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from survey_app.asking.invitations.tokens import token_for
from survey_app.settings import Settings
from survey_app.shared.database import Login, connect, fetch
from tests.builders_answering import OpenedWave
from tests.databases import dropped as drop
from tests.databases import urls
from tests.installed_before import created
from tests.killed_installation import Link, Told, by_credential, by_form, spelt_in
from tests.side_by_side import CHECKOUT, TABLE, Site, Version, earlier, next_version

# before the log was a chain, cards, a directory, sign-on and texts of events in any language
EARLIER = "bf6befdb"
SECRET = "for tests only, and long enough there"
# run by the version itself: waves are opened as it opens them
OPEN = """
import asyncio, sys
from datetime import date
from survey_app.installation.services import services
from survey_app.settings import settings
from tests.builders_answering import an_open_wave
key, people = sys.argv[1:]
with services(settings()):
    asyncio.run(an_open_wave(settings(), key, people=int(people), closes_on=date(2099, 12, 31)))
"""


@dataclass
class Place:
    """One database, and what each version needs to know of it."""

    settings: Settings
    database: dict[Login, str]
    environment: dict[str, str]
    folder: Path

    def version(self, name: str, code: Path) -> Version:
        return Version(code, self.environment, self.folder / f"{name}.log")

    async def links(self, wave: str) -> tuple[OpenedWave, list[Link]]:
        [row] = await fetch(Login.MIGRATOR, "SELECT id FROM asking.wave WHERE key = $1", wave)
        rows = await fetch(
            Login.MIGRATOR,
            "SELECT pid, generation, domain FROM asking.invitation WHERE wave = $1 ORDER BY pid",
            row["id"],
        )
        secret = self.settings.secret()
        tokens = [token_for(secret, row["id"], one["pid"], one["generation"]) for one in rows]
        links = [Link(tokens[at], one["domain"], at) for at, one in enumerate(rows)]
        return OpenedWave(row["id"], wave, tokens), links


@pytest.fixture
async def place(postgres, redis, tmp_path) -> AsyncIterator[Place]:
    name = await created(postgres, "template0")
    addresses = urls(postgres, name)
    connect(addresses)
    chosen = Settings(data_dir=tmp_path / "var", secret_key=SECRET)
    environment = {
        "BAROMETER_DATA_DIR": str(chosen.data_dir),
        "BAROMETER_SECRET_KEY": SECRET,
        "BAROMETER_REDIS_URL": redis.url,
        "BAROMETER_DATABASE_URL": addresses[Login.MIGRATOR],
        **{f"BAROMETER_DATABASE_URL_{one.name}": addresses[one] for one in list(Login)[1:]},
    }
    yield Place(chosen, addresses, environment, tmp_path)
    await drop(postgres, name)


@contextlib.asynccontextmanager
async def _people(
    site: Site, wave: OpenedWave, links: list[Link], told: Told
) -> AsyncIterator[None]:
    """People who answer, in both ways, one after the other, for as long as it takes."""
    each, enough = iter(links), asyncio.Event()

    async def answer(rng: Random) -> None:
        keys: dict[str, str] = {}
        async with site.browser() as browser:
            while not enough.is_set():
                if rng.random() < 0.5:
                    await by_form(browser, next(each), told)
                else:
                    await by_credential(browser, next(each), told, wave.key, keys)
                await asyncio.sleep(0.4)

    async with asyncio.TaskGroup() as senders:
        for seed in range(2):
            senders.create_task(answer(Random(seed)))
        try:
            yield
        finally:
            enough.set()


@pytest.mark.slow
@pytest.mark.parametrize("which", ["from an earlier version", "to a later one"])
async def test_answers_flow_while_the_database_is_brought_to_another_version(
    place, tmp_path, which
):
    if which == "to a later one":
        old = place.version("old", CHECKOUT)
        new = place.version("new", next_version(tmp_path / "next"))
    else:
        old = place.version("old", earlier(EARLIER, tmp_path / "earlier"))
        new = place.version("new", CHECKOUT)
    assert not (done := old.barometer("migrate")).returncode, done.stderr
    assert not (done := old.run("-c", OPEN, "verdipuls-2026-k2", "1000")).returncode, done.stderr
    wave, links = await place.links("verdipuls-2026-k2")
    told = Told()
    with contextlib.ExitStack() as olds, contextlib.ExitStack() as news:
        site = Site([olds.enter_context(old.web())])
        olds.enter_context(old.worker(site.behind[0]))
        async with site.open(), _people(site, wave, links, told):
            await asyncio.sleep(2)
            # a wave is opened by the version before just then
            migrated, opened = await asyncio.gather(
                asyncio.to_thread(new.barometer, "migrate"),
                asyncio.to_thread(old.run, "-c", OPEN, "verdipuls-2026-k3", "20"),
            )
            assert not migrated.returncode, migrated.stderr
            assert not opened.returncode, opened.stderr
            assert "of another version at work: web, worker: what it needs is" in migrated.stdout
            assert await _is_there(TABLE) or which != "to a later one"
            during = sum(told.thanked.values())
            site.behind.append(await asyncio.to_thread(news.enter_context, new.web()))
            news.enter_context(new.running("worker"))
            await asyncio.sleep(3)
            assert sum(told.thanked.values()) > during
            await _a_whole_wave(place, site, new)
            # as a load balancer does: no more requests, then a moment for those under way
            site.behind.pop(0)
            await asyncio.sleep(1)
            await asyncio.to_thread(olds.close)
            done = await asyncio.to_thread(new.barometer, "migrate")
            assert done.stdout == "migrated\n", done.stdout + done.stderr
            assert not await _is_there(TABLE) or which != "to a later one"
            await asyncio.sleep(2)
    refused = old.barometer("web")
    assert refused.returncode == 2
    assert "the database is newer than this programme" in refused.stderr
    assert max(site.statuses) < 400, Counter(site.statuses)
    assert not told.again
    assert set(told.thanked.values()) == {1}
    assert min(told.by_form, told.by_credential) >= 10
    assert await spelt_in(place.settings, wave, links) == told.thanked
    print(
        f"{which}: {told.by_form} by form and {told.by_credential} by credential while migrated:"
        f" {Counter(site.statuses)}"
    )


async def _is_there(table: str) -> bool:
    [row] = await fetch(Login.MIGRATOR, "SELECT to_regclass($1) IS NOT NULL AS there", table)
    return bool(row["there"])


async def _a_whole_wave(place: Place, site: Site, by: Version) -> None:
    """The one that was opened meanwhile is answered through both, and closed by the newer."""
    wave, links = await place.links("verdipuls-2026-k3")
    told = Told()
    async with site.browser() as browser:
        for link in links[:30]:
            await by_form(browser, link, told)
    done = await asyncio.to_thread(by.barometer, "wave", "close", wave.key)
    assert not done.returncode, done.stderr
    [row] = await fetch(
        Login.MIGRATOR, "SELECT count(*) FROM counting.response WHERE wave = $1", wave.id
    )
    assert row["count"] == len(told.thanked) == 30
