"""Read one version of an instrument: structure once, words per language."""

from pathlib import Path
from typing import Any, Literal, cast

from questionnaires.errors import Problem
from questionnaires.languages import read_languages, read_partial
from questionnaires.model import Condition, Item, Scale, Text
from questionnaires.parsing.draft import InstrumentDraft, Placed
from questionnaires.reading import Table, read_toml
from questionnaires.sensitivity import SENSITIVITIES, Sensitivity

# Half the items answered and no less: 2 of 2, 2 of 3, 3 of 4, 3 of 5, 5 of 8 (instruments 4.2).
MINIMUM_ANSWERED = 0.6


def parse_instrument(
    root: Path, directory: str, raw_options: dict[str, Any], problems: list[Problem]
) -> InstrumentDraft:
    """Read the version of an instrument that stands in `directory` below `root`."""
    file = f"{directory}/instrument.toml"
    structure = read_toml(root, file, problems)
    optional = (*_list(structure, "optional_languages"), *read_partial())
    words = {
        language: read_toml(root, f"{directory}/text.{language}.toml", problems)
        for language in read_languages()
        if language not in optional or (root / directory / f"text.{language}.toml").exists()
    }
    return parse_version(directory, structure, words, raw_options, problems)


def parse_version(
    directory: str,
    structure: dict[str, Any],
    words: dict[str, dict[str, Any]],
    raw_options: dict[str, Any],
    problems: list[Problem],
) -> InstrumentDraft:
    """Read a version from the tables of its files, `words` by language."""
    file = f"{directory}/instrument.toml"
    content: dict[str, object] = {
        "structure": structure,
        "words": words,
        "options": _used(structure, raw_options),
    }
    texts: dict[str, Table] = {
        language: Table(f"{directory}/text.{language}.toml", "", table, problems)
        for language, table in words.items()
    }
    return _instrument(Table(file, "", structure, problems), directory, texts, content)


def _used(structure: dict[str, Any], raw_options: dict[str, Any]) -> dict[str, Any]:
    """Response options belong to the version: another label is another question."""
    items = [item for item in _list(structure, "item") if isinstance(item, dict)]
    names = {str(item.get("options")) for item in items}
    return {name: raw_options[name] for name in sorted(names & set(raw_options))}


def _list(structure: dict[str, Any], name: str) -> list[Any]:
    """Look ahead at a list; what is none is told where it is taken."""
    found = structure.get(name)
    return found if isinstance(found, list) else []


def _instrument(
    top: Table, directory: str, texts: dict[str, Table], content: dict[str, object]
) -> InstrumentDraft:
    scale_words = {language: text.table("scale") for language, text in texts.items()}
    item_words = {language: text.table("item") for language, text in texts.items()}
    draft = InstrumentDraft(
        key=top.text("key"),
        title={language: text.take("title", str) for language, text in texts.items()},
        version=top.count("version"),
        directory=directory,
        strategy_revision=top.take("strategy_revision", str),
        optional_languages=top.strings("optional_languages"),
        scales=tuple(_scale(table, scale_words) for table in top.tables("scale", "code")),
        items=tuple(_item(table, item_words) for table in top.tables("item")),
        content=content,
    )
    for table in (top, *texts.values(), *scale_words.values(), *item_words.values()):
        table.close()
    if directory != f"instruments/{draft.key}/v{draft.version}":
        top.wrong("key", f"key and version must be those of the directory, {directory}")
    return draft


def _words(tables: dict[str, Table], name: str, *keys: str) -> list[Text | None]:
    """Gather the texts of one item or scale from the files of its languages."""
    found: list[dict[str, str]] = [{} for _ in keys]
    for language, texts in tables.items():
        table = texts.table(name)
        for key, text in zip(keys, found, strict=True):
            if words := table.take(key, str, ""):
                text[language] = words
        table.close()
    return [text or None for text in found]


def _scale(table: Table, words: dict[str, Table]) -> Placed[Scale]:
    code = table.text("code")
    items = table.strings("items", required=True)
    share = table.number("min_answered", MINIMUM_ANSWERED)
    if share is not None and not 0 < share <= 1:
        table.wrong("min_answered", "a share lies above 0 and at most at 1")
    table.close()
    (title,) = _words(words, code, "title")
    least = MINIMUM_ANSWERED if share is None else share
    return Placed(table.file, table.key, Scale(code, title or {}, items, least))


def _item(table: Table, words: dict[str, Table]) -> Placed[Item]:
    name = table.text("id")
    text, help_text, note = _words(words, name, "text", "help", "note")
    presentation = table.choice("presentation", ("radio", "select", "checkbox"), "radio")
    purpose = table.choice("purpose", ("measure", "background", "filter"), "measure")
    item = Item(
        id=name,
        version=table.count("version"),
        scale=table.take("scale", str, "") or None,
        options=table.take("options", str),
        presentation=cast("Literal['radio', 'select', 'checkbox']", presentation),
        statements=table.strings("statements", required=True),
        purpose=cast("Literal['measure', 'background', 'filter']", purpose),
        reversed=table.take("reversed", bool, default=False),
        reason=table.take("reason", str, ""),
        core=table.take("core", bool, default=False),
        filter=tuple(parse_condition(one) for one in table.tables("filter", "item")),
        tradition=table.take("tradition", str),
        text=text or {},
        help=help_text,
        note=note,
        sensitivity=read_sensitivity(table),
    )
    table.close()
    return Placed(table.file, table.key, item)


def read_sensitivity(table: Table, name: str = "sensitivity") -> Sensitivity:
    """Read how much care an item needs; nothing where the key is missing."""
    if not table.has(name):
        return ""
    return cast("Sensitivity", table.choice(name, SENSITIVITIES))


def parse_condition(table: Table) -> Condition:
    """Read ``{ item = "...", any_of = [...] }``, or the same with ``none_of``."""
    item = table.take("item", str)
    negate = table.has("none_of")
    codes = table.strings("none_of" if negate else "any_of", required=True)
    table.close()
    return Condition(item, codes, negate)
