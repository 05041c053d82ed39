"""The strategy's statements as they stand in the questionnaires' library, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from questionnaires import coverage
from questionnaires.coverage import items_by_statement
from questionnaires.library import Library, Version
from questionnaires.loader import load_library
from questionnaires.model import Item, Statement, Text
from questionnaires.strategy_maps import years_of
from survey_app.shared.agency import kept_for_content


def library() -> Library:
    """Return the agency's library."""
    return load_library()


def statements() -> dict[str, Statement]:
    """Return every statement by id, in the order of the document."""
    return dict(library().strategy.statements)


def known_statements() -> dict[str, Statement]:
    """Return every statement of every revision by id: one that keeps its words keeps its id.

    What waves asked, and what actions are about, is named as it was then.
    """
    found: dict[str, Statement] = {}
    for strategy in library().strategies.values():
        found |= strategy.statements if strategy.adopted else {}
    return found


def period_then(revision: str) -> str:
    """Return the years of a revision that is asked no more; empty for the one that is."""
    then = library().strategies.get(revision)
    if then is None or then.revision == library().strategy.revision:
        return ""
    return years_of(then)


def sentences_under(heading: str) -> tuple[Statement, ...]:
    """Return what a value or goal says (`questionnaires.coverage.said_under`)."""
    return coverage.said_under(library().strategy, heading)


@kept_for_content
def measured_by() -> Mapping[str, tuple[str, ...]]:
    """Return, for each statement, the items that measure it; none means "not measured"."""
    found = load_library()
    return items_by_statement(found.strategy, found.items.values(), found.weak_links)


def asked_for(revision: str) -> Mapping[str, Item]:
    """Return the items that were written for a revision of the strategy, as they were last.

    Their statements are those of the revision. Empty where no version of an instrument was
    written for it.
    """
    return {
        name: item
        for versions in library().versions.values()
        for number in [max(_written_for(versions, revision), default=0)]
        if number
        for name, item in versions[number].items.items()
    }


def _written_for(versions: Mapping[int, Version], revision: str) -> list[int]:
    return [number for number, one in versions.items() if one.strategy_revision == revision]


def measured_then(revision: str) -> Mapping[str, tuple[str, ...]]:
    """Return, for each statement of a revision, the items that were written to measure it."""
    strategy, weak = library().strategies[revision], library().weak_links
    return items_by_statement(strategy, asked_for(revision).values(), weak)


def weakly_tied(statement: str) -> Mapping[str, Text]:
    """Return the items tied to a statement that measure something else, with what that is.

    Those of versions before the newest, whose ties were mended since, are left out.
    """
    links, items = library().weak_links, library().items
    return {
        item: reason
        for (item, tied), reason in links.items()
        if tied == statement and item in items and tied in items[item].statements
    }


def measured_of(item: str, tied: Iterable[str]) -> tuple[Statement, ...]:
    """Return which of the statements that an item was tied to it measured."""
    known, weak = known_statements(), library().weak_links
    return tuple(known[one] for one in tied if one in known and (item, one) not in weak)
