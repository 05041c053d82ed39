"""Scales and indices that a version brings with it, as lines of files of its own.

What was measured once keeps its makeup: a further measure is a table more in ``indices.toml``,
under a code that no other has, and changes no curve. A measure is a scale of items with a figure of
its own, or an index of such scales.
"""

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, KeyType, SingleKey

from questionnaires.authoring.edits import drop_item, inline_table, tidy_words
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.version_files import (
    INDICES,
    STRUCTURE,
    VersionFiles,
    language_file,
)
from questionnaires.library import Library
from questionnaires.measures import EQUAL
from questionnaires.parsing.measures import MEASURES

MEASURE_CODE = re.compile(r"[A-Z][A-Z0-9]{1,11}(-[a-z0-9]{1,12})?")
# written as a fraction; one of a file with an exponent could be too large for any machine
WEIGHT = re.compile(r"[1-9]\d{0,5}(/[1-9]\d{0,5})?")
MOST_WEIGHT = 99
FEWEST_PARTS = 2
REVISION = "strategy_revision"
BROUGHT_BY = "brought_by"


@dataclass(frozen=True, slots=True)
class WrittenMeasure:
    """A scale or an index as it is written.

    A scale has `items`, an index `parts`: how many times each scale counts. `placed` says that it
    stands on the pages of what staff answer, beside the others.
    """

    code: str
    population: str
    title: Mapping[str, str]
    short: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    placed: bool = False


def own_measures(files: VersionFiles) -> tuple[str, ...]:
    """Give the codes of the measures that a version brings, in the order of its file."""
    return tuple(code for code, one in _plain(files, INDICES).items() if isinstance(one, Mapping))


def read_measure(files: VersionFiles, code: str) -> WrittenMeasure:
    """Return a measure that a version brings, as it would be written."""
    found = _plain(files, INDICES).get(code)
    if not isinstance(found, Mapping):
        raise AuthoringError("unknown_scale", code)
    scales = {str(one["code"]): one for one in files.table(STRUCTURE).get("scale", ())}
    weights = {name: Fraction(share) for name, share in found.get("parts", {}).items()}
    title = found.get("title", {})
    return WrittenMeasure(
        code=code,
        population=str(found.get("population", "")),
        title=title,
        short={one: text for one, text in found.get("short", {}).items() if text != title.get(one)},
        about=found.get("about", {}),
        items=() if weights else tuple(scales.get(code, {}).get("items", ())),
        parts=_times(weights),
        placed=code in _placed(files),
    )


def codes_taken(library: Library) -> frozenset[str]:
    """Give every code that a measure has, or a scale had in any version: none means two things."""
    versions = (one for by_number in library.versions.values() for one in by_number.values())
    return frozenset({*library.indices, *(code for one in versions for code in one.scales)})


def write_measure(files: VersionFiles, said: WrittenMeasure) -> VersionFiles:
    """Write a measure of the version's own; what stands there and is not changed keeps its lines.

    Raises
    ------
    AuthoringError
        If its code is none, or too little was chosen that it is made of.
    """
    if not MEASURE_CODE.fullmatch(said.code) or said.code.endswith(EQUAL):
        raise AuthoringError("not_a_code", said.code)
    if not said.items and len(said.parts) < FEWEST_PARTS:
        raise AuthoringError("too_few_parts" if said.parts else "nothing_chosen", said.code)
    if any(not 0 < times <= MOST_WEIGHT for times in said.parts.values()):
        raise AuthoringError("not_a_weight", said.code)
    if said.items:
        files = _with_scale(files, said)
    document = _document(files, INDICES)
    document.setdefault(REVISION, files.table(STRUCTURE).get(REVISION, ""))
    plain = _index_of(files, said)
    if said.code in document:
        _change(document[said.code], plain)
    else:
        document.add(tomlkit.nl())
        document[said.code] = _table(plain)
    files = _with(files, INDICES, document)
    return _with_place(files, said.code, placed=said.placed and said.population == "staff")


def remove_measure(files: VersionFiles, code: str) -> VersionFiles:
    """Take a measure of the version's own out again, with its scale; no index may be made of it."""
    if code not in own_measures(files):
        raise AuthoringError("unknown_scale", code)
    if any(code in read_measure(files, one).parts for one in own_measures(files)):
        raise AuthoringError("scale_in_use", code)
    is_scale = not read_measure(files, code).parts
    document = _document(files, INDICES)
    del document[code]
    files = _with_place(_with(files, INDICES, document), code, placed=False)
    return _without_scale(files, code) if is_scale else files


def with_own_measure(text: str, own: str, code: str) -> str:
    """Put a measure that a version brings into a file of indices of the same strategy."""
    every, brought = tomlkit.parse(text), tomlkit.parse(own)
    if every.get(code) != brought[code]:
        every[code] = brought[code]
    return tomlkit.dumps(every)


def with_own_places(text: str, own: str) -> str:
    """Put the places that a version gives its measures into ``measures.toml``."""
    every = tomlkit.parse(text)
    staff: Any = every.setdefault("staff", tomlkit.table())
    for code in tomlkit.parse(own).get("staff", {}).get("alone", ()):
        if code not in staff.setdefault("alone", []):
            staff["alone"].append(code)
    return tomlkit.dumps(every)


def only_measures(files: VersionFiles) -> bool:
    """Tell whether the files of measures hold nothing but measures of the version's own."""
    found = {**_plain(files, INDICES)}
    revision = found.pop(REVISION, None)
    places = _plain(files, MEASURES)
    above: set[str] = set()
    for code, one in found.items():
        if not MEASURE_CODE.fullmatch(code) or not _is_measure(one):
            return False
        if one.get(BROUGHT_BY, _name_of(files)) != _name_of(files):
            return False
        # nothing may be made of itself
        if any(part in found and part not in above for part in one.get("parts", {})):
            return False
        above.add(code)
    return (
        (not found or revision == files.table(STRUCTURE).get(REVISION))
        and set(places) <= {"staff"}
        and set(places.get("staff", {})) <= {"alone"}
        and set(_placed(files)) <= set(found)
    )


def _is_measure(found: Any) -> bool:  # noqa: ANN401 - whatever TOML holds
    if not isinstance(found, Mapping):
        return False
    texts = [found.get(name, {}) for name in ("title", "short", "about")]
    weights = [found.get(name, {}) for name in ("parts", "equal_parts")]
    return all(map(_is_words, (*texts, *weights))) and all(
        WEIGHT.fullmatch(share) for one in weights for share in one.values()
    )


def _is_words(found: object) -> bool:
    return isinstance(found, Mapping) and all(isinstance(one, str) for one in found.values())


def _index_of(files: VersionFiles, said: WrittenMeasure) -> dict[str, Any]:
    """Write a measure as the table of its file."""
    plain: dict[str, Any] = {"population": said.population}
    if said.parts:
        # nothing else tells that there was none before: its scales may be older
        plain[BROUGHT_BY] = _name_of(files)
        total = sum(said.parts.values())
        plain["parts"] = {code: _share(times, total) for code, times in said.parts.items()}
        if len(set(said.parts.values())) > 1:
            plain["equal_parts"] = {code: _share(1, len(said.parts)) for code in said.parts}
    plain["title"] = tidy_words(said.title)
    # what stands on buttons is the title, where nothing shorter is said
    short = tidy_words(said.short)
    plain["short"] = {one: short.get(one, text) for one, text in plain["title"].items()} | short
    return plain | {"about": tidy_words(said.about)}


def _name_of(files: VersionFiles) -> str:
    return f"{files.key}/v{files.version}"


def _share(times: int, total: int) -> str:
    return str(Fraction(times, total))


def _times(weights: Mapping[str, Fraction]) -> dict[str, int]:
    """Give how many times each part counts, in the smallest whole numbers."""
    whole = math.lcm(*(share.denominator for share in weights.values()))
    return {code: int(share * whole) for code, share in weights.items()}


def _with_scale(files: VersionFiles, said: WrittenMeasure) -> VersionFiles:
    document = files.document(STRUCTURE)
    scales = _scales(document)
    table = next((one for one in scales if one.get("code") == said.code), None)
    before = [str(one) for one in table["items"]] if table is not None else []
    if table is None:
        table = tomlkit.table()
        table["code"], table["items"] = said.code, list(said.items)
        table.add(tomlkit.nl())
        scales.append(table)
    elif before != list(said.items):
        table["items"] = list(said.items)
    for own in _items(document, {*before, *said.items}):
        if own["id"] in said.items and "scale" not in own:
            _name_scale(own, said.code)
        elif own["id"] not in said.items and own.get("scale") == said.code:
            del own["scale"]
    files = files.with_document(STRUCTURE, document)
    for language in files.languages:
        files = _with_title(files, said.code, language, tidy_words(said.title).get(language, ""))
    return files


def _name_scale(item: Any, code: str) -> None:  # noqa: ANN401 - tables of tomlkit
    """Say which scale an item counts in, in the line where others say it: after the version."""
    rest = {key: item.pop(key) for key in [one for one in item if one not in {"id", "version"}]}
    item["scale"] = code
    for key, value in rest.items():
        item[key] = value


def _with_title(files: VersionFiles, code: str, language: str, title: str) -> VersionFiles:
    document = files.document(language_file(language))
    scales: Any = document.setdefault("scale", tomlkit.table(is_super_table=True))
    if code not in scales:
        table = tomlkit.table()
        table["title"] = title
        table.add(tomlkit.nl())
        scales[SingleKey(code, t=KeyType.Basic)] = table
    elif scales[code].get("title") != title:
        scales[code]["title"] = title
    return files.with_document(language_file(language), document)


def _without_scale(files: VersionFiles, code: str) -> VersionFiles:
    document = files.document(STRUCTURE)
    scales = _scales(document)
    for at in reversed(range(len(scales))):
        if scales[at].get("code") == code:
            del scales[at]
    for own in _items(document, {str(one["id"]) for one in document.get("item", ())}):
        if own.get("scale") == code:
            del own["scale"]
    files = files.with_document(STRUCTURE, document)
    for language in files.languages:
        words = files.document(language_file(language))
        words.get("scale", {}).pop(code, None)
        files = files.with_document(language_file(language), words)
    return files


def _scales(document: TOMLDocument) -> AoT:
    scales: AoT = document.setdefault("scale", tomlkit.aot())
    return scales


def _items(document: TOMLDocument, names: Collection[str]) -> Iterator[Any]:
    yield from (one for one in document.get("item", ()) if one.get("id") in names)


def _placed(files: VersionFiles) -> tuple[str, ...]:
    return tuple(_plain(files, MEASURES).get("staff", {}).get("alone", ()))


def _with_place(files: VersionFiles, code: str, *, placed: bool) -> VersionFiles:
    document = _document(files, MEASURES)
    if placed and code not in _placed(files):
        staff: Any = document.setdefault("staff", tomlkit.table())
        staff.setdefault("alone", []).append(code)
    elif not placed and code in _placed(files):
        alone: Any = document["staff"]
        drop_item(alone["alone"], code)
    return _with(files, MEASURES, document)


def _plain(files: VersionFiles, name: str) -> Mapping[str, Any]:
    return files.table(name) if name in files.texts else {}


def _document(files: VersionFiles, name: str) -> TOMLDocument:
    return files.document(name) if name in files.texts else tomlkit.document()


def _with(files: VersionFiles, name: str, document: TOMLDocument) -> VersionFiles:
    """Put a file back; one that holds no measure any more is none."""
    texts = {**files.texts, name: tomlkit.dumps(document)}
    kept = replace(files, texts=texts)
    if not (own_measures(kept) if name == INDICES else _placed(kept)):
        del texts[name]
    return replace(files, texts=texts)


def _table(plain: Mapping[str, Any]) -> Any:  # noqa: ANN401 - tables of tomlkit
    table = tomlkit.table()
    for key, value in plain.items():
        _put(table, key, value)
    return table


def _change(table: Any, plain: Mapping[str, Any]) -> None:  # noqa: ANN401 - tables of tomlkit
    for key in [one for one in table if one not in plain]:
        del table[key]
    for key, value in plain.items():
        if table.get(key) == value:
            continue
        if key in table and isinstance(value, Mapping) and set(table[key]) == set(value):
            for name, one in value.items():
                if table[key][name] != one:
                    table[key][name] = one
        else:
            table.pop(key, None)
            _put(table, key, value)


def _put(table: Any, key: str, value: Any) -> None:  # noqa: ANN401 - whatever TOML holds
    if key == "about":  # long texts have a line each
        for language, words in value.items():
            table.append(tomlkit.key([key, language]), words)
    elif isinstance(value, Mapping):
        table[key] = inline_table(value)
    else:
        table[key] = value
