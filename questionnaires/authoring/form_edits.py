"""What a form asks, in which blocks, with which text before them, and how long it takes."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import tomlkit
from tomlkit.items import Array

from questionnaires.authoring.edits import (
    asked_order,
    drop_item,
    earlier_record,
    keep_in_mind,
    take_out_of,
)
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.version_files import STRUCTURE, VersionFiles, messages_file
from questionnaires.look_alikes import odd_sign
from questionnaires.messages import placeholders
from questionnaires.parsing.forms import FORMS, NOT_ASKED

INTRO = "intro"
FILLED_IN = frozenset({"hjelp"})  # what a form can put into the text before a block
MOST_MINUTES = 60
WITHOUT = "without_indices"
MODULE = re.compile(r"[^\W\d_][\w-]{0,29}")


def ask_in(
    files: VersionFiles, item: str, form: str, before: VersionFiles | None = None
) -> VersionFiles:
    """Ask an item, which may be of another instrument, in a form of the version, last.

    It stands in a block of its own: in another one it could take the stem from those beside it.
    Where the item is older than the version, the form keeps in mind that it did not ask it with
    `before`, the version before it, which nothing else tells.
    """
    document, table = _form(files, form)
    if item in asked_order(files, form):
        return files
    table["block"].append(_block([item]))
    asked_then = any(item in one.get("items", ()) for one in table.get("earlier", ()))
    for earlier in table.get("earlier", ()):
        drop_item(earlier.get("items", []), item)
    if before is not None and not asked_then and _is_older(item, files, before):
        _remember(earlier_record(table, before.version), "without", item)
    document.get(NOT_ASKED, {}).pop(item, None)
    return files.with_document(FORMS, document)


def stop_asking(
    files: VersionFiles, item: str, form: str, before: VersionFiles | None = None
) -> VersionFiles:
    """Take an item out of one form; the version keeps it, and forms that ask it, too."""
    document, table = _form(files, form)
    if not take_out_of(table, item):
        raise AuthoringError("unknown_item", item)
    if not table["block"]:
        raise AuthoringError("empty_form", form)
    asked_first = not any(item in one.get("without", ()) for one in table.get("earlier", ()))
    for earlier in table.get("earlier", ()):
        drop_item(earlier.get("without", []), item)
    if before is not None and asked_first and _is_older(item, files, before):
        keep_in_mind(table, before.version, item)
    return files.with_document(FORMS, document)


def begin_block(files: VersionFiles, item: str, form: str) -> VersionFiles:
    """Let an item and those after it in its block stand in a block of their own."""
    document, table = _form(files, form)
    block, at = _place(table, item)
    items = table["block"][block]["items"]
    if at == 0:
        return files
    rest = [str(one) for one in items[at:]]
    for one in rest:
        items.remove(one)
    table["block"].insert(block + 1, block_beside(table["block"][block], rest))
    return files.with_document(FORMS, document)


def join_block(files: VersionFiles, item: str, form: str) -> VersionFiles:
    """Put the block that an item stands in behind the one above it, whose text it gets."""
    document, table = _form(files, form)
    block, _at = _place(table, item)
    if block == 0:
        return files
    items: Array = table["block"][block - 1]["items"]
    for one in table["block"][block]["items"]:
        items.append(str(one))
    del table["block"][block]
    return files.with_document(FORMS, document)


def give_to_module(files: VersionFiles, item: str, form: str, module: str) -> VersionFiles:
    """Ask the block that an item stands in of those alone who get a module; of all without a name.

    Raises
    ------
    AuthoringError
        If there is no such form or item, or the name is none.
    """
    # what looks like another module's name would divide people in a way that no page shows
    if module and (not MODULE.fullmatch(module) or odd_sign(module)[1]):
        raise AuthoringError("not_a_module", module)
    document, table = _form(files, form)
    block = table["block"][_place(table, item)[0]]
    if block.get("module", "") == module:
        return files
    block.pop("module", None)
    if module:
        # before the items, as the text before them
        items = block.pop("items")
        block["module"], block["items"] = module, items
    return files.with_document(FORMS, document)


def keep_modules_in_mind(
    files: VersionFiles, form: str, before: VersionFiles | None
) -> VersionFiles:
    """Say in a form how it was divided with `before`, the version before it, if otherwise."""
    if before is None or "block" not in before.table(FORMS).get(form, {}):
        return files
    then = _modules(before.table(FORMS)[form])
    divided_alike = _modules(files.table(FORMS)[form]) == then
    earlier = files.table(FORMS)[form].get("earlier", ())
    known = [one.get("modules") for one in earlier if one["version"] == before.version]
    if (known or [None]) == [None if divided_alike else then]:
        return files
    document, table = _form(files, form)
    record = earlier_record(table, before.version)
    record.pop("modules", None)
    if not divided_alike:
        record["modules"] = tomlkit.inline_table()
        record["modules"].update(then)
    elif set(record) == {"version"}:
        table["earlier"].remove(record)
    if not table["earlier"]:
        del table["earlier"]
    return files.with_document(FORMS, document)


def _modules(form: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give the items of each module, whatever their order."""
    found: dict[str, list[str]] = {}
    for block in form["block"]:
        if "module" in block:
            found.setdefault(str(block["module"]), []).extend(map(str, block["items"]))
    return {name: sorted(items) for name, items in found.items()}


def go_without(files: VersionFiles, form: str, indices: Collection[str]) -> VersionFiles:
    """Say of which indices a form asks all, but nobody: its waves have no figure of them."""
    document, table = _form(files, form)
    if list(table.get(WITHOUT, ())) == list(indices):
        return files
    if not indices:
        del table[WITHOUT]
    elif WITHOUT in table:
        table[WITHOUT] = list(indices)
    else:
        blocks = {name: table.pop(name) for name in ("block", "earlier") if name in table}
        table[WITHOUT] = list(indices)
        for name, one in blocks.items():
            table[name] = one
    return files.with_document(FORMS, document)


def write_intro(
    files: VersionFiles, item: str, form: str, words: Mapping[str, str]
) -> VersionFiles:
    """Write the text before the block of an item; without words there is none.

    A text that other forms or versions have is not changed: the block gets one of its own, in
    ``messages.<language>.toml`` of the version.

    Raises
    ------
    AuthoringError
        If there is no such form or item, or a text has a placeholder that no form fills in.
    """
    if any(placeholders(text) - FILLED_IN for text in words.values()):
        raise AuthoringError("unknown_placeholder", form)
    document, table = _form(files, form)
    block = table["block"][_place(table, item)[0]]
    said = {one: " ".join(words.get(one, "").split()) for one in files.languages}
    key = str(block.get("intro", ""))
    if not any(said.values()):
        block.pop("intro", None)
        return _without_text(files.with_document(FORMS, document), key)
    if not key.startswith(_own(files)):
        key = _free_key(files)
        # before the items, as it stands on the form
        items = block.pop("items")
        block["intro"], block["items"] = key, items
    return _with_text(files.with_document(FORMS, document), key, said)


def own_intro(files: VersionFiles, key: str) -> Mapping[str, str] | None:
    """Return a text before a block as the version brings it, or None where it brings it not."""
    if not key.startswith(_own(files)):
        return None
    name = key.removeprefix(f"{INTRO}.")
    return {
        one: str(files.table(messages_file(one)).get(INTRO, {}).get(name, ""))
        for one in files.languages
        if messages_file(one) in files.texts
    }


def write_minutes(
    files: VersionFiles, form: str, minutes: int, before: VersionFiles | None = None
) -> VersionFiles:
    """Write how many minutes a form promises; it keeps in mind what it promised before."""
    if not 0 < minutes <= MOST_MINUTES:
        raise AuthoringError("not_minutes", form)
    document, table = _form(files, form)
    if table.get("minutes") == minutes:
        return files
    if before is not None and "minutes" in table:
        record = earlier_record(table, before.version)
        record.setdefault("minutes", int(table["minutes"]))
    table["minutes"] = minutes
    return files.with_document(FORMS, document)


def with_own_intros(text: str, own: str) -> str:
    """Put the texts before blocks that a version brings into the messages of a language."""
    every, brought = tomlkit.parse(text), tomlkit.parse(own)
    for name, words in brought.get(INTRO, {}).items():
        if INTRO not in every:
            every[INTRO] = tomlkit.table()
        every[INTRO][name] = str(words)
    return tomlkit.dumps(every)


def only_intros(files: VersionFiles, name: str) -> bool:
    """Tell whether a file of messages holds nothing but the version's own texts before blocks."""
    said, mark = files.table(name), _own(files).removeprefix(f"{INTRO}.")
    intros = said.get(INTRO, {})
    return set(said) <= {INTRO} and all(
        key.startswith(mark) and isinstance(text, str) and not placeholders(text) - FILLED_IN
        for key, text in intros.items()
    )


def _own(files: VersionFiles) -> str:
    return f"{INTRO}.{files.key}.v{files.version}."


def _free_key(files: VersionFiles) -> str:
    known = {
        f"{INTRO}.{name}"
        for one in files.languages
        if messages_file(one) in files.texts
        for name in files.table(messages_file(one)).get(INTRO, {})
    }
    numbers = (f"{_own(files)}{at}" for at in range(1, len(known) + 2))
    return next(one for one in numbers if one not in known)


def _with_text(files: VersionFiles, key: str, said: Mapping[str, str]) -> VersionFiles:
    texts = dict(files.texts)
    for language, words in said.items():
        name = messages_file(language)
        document = tomlkit.parse(texts.get(name, ""))
        if INTRO not in document:
            document[INTRO] = tomlkit.table()
        table: Any = document[INTRO]
        if words:
            table[key.removeprefix(f"{INTRO}.")] = words
        else:
            table.pop(key.removeprefix(f"{INTRO}."), None)
        texts[name] = tomlkit.dumps(document)
    return replace(files, texts=texts)


def _without_text(files: VersionFiles, key: str) -> VersionFiles:
    """Take a text of the version's own out, if no block has it any more."""
    used = {
        block.get("intro")
        for name, form in files.table(FORMS).items()
        if name != NOT_ASKED
        for block in form.get("block", ())
    }
    if not key.startswith(_own(files)) or key in used:
        return files
    kept = _with_text(files, key, dict.fromkeys(files.languages, ""))
    empty = {messages_file(one) for one in files.languages}
    texts = {
        name: text
        for name, text in kept.texts.items()
        if name not in empty or kept.table(name).get(INTRO)
    }
    return replace(kept, texts=texts)


def _form(files: VersionFiles, form: str) -> tuple[Any, Any]:
    document = files.document(FORMS)
    if form == NOT_ASKED or form not in document or "block" not in document[form]:
        raise AuthoringError("unknown_form", form)
    return document, document[form]


def _block(items: list[str]) -> Any:  # noqa: ANN401 - any table of tomlkit
    block = tomlkit.table()
    block["items"] = items
    block.add(tomlkit.nl())
    return block


def block_beside(block: Any, items: list[str]) -> Any:  # noqa: ANN401 - tables of tomlkit
    """Make a block for those who are asked another one: of the same module, with no text."""
    found = _block(items)
    if "module" in block:
        found["module"] = block["module"]
    return found


def _place(table: Any, item: str) -> tuple[int, int]:  # noqa: ANN401 - any table of tomlkit
    for number, block in enumerate(table["block"]):
        if item in block["items"]:
            return number, list(block["items"]).index(item)
    raise AuthoringError("unknown_item", item)


def _is_older(item: str, files: VersionFiles, before: VersionFiles) -> bool:
    return item not in _items(files) or item in _items(before)


def _items(files: VersionFiles) -> set[str]:
    return {str(one.get("id")) for one in files.table(STRUCTURE).get("item", ())}


def _remember(record: Any, key: str, item: str) -> None:  # noqa: ANN401 - any table of tomlkit
    if key not in record:
        record[key] = []
    if item not in record[key]:
        record[key].append(item)
