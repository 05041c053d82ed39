"""Groups of the public that a version brings, as lines of a file of its own.

A group that results are shown for is a table in ``background.toml``, under a name that no other
has. A version brings groups of questions that make none yet, or says that a question makes none.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import tomlkit

from questionnaires.authoring.edits import drop_item, inline_table, tidy_words
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.version_files import VersionFiles
from questionnaires.background import NO, YES
from questionnaires.parsing.background import BACKGROUND

GROUPS_NAME = re.compile(r"[a-z][a-z0-9_]{1,29}")
PAGES, WITHOUT = "pages", "without_groups"
FEWEST_GROUPS = 2


@dataclass(frozen=True, slots=True)
class WrittenGroup:
    """One group: the codes of the answers that make it, and a name where they give it none."""

    answers: tuple[str, ...]
    name: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WrittenGroups:
    """The groups of one question, in their order, as they are written.

    `several` says that the question takes several answers: the first group has those who gave any
    of its answers, the second those who gave the one that means none. `placed` says that the pages
    of results show them.
    """

    name: str
    item: str
    title: Mapping[str, str]
    word: Mapping[str, str]
    groups: tuple[WrittenGroup, ...] = ()
    several: bool = False
    placed: bool = True


def own_groups(files: VersionFiles) -> tuple[str, ...]:
    """Name the background variables that a version brings, in the order of its file."""
    return tuple(name for name, one in _plain(files).items() if isinstance(one, Mapping))


def without_own_groups(files: VersionFiles) -> tuple[str, ...]:
    """Name the questions of which a version says that they make no groups."""
    return tuple(_plain(files).get(WITHOUT, ()))


def read_groups(files: VersionFiles, name: str) -> WrittenGroups:
    """Return groups that a version brings, as they would be written."""
    found = _plain(files).get(name)
    if not isinstance(found, Mapping):
        raise AuthoringError("unknown_groups", name)
    names = found.get("names", {})
    several = "yes" in found
    answers: dict[str, list[str]] = {}
    if several:
        answers = {YES: list(found["yes"]), NO: [str(found.get("no", ""))]}
    for code, category in found.get("categories", {}).items():
        answers.setdefault(str(category), []).append(str(code))
    return WrittenGroups(
        name,
        str(found.get("item", "")),
        found.get("title", {}),
        found.get("word", {}),
        tuple(WrittenGroup(tuple(codes), names.get(one, {})) for one, codes in answers.items()),
        several=several,
        placed=name in _plain(files).get(PAGES, ()),
    )


def write_groups(files: VersionFiles, said: WrittenGroups) -> VersionFiles:
    """Write the groups of a question; what stands there and is not changed keeps its lines.

    Raises
    ------
    AuthoringError
        If their name is none, or they are no groups.
    """
    _refuse_no_groups(said)
    text = _listed(_text(files), PAGES, said.name, there=said.placed)
    document = tomlkit.parse(_listed(text, WITHOUT, said.item, there=False))
    plain = _variable_of(said)
    if said.name not in document:
        document.add(tomlkit.nl())
        document[said.name] = tomlkit.table()
    table: Any = document[said.name]
    if table.unwrap() != plain:
        for key in list(table):
            del table[key]
        for key, value in plain.items():
            _put(table, key, value)
    return _with(files, tomlkit.dumps(document).lstrip("\n"))


def _refuse_no_groups(said: WrittenGroups) -> None:
    if not GROUPS_NAME.fullmatch(said.name) or said.name in {PAGES, WITHOUT}:
        raise AuthoringError("not_a_name", said.name)
    if len(said.groups) < FEWEST_GROUPS or not all(one.answers for one in said.groups):
        raise AuthoringError("too_few_groups", said.name)
    if said.several and [len(one.answers) for one in said.groups[1:]] != [1]:
        raise AuthoringError("not_yes_or_no", said.name)
    if any(len(one.answers) > 1 and not any(one.name.values()) for one in said.groups):
        raise AuthoringError("nameless_group", said.name)


def remove_groups(files: VersionFiles, name: str) -> VersionFiles:
    """Take groups of the version's own out again; their question stays."""
    if name not in own_groups(files):
        raise AuthoringError("unknown_groups", name)
    document = tomlkit.parse(_listed(_text(files), PAGES, name, there=False))
    del document[name]
    return _with(files, tomlkit.dumps(document))


def leave_without_groups(files: VersionFiles, item: str, *, without: bool = True) -> VersionFiles:
    """Say of a question that it makes no groups, or take that back."""
    return _with(files, _listed(_text(files), WITHOUT, item, there=without))


def groups_end_with(files: VersionFiles, item: str) -> VersionFiles:
    """Take out what a version says of the groups of a question that it asks no more."""
    for name in own_groups(files):
        if read_groups(files, name).item == item:
            files = remove_groups(files, name)
    return leave_without_groups(files, item, without=False)


def with_own_groups(text: str, own: str) -> str:
    """Put the groups that a version brings into ``background.toml``."""
    brought = tomlkit.parse(own)
    tables = {name: one for name, one in brought.items() if isinstance(one, Mapping)}
    for key in (PAGES, WITHOUT):
        for name in brought.get(key, ()):
            text = _listed(text, key, str(name), there=True)
    for one in tables.values():
        text = _listed(text, WITHOUT, str(one.get("item", "")), there=False)
    every = tomlkit.parse(text)
    for name, one in tables.items():
        if every.get(name) != one:
            every[name] = one
    return tomlkit.dumps(every)


def only_groups(files: VersionFiles) -> bool:
    """Tell whether the file of groups holds nothing but groups of the version's own."""
    for name, one in _plain(files).items():
        if name in {PAGES, WITHOUT}:
            if not _are_texts(one):
                return False
        elif not (GROUPS_NAME.fullmatch(name) and isinstance(one, Mapping) and _is_variable(one)):
            return False
    return set(_plain(files).get(PAGES, ())) <= set(own_groups(files))


def _listed(text: str, key: str, name: str, *, there: bool) -> str:
    """Let a name stand in a list of a file, or not; a list of nothing goes."""
    document = tomlkit.parse(text)
    found: Any = document.get(key, ())
    if there and key not in document:  # above the tables: below them it would be part of one
        return f"{key} = [{tomlkit.string(name).as_string()}]\n{text}"
    if there and name not in found:
        found.append(name)
    elif not there and name in found:
        drop_item(found, name)
        if not found:
            del document[key]
    return tomlkit.dumps(document)


def _is_variable(found: Mapping[str, Any]) -> bool:
    """Tell whether a table can be read; answers are weighted by nothing that a version brings."""
    texts = [found.get("title", {}), found.get("word", {}), found.get("categories", {})]
    names = found.get("names", {})
    return (
        set(found) <= {"item", "categories", "yes", "no", "title", "word", "names"}
        and isinstance(found.get("item"), str)
        and isinstance(names, Mapping)
        and all(map(_is_words, (*texts, *names.values())))
        and _are_texts(found.get("yes", []))
        and isinstance(found.get("no", ""), str)
    )


def _is_words(found: object) -> bool:
    return isinstance(found, Mapping) and all(isinstance(one, str) for one in found.values())


def _are_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _variable_of(said: WrittenGroups) -> dict[str, Any]:
    """Write the groups of a question as the table of its file."""
    plain: dict[str, Any] = {"item": said.item}
    codes = [category_of(one.answers) for one in said.groups]
    if said.several:
        codes = [YES, NO]
        plain |= {"yes": list(said.groups[0].answers), "no": said.groups[1].answers[0]}
    else:
        plain["categories"] = {
            answer: code
            for code, one in zip(codes, said.groups, strict=True)
            for answer in one.answers
        }
    plain |= {"title": tidy_words(said.title), "word": tidy_words(said.word)}
    named = {code: tidy_words(one.name) for code, one in zip(codes, said.groups, strict=True)}
    if names := {code: words for code, words in named.items() if words}:
        plain["names"] = names
    return plain


def category_of(answers: Iterable[str]) -> str:
    """Name a category by its answers: part of published codes, it never means other ones."""
    return "-".join(answers)


def _put(table: Any, key: str, value: Any) -> None:  # noqa: ANN401 - tables of tomlkit
    if key == "names":  # a line for each
        for code, words in value.items():
            table.append(tomlkit.key([key, code]), inline_table(words))
    else:
        table[key] = inline_table(value) if isinstance(value, Mapping) else value


def _plain(files: VersionFiles) -> Mapping[str, Any]:
    return files.table(BACKGROUND) if BACKGROUND in files.texts else {}


def _text(files: VersionFiles) -> str:
    return files.texts.get(BACKGROUND, "")


def _with(files: VersionFiles, text: str) -> VersionFiles:
    """Put the file back; one that says nothing any more is none."""
    texts = {**files.texts, BACKGROUND: text}
    if not tomlkit.parse(text).unwrap():
        del texts[BACKGROUND]
    return replace(files, texts=texts)
