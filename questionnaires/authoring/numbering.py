"""The number of each wording: it rises by itself where an item is put to people in a new way."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from questionnaires.authoring.version_files import STRUCTURE, VersionFiles, language_file
from questionnaires.checks_of_versions import changed_in
from questionnaires.errors import Problem
from questionnaires.model import Item
from questionnaires.parsing.draft import InstrumentDraft
from questionnaires.parsing.instruments import parse_version


def numbered(files: VersionFiles, earlier: Sequence[VersionFiles]) -> VersionFiles:
    """Give every item the number of its wording.

    Parameters
    ----------
    files : VersionFiles
        The version that is written.
    earlier : sequence of VersionFiles
        All versions before it.

    Returns
    -------
    VersionFiles
        An item that an earlier version asked alike has the number it had there, and one that none
        asked alike the next that is free: it rises once, however often the item is rewritten, and
        goes back where the old words are written again (ADR 0087).
    """
    asked = [_items(one) for one in sorted(earlier, key=lambda one: one.version)]
    due = {
        name: _number(item, [items[name] for items in asked if name in items])
        for name, item in _items(files).items()
    }
    said = files.table(STRUCTURE).get("item", ())
    if all(one.get("version") == due.get(str(one.get("id")), one.get("version")) for one in said):
        return files
    document = files.document(STRUCTURE)
    for table in document.get("item", ()):
        number = due.get(str(table.get("id")))
        if number is not None and table.get("version") != number:
            table["version"] = number
    return files.with_document(STRUCTURE, document)


def read_items(files: VersionFiles) -> InstrumentDraft:
    """Read a version as far as it can be read; what is wrong with it is told by its assessment."""
    return _read(files, [])


def misread(files: VersionFiles) -> tuple[Problem, ...]:
    """Tell what stands in a version's files and is not what such a file holds."""
    problems: list[Problem] = []
    _read(files, problems)
    return tuple(problems)


def _read(files: VersionFiles, problems: list[Problem]) -> InstrumentDraft:
    words: dict[str, dict[str, Any]] = {
        language: files.table(language_file(language)) for language in files.languages
    }
    return parse_version(files.directory, files.table(STRUCTURE), words, {}, problems)


def _items(files: VersionFiles) -> Mapping[str, Item]:
    return {place.value.id: place.value for place in read_items(files).items}


def _number(item: Item, before: Iterable[Item]) -> int:
    first: dict[int, Item] = {}
    for one in before:
        first.setdefault(one.version, one)
    alike = [number for number, one in first.items() if not changed_in(one, item)]
    return max(alike) if alike else max(first, default=0) + 1
