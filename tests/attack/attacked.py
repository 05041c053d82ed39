"""What a test that attacks needs of the host, as fixtures; beside those of `tests.attack.host`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from scipy.stats import poisson

from survey_app.installation.tables import bind_web, bind_worker
from tests.attack.copied_urn import HeldWave
from tests.attack.held_wave import PEOPLE
from tests.attack.linkers import score
from tests.attack.spoils import Spoils, evidence, take
from tests.attack.ways_to_answer import UNIT
from tests.builders_answering import an_agency

# Chosen by what they are to find, where each linker cries wolf once in a million runs: a leak that
# gives every second person away is missed in one of 140,000 runs of three waves, one that gives
# every fourth away (one of four ways to answer) in one of 46 runs of five.
SHORT, OF_FOUR_WAYS, LONG = 3, 5, 200
FOUND = 0.95


@pytest.fixture
async def one_unit(database):
    """An agency of one unit; the process is bound as ``web`` afterwards."""
    bind_worker()
    await an_agency(PEOPLE, {UNIT: ("Fengsel Nord 1", "nord")})
    bind_web()


@pytest.fixture
def attacked(web, settings, one_unit, log_file, postgres, database):
    """The client, settings, server and database of the host."""
    name = re.search(r"@/(\w+)", next(iter(database.values())))[1]
    return SimpleNamespace(web=web, settings=settings, postgres=postgres, database=name)


async def spoils_of(attacked: Any, waves: Sequence[HeldWave]) -> Spoils:
    """Take everything that is left on the host."""
    return await take(attacked.postgres, attacked.settings, attacked.database, waves)


async def all_links(attacked: Any, waves: Sequence[HeldWave]) -> dict[str, int]:
    """Take everything that is left of closed waves, and count the right links of each linker."""
    spoils = await spoils_of(attacked, waves)
    return score([evidence(one, spoils) for one in waves], [one.truth for one in waves])


def told(title: str, found: Mapping[str, int], links: int, limit: float) -> str:
    """Write down what each linker found."""
    lines = [f"{title}: right links of {links}, luck gives up to {limit:.0f}"]
    lines += [f"{number:6d}  {name}" for name, number in found.items()]
    return "\n".join(lines)


def by_luck(waves: int) -> float:
    """Return the right links that luck gives one linker in so many waves, at most.

    So many linkers run in every `make test` that 99.99 % each would cry wolf: there a millionth.
    """
    return float(poisson.ppf(0.9999 if waves >= LONG else 1 - 1e-6, waves))


def assert_found(found: Mapping[str, int], linker: str, waves: Sequence[HeldWave]) -> None:
    """Demand that a linker finds nearly everybody."""
    people = PEOPLE * len(waves)
    print(f"\n{linker}: {found[linker]} of {people} links found")
    assert found[linker] >= FOUND * people, told(linker, found, people, FOUND * people)
