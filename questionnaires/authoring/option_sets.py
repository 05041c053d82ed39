"""Sets of response options that a version brings with it, as lines of its own file of sets.

A set that was asked belongs to the versions that asked it and never changes (ADR 0051): another
label is another set, under a name of its own, and the items that get it are rescaled.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import tomlkit
from tomlkit import TOMLDocument

from questionnaires.authoring.edits import item_table
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.version_files import OPTIONS, STRUCTURE, VersionFiles
from questionnaires.model import (
    NOT_APPLICABLE_CODE,
    PREFER_NOT_CODE,
    Option,
    ResponseOptions,
)

SET_ID = re.compile(r"(?!.{61})[a-z][a-z0-9]*(\.[a-z0-9]+)*")
type Missing = Literal["not_applicable", "prefer_not"]
MISSING_CODES: Mapping[Missing, str] = {
    "not_applicable": NOT_APPLICABLE_CODE, "prefer_not": PREFER_NOT_CODE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """One answer as it is written: its words by language, and the code and value of before.

    Both are empty, or None, where it is new; `numbered_answers` gives it what it is stored as.
    """

    label: Mapping[str, str]
    code: str = ""
    value: int | None = None


@dataclass(frozen=True, slots=True)
class WrittenSet:
    """A set as it is written.

    `ends` are the lowest and the highest number of a row of numbers with words at its ends alone,
    which then has no `answers`; `missing` are what is offered apart, with its words.
    """

    kind: Literal["scale", "choice"]
    answers: tuple[WrittenAnswer, ...] = ()
    missing: Mapping[Missing, Mapping[str, str]] | None = None
    stem: Mapping[str, str] | None = None
    ends: tuple[int, int] | None = None
    low_label: Mapping[str, str] | None = None
    high_label: Mapping[str, str] | None = None


def own_sets(files: VersionFiles) -> tuple[str, ...]:
    """Name the sets that a version brings."""
    return tuple(_document(files))


def read_set(found: ResponseOptions) -> WrittenSet:
    """Return a set that is asked as it would be written."""
    answers = [one for one in found.options if one.value is not None]
    values = [one.value for one in answers if one.value is not None]
    return WrittenSet(
        kind=found.kind,
        answers=() if found.low_label else tuple(_answer(one) for one in answers),
        missing={one.missing: one.label for one in found.options if one.missing},
        stem=found.stem,
        ends=(values[0], values[-1]) if found.low_label and values else None,
        low_label=found.low_label,
        high_label=found.high_label,
    )


def write_set(files: VersionFiles, name: str, said: WrittenSet) -> VersionFiles:
    """Write a set of the version's own; what stands there and is not changed keeps its lines."""
    if not SET_ID.fullmatch(name):
        raise AuthoringError("not_an_id", name)
    document = _document(files)
    plain = _plain(said)
    if name not in document:
        document[name] = _table(plain)
    else:
        _change(document[name], plain)
    return _with(files, document)


def remove_set(files: VersionFiles, name: str) -> VersionFiles:
    """Take a set of the version's own out again; no item may have it."""
    document = _document(files)
    if name not in document:
        raise AuthoringError("unknown_options", name)
    if any(one.get("options") == name for one in files.table(STRUCTURE).get("item", ())):
        raise AuthoringError("options_in_use", name)
    del document[name]
    return _with(files, document)


def give_set(files: VersionFiles, name: str, items: Collection[str]) -> VersionFiles:
    """Let some items be answered with a set."""
    document = files.document(STRUCTURE)
    for item in items:
        table = item_table(document, item)
        if table.get("options") != name:
            table["options"] = name
    return files.with_document(STRUCTURE, document)


def with_own_sets(text: str, own: str) -> str:
    """Put the sets that a version brings into ``response_options.toml``."""
    every, brought = tomlkit.parse(text), tomlkit.parse(own)
    for name, one in brought.items():
        if name not in every or every[name] != one:
            every[name] = one
    return tomlkit.dumps(every)


def _document(files: VersionFiles) -> TOMLDocument:
    return files.document(OPTIONS) if OPTIONS in files.texts else tomlkit.document()


def _with(files: VersionFiles, document: TOMLDocument) -> VersionFiles:
    texts = {**files.texts, OPTIONS: tomlkit.dumps(document)}
    if not document:
        del texts[OPTIONS]
    return replace(files, texts=texts)


def _answer(one: Option) -> WrittenAnswer:
    return WrittenAnswer(one.label, one.code, one.value)


def _plain(said: WrittenSet) -> dict[str, Any]:
    """Write a set as the tables of its file."""
    plain: dict[str, Any] = {"kind": said.kind}
    plain |= {"range": list(said.ends)} if said.ends else {}
    for key in ("stem", "low_label", "high_label"):
        if words := _words(getattr(said, key)):
            plain[key] = words
    options: list[dict[str, Any]] = [] if said.ends else _numbered(said)
    for missing, code in MISSING_CODES.items():
        if words := _words((said.missing or {}).get(missing)):
            options.append({"code": code, "missing": missing, "label": words})
    return {**plain, "options": options}


def _numbered(said: WrittenSet) -> list[dict[str, Any]]:
    """Give each answer its code: on a scale in a row, among choices the one it has, or a new."""
    answers = [one for one in said.answers if _words(one.label)]
    if said.kind == "scale":
        row = _row([one.value for one in answers if one.value is not None], len(answers))
        codes = [
            one.code if one.code and one.value == at else str(at)
            for at, one in zip(row, answers, strict=True)
        ]
        if len(set(codes)) < len(codes):  # a new value is the code of another answer
            codes = [str(at) for at in row]
        return [
            {"code": code, "value": at, "label": _words(one.label)}
            for code, at, one in zip(codes, row, answers, strict=True)
        ]
    numbered, highest = [], max((one.value or 0 for one in answers), default=0)
    for one in answers:
        highest += one.value is None
        value = highest if one.value is None else one.value
        numbered.append(
            {"code": one.code or str(value), "value": value, "label": _words(one.label)}
        )
    return numbered


def _row(known: Sequence[int], number: int) -> list[int]:
    """Go on from the first value, or down to the least where that would fall below 0."""
    first, step = (known[0] if known else 1), _step(known)
    if step < 0 and first + (number - 1) * step < 0:
        first = min(known) - (number - 1) * step
    return [first + at * step for at in range(number)]


def _step(known: Sequence[int]) -> int:
    """Return by how much most values of a scale go on, which may count down, or by 25; else 1."""
    steps = Counter(after - before for before, after in pairwise(known) if after != before)
    return min(steps, key=lambda step: (-steps[step], abs(step)), default=1)


def _words(text: Mapping[str, str] | None) -> dict[str, str]:
    tidy = {language: " ".join(words.split()) for language, words in (text or {}).items()}
    return {language: words for language, words in tidy.items() if words}


def _table(plain: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any table of tomlkit
    table = tomlkit.table()
    for key, value in plain.items():
        table[key] = _array(value) if key == "options" else _value(value)
    table.add(tomlkit.nl())
    return table


def _change(table: Any, plain: Mapping[str, Any]) -> None:  # noqa: ANN401 - any table of tomlkit
    for key in [one for one in table if one not in plain]:
        del table[key]
    for key, value in plain.items():
        if table.get(key) == value:
            continue
        if key == "options" and _relabelled(table.get(key, []), value):
            for old, new in zip(table[key], value, strict=True):
                if old["label"] != new["label"]:
                    old["label"] = _value(new["label"])
        else:
            table[key] = _array(value) if key == "options" else _value(value)


def _relabelled(old: Any, new: list[dict[str, Any]]) -> bool:  # noqa: ANN401 - any array of tomlkit
    """Tell whether the answers are the same but for what they are called."""
    kinds = [
        [(one.get("code"), one.get("value"), one.get("missing")) for one in answers]
        for answers in (old, new)
    ]
    return kinds[0] == kinds[1]


def _array(options: list[dict[str, Any]]) -> Any:  # noqa: ANN401 - any array of tomlkit
    array = tomlkit.array()
    array.multiline(multiline=True)
    for one in options:
        array.append(_value(one))
    return array


def _value(value: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    if not isinstance(value, Mapping):
        return value
    table = tomlkit.inline_table()
    for key, one in value.items():
        table[key] = _value(one)
    return table
