"""Which items measure which statement of the strategy."""

from collections.abc import Collection, Iterable
from typing import Final

from questionnaires.model import Item, Statement, Strategy

_SENTENCES: Final = frozenset({"value_statement", "subgoal"})


def said_under(strategy: Strategy, heading: str) -> tuple[Statement, ...]:
    """Return what a value or goal says, in the order of the document.

    Where the strategy has no sentence under it, its name is what it says: items measure it itself.
    """
    known = strategy.statements
    under = tuple(one for one in known.values() if one.goal == heading and one.kind in _SENTENCES)
    return under or (known[heading],)


def is_sentence(strategy: Strategy, statement: str) -> bool:
    """Tell whether a statement says something itself, and is no heading over what is said."""
    one = strategy.statements[statement]
    if one.kind in {"value", "goal"}:
        return said_under(strategy, statement) == (one,)
    return one.kind in _SENTENCES


def items_by_statement(
    strategy: Strategy, items: Iterable[Item], weak: Collection[tuple[str, str]] = ()
) -> dict[str, tuple[str, ...]]:
    """Give, for each statement of the strategy, the items that measure it.

    Parameters
    ----------
    strategy : Strategy
    items : iterable of Item
        Items of a library or of one questionnaire. Filter and background questions measure nothing.
    weak : collection of (str, str)
        Item and statement of ties that do not hold (`Library.weak_links`); left out.

    Returns
    -------
    dict of str to tuple of str
        Statement id, in the order of the document, to item ids. None at all means that the
        statement is not measured, which a page must show and not hide («måles ikke»).
    """
    found: dict[str, list[str]] = {statement: [] for statement in strategy.statements}
    for item in items:
        if item.purpose == "measure":
            for statement in item.statements:
                # what is still written may name one that there is not, which is told elsewhere
                if statement in found and (item.id, statement) not in weak:
                    found[statement].append(item.id)
    return {statement: tuple(measuring) for statement, measuring in found.items()}
