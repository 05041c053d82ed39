"""What an urn that is mixed while it is answered still tells, and to whom.

The attacker of `test_linkage_battery`, in the middle of a wave, with the worker's key.
"""

from __future__ import annotations

import asyncio
import threading

import pytest

from survey_app.counting.urn import mix as mixing
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.waves.mix_urns import mix_urns
from tests.attack.attacked import attacked, by_luck, one_unit
from tests.attack.copied_urn import copy_full_urn, looked_up
from tests.attack.copied_urn import rows_of_people as by_transaction
from tests.attack.held_wave import PEOPLE, close, hold
from tests.attack.host import data_dir, log_file, postgres, redis, settings, sink
from tests.attack.sealed_rows import read_by_judge
from tests.attack.ways_to_answer import GRADES

__all__ = ["attacked", "data_dir", "log_file", "one_unit", "postgres", "redis", "settings", "sink"]


async def mixed(held, settings):
    bind_worker()
    await mix_urns({})
    bind_web()
    await copy_full_urn(held, settings)


def right(held, rows):
    """Count the people who were given their own sealed row, by opening it."""
    return sum(held.truth[one] == code for one, code in read_by_judge(held, rows).items())


def by_place(held):
    """Pair people and rows as a dump does: both in the order in which they lie in their table."""
    marked = [row["person"] for row in held.invitations if row["marked"]]
    return dict(zip(marked, [row["ballot"] for row in held.urn], strict=True))


def by_log(held, postgres):
    """Pair people, watched, with rows in the order in which the write-ahead log got their bytes."""
    # a segment that is kept for later has a later name, and its own place in its first page's head
    segments = [path.read_bytes() for path in (postgres.data / "pg_wal").glob("0*")]
    log = b"".join(sorted(segments, key=lambda one: int.from_bytes(one[8:16], "little")))
    came = sorted(held.urn, key=lambda row: _first_in(log, row["ballot"]))
    return dict(zip(held.order, [row["ballot"] for row in came], strict=True))


def _first_in(log, ballot):
    """Find where a row was written first; the head of a page may cut one of its pieces in two."""
    found = [log.find(ballot[at : at + 16]) for at in range(64, 128, 16)]
    return min(place for place in found if place >= 0)


# where both ways are mixed, the rows of both are looked at
@pytest.mark.parametrize(
    "grade", ["A and B", *(pytest.param(one, marks=pytest.mark.slow) for one in ("A", "B"))]
)
async def test_mixed_rows_tell_no_order_but_the_write_ahead_log_does(attacked, grade):
    held = await hold(attacked.web, attacked.settings, 0, GRADES[grade])
    before = {row["ballot"] for row in held.urn}
    found = {"transactions": right(held, by_transaction(held))}
    assert found["transactions"] == PEOPLE
    await mixed(held, attacked.settings)
    assert {row["ballot"] for row in held.urn} == before
    assert len({row["xmin"] for row in held.urn}) == 1
    after = {
        "transactions": right(held, by_transaction(held)),
        "places, as in a dump": right(held, by_place(held)),
        "write-ahead log": right(held, by_log(held, attacked.postgres)),
    }
    print(f"\ngrade {grade}, of {PEOPLE}: {found} before mixing, {after} after")
    assert after["transactions"] <= by_luck(1)
    assert after["places, as in a dump"] <= by_luck(1)
    # what is not promised is shown to be so: why the form says no more with the worker's key
    assert after["write-ahead log"] == PEOPLE
    await close(held, attacked.settings)
    [counted] = await looked_up("SELECT count(*) FROM counting.response")
    assert counted["count"] == PEOPLE


async def test_mixing_joins_no_receipt_and_ballot_and_is_not_done_twice_over(attacked):
    held = await hold(attacked.web, attacked.settings, 0, GRADES["A"])
    # until then both stand in one transaction
    joined = {row["xmin"] for row in held.urn} & {
        row["xmin"] for row in held.others["counting.spent"]
    }
    assert len(joined) == PEOPLE
    await mixed(held, attacked.settings)
    once = [(row["xmin"], row["ballot"]) for row in held.urn]
    receipts = [row["receipt"] for row in held.others["counting.spent"]]
    assert len(set(receipts)) == PEOPLE
    await mixed(held, attacked.settings)
    assert [(row["xmin"], row["ballot"]) for row in held.urn] == once


async def test_a_mixing_that_is_killed_has_not_happened(attacked, monkeypatch):
    held = await hold(attacked.web, attacked.settings, 0, GRADES["A and B"])
    before = [(row["xmin"], row["ballot"]) for row in held.urn]
    receipts_first = mixing.partitions.partition

    def killed_before_ballots(wave):
        raise asyncio.CancelledError

    monkeypatch.setattr(mixing.partitions, "partition", killed_before_ballots)
    with pytest.raises(asyncio.CancelledError):
        await mixed(held, attacked.settings)
    monkeypatch.setattr(mixing.partitions, "partition", receipts_first)
    await copy_full_urn(held, attacked.settings)
    assert [(row["xmin"], row["ballot"]) for row in held.urn] == before


async def test_whoever_answers_while_the_urn_is_mixed_is_counted(attacked):
    stop, mixings = threading.Event(), []

    async def mix_all_the_time():
        while not stop.is_set():
            await mix_urns({})
            mixings.append(1)

    # in a thread of its own: the client's calls hold up this one
    mixer = threading.Thread(target=lambda: asyncio.run(mix_all_the_time()))
    mixer.start()
    held = await hold(attacked.web, attacked.settings, 0, GRADES["A and B"])
    stop.set()
    await asyncio.to_thread(mixer.join)
    assert len(mixings) > 2
    rows = dict(enumerate(row["ballot"] for row in held.urn))
    assert sorted(read_by_judge(held, rows).values()) == sorted(held.truth.values())
