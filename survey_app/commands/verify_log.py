"""``barometer log verify``: whether the audit log is whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final

from survey_app.audit.chain import DayHead, Misfit, Verified
from survey_app.audit.verify import verify_log
from survey_app.shared.database import Login

CHANGED: Final = 5  # as of `verify-publication`: somebody changed it
SENTENCES: Final = {
    Misfit.CHANGED: "row {next} says something else than it did when it was written",
    Misfit.MISSING: "row {next} is missing",
    Misfit.UNCHAINED: "a row was written past the chain; all up to row {number} fit",
    Misfit.OTHER_HEAD: "it does not lead through a head that was kept; up to row {number} it fits",
}


async def verify_and_tell(
    kept: Sequence[DayHead], *, as_json: bool, echo: Callable[[str], None]
) -> int:
    """Verify the log, say what was found, and return the exit code."""
    found = await verify_log(Login.WORKER, kept=kept)
    echo(json.dumps(_facts(found)) if as_json else _sentence(found))
    return CHANGED if found.misfit else 0


def _facts(found: Verified) -> dict[str, object]:
    return {
        "whole": found.misfit is None,
        "rows": found.rows,
        "number": found.head.number,
        "hash": found.head.hash.hex(),
        "misfit": str(found.misfit) if found.misfit else None,
        "first_misfit": found.head.number + 1 if found.misfit else None,
    }


def _sentence(found: Verified) -> str:
    if found.misfit:
        told = SENTENCES[found.misfit].format(next=found.head.number + 1, number=found.head.number)
        return f"the log is broken: {told}; keep the database as it is and find out who changed it"
    return (
        f"the log is whole: {found.rows} rows, the last is number {found.head.number}"
        f" with the hash {found.head.hash.hex()}"
    )
