"""The burst: rates on one web host and on two, then two machines without power, then the count."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from questionnaires.loader import load_library
from survey_app.asking.clock_watch import accept_clock
from survey_app.asking.invitations.key_list import moduli
from survey_app.asking.invitations.tokens import token_for
from survey_app.counting.responses.store import responses_of
from survey_app.shared.clock import today
from survey_app.shared.database import Login, connection, fetch
from survey_app.waves.stored import opened_wave
from tests.builders_answering import a_draft, an_agency
from tests.faults.hosts.cluster import PATIENCE, SECRET, Cluster
from tests.faults.hosts.crowd import FORM, Crowd, Invited, spelling, spelt
from tests.faults.hosts.readers import failed, know_names, make_account
from tests.faults.hosts.services import ANSWERS

PUBLIC, STAFF = "omdomme-hosts", "verdipuls-hosts"
AT_ONCE = 32
STAFF_PEOPLE = 300
"""Of each of two units: whose invitations the workers mail while the public answers."""
NEAR = 2.0
"""Seconds before a worker's end in which a mail may have been taken and not noted."""
PASSES = 2
"""How often the rate of one host and of two is taken, in turn."""
type Say = Callable[[str], None]


@dataclass
class Shown:
    """What a run showed."""

    broken: list[str] = field(default_factory=list)
    rates: dict[int, list[float]] = field(default_factory=lambda: {1: [], 2: []})

    def need(self, holds: bool, sentence: str) -> None:
        if not holds:
            self.broken.append(sentence)


async def live(cluster: Cluster, answers: int, say: Say) -> Shown:
    """Live through a burst; returns what did not hold."""
    shown = Shown()
    office = await cluster.open_post_office()
    await asyncio.to_thread(cluster.start)
    know_names(cluster)
    for one in cluster.webs:
        await cluster.until_well(one)
    await accept_clock()
    each = answers // 10
    before = each * 2 * PASSES + each // 2
    crowd, invited = await open_waves(cluster, before + answers)
    waiting = iter(invited)
    await _rates(cluster, crowd, waiting, each, shown, say)
    ended = await _burst(cluster, crowd, list(waiting), say)
    await _mailed(cluster, ended, shown, say)
    await _counted(cluster, crowd, invited, shown, say)
    await _read_while_it_lags(cluster, shown, say)
    await _read_from_the_copy(cluster, shown, say)
    office.close()
    return shown


async def open_waves(cluster: Cluster, people: int) -> tuple[Crowd, list[Invited]]:
    """Open a wave of the public and one of staff, as an operator does on the worker's host."""
    await an_agency(STAFF_PEOPLE)
    closes = today() + timedelta(days=20)
    await a_draft(
        PUBLIC, form=FORM, population="public", kind="half_year", invite="sample", closes_on=closes
    )
    await a_draft(STAFF, closes_on=closes)
    await fetch(Login.WORKER, "UPDATE asking.wave SET opens_on = $1", today())
    sample = cluster.folder / "sample.csv"
    sample.write_text(_sample(people))
    await asyncio.to_thread(cluster.run, "wave", "open", PUBLIC, "--sample", str(sample))
    [wave] = await fetch(
        Login.WORKER, "SELECT id, key_list FROM asking.wave WHERE key = $1", PUBLIC
    )
    rows = await fetch(
        Login.WORKER,
        "SELECT pid, generation FROM asking.invitation WHERE wave = $1 ORDER BY pid",
        wave["id"],
    )
    secret = SECRET.encode()
    invited = [
        # answers of the public carry no domain, so that all have one key
        Invited(token_for(secret, wave["id"], row["pid"], row["generation"]), "", at)
        for at, row in enumerate(rows)
    ]
    crowd = Crowd(
        cluster.proxy_host.address,
        ANSWERS,
        str(cluster.proxy.authority),
        PUBLIC,
        moduli(json.loads(wave["key_list"])),
    )
    return crowd, invited


def _sample(people: int) -> str:
    questionnaire = load_library().questionnaire(FORM, first_wave=True)
    codes = [
        # not "prefer not to say": of whom was drawn it is known
        cycle(one.code for one in questionnaire.option_set(item).options if one.code.isdigit())
        for item in map(questionnaire.item, load_library().background.sampled_items)
    ]
    lines = [",".join(next(one) for one in codes) for _ in range(people)]
    return "\n".join(["county,age,gender", *lines, ""])


async def _rates(
    cluster: Cluster, crowd: Crowd, waiting, number: int, shown: Shown, say: Say
) -> None:
    """Take the rate of one web host, and of two, in turn."""
    # what a process does once, at its first answers, belongs to no rate
    await crowd.answer([next(waiting) for _ in range(number // 2)], at_once=AT_ONCE)
    for _ in range(PASSES):
        for hosts in (1, 2):
            cluster.proxy.lead_to(cluster.webs[:hosts])
            some = [next(waiting) for _ in range(number)]
            before = cluster.used()
            seconds = await crowd.answer(some, at_once=AT_ONCE)
            used = {name: value - before[name] for name, value in cluster.used().items()}
            shown.rates[hosts].append(number / seconds)
            each = ", ".join(
                f"{name} {value / seconds:.2f}"
                for name, value in used.items()
                if value > 0.05 * seconds
            )
            say(
                f"{hosts} web host{'s' * (hosts > 1)}: {number / seconds:.0f} answers/s;"
                f" processors busy: {each}; load {os.getloadavg()[0]:.1f}"
            )
    one, two = (sum(shown.rates[hosts]) for hosts in (1, 2))
    say(f"two web hosts over one: {two / one:.2f}")


async def _burst(
    cluster: Cluster, crowd: Crowd, invited: Sequence[Invited], say: Say
) -> tuple[float, float]:
    """Let a web host and a worker's host lose their power halfway."""
    await asyncio.to_thread(cluster.run, "wave", "open", STAFF)
    crowd.by_second.clear()
    before, begun = len(crowd.told.thanked), time.monotonic()
    failures = crowd.told.failures
    answering = asyncio.create_task(crowd.answer(invited, at_once=AT_ONCE))
    await crowd.thanked(before + len(invited) // 2)
    dead = (cluster.webs[1], cluster.workers[0])
    ended = time.monotonic()
    for one in dead:
        await asyncio.to_thread(one.lose_power)
    seconds = await answering
    say(
        f"burst of {len(invited)}: {seconds:.0f} s; {dead[0].name} and {dead[1].name} without power"
        f" after {ended - begun:.0f} s; {crowd.told.failures - failures} requests without a good"
        f" reply, each sent again; at most {crowd.longest_silence()} s in which nobody was thanked"
    )
    for one in dead:
        await asyncio.to_thread(one.have_power)
    cluster.start_web(dead[0])
    cluster.start_worker(dead[1])
    for one in cluster.webs:
        await cluster.until_well(one)
    return ended - NEAR, ended


async def _mailed(cluster: Cluster, ended: tuple[float, float], shown: Shown, say: Say) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        due = await fetch(
            Login.WORKER, "SELECT count(*) AS n FROM asking.outbox WHERE state = 'due'"
        )
        if not due[0]["n"]:
            break
        await asyncio.sleep(1)
    rows = await fetch(
        Login.WORKER,
        "SELECT p.email, o.state FROM asking.outbox o JOIN asking.invitation i"
        " ON i.id = o.invitation JOIN asking.person p ON p.id = i.person",
    )
    twice = 0
    for row in rows:
        copies = cluster.post.taken.get(row["email"], [])
        shown.need(row["state"] == "sent", f"the mail to {row['email']} is {row['state']}")
        shown.need(bool(copies), f"the mail to {row['email']} was never taken")
        shown.need(len({one for _, one in copies}) <= 1, f"copies to {row['email']} differ in id")
        for at, _ in copies[:-1]:
            twice += 1
            shown.need(ended[0] <= at <= ended[1], f"{row['email']} got a copy for no reason")
    times = sorted(at for copies in cluster.post.taken.values() for at, _ in copies)
    say(
        f"{len(rows)} invitations of staff mailed by two workers in {times[-1] - times[0]:.0f} s;"
        f" {twice} twice, by one that died"
    )


async def _counted(
    cluster: Cluster, crowd: Crowd, invited: Sequence[Invited], shown: Shown, say: Say
) -> None:
    """Let the worker publish the wave; hold what was counted against what was told."""
    await fetch(
        Login.WORKER, "UPDATE asking.wave SET closes_on = $2 WHERE key = $1", PUBLIC,
        today() - timedelta(days=1),
    )  # fmt: skip
    await cluster.database.on_copy("SELECT pg_wal_replay_pause()")
    begun = time.monotonic()
    await _weigh(cluster, _WHILE_OPEN, say)
    await until_state("published", PATIENCE + len(invited) / 100, cluster)
    say(f"closed, counted and published in {time.monotonic() - begun:.0f} s")
    await _weigh(cluster, _COUNTED, say)
    found = await found_answers()
    told = crowd.told
    lost = [one for one in told.thanked | told.told_used if found[one] == 0]
    twice = [one for one, times in found.items() if times > 1]
    strange = set(found) - told.thanked - told.told_used - told.unknown
    shown.need(not lost, f"{len(lost)} answers were thanked for and are not counted: {lost[:5]}")
    shown.need(not twice, f"{len(twice)} answers are counted twice: {twice[:5]}")
    shown.need(not strange, f"{len(strange)} answers were counted and never sent, or refused")
    everybody = told.thanked | told.told_used | told.unknown | told.refused
    shown.need(len(everybody) == len(invited), f"of {len(invited)} only {len(everybody)} were told")
    shown.need(not told.refused, f"{len(told.refused)} were refused at their first try")
    say(
        f"thanked {len(told.thanked)}, told at a second try that it was taken"
        f" {len(told.told_used)}, counted {found.total()}, lost {len(lost)}, twice {len(twice)}"
    )


_WHILE_OPEN = ("counting.urn", "counting.spent", "asking.invitation", "asking.credential")
_COUNTED = ("counting.response",)


async def _weigh(cluster: Cluster, tables: Sequence[str], say: Say) -> None:
    """Say how much of the disk a row takes, with its indexes and what is kept beside it."""
    each = []
    for table in tables:
        size = await cluster.database.on_first(
            # a table without parts is no tree
            "SELECT coalesce(sum(pg_total_relation_size(relid)),"
            f" pg_total_relation_size('{table}')) / greatest(1, (SELECT count(*) FROM {table}))"
            f" FROM pg_partition_tree('{table}')"
        )
        each.append(f"{table} {int(str(size).partition('.')[0])}")
    say(f"bytes a row: {', '.join(each)}")


async def until_state(state: str, patience: float, cluster: Cluster) -> None:
    deadline, row = time.monotonic() + patience, {}
    while time.monotonic() < deadline:
        [row] = await fetch(
            Login.WORKER,
            "SELECT w.state, k.problem FROM asking.wave w LEFT JOIN asking.wave_work k"
            " ON k.wave = w.id WHERE w.key = $1",
            PUBLIC,
        )
        if row["state"] == state:
            return
        if row["problem"]:
            break
        await asyncio.sleep(0.5)
    raise AssertionError(f"the wave is not {state}: {row}\n{cluster.last_words()}")


async def found_answers() -> Counter[int]:
    """Count the stored answers by the number that they spell."""
    [wave] = await fetch(Login.WORKER, "SELECT id FROM asking.wave WHERE key = $1", PUBLIC)
    async with connection(Login.WORKER) as link, link.transaction():
        columns = (await opened_wave(link, wave["id"])).questionnaire.columns
        rows = await responses_of(link, wave["id"], columns=len(columns))
    places = [columns.index(item) for item in spelling()]
    numbers = {spelt(number): number for number in range(2 * len(rows) + 1000)}
    return Counter(numbers.get(tuple(str(codes[at]) for at in places), -1) for _, codes in rows)


async def _read_while_it_lags(cluster: Cluster, shown: Shown, say: Say) -> None:
    """Pages work while the copy does not know of a publication that is out."""
    told = []
    for role in ("hr", "communications", "analyst"):
        await asyncio.to_thread(make_account, cluster, role)
        number, wrong = await failed(cluster, role)
        shown.broken += wrong
        told.append(f"{role} {number}")
    say(f"pages read while the copy stood still: {', '.join(told)}")
    copies = "SELECT count(*) FROM publications.publication"
    shown.need(not await cluster.database.on_copy(copies), "the copy did not stand still")


async def _read_from_the_copy(cluster: Cluster, shown: Shown, say: Say) -> None:
    """Readers see what the copy has got, and are connected to nothing else."""
    await cluster.database.on_copy("SELECT pg_wal_replay_resume()")
    await asyncio.sleep(1)
    number, wrong = await failed(cluster, "communications")
    shown.broken += wrong
    ask = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader'"
    queries, others = await cluster.database.on_copy(ask), await cluster.database.on_first(ask)
    shown.need(bool(queries), "no reader is connected to the copy")
    shown.need(not others, "a reader is connected to the server that is written to")
    say(
        f"pages read when the copy had got it: communications {number};"
        f" readers' connections to the copy {queries}, to the first {others}"
    )


def keep_logs(cluster: Cluster, where: Path) -> None:
    """Copy each host's log out of the folder that goes."""
    for log in cluster.folder.glob("*.log"):
        (where / log.name).write_bytes(log.read_bytes())
