"""Read one revision of the strategy into statements, in the order of the document."""

from collections.abc import Iterator
from typing import cast

from questionnaires.errors import Problem
from questionnaires.model import Statement, StatementKind, Status, Strategy, Tie
from questionnaires.parsing.draft import Placed
from questionnaires.reading import Table

STATUSES = ("adopted", "draft", "example")
TIES = ("clear", "possible", "uncertain")

type Rows = Iterator[tuple[Table, Statement]]


def parse_strategy(
    file: str, data: object, problems: list[Problem]
) -> tuple[Strategy, tuple[Placed[Statement], ...]]:
    """Read the strategy; also every statement with its place, so that doubles can be named.

    Other remarks that are not the strategy's words (certainty, discrepancies) stay in the file.
    """
    top = Table(file, "", data, problems)
    rows = [*_mission(top), *_vision(top), *_values(top), *_areas(top)]
    placed = tuple(Placed(file, f"{table.key}", statement) for table, statement in rows)
    strategy = Strategy(
        revision=top.text("revision"),
        name=top.text("name"),
        period_from=top.take("period_from", int),
        period_to=top.take("period_to", int),
        statements={statement.id: statement for _, statement in rows},
        driving_forces=top.table("driving_forces").strings("texts"),
        status=cast("Status", top.choice("status", STATUSES, "adopted")),
    )
    if strategy.period_to < strategy.period_from:
        top.wrong("period_to", f"the period begins in {strategy.period_from}; correct one of them")
    return strategy, placed


def _statement(
    table: Table,
    kind: StatementKind,
    words: str,
    *,
    order: int | None = None,
    area: str | None = None,
    goal: str | None = None,
    tie: Tie = "",
) -> tuple[Table, Statement]:
    name, text = table.text("id"), table.text(words)
    place = table.take("order", int, 0) if order is None else order
    return table, Statement(name, kind, area, goal, text, place, tie)


def _mission(top: Table) -> Rows:
    for order, table in enumerate(top.tables("mission"), 1):
        yield _statement(table, "mission", "text", order=order)


def _vision(top: Table) -> Rows:
    vision = top.table("vision")
    yield _statement(vision, "vision", "text", order=1)
    for order, table in enumerate(vision.tables("elaboration"), 2):
        yield _statement(table, "vision", "text", order=order)


def _values(top: Table) -> Rows:
    for value in top.tables("value"):
        _, statement = row = _statement(value, "value", "name")
        yield row
        for order, table in enumerate(value.tables("statement"), 1):
            yield _statement(table, "value_statement", "text", order=order, goal=statement.id)


def _areas(top: Table) -> Rows:
    for area in top.tables("area"):
        _, statement = row = _statement(area, "area", "name")
        yield row
        for goal in area.tables("goal"):
            yield from _goal(goal, statement.id)


def _goal(goal: Table, area: str) -> Rows:
    _, statement = row = _statement(goal, "goal", "name", area=area)
    yield row
    for table in goal.tables("subgoal"):
        number, tie = table.count("number"), _tie(table)
        yield _statement(
            table, "subgoal", "text", order=number, area=area, goal=statement.id, tie=tie
        )


def _tie(table: Table) -> Tie:
    if not table.take("assignment", str, ""):
        return ""
    return cast("Tie", table.choice("fit", TIES))
