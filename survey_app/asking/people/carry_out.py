"""Carry out the registers that were looked over and confirmed on a page: all of one, or nothing."""

from __future__ import annotations

import logging
from typing import Any

from survey_app.asking.errors import RegisterChanged, RegisterProblems
from survey_app.asking.people.asked import answers_in
from survey_app.asking.people.import_people import apply_import, plan_import
from survey_app.asking.people.read_upload import read_upload
from survey_app.asking.people.tree import AGENCY, REGION
from survey_app.asking.people.uploads import (
    State,
    Upload,
    forget_old,
    next_confirmed,
    note_outcome,
)
from survey_app.asking.writing import writing
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login
from survey_app.shared.faults import places_of

log = logging.getLogger("barometer.people")


async def carry_out_uploads(_context: dict[str, Any]) -> None:
    """Carry out what is confirmed, the oldest first, and forget what has lain for a day."""
    async with writing() as link:
        await forget_old(link, now=now())
    while True:
        async with writing() as link:
            upload = await next_confirmed(link)
            if upload is None:
                return
            try:
                async with link.transaction():
                    state, counts = await _carried_out(upload)
            except Exception as error:  # noqa: BLE001 - or it would hold up all that came after it
                log.error(  # noqa: TRY400 - a traceback's text may hold a row
                    "the register: unexpected %s at %s", type(error).__name__, places_of(error)
                )
                state, counts = "changed", {}
            await note_outcome(link, upload.id, state, counts)
        log.info("the register: an upload is %s", state)


async def _carried_out(upload: Upload) -> tuple[State, dict[str, int]]:
    import numpy as np  # noqa: PLC0415 - large, and seldom needed

    day = today()
    try:
        read = await read_upload(upload.content, upload.fields, Login.WORKER)
        if read.register is None:
            return "changed", {}
        plan = await plan_import(read.register, today=day)
        if plan.seen != upload.seen:
            return "changed", {}
        # the panel is drawn from the system's own entropy: nobody can choose it
        rng = np.random.default_rng()
        answers = answers_in(upload.fields)
        await apply_import(plan, rng=rng, today=day, now=now(), actor=upload.actor, answers=answers)
    except (RegisterChanged, RegisterProblems):
        return "changed", {}
    return "done", {
        "people": len(plan.register.people),
        "units": sum(unit.kind not in {AGENCY, REGION} for unit in plan.register.units),
    }
