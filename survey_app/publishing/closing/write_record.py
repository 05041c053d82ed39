"""Write down what an emptied urn held: counts, receipts and a hash, for the worker."""

from __future__ import annotations

import json
import logging
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.asking.campaigns.key_holders import tampered_waves
from survey_app.asking.campaigns.live_counts import told_units
from survey_app.asking.campaigns.sealing_alarms import alarmed_waves
from survey_app.asking.invitations.counts import (
    count_invited,
    invited_by_card,
    used_by_domain,
    used_cards,
)
from survey_app.audit.record import record
from survey_app.counting.responses.store import CountRecord, insert_record
from survey_app.counting.urn.spent import RECEIPT_BYTES, read_receipts
from survey_app.publishing.closing.emptied import Emptied, record_content
from survey_app.publishing.closing.tally import Tally, fill_receipts, told_cards
from survey_app.publishing.inputs.response_set import SALT_BYTES, response_set_hash
from survey_app.shared.database import Link, Login

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from survey_app.counting.urn.opened import OpenedUrn
    from survey_app.publishing.closing.wave_frame import WaveFrame

log = logging.getLogger("barometer.publishing")


@dataclass(frozen=True, slots=True)
class UrnCount:
    """What lay in an urn, before any of it is stored.

    Attributes
    ----------
    opened : OpenedUrn
        All that could be read, and how much could not.
    emptied : Emptied
        What of it is stored.
    record : dict
        Counts and receipts, as they are read back from JSON.
    response_set_hash : str
    tally : Tally
    """

    opened: OpenedUrn
    emptied: Emptied
    record: dict[str, Any]
    response_set_hash: str
    tally: Tally


async def counted_by(
    link: Link,
    frame: WaveFrame,
    opened: OpenedUrn,
    emptied: Emptied,
) -> UrnCount:
    """Count links, ballots and receipts; nothing is written.

    Parameters
    ----------
    link : asyncpg connection
        As ``worker``, in the transaction that empties the urn and still sees the marks.
    frame : WaveFrame
    opened : OpenedUrn
    emptied : Emptied
    """
    # those of an open survey stand for pages that nobody was told of
    receipts = await read_receipts(link, frame.id) if frame.invited else []
    tally = await _tally(link, frame, opened, len(receipts))
    if frame.keyed:
        receipts = list(fill_receipts(receipts, tally.found, chance=_random_receipt))
    salt = secrets.token_bytes(SALT_BYTES)
    asked = await count_invited(link, frame.id)
    content = record_content(
        wave=frame.key,
        questionnaire=frame.questionnaire.hash,
        minimum_group=frame.minimum_group,
        counts={
            "invited": asked.invited,
            "credentials": tally.used,
            "replaced": tally.replaced,
            "not_reachable": frame.not_reachable,
            "opted_out": asked.opted_out,
            "letters_undelivered": frame.returned[0],
            "letters_outside": frame.returned[1],
            "accepted": len(emptied.rows),
            "refused": opened.refused,
            "screened_out": emptied.screened_out,
            "not_stored": len(opened.ballots) - len(emptied.rows) - emptied.screened_out,
            "unused_credentials": tally.unused,
            "too_few": emptied.too_few,
            "moved": emptied.moved,
            "joined": list(emptied.joined),
            "receipts": receipts,
            "alarms": list(tally.alarms if frame.invited else tally.alarms_without_links),
            "salt": salt.hex(),
            **await _cards(link, frame, tally),
            **await _told_in_the_field(link, frame),
        },
        domains=_record_domains(frame, emptied.rows.by_domain(), emptied.moved, tally),
    )
    digest = response_set_hash(emptied.rows, salt=salt)
    return UrnCount(opened, emptied, json.loads(json.dumps(content)), digest, tally)


async def write_record(link: Link, frame: WaveFrame, counted: UrnCount, *, now: datetime) -> None:
    """Keep the counts, and raise an alarm when they misfit.

    Parameters
    ----------
    link : asyncpg connection
        As ``worker``, in the transaction that empties the urn.
    frame : WaveFrame
    counted : UrnCount
    now : datetime
        With a zone, for the audit log.
    """
    content = json.dumps(counted.record, sort_keys=True, ensure_ascii=False)
    await insert_record(link, frame.id, CountRecord(content, counted.response_set_hash))
    if frame.invited and counted.tally.alarms:
        await _raise_alarm(frame.key, counted.tally, now=now)


async def _tally(
    link: Link,
    frame: WaveFrame,
    opened: OpenedUrn,
    receipts: int,
) -> Tally:
    links = await used_by_domain(link, frame.id)
    if frame.population != "staff":
        # invitations of the public carry a county, ballots no code
        links = {"": sum(links.values())}
    alarm = (await alarmed_waves(Login.WORKER)).get(frame.id)
    return Tally(
        links=links,
        ballots=opened.ballots.by_domain(),
        refused=opened.refused,
        copied=opened.copied,
        exchanged=frame.id in await tampered_waves(Login.WORKER),
        other_keys=alarm is not None and not alarm.holders,
        other_holders=alarm is not None and alarm.holders,
        replaced=frame.replaced,
        receipts=receipts,
    )


async def _cards(link: Link, frame: WaveFrame, tally: Tally) -> dict[str, Any]:
    """Count used cards where that may be kept: for the worker, and told on no page."""
    people = await invited_by_card(link, frame.id)
    if not people:
        return {}
    used = await used_cards(link, frame.id)
    k = frame.minimum_group
    return {"cards": told_cards(used, people, tally.links, minimum_group=k)}


async def _told_in_the_field(link: Link, frame: WaveFrame) -> dict[str, Any]:
    """Keep what pages told of units last, which stands beside what is published."""
    told = await told_units(link, frame.id, frame.minimum_group)
    if told is None or frame.population != "staff":
        return {}
    # of a unit whose answers carry its region's code nothing was told
    steps = {
        code: (step.low, step.high) for code, step in told.units.items() if code in frame.groups
    }
    return {"field": {"whole": told.whole, "units": steps}}


def _random_receipt() -> str:
    return secrets.token_hex(RECEIPT_BYTES)


async def _raise_alarm(key: str, tally: Tally, *, now: datetime) -> None:
    log.warning(
        "the wave %s: %s (%d links used, %d replaced, %d ballots, %d receipts): somebody may have "
        "written to the database", key, "; ".join(tally.alarms), tally.used, tally.replaced,
        tally.found, tally.receipts,
    )  # fmt: skip
    await record(
        Login.WORKER, now=now, actor="system", action="links and ballots do not fit", subject=key,
        alarms=tally.alarms, links=tally.used, replaced=tally.replaced, ballots=tally.found,
        receipts=tally.receipts,
    )  # fmt: skip


def _record_domains(
    frame: WaveFrame, accepted: dict[str, int], moved: dict[str, str], tally: Tally
) -> list[dict[str, Any]]:
    """Count links and answers where the answers are stored, regions with all their units."""
    if frame.population != "staff":
        return []
    used: Counter[str] = Counter()
    for code, links in tally.links.items():
        used[moved.get(code, code)] += links

    def total(counts: Mapping[str, int], code: str) -> int:
        units = (unit for unit, region in frame.parents.items() if region == code)
        return counts.get(code, 0) + sum(counts.get(unit, 0) for unit in units)

    return [
        {
            "level": one["level"],
            "domain": one["code"],
            "invited": one["invited"],
            "credentials": total(used, one["code"]),
            "accepted": total(accepted, one["code"]),
        }
        for one in frame.domains
        if one["level"] in {"region", "unit"}
    ]
