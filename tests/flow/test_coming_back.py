"""What is killed comes back by itself, and no answer that was thanked for is lost or doubled."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psutil
import pytest

from survey_app.installation.services import find_services
from tests.killed_installation import (
    PATIENCE,
    ROLES,
    Installation,
    Told,
    answer,
    in_the_urn,
    standing,
    well,
)
from tests.places import lent_place

SENDERS = 4
MOST_SECONDS = 30.0
BETWEEN = 3  # answers thanked for, between two kills


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with lent_place(tmp_path / "var"):
        yield tmp_path


def _victims(rng: Random, number: int) -> list[str]:
    """Each role once, then whatever comes, and in between several at once."""
    roles = list(ROLES)
    if number < len(roles):
        return [roles[number]]
    if number % 4 == 2:
        return rng.sample(roles, rng.randint(2, len(roles)))
    return [rng.choice(roles)]


def _kill(running: Installation, roles: list[str]) -> frozenset[psutil.Process]:
    found = [process for role in roles if (process := running.find(role)) is not None]
    for process in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    return frozenset(found)


async def _kill_and_wait(
    running: Installation, told: Told, rng: Random, kills: int
) -> list[tuple[float, list[str]]]:
    """Return the seconds until all was well again, and what had been killed."""
    took = []
    for number in range(kills):
        enough = told.thanked.total() + BETWEEN
        deadline = time.monotonic() + PATIENCE
        while told.thanked.total() < enough:
            assert time.monotonic() < deadline, running.log.read_text()
            await asyncio.sleep(0.05)
        roles = _victims(rng, number)
        begun = time.monotonic()
        await well(running, _kill(running, roles))
        took.append((time.monotonic() - begun, roles))
    return sorted(took)


async def _live_through(folder: Path, kills: int, seed: int) -> float:
    rng, told = Random(seed), Told()
    async with standing(folder, people=kills * 40 + 200) as running:
        links = iter(running.links)
        senders = [
            asyncio.create_task(answer(running, links, told, Random(seed + 1 + one)))
            for one in range(SENDERS)
        ]
        took = await _kill_and_wait(running, told, rng, kills)
        for sender in senders:
            sender.cancel()
        for done in await asyncio.gather(*senders, return_exceptions=True):
            assert isinstance(done, asyncio.CancelledError), done
    found = await in_the_urn(running)
    find_services(running.settings).stop()
    thanked = told.thanked.total()
    print(
        f"{kills} kills, seed {seed}: {thanked} answers thanked for ({told.by_form} by form,"
        f" {told.by_credential} by credential, {told.again} after something went wrong),"
        f" {len(set(told.thanked) - set(found))} lost,"
        f" {sum(count > 1 for count in found.values())} doubled;"
        f" back after {took[len(took) // 2][0]:.1f} s in the middle,"
        f" {took[-1][0]:.1f} s at most ({', '.join(took[-1][1])})"
    )
    assert min(told.by_form, told.by_credential) > 0
    assert set(told.thanked.values()) == {1}
    assert set(told.thanked) | told.used <= set(found)
    assert set(found.values()) == {1}
    return took[-1][0]


async def test_what_is_killed_comes_back_and_no_answer_is_lost_or_doubled(folder):
    await _live_through(folder, kills=len(ROLES) + 1, seed=1)


@pytest.mark.slow
async def test_two_hundred_kills_lose_and_double_no_answer(folder):
    assert await _live_through(folder, kills=200, seed=2) < MOST_SECONDS
