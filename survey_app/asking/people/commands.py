"""What the command line does for the register."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from survey_app.asking.errors import Problem, RegisterDoubtful, RegisterProblems, problem
from survey_app.asking.mistakes import Mistake
from survey_app.asking.people.change_links import answers_of, change_links, crosswalk, read_links
from survey_app.asking.people.import_people import apply_import, plan_import
from survey_app.asking.people.links import asked_about
from survey_app.asking.people.read_upload import ReadRegister, read_upload
from survey_app.asking.people.register import decoded
from survey_app.asking.people.successors import not_yet_answered
from survey_app.asking.people.units import known_units
from survey_app.audit.record import COMMAND_LINE
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login


async def import_file(
    path: Path,
    *,
    dry_run: bool,
    echo: Callable[[str], None],
    links: Path | None = None,
    complete: bool = False,
) -> None:
    """Import a CSV of units and people; show the differences first.

    ``links`` is a file that says where units go on from, as `read_links` reads it. ``complete``
    says that the extract is right although it looks like a mistake, as the page asks for it.

    Raises
    ------
    RegisterProblems
        With every mistake of the file; nothing is written then.
    RegisterDoubtful
        If it looks like a mistake and nobody said that it is none; nothing is written then.
    """
    import numpy as np  # noqa: PLC0415 - large, and seldom needed

    content = path.read_bytes()  # noqa: ASYNC240 - a command has nothing else to do
    read = await read_upload(content, {}, Login.WORKER)
    if read.register is None:
        raise RegisterProblems([_not_readable(read)])
    day = today()
    plan = await plan_import(read.register, today=day)
    for line in plan.lines():
        echo(line)
    told = read_links(decoded(links.read_bytes())) if links else []  # noqa: ASYNC240 - as above
    answers = answers_of(told, plan.questions)
    for one in not_yet_answered(plan.questions, answers if links else {}):
        echo(f"note: {asked_about(one, dict(plan.names) | dict(plan.moves.after))}")
    if dry_run:
        echo("dry run: nothing was written")
    elif plan.warnings and not complete:
        raise RegisterDoubtful(plan.warnings)
    elif plan.changes:
        # the panel is drawn from the system's own entropy: nobody can choose it
        await apply_import(
            plan,
            rng=np.random.default_rng(),
            today=day,
            now=now(),
            actor=COMMAND_LINE,
            answers=answers,
        )
        echo("imported")


async def note_unknown_units(units: str, *, echo: Callable[[str], None]) -> None:
    """Say which units of an account the register lacks; an account may come before its units do.

    Parameters
    ----------
    units : str
        Codes, with commas between.
    echo : callable
    """
    known = {unit.code for unit in await known_units(Login.WORKER)}
    for code in filter(None, map(str.strip, units.split(","))):
        if code not in known:
            echo(f"note: the register has no unit {code}, and shows nothing of it")


def _not_readable(read: ReadRegister) -> Problem:
    """Say what a page would ask for."""
    if not read.columns_known:
        told = ", ".join(read.header)
        return problem(1, "", Mistake.UNKNOWN_COLUMNS, columns=told)
    told = ", ".join(f"{unit.name} (line {unit.line})" for unit in read.new_units)
    return problem(0, "", Mistake.UNPLACED, units=told)


async def link_units(path: Path | None, *, echo: Callable[[str], None]) -> None:
    """Decide anew where units go on from, by a file; without one, list what was decided.

    Raises
    ------
    RegisterProblems
        With every mistake of the file; nothing is written then.
    """
    if path is not None:
        told = read_links(decoded(path.read_bytes()))  # noqa: ASYNC240 - a command has nothing else to do
        await change_links(told, now=now(), actor=COMMAND_LINE)
    for one in await crosswalk(Login.WORKER):
        state = "fixed" if one.fixed else "open"
        share = "" if one.share is None else f" {one.share:.0%}"
        echo(f"{one.day}  {one.kind:<8} {one.origin} → {one.target or '-'}{share}  ({state})")
