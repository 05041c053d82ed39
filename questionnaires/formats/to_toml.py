"""A questionnaire as one TOML file, with everything that it holds; `from_toml` reads it again.

The words are those of the content folder: ``[[block]]``, ``[[item]]``, ``[options.NAME]``,
``[[scale]]``, ``[[index]]``, one text by language. What is not there is not written: TOML has no
word for nothing.
"""

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any, Final

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Table

from questionnaires.canonical import UnreadableError, as_plain, build, written_fields
from questionnaires.formats.left_out import WrittenFile
from questionnaires.model import Questionnaire
from questionnaires.toml_text import NotTomlError, TooDeepError, read_toml_text

FORMAT: Final = "verdibarometer-questionnaire-1"
_MANY: Final = {"items": "item", "scales": "scale", "indices": "index"}
_HEAD: Final = "A questionnaire of Verdibarometer, as docs/formats/questionnaire.md describes it."


class WasChangedError(UnreadableError):
    """The file is not as it was written."""

    def __init__(self) -> None:
        super().__init__("the file was changed since it was written: take its line «hash» out")


def to_toml(asked: Questionnaire) -> WrittenFile:
    """Write a questionnaire; nothing is lost."""
    plain = _without_nothing(as_plain(asked))
    document = tomlkit.document()
    document.add(tomlkit.comment(_HEAD))
    document.add("format", tomlkit.item(FORMAT))
    document.add("hash", tomlkit.item(asked.hash))
    document.add("strategy_revision", tomlkit.item(asked.strategy_revision))
    form = plain["form"]
    blocks = form.pop("blocks")
    document.add("form", _table(form))
    _add_tables(document, "block", blocks)
    for name, key in _MANY.items():
        _add_tables(document, key, plain[name])
    options = tomlkit.table(is_super_table=True)
    for name, one in plain["options"].items():
        options.add(tomlkit.key(name), _options(one))
    document.add("options", options)
    return WrittenFile(tomlkit.dumps(document).encode(), ())


def from_toml(content: bytes) -> Questionnaire:
    """Read what `to_toml` wrote.

    Raises
    ------
    UnreadableError
        If it is not such a file, or was changed since it was written; the sentence says what.
    TooDeepError
        If it is nested more deeply than any.
    """
    try:
        plain = read_toml_text(content.decode("utf-8-sig"))
    except TooDeepError:
        raise
    except (NotTomlError, UnicodeDecodeError) as problem:
        raise UnreadableError(f"the file is not valid TOML: {problem}") from None
    if plain.pop("format", None) != FORMAT:
        raise UnreadableError(f'this is no questionnaire: it has no line format = "{FORMAT}"')
    known = plain.pop("hash", None)
    for name, key in _MANY.items():
        plain[name] = plain.pop(key, [])
    if isinstance(plain.get("form"), dict):
        plain["form"]["blocks"] = plain.pop("block", [])
    plain.setdefault("options", {})
    asked = build(Questionnaire, _with_nothing(Questionnaire, plain))
    if known is not None and known != asked.hash:
        raise WasChangedError
    return asked


def _without_nothing(plain: Any) -> Any:  # noqa: ANN401 - whatever a questionnaire holds
    if isinstance(plain, Mapping):
        return {key: _without_nothing(one) for key, one in plain.items() if one is not None}
    if isinstance(plain, tuple | list):
        return [_without_nothing(one) for one in plain]
    return plain


def _with_nothing(kind: Any, plain: Any) -> Any:  # noqa: ANN401 - as built for `kind`
    """Put None where a field may be None and is not there."""
    if isinstance(kind, typing.TypeAliasType):
        return _with_nothing(kind.__value__, plain)
    if is_dataclass(kind):
        return _fields(kind, plain)
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return _with_nothing(next(one for one in arguments if one is not type(None)), plain)
    if isinstance(plain, list) and arguments:
        return [_with_nothing(arguments[0], one) for one in plain]
    if isinstance(plain, dict) and len(arguments) > 1:
        return {key: _with_nothing(arguments[1], one) for key, one in plain.items()}
    return plain


def _fields(kind: Any, plain: Any) -> Any:  # noqa: ANN401 - as built for `kind`
    if not isinstance(plain, dict):
        return plain
    hints = typing.get_type_hints(kind)
    there = {name: _with_nothing(hints.get(name), one) for name, one in plain.items()}
    absent = {one.name for one in written_fields(kind)} - set(there)
    return there | {name: None for name in absent if _may_be_none(hints[name])}


def _may_be_none(kind: Any) -> bool:  # noqa: ANN401 - a type given as a value
    return type(None) in typing.get_args(kind)


def _add_tables(document: TOMLDocument, key: str, many: Sequence[Mapping[str, Any]]) -> None:
    if many:
        document.add(key, AoT([_table(one) for one in many]))


def _table(plain: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for name, value in plain.items():
        if isinstance(value, Mapping) and value and all(type(one) is str for one in value.values()):
            # a line for each language: a comparison of two files shows what was changed in which
            for language, words in value.items():
                table.add(tomlkit.key([name, language]), tomlkit.item(words))
        else:
            table.add(name, _value(value))
    return table


def _options(plain: Mapping[str, Any]) -> Table:
    """Write a set with an option on each line, as the content folder has it."""
    table = tomlkit.table()
    for name, value in plain.items():
        written = _value(value)
        if name == "options":
            written.multiline(multiline=True)
        table.add(name, written)
    return table


def _value(value: Any) -> Any:  # noqa: ANN401 - whatever TOML has a word for
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        for name, one in value.items():
            inline.add(tomlkit.key(name), _value(one))
        return inline
    if isinstance(value, list):
        array = tomlkit.array()
        array.extend([_value(one) for one in value])
        return array
    return tomlkit.item(value)
