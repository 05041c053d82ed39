"""Read what stands beside the present strategy and indices: their earlier revisions.

An earlier revision is never asked again. It stays, as waves and publications rest on it, and is
held to its hash as all that was released.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from questionnaires.errors import Problem
from questionnaires.model import Statement, Strategy
from questionnaires.parsing.draft import IndexDraft, Placed
from questionnaires.parsing.indices import parse_indices
from questionnaires.parsing.strategy import parse_strategy
from questionnaires.reading import read_toml

STRATEGIES = "strategy"
INDICES = "indices"
_FIRST = 1


@dataclass(frozen=True, slots=True)
class Revisions:
    """Every revision of the strategy: what its file holds, and what it says.

    `statements` are those of the present one, with their places.
    """

    contents: Mapping[str, Any]
    strategies: Mapping[str, Strategy]
    statements: tuple[Placed[Statement], ...]


@dataclass(frozen=True, slots=True)
class IndexDefinitions:
    """Every definition of an index.

    `contents` is by id: ``indices/<revision>/<code>``, and from the second version of one revision
    on ``indices/<revision>/<code>/v<n>``. One by one: a further index is no change of those that
    figures were published of. `newest` holds the last version of each index by revision.
    """

    contents: Mapping[str, object]
    newest: Mapping[str, tuple[Placed[IndexDraft], ...]]


def read_strategies(root: Path, present: str, problems: list[Problem]) -> Revisions:
    """Read every revision of the strategy below `root`.

    Parameters
    ----------
    root : Path
    present : str
        The revision that the indices belong to; its file must be there.
    problems : list of Problem

    Returns
    -------
    Revisions
    """
    found = {path.stem for path in root.glob(f"{STRATEGIES}/*.toml")} | {present}
    contents, strategies = {}, {}
    statements: tuple[Placed[Statement], ...] = ()
    for revision in sorted(found):
        file = f"{STRATEGIES}/{revision}.toml"
        contents[revision] = read_toml(root, file, problems)
        named = contents[revision].get("revision", revision)
        if named != revision:
            sentence = f"the file is called {revision} and says that it is {named}; correct one"
            problems.append(Problem(file, "revision", sentence))
        strategies[revision], placed = parse_strategy(file, contents[revision], problems)
        if revision == present:
            statements = placed
    return Revisions(contents, strategies, statements)


def read_index_definitions(
    root: Path, present: Mapping[str, Any], problems: list[Problem]
) -> IndexDefinitions:
    """Gather every definition of an index: those of ``indices.toml``, and of ``indices/*.toml``.

    Parameters
    ----------
    root : Path
    present : mapping
        What ``indices.toml`` holds.
    problems : list of Problem

    Returns
    -------
    IndexDefinitions
    """
    contents: dict[str, object] = dict(_definitions(present))
    revision, drafts = parse_indices("indices.toml", present, [])
    newest = {revision: {one.value.index.code: one for one in drafts}}
    numbers = {(revision, code): _version(present[code]) for code in newest[revision]}
    for path in sorted(root.glob(f"{INDICES}/*.toml")):
        file = path.relative_to(root).as_posix()
        raw = read_toml(root, file, problems)
        revision, drafts = parse_indices(file, raw, problems)
        for one in drafts:
            code = one.value.index.code
            if _version(raw[code]) > numbers.get((revision, code), 0):
                newest.setdefault(revision, {})[code] = one
                numbers[revision, code] = _version(raw[code])
        for name, definition in _definitions(raw):
            if name in contents:
                sentence = (
                    "this version of the index stands in another file as well; keep the one that"
                    " was released, and give the other a version of its own"
                )
                problems.append(Problem(file, name, sentence))
            contents.setdefault(name, definition)
    return IndexDefinitions(contents, {one: tuple(by.values()) for one, by in newest.items()})


def _version(index: object) -> int:
    found = index.get("version", _FIRST) if isinstance(index, Mapping) else _FIRST
    return found if isinstance(found, int) else _FIRST


def _definitions(raw: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    revision = raw.get("strategy_revision", "")
    for code, index in raw.items():
        if isinstance(index, dict):
            version = index.get("version", _FIRST)
            later = "" if version == _FIRST else f"/v{version}"
            yield f"{INDICES}/{revision}/{code}{later}", index
