"""Checks of revisions of the strategy beside each other, and of the maps between them."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from questionnaires.errors import Problem
from questionnaires.languages import missing_texts_of
from questionnaires.model import Strategy
from questionnaires.parsing.draft import Draft, Placed
from questionnaires.strategy_maps import Became, StatementMove, StrategyMap

# how many statements a row has before and after, at least and at most
_SIZES: Final[dict[Became, tuple[range, range]]] = {
    "same": (range(1, 2), range(1, 2)),
    "reworded": (range(1, 2), range(1, 2)),
    "split": (range(1, 2), range(2, 100)),
    "merged": (range(2, 100), range(1, 2)),
    "new": (range(1), range(1, 2)),
    "gone": (range(1, 2), range(1)),
}
_SAID: Final[dict[Became, str]] = {
    "same": "one statement",
    "reworded": "one statement in «from» and one in «to»",
    "split": "one statement in «from» and two or more in «to»",
    "merged": "two or more statements in «from» and one in «to»",
    "new": "no statement in «from» and one in «to»",
    "gone": "one statement in «from» and none in «to»",
}


def check_strategy_status(draft: Draft) -> Iterator[Problem]:
    """Ask and release what is adopted alone: a draft or an example may still change."""
    for revision, strategy in draft.strategies.items():
        file = f"strategy/{revision}.toml"
        if strategy.adopted:
            continue
        if revision == draft.strategy.revision:
            sentence = (
                f"the revision is {_article(strategy)} and indices.toml asks it; name there the one"
                " that is adopted, or take the status away once this one is"
            )
            yield Problem(file, "status", sentence)
        for name in (f"strategy/{revision}", *_maps_of(draft, revision)):
            if name in draft.released:
                sentence = (
                    f"strategy {revision} is {_article(strategy)}, and what may still change is not"
                    " released; take the line out"
                )
                yield Problem("released.toml", name, sentence)


def may_still_change(name: str, draft: Draft) -> bool:
    """Tell whether content, by its id, belongs to a strategy that is not adopted."""
    of_drafts: list[str] = []
    for revision, strategy in draft.strategies.items():
        if not strategy.adopted:
            of_drafts += [f"strategy/{revision}", f"indices/{revision}", *_maps_of(draft, revision)]
            of_drafts += [
                f"instruments/{one.key}/v{one.version}"
                for one in draft.versions
                if one.strategy_revision == revision
            ]
    return any(name == one or name.startswith(f"{one}/") for one in of_drafts)


def _article(strategy: Strategy) -> str:
    return "an example" if strategy.status == "example" else "a draft"


def _maps_of(draft: Draft, revision: str) -> Iterator[str]:
    for place in draft.strategy_maps:
        if revision in {place.value.earlier, place.value.later}:
            yield place.file.removesuffix(".toml")


def check_strategy_maps(draft: Draft) -> Iterator[Problem]:
    """Let a map name every statement of its two revisions once, and say why of each."""
    for place in draft.strategy_maps:
        earlier = draft.strategies.get(place.value.earlier)
        later = draft.strategies.get(place.value.later)
        for name, found in (("from", earlier), ("to", later)):
            if found is None:
                revision = place.value.earlier if name == "from" else place.value.later
                sentence = f"there is no strategy/{revision}.toml; correct the revision"
                yield Problem(place.file, name, sentence)
        if earlier is None or later is None:
            continue
        yield from _complete(place, earlier, "from", place.value.earlier)
        yield from _complete(place, later, "to", place.value.later)
        for move in place.value.moves:
            yield from _move(place, move, earlier, later)


def _complete(
    place: Placed[StrategyMap], strategy: Strategy, side: str, revision: str
) -> Iterator[Problem]:
    named = Counter(
        name
        for move in place.value.moves
        for name in (move.before if side == "from" else move.after)
    )
    for name, count in named.items():
        if name not in strategy.statements:
            sentence = f"this is not a statement of strategy {revision}; correct the id"
            yield Problem(place.file, f"statement {name}", sentence)
        elif count > 1:
            sentence = f"the statement of strategy {revision} stands {count} times; keep one row"
            yield Problem(place.file, f"statement {name}", sentence)
    for name in strategy.statements:
        if name not in named:
            sentence = f"the map does not say what became of it; write a row with it in «{side}»"
            if side == "to":
                sentence = (
                    f"the map does not say where it comes from; write a row with it in «{side}»"
                )
            yield Problem(place.file, f"statement {name}", sentence)


def _move(
    place: Placed[StrategyMap], move: StatementMove, earlier: Strategy, later: Strategy
) -> Iterator[Problem]:
    key = f"statement {(*move.before, *move.after, move.became)[0]}"
    before, after = _SIZES[move.became]
    if len(move.before) not in before or len(move.after) not in after:
        yield Problem(place.file, key, f"«{move.became}» has {_SAID[move.became]}; correct the row")
        return
    yield from missing_texts_of(place.file, f"{key} reason", move.reason)
    if not any(move.reason.values()):
        yield Problem(
            place.file, f"{key} reason", "the reason is missing; readers see it, write it"
        )
    for name in {*move.before} & {*move.after}:
        old, new = earlier.statements.get(name), later.statements.get(name)
        if old is not None and new is not None and old.text != new.text:
            sentence = (
                "the words differ between the revisions; give the new ones an id of their own and"
                " call it reworded, since figures of the old words stand under the old id"
            )
            yield Problem(place.file, key, sentence)
    if move.became != "reworded":
        return
    texts = {
        strategy.statements[name].text
        for strategy, name in zip((earlier, later), (*move.before, *move.after), strict=True)
        if name in strategy.statements
    }
    if len(texts) == 1:
        yield Problem(place.file, key, "the words are the same; call it same, under the old id")
