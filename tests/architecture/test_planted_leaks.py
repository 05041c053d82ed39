"""Leaks that are planted and must be found: an attack that is blunt proves nothing.

The attacker of `test_linkage_battery`, where the system forgets one thing at a time. One wave is
enough where a leak gives everybody away: luck links 19 of its 20 people once in 20! times. Two are
held where one wave is to be told from the other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.counting.urn import keys
from survey_app.publishing.closing import count_urn
from tests.attack.attacked import (
    all_links,
    assert_found,
    attacked,
    one_unit,
    spoils_of,
)
from tests.attack.copied_urn import looked_up
from tests.attack.held_wave import count_alone, hold
from tests.attack.host import data_dir, log_file, postgres, redis, settings, sink
from tests.attack.sealed_rows import opened
from tests.attack.spoils import evidence
from tests.attack.ways_to_answer import BY_CODE, GRADES

__all__ = ["attacked", "data_dir", "log_file", "one_unit", "postgres", "redis", "settings", "sink"]

SEVERAL = 2
BOTH = "A and B"
CARDS_THAT_COUNT = """
CREATE SEQUENCE asking.card_used

GRANT USAGE ON SEQUENCE asking.card_used TO PUBLIC

ALTER TABLE asking.card ADD used bigint

CREATE FUNCTION asking.count_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.used := nextval('asking.card_used'); RETURN NEW; END $$

CREATE TRIGGER count_card BEFORE UPDATE OF marked ON asking.card
FOR EACH ROW WHEN (NEW.marked) EXECUTE FUNCTION asking.count_card()
"""


async def planted_waves(attacked, grade: str = "B", *, number: int = 1):
    waves = []
    for at in range(number):
        waves.append(await hold(attacked.web, attacked.settings, at, (GRADES | BY_CODE)[grade]))
        await count_alone(waves[-1], attacked.settings)
    return waves


def leave_in_place(monkeypatch):
    """Let the counter store what it opened in the order in which it was opened."""
    monkeypatch.setattr(count_urn, "order_by_chance", np.arange)


async def test_answers_in_the_clear_in_the_transaction_of_the_mark_are_found(attacked, monkeypatch):
    from survey_app.answering import sealed_ballot
    from survey_app.counting.urn.ballot import pack_ballot
    from survey_app.counting.urn.seal import sealed_size

    def bare(ballot, *, size, **_):
        return pack_ballot(ballot, size).ljust(sealed_size(size), b"\0")

    monkeypatch.setattr(sealed_ballot, "seal_ballot", bare)
    waves = await planted_waves(attacked)
    assert_found(await all_links(attacked, waves), "sealed row read as it is", waves)


async def test_times_that_both_hosts_keep_are_found_without_shuffling(attacked, monkeypatch):
    leave_in_place(monkeypatch)
    web = LoggingClient(attacked.web, attacked.settings.data_dir / "logs")
    waves = await planted_waves(SimpleNamespace(**(vars(attacked) | {"web": web})), "A")
    found = await all_links(attacked, waves)
    assert_found(found, "times in both hosts' logs | order on disk", waves)
    assert_found(found, "links in a server's log | order on disk", waves)


class LoggingClient:
    """A client before whose hosts a proxy writes an access log each, as proxies do."""

    def __init__(self, web, folder) -> None:
        self._web = web
        self._folder = folder

    async def get(self, path, **more):
        return await self._web.get(path, **more)

    async def post(self, path, **more):
        host = "ballots" if path == "/ballot" else "pages"
        with (self._folder / f"{host}.log").open("a") as log:
            log.write(f"{datetime.now(UTC).isoformat()} POST {path}\n")
        return await self._web.post(path, **more)


# where both ways are mixed, each linker has to find the people of both
@pytest.mark.parametrize(
    "grade",
    [grade if grade == BOTH else pytest.param(grade, marks=pytest.mark.slow) for grade in GRADES],
)
async def test_the_order_of_arrival_is_found_without_shuffling(attacked, monkeypatch, grade):
    leave_in_place(monkeypatch)
    waves = await planted_waves(attacked, grade, number=SEVERAL if grade == BOTH else 1)
    found = await all_links(attacked, waves)
    for answers in ("order on disk", "key", "cmin", "dump"):
        assert_found(found, f"true order of answering | {answers}", waves)
    # each closing lets the log go that the one before wrote
    assert_found(found, "true order of answering | write-ahead log", waves[-1:])
    for people in ("transaction of the mark", "sealed row on disk", "marks in the write-ahead log"):
        assert_found(found, f"{people} | order on disk", waves)


async def test_a_time_beside_the_answer_is_found(attacked):
    await looked_up("ALTER TABLE counting.urn ADD came_at timestamptz DEFAULT clock_timestamp()")
    await looked_up("ALTER TABLE counting.response ADD created_at timestamptz")
    held = await hold(attacked.web, attacked.settings, 0)
    came = await looked_up("SELECT ballot, came_at FROM counting.urn WHERE wave = $1", held.wave.id)
    key = X25519PrivateKey.from_private_bytes(held.key)
    await count_alone(held, attacked.settings)
    for row in came:  # as a build would that carries the column over
        ballot = opened(row["ballot"], held.wave.id, [key], len(held.form.columns))
        await looked_up(
            "UPDATE counting.response SET created_at = $3 WHERE wave = $1 AND answers = $2",
            held.wave.id,
            list(ballot.answers),
            row["came_at"],
        )
    found = await all_links(attacked, [held])
    assert_found(found, "true order of answering | column created_at", [held])


async def test_a_number_that_a_card_gets_when_it_is_used_is_found(attacked, monkeypatch):
    """Nobody watched who came when: the table of cards tells it, where it keeps a number."""
    leave_in_place(monkeypatch)
    for planted in CARDS_THAT_COUNT.split("\n\n"):
        await looked_up(planted)
    waves = await planted_waves(attacked, "P")
    assert_found(await all_links(attacked, waves), "card used | order on disk", waves)


async def test_a_wave_key_that_was_kept_is_found(attacked, monkeypatch):
    with monkeypatch.context() as patched:
        for name in ("blank", "destroy"):
            patched.setattr(keys, name, lambda *_: False)
        waves = await planted_waves(attacked)
    assert_found(await all_links(attacked, waves), "sealed row opened with a key left", waves)
    for one in waves:
        keys.destroy(attacked.settings.key_folder, one.wave.id)


async def test_one_shuffle_for_all_waves_is_found(attacked, monkeypatch):
    def seeded(n):
        return np.random.default_rng(4).permutation(n)

    monkeypatch.setattr(count_urn, "order_by_chance", seeded)
    waves = await planted_waves(attacked, number=SEVERAL)
    found = await all_links(attacked, waves)
    # the first wave has none before it
    assert_found(found, "shuffle of the wave before", waves[1:])


async def test_statistics_of_the_planner_would_be_read(attacked):
    """The walls forbid the planner to sample answers: what it would keep is found."""
    await looked_up("ALTER TABLE counting.response ALTER COLUMN answers SET STATISTICS 1000")
    [held] = await planted_waves(attacked)
    spoils = await spoils_of(attacked, [held])
    kept = evidence(held, spoils).answers["planner's statistics"]
    assert sorted(kept) == sorted(held.truth.values())
