"""What holds after every seed, whatever failed: one promise each, with what breaks it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from survey_app.counting.responses.store import responses_of
from survey_app.counting.urn import keys
from survey_app.publishing.releasing.verify_publication import recompute
from survey_app.shared.database import Login, connection, fetch
from survey_app.waves.stored import opened_wave
from tests.builders_answering import OpenedWave
from tests.faults.kinds import Kind
from tests.faults.people import OTHER, Told
from tests.faults.standing import Standing
from tests.killed_installation import Link, spelling

WELL_SECONDS = 60.0
"""From the end of the last fault until every part says that it is well, on a busy machine."""
NEAR = 1.0  # seconds around a fault: what is noted may be on its way


@dataclass(frozen=True)
class Happened:
    """A fault, and when it was there by the harness's clock."""

    kind: Kind
    begun: float
    ended: float


@dataclass
class Lived:
    """One seed, afterwards."""

    seed: int
    it: Standing
    wave: OpenedWave
    links: Sequence[Link]
    told: Told
    happened: list[Happened] = field(default_factory=list)
    well_after: list[float] = field(default_factory=list)
    before: Mapping[UUID, str] = field(default_factory=dict)
    """Hash of each publication that stood before."""
    unnamed: list[str] = field(default_factory=list)
    """Faults that the doctor was asked about and did not name."""
    counted: Counter[int] = field(default_factory=Counter)
    outbox: Sequence[Mapping[str, Any]] = ()
    published: Sequence[Mapping[str, Any]] = ()

    async def read(self) -> None:
        """Read what there is, past the gates."""
        self.counted = await _counted(self.wave, self.links)
        self.outbox = await fetch(
            Login.WORKER,
            "SELECT p.email, o.state, o.problem FROM asking.outbox o"
            " JOIN asking.invitation i ON i.id = o.invitation JOIN asking.person p"
            " ON p.id = i.person WHERE i.wave = $1 AND o.kind = 'invitation'",
            self.wave.id,
        )
        self.published = await fetch(
            Login.WORKER,
            "SELECT id, wave, version, content, content_hash FROM publications.publication",
        )


async def _counted(wave: OpenedWave, links: Sequence[Link]) -> Counter[int]:
    by_spelling = {
        Link(link.token, link.group, number).spelt: number
        for link in links
        for number in (link.number, link.number + OTHER)
    }
    async with connection(Login.WORKER) as one, one.transaction():
        columns = (await opened_wave(one, wave.id)).questionnaire.columns
        rows = await responses_of(one, wave.id, columns=len(columns))
    places = [columns.index(item) for item in spelling()]
    found = (tuple(str(codes[at]) for at in places) for _, codes in rows)
    return Counter(by_spelling.get(row, -1) for row in found)


type Broken = Iterator[str]


def every_answer_thanked_for_is_counted_once(lived: Lived) -> Broken:
    for number in sorted(lived.told.thanked):
        if lived.counted[number] != 1:
            yield f"answer {number} was thanked for and counted {lived.counted[number]} times"


def an_answer_whose_reply_was_lost_was_taken(lived: Lived) -> Broken:
    """Who is told at the second try that the link is used, used it, here or in another window."""
    for number in sorted(lived.told.told_used):
        link = number % OTHER
        if lived.counted[link] + lived.counted[link + OTHER] != 1:
            yield f"answer {number} was told that its link was used, and nothing of it is counted"


def nothing_is_counted_that_was_not_sent(lived: Lived) -> Broken:
    told = lived.told
    sent = told.thanked | told.told_used | told.unknown
    for number in sorted(set(lived.counted) - sent):
        yield f"answer {number} was counted and " + (
            "refused" if number in told.refused else "never sent"
        )


def no_link_answers_twice(lived: Lived) -> Broken:
    for link in lived.links:
        pair = (link.number, link.number + OTHER)
        if sum(lived.counted[one] for one in pair) > 1:
            yield f"link {link.number} was counted twice"
        if lived.told.thanked.issuperset(pair):
            yield f"link {link.number} was thanked for twice"


def each_invitation_is_handed_over_once(lived: Lived) -> Broken:
    """More than once only where the server took a mail, and a fault kept us from noting it."""
    taken = lived.it.office.post.taken
    for row in lived.outbox:
        copies = taken.get(row["email"], [])
        if row["state"] == "sent" and not copies:
            yield f"{row['email']} is noted as sent, and the server never took it"
        if row["state"] not in {"sent", "failed"}:
            yield f"{row['email']} is {row['state']} at the end ({row['problem']})"
        if row["state"] == "failed" and not row["problem"].startswith("5"):
            yield f"{row['email']} failed for {row['problem']}, which no server said for good"
        allowed = copies[:-1] if row["state"] == "sent" else copies
        for at, _ in allowed:
            if not any(
                one.kind.doubles and one.begun - NEAR <= at <= one.ended + NEAR
                for one in lived.happened
            ):
                yield f"{row['email']} got a copy more, and no fault kept us from noting the first"
        if len({message for _, message in copies}) > 1:
            yield f"copies to {row['email']} have ids of their own, so that no mailbox tells them"


def a_publication_is_whole(lived: Lived) -> Broken:
    mine = [row for row in lived.published if row["wave"] == lived.wave.id]
    if len(mine) != 1:
        yield f"the wave has {len(mine)} publications"


def what_stood_stands_as_it_was(lived: Lived) -> Broken:
    now = {row["id"]: row["content_hash"] for row in lived.published}
    for publication, content_hash in lived.before.items():
        if now.get(publication) != content_hash:
            yield f"publication {publication} was {content_hash} and is {now.get(publication)}"


def nobody_suppressed_becomes_visible(lived: Lived) -> Broken:
    """A row that is hidden holds its key and a status: in content and on the shelf."""
    figures = {"n", "mean", "se", "low", "high", "deff", "n_eff"}
    for row in lived.published:
        for cell in json.loads(row["content"])["estimates"]:
            if cell["status"] != "published" and figures & {
                name for name, value in cell.items() if value is not None
            }:
                yield f"a hidden cell of {cell['level']} {cell['domain']} holds figures"


NOW: Sequence[Callable[[Lived], Broken]] = (
    every_answer_thanked_for_is_counted_once,
    an_answer_whose_reply_was_lost_was_taken,
    nothing_is_counted_that_was_not_sent,
    no_link_answers_twice,
    each_invitation_is_handed_over_once,
    a_publication_is_whole,
    what_stood_stands_as_it_was,
    nobody_suppressed_becomes_visible,
)


async def the_publication_verifies(lived: Lived) -> list[str]:
    """What would be published from the same responses without any fault is what was published."""
    found = []
    for row in lived.published:
        if row["wave"] == lived.wave.id:
            verified = await recompute(row["id"])
            if not verified.agrees:
                found.append(f"verify-publication: {verified.sentence}")
    return found


async def nothing_tells_who_answered(lived: Lived) -> list[str]:
    """The key is gone and its end recorded, the urn is gone, and no mark is left."""
    found = []
    (row,) = await fetch(
        Login.WORKER,
        "SELECT w.state, w.key_destroyed_at IS NOT NULL AS told,"
        " EXISTS (SELECT FROM asking.invitation i WHERE i.wave = w.id AND i.marked) AS marked,"
        " EXISTS (SELECT FROM counting.urn u WHERE u.wave = w.id) AS full,"
        " EXISTS (SELECT FROM asking.credential c WHERE c.wave = w.id) AS signed"
        " FROM asking.wave w WHERE w.id = $1",
        lived.wave.id,
    )
    if keys.key_file(lived.it.settings.key_folder, lived.wave.id).exists():
        found.append("the wave's key is still there")
    if not row["told"]:
        found.append("the end of the wave's key is not recorded")
    for name, sentence in (
        ("marked", "marks tell who answered"),
        ("full", "ballots lie in the urn"),
        ("signed", "credentials tell who asked for one"),
    ):
        if row[name]:
            found.append(sentence)
    return found


async def services_come_back(lived: Lived) -> list[str]:
    return [
        f"not well until {seconds:.0f} s after the fault"
        for seconds in lived.well_after
        if seconds > WELL_SECONDS
    ]


async def the_doctor_names_the_fault(lived: Lived) -> list[str]:
    return lived.unnamed


LATER = (
    the_publication_verifies,
    nothing_tells_who_answered,
    services_come_back,
    the_doctor_names_the_fault,
)


async def broken(lived: Lived) -> list[str]:
    """Every promise that does not hold, in a sentence that names the seed."""
    await lived.read()
    found = [
        f"seed {lived.seed}: {promise.__name__}: {told}"
        for promise in NOW
        for told in promise(lived)
    ]
    for later in LATER:
        found += [f"seed {lived.seed}: {later.__name__}: {told}" for told in await later(lived)]
    return found
