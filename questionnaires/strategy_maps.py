"""What became of each statement when the strategy was renewed, and where its items go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from questionnaires.model import Strategy, Text

type Became = Literal["same", "reworded", "split", "merged", "new", "gone"]


@dataclass(frozen=True, slots=True)
class StatementMove:
    """What became of one statement, or of those that were merged.

    `before` are ids of the earlier revision and `after` of the later: none before where it is new,
    none after where it is gone. `reason` tells readers why.
    """

    became: Became
    before: tuple[str, ...]
    after: tuple[str, ...]
    reason: Text

    @property
    def carries(self) -> bool:
        """Whether what measured the statement measures it on: of a part, or a whole, nobody knows.

        Who measures a split or merged statement is for the next version of the instruments to say.
        """
        return self.became in {"same", "reworded"}


@dataclass(frozen=True, slots=True)
class StrategyMap:
    """The statements of two revisions, each exactly once, in the order of the file."""

    earlier: str
    later: str
    moves: tuple[StatementMove, ...]

    @property
    def changed(self) -> tuple[StatementMove, ...]:
        """All that is not as it was."""
        return tuple(move for move in self.moves if move.became != "same")


@dataclass(frozen=True, slots=True)
class CarriedItem:
    """An item with the statements it measures in one revision, and the moves to the other one."""

    item: str
    statements: tuple[str, ...]
    moves: tuple[StatementMove, ...]


def moves_between(
    maps: Iterable[StrategyMap], earlier: str, later: str
) -> tuple[StatementMove, ...]:
    """Give what became of each statement from one revision to another; none where no map says."""
    found = (one.moves for one in maps if (one.earlier, one.later) == (earlier, later))
    return next(found, ())


def by_statement(moves: Iterable[StatementMove]) -> dict[str, StatementMove]:
    """Find the move of each statement of the earlier revision."""
    return {name: move for move in moves for name in move.before}


def carried(
    measuring: Mapping[str, Sequence[str]], moves: Iterable[StatementMove]
) -> tuple[CarriedItem, ...]:
    """Trace items from the earlier revision to the later one.

    Parameters
    ----------
    measuring : mapping of str to sequence of str
        Statement of the earlier revision to the items that measure it
        (`coverage.items_by_statement`).
    moves : iterable of StatementMove

    Returns
    -------
    tuple of CarriedItem
        Each item once, in the order of the statements. A statement without a move is left out of
        `moves`: nothing is known of it.
    """
    known = by_statement(moves)
    statements: dict[str, list[str]] = {}
    for statement, items in measuring.items():
        for item in items:
            statements.setdefault(item, []).append(statement)
    return tuple(
        CarriedItem(item, tuple(names), tuple(known[one] for one in names if one in known))
        for item, names in statements.items()
    )


def years_of(strategy: Strategy) -> str:
    """Name a revision by the years that it is for: one alone, or the first and the last."""
    return "–".join(map(str, dict.fromkeys((strategy.period_from, strategy.period_to))))
