"""Which items measure which statement of the strategy."""

from collections.abc import Collection, Iterable

from questionnaires.model import Item, Strategy


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
