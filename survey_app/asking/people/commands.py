"""What the command line does for the register."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from survey_app.asking.errors import Problem, RegisterProblems
from survey_app.asking.people.import_people import apply_import, plan_import, read_register
from survey_app.shared.clock import now, today


async def import_file(path: Path, *, dry_run: bool, echo: Callable[[str], None]) -> None:
    """Import a CSV of units and people; show the differences first.

    Raises
    ------
    RegisterProblems
        With every mistake of the file; nothing is written then.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # noqa: ASYNC240 - a command has nothing else to do
    except UnicodeDecodeError as error:
        sentence = "the file is not UTF-8; save it as «CSV UTF-8»"
        raise RegisterProblems([Problem(0, "", sentence)]) from error
    day = today()
    plan = await plan_import(read_register(text), today=day)
    for line in plan.lines():
        echo(line)
    if dry_run:
        echo("dry run: nothing was written")
    elif plan.changes:
        # the panel is drawn from the system's own entropy: nobody can choose it
        await apply_import(plan, rng=np.random.default_rng(), today=day, now=now())
        echo("imported")
