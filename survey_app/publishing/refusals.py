"""Counted waves that could not be published: tried again after an hour, or for new inputs.

What is remembered stands in the wave's own row, so that it outlives the worker.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from questionnaires.population import read_population
from survey_app.asking.writing import writing
from survey_app.publishing.made_by import code_version, lock_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

RETRY_AFTER: Final = timedelta(hours=1)
REFUSED: Final = "refused"
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
# what a wave is computed from, as far as it can change after counting
_COUNTED: Final = (
    "SELECT w.key, w.progress_step, w.labels, r.response_set_hash,"
    " (SELECT count(*) FROM publications.publication p WHERE p.population = c.population) AS shown"
    " FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
    " LEFT JOIN counting.wave_record r ON r.wave = w.id"
    " WHERE w.state = 'counted' ORDER BY w.closes_on, w.sequence"
)


async def waves_to_publish(*, now: datetime) -> list[str]:
    """Return the keys of the counted waves whose turn it is, oldest first.

    Parameters
    ----------
    now : datetime
        With a zone. A wave that was refused less than an hour ago waits, unless the programme, the
        margins, its responses or the publications that it is compared with have changed.
    """
    return [row["key"] for row in await _counted() if not _waits(row, now)]


async def note_refusal(wave_key: str, *, now: datetime) -> None:
    """Remember that a counted wave was refused, and for which inputs."""
    for row in await _counted():
        if row["key"] == wave_key:
            step = f"{REFUSED} {now.astimezone(UTC):{_TIME}} {_fingerprint(row)}"
            async with writing() as link:
                await link.execute(
                    "UPDATE asking.wave SET progress_step = $2, progress_percent = 0"
                    " WHERE key = $1 AND state = 'counted'",
                    wave_key,
                    step,
                )


async def refused_waves() -> list[str]:
    """Say which counted waves could not be published: one sentence for each."""
    return [
        f"the counted wave «{row['key']}» could not be published at {step[1]}; "
        f"`barometer wave publish {row['key']}` tries again and says why"
        for row in await _counted()
        if (step := _refusal(row)) is not None
    ]


async def _counted() -> Sequence[Any]:
    async with writing() as link:
        found: Sequence[Any] = await link.fetch(_COUNTED)
    return found


def _refusal(row: Any) -> list[str] | None:  # noqa: ANN401 - an asyncpg record
    parts: list[str] = row["progress_step"].split()
    return parts if parts[:1] == [REFUSED] else None


def _waits(row: Any, now: datetime) -> bool:  # noqa: ANN401
    parts = _refusal(row)
    if parts is None:
        return False
    _, at, inputs = parts
    tried = datetime.strptime(at, _TIME).replace(tzinfo=UTC)
    return inputs == _fingerprint(row) and now < tried + RETRY_AFTER


def _fingerprint(row: Any) -> str:  # noqa: ANN401
    parts = [
        code_version(), lock_hash(), read_population().facts(),
        row["labels"], row["response_set_hash"], row["shown"],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:8]
