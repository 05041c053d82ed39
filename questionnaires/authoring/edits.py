"""What an author does to a version: each edit takes its files and returns them changed.

Comments, order and everything that the edit does not speak of stay as they were written, so that
the files differ by the edit alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import tomlkit
from tomlkit.items import AoT, Array, Table

from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.version_files import STRUCTURE, VersionFiles, language_file
from questionnaires.parsing.forms import FORMS, NOT_ASKED
from questionnaires.sensitivity import Sensitivity

ITEM_ID = re.compile(r"(?!.{61})[a-z][a-z0-9]*(\.[a-z0-9]+)+")
OWN_WORDING = "EGEN"  # the tradition of what nobody asked before
LISTS_OF_FORMS = ("first_wave_without", "unfiltered")


@dataclass(frozen=True, slots=True)
class Words:
    """What an item says in one language; help and note are empty where it has none."""

    text: str
    help: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Traits:
    """What an item is, in all languages: which answers, what it measures, and how it is scored."""

    options: str
    statements: tuple[str, ...]
    core: bool = False
    reversed: bool = False
    reason: str = ""
    sensitivity: Sensitivity = ""


def reword_item(files: VersionFiles, item: str, language: str, words: Words) -> VersionFiles:
    """Write what an item says in a language; empty words are taken out."""
    name = language_file(language)
    if name not in files.texts:
        raise AuthoringError("unknown_language", language)
    if not any(one["id"] == item for one in files.table(STRUCTURE).get("item", ())):
        raise AuthoringError("unknown_item", item)
    document = files.document(name)
    if "item" not in document:
        document["item"] = tomlkit.table(is_super_table=True)
    items: Any = document["item"]
    if item not in items:
        if items:
            items[list(items)[-1]].add(tomlkit.nl())
        items[item] = tomlkit.table()
    for key in ("text", "help", "note"):
        _put(items[item], key, " ".join(getattr(words, key).split()))
    return files.with_document(name, document)


def describe_item(files: VersionFiles, item: str, traits: Traits) -> VersionFiles:
    """Write which answers an item has, what it measures and how it is scored."""
    document = files.document(STRUCTURE)
    table = item_table(document, item)
    if table.get("options") != traits.options:
        table["options"] = traits.options
    before = [str(one) for one in table.get("statements", ())]
    if set(before) != set(traits.statements):
        kept = [one for one in before if one in traits.statements]
        table["statements"] = [*kept, *(one for one in traits.statements if one not in kept)]
    _put(table, "core", traits.core)
    _put(table, "reversed", traits.reversed)
    _put(table, "reason", traits.reason.strip() if traits.reversed else "")
    _put(table, "sensitivity", traits.sensitivity)
    return files.with_document(STRUCTURE, document)


def add_item(
    files: VersionFiles,
    item: str,
    traits: Traits,
    *,
    after: str,
    forms: Sequence[str],
    scale: str | None = None,
    background: bool = False,
) -> VersionFiles:
    """Add an item after another one, and ask it in some forms.

    Parameters
    ----------
    files : VersionFiles
    item : str
        Its id, such as ``vp.apn.6``.
    traits : Traits
    after : str
        The item that it stands after, there and in the forms that ask that one; in others it is
        asked last.
    forms : sequence of str
        Those that ask it.
    scale : str, optional
        The scale that it is scored in.
    background : bool
        Whether it asks people about themselves, and measures nothing.

    Raises
    ------
    AuthoringError
        If it cannot be added so.
    """
    if background and scale is not None:
        raise AuthoringError("scored_background", item)
    document = files.document(STRUCTURE)
    if not ITEM_ID.fullmatch(item):
        raise AuthoringError("not_an_id", item)
    if item in {one["id"] for one in _tables(document, "item")}:
        raise AuthoringError("taken", item)
    _insert(document, _new_item(item, traits, scale, background=background), after)
    if scale is not None:
        scales = {one["code"]: one for one in _tables(document, "scale")}
        if scale not in scales:
            raise AuthoringError("unknown_scale", scale)
        scales[scale]["items"].append(item)
    files = files.with_document(STRUCTURE, document)
    for name in files.languages:
        files = reword_item(files, item, name, Words(""))
    return _ask(files, item, after, forms)


def retire_item(files: VersionFiles, item: str, before: VersionFiles | None = None) -> VersionFiles:
    """Take an item out: of its scales, its texts and the forms that asked it.

    Where `before`, the version before it, has the item, the forms keep in mind that they asked it.
    """
    document = files.document(STRUCTURE)
    item_table(document, item)
    items = _tables(document, "item")
    del items[next(at for at, one in enumerate(items) if one["id"] == item)]
    for scale in _tables(document, "scale"):
        drop_item(scale["items"], item)
    files = files.with_document(STRUCTURE, document)
    for language in files.languages:
        words = files.document(language_file(language))
        texts: Any = words.get("item", {})
        if item in texts:
            del texts[item]
        files = files.with_document(language_file(language), words)
    known = before is not None and item in {
        one["id"] for one in before.table(STRUCTURE).get("item", ())
    }
    return _never_ask(files, item, before.version if before and known else 0)


def move_item(
    files: VersionFiles, item: str, form: str, way: Literal["up", "down"]
) -> VersionFiles:
    """Let an item and its neighbour in a form change places; at the end of the form it stays."""
    order = asked_order(files, form)
    if item not in order:
        raise AuthoringError("unknown_item", item)
    return place_item(files, item, form, order.index(item) + (0 if way == "up" else 2))


def place_item(files: VersionFiles, item: str, form: str, number: int) -> VersionFiles:
    """Let an item be the one with a number in its form, from 1; beyond an end it is at that end.

    Blocks keep their sizes: what stands at the edge of one between the two places goes over into
    the next, so that what is shown together stays as long as it was. In a form with modules only
    the item itself goes over: no other is put to other people than before.
    """
    order = list(asked_order(files, form))
    if item not in order:
        raise AuthoringError("unknown_item", item)
    was = order.index(item)
    order.remove(item)
    order.insert(min(max(number - 1, 0), len(order)), item)
    document = files.document(FORMS)
    if any("module" in block for block in document[form]["block"]):
        at = order.index(item)
        beside = order[at + (1 if at < was else -1)] if at != was else item
        _join_beside(document[form], item, beside, after=at > was)
        return files.with_document(FORMS, document)
    following = iter(order)
    for items in _blocks(document, form):
        for at in range(len(items)):
            said = next(following)
            if items[at] != said:
                items[at] = said
    return files.with_document(FORMS, document)


def _join_beside(
    form: Any,  # noqa: ANN401 - any table of tomlkit
    item: str,
    beside: str,
    *,
    after: bool,
) -> None:
    """Let an item stand directly before or after another one, in the block of that one."""
    if item == beside:
        return
    for block in form["block"]:
        drop_item(block["items"], item)
    joined = next(block["items"] for block in form["block"] if beside in block["items"])
    joined.insert(list(joined).index(beside) + after, item)
    for at in reversed(range(len(form["block"]))):
        if not form["block"][at]["items"]:
            del form["block"][at]


def asked_order(files: VersionFiles, form: str) -> tuple[str, ...]:
    """Return the items of a form in the order in which it asks them."""
    forms = files.table(FORMS)
    if form not in forms or form == NOT_ASKED:
        raise AuthoringError("unknown_form", form)
    return tuple(str(item) for block in forms[form].get("block", ()) for item in block["items"])


def forms_of(files: VersionFiles) -> tuple[str, ...]:
    """Return the forms that are made of the version and have an order of their own."""
    forms = files.table(FORMS)
    return tuple(name for name, form in forms.items() if name != NOT_ASKED and "block" in form)


def _new_item(item: str, traits: Traits, scale: str | None, *, background: bool) -> Table:
    table = tomlkit.table()
    said: dict[str, Any] = {"id": item, "version": 1}
    if scale is not None:
        said["scale"] = scale
    said |= {"options": traits.options, "statements": list(traits.statements)}
    said |= {"purpose": "background"} if background else {}
    said |= {"core": True} if traits.core else {}
    said |= {"reversed": True, "reason": traits.reason} if traits.reversed else {}
    said |= {"sensitivity": traits.sensitivity} if traits.sensitivity else {}
    for name, value in {**said, "tradition": OWN_WORDING}.items():
        table[name] = value
    return table


def _insert(document: Mapping[str, Any], table: Table, after: str) -> None:
    items = _tables(document, "item")
    item_table(document, after)
    at = next(number for number, one in enumerate(items, 1) if one["id"] == after)
    if at == len(items):
        items[-1].add(tomlkit.nl())
    else:
        table.add(tomlkit.nl())
    items.insert(at, table)


def _ask(files: VersionFiles, item: str, after: str, forms: Sequence[str]) -> VersionFiles:
    document = files.document(FORMS)
    for form in forms:
        if form not in document or form == NOT_ASKED:
            raise AuthoringError("unknown_form", form)
        blocks = list(_blocks(document, form))
        block = next((one for one in blocks if after in one), blocks[-1])
        at = list(block).index(after) + 1 if after in block else len(block)
        block.insert(at, item)
        for earlier in document[form].get("earlier", ()):
            drop_item(earlier.get("items", []), item)
    return files.with_document(FORMS, document)


def _never_ask(files: VersionFiles, item: str, asked_in: int) -> VersionFiles:
    document = files.document(FORMS)
    for name, form in document.items():
        if name == NOT_ASKED:
            form.pop(item, None)
            continue
        if take_out_of(form, item) and asked_in:
            keep_in_mind(form, asked_in, item)
    return files.with_document(FORMS, document)


def take_out_of(form: Any, item: str) -> bool:  # noqa: ANN401 - any table of tomlkit
    """Take an item out of the blocks and lists of a form; false where it did not ask it."""
    for key in LISTS_OF_FORMS:
        drop_item(form.get(key, []), item)
    blocks = form.get("block", [])
    asked = any(item in block["items"] for block in blocks)
    for block in blocks:
        drop_item(block["items"], item)
    for at in reversed(range(len(blocks))):
        if not blocks[at]["items"]:
            del blocks[at]
    return asked


def keep_in_mind(form: Any, version: int, item: str) -> None:  # noqa: ANN401 - any table of tomlkit
    """Say in a form that it asked an item with an earlier version, which nothing else tells."""
    record = earlier_record(form, version)
    if "items" not in record:
        record["items"] = []
    if item not in record["items"]:
        record["items"].append(item)


def earlier_record(form: Any, version: int) -> Any:  # noqa: ANN401 - any table of tomlkit
    """Return the table in which a form says what it was with an earlier version; new if need be."""
    if "earlier" not in form:
        form["earlier"] = tomlkit.aot()
    for record in form["earlier"]:
        if record["version"] == version:
            return record
    record = tomlkit.table()
    record["version"] = version
    form["earlier"].append(record)
    return form["earlier"][-1]


def _blocks(document: Mapping[str, Any], form: str) -> Iterator[Array]:
    for block in document[form].get("block", ()):
        yield block["items"]


def _tables(document: Mapping[str, Any], name: str) -> AoT:
    tables: AoT = document.get(name, tomlkit.aot())
    return tables


def item_table(document: Mapping[str, Any], item: str) -> Table:
    """Return the table of an item in ``instrument.toml``, to be changed; raises where it is not."""
    tables: Iterator[Table] = (one for one in _tables(document, "item") if one["id"] == item)
    found = next(tables, None)
    if found is None:
        raise AuthoringError("unknown_item", item)
    return found


def drop_item(members: list[Any], item: str) -> None:
    """Take an item out of a list of a file, wherever it stands in it."""
    while item in members:
        members.remove(item)


def tidy_words(text: Mapping[str, str]) -> dict[str, str]:
    """Return a text in the languages that it has words in, with single spaces."""
    tidy = {language: " ".join(words.split()) for language, words in text.items()}
    return {language: words for language, words in tidy.items() if words}


def inline_table(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a table of tomlkit
    """Write a table on one line, as `{ nb = "…", en = "…" }`."""
    said = (f"{_key(one)} = {tomlkit.string(text).as_string()}" for one, text in value.items())
    return tomlkit.value(f"{{ {', '.join(said)} }}" if value else "{}")


def _key(name: str) -> str:
    """Write a name as a key; codes of answers stand in quotes, as in the agency's own files."""
    return f'"{name}"' if name.isdecimal() else tomlkit.key(name).as_string()


def _put(table: Table, key: str, value: str | bool) -> None:
    """Write what is said, leave what is said already, and take out what is not said any more."""
    if not value:
        table.pop(key, None)
    elif table.get(key) != value:
        table[key] = value
