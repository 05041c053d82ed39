"""One way to write a frozen dataclass as bytes, and the way back.

A wave keeps the exact questionnaire it asked, and a released version is known by the hash of its
content. Both need bytes that depend on the content alone: keys sorted, no spaces, UTF-8.
"""

import hashlib
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import date, time
from functools import cache
from typing import Any, Final

LATER: Final = {"later": True}
"""Metadata of a field that came after content was kept: it is written only where it says something,
so that what was kept before is read as it was, and has the hash that it had."""

APART: Final = {"apart": True}
"""Metadata of a field that is content of another file: it is neither written nor part of a hash."""

_SINGLE: Final = frozenset({str, int, float, bool, type(None)})


def _plainly(value: object) -> Any:  # noqa: ANN401 - whatever the content holds
    """Write what JSON has no words for; days may stand in files where none belong."""
    if isinstance(value, date | time):
        return value.isoformat()
    if is_dataclass(type(value)) or isinstance(value, Mapping):
        return as_plain(value)
    raise TypeError(f"{type(value).__name__} is nothing that content holds")


_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plainly
)


class UnreadableError(ValueError):
    """The bytes do not describe what they should; the sentence names the place."""


def canonical_json(content: object) -> bytes:
    """Write content so that equal content gives equal bytes.

    Parameters
    ----------
    content : object
        Dataclasses, mappings, sequences, strings, numbers, booleans, days, times and None.

    Returns
    -------
    bytes
        UTF-8 JSON with sorted keys and without spaces.
    """
    return _ENCODER.encode(content).encode()


def content_hash(content: object) -> str:
    """Name content by its SHA-256, written as ``sha256:<64 hexadecimal digits>``."""
    return f"sha256:{hashlib.sha256(canonical_json(content)).hexdigest()}"


def as_plain(content: object) -> Any:  # noqa: ANN401 - whatever the content holds
    """Write content as mappings, lists and single values, as `build` reads it."""
    kind = type(content)
    if kind in _SINGLE:  # most of it: asked for first
        return content
    if isinstance(content, list | tuple):
        return [as_plain(value) for value in content]
    if is_dataclass(kind):
        return {
            name: as_plain(value)
            for name, default, later in _fields_of(kind)
            if (value := getattr(content, name)) != default or not later
        }
    if isinstance(content, Mapping):
        return {name: as_plain(value) for name, value in content.items()}
    return content


@cache
def _fields_of(kind: type[Any]) -> tuple[tuple[str, Any, bool], ...]:
    """Name each field of a dataclass, with its default, and whether it came `LATER`."""
    return tuple((one.name, one.default, _came_later(one)) for one in written_fields(kind))


def build[T](kind: type[T], plain: object) -> T:
    """Build a dataclass from what `canonical_json` wrote.

    Parameters
    ----------
    kind : type
        A dataclass whose fields are strings, numbers, booleans, literals, None, dataclasses,
        tuples ``tuple[X, ...]`` and mappings of these.
    plain : object
        The parsed JSON.

    Returns
    -------
    object of type `kind`

    Raises
    ------
    UnreadableError
        If a field is missing, unknown or of another kind; the sentence names the field.
    """
    built: T = _build(kind, plain, kind.__name__)
    return built


def written_fields(kind: type[Any]) -> list[Field[Any]]:
    """Return the fields of a dataclass that are written and named by its hash, in their order."""
    return [one for one in fields(kind) if not APART.items() <= one.metadata.items()]


def _came_later(one: Field[Any]) -> bool:
    return LATER.items() <= one.metadata.items()


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _build(kind: Any, plain: Any, place: str) -> Any:  # noqa: ANN401 - as built for `kind`, a type given as a value
    if isinstance(kind, typing.TypeAliasType):
        return _build(kind.__value__, plain, place)
    if is_dataclass(kind):
        return _dataclass(kind, plain, place)
    origin = typing.get_origin(kind) or kind
    if origin in (typing.Union, types.UnionType):
        return _union(kind, plain, place)
    if origin in (tuple, dict, Mapping):
        return _collection(kind, plain, place)
    return _single(kind, plain, place)


def _single(kind: Any, plain: Any, place: str) -> Any:  # noqa: ANN401 - as built for `kind`, a type given as a value
    if typing.get_origin(kind) is typing.Literal:
        return _expect(plain in typing.get_args(kind), plain, place)
    if kind is float:
        return float(_expect(type(plain) in (int, float), plain, place))
    return _expect(type(plain) is kind, plain, place)


def _collection(kind: Any, plain: Any, place: str) -> Any:  # noqa: ANN401 - as built for `kind`, a type given as a value
    inner = typing.get_args(kind)
    if typing.get_origin(kind) is tuple:
        _expect(isinstance(plain, list), plain, place)
        return tuple(_build(inner[0], one, f"{place}[{at}]") for at, one in enumerate(plain))
    _expect(isinstance(plain, dict), plain, place)
    return {key: _build(inner[1], one, f"{place}.{key}") for key, one in plain.items()}


def _dataclass(kind: Any, plain: Any, place: str) -> Any:  # noqa: ANN401 - as built for `kind`, a type given as a value
    _expect(isinstance(plain, dict), plain, place)
    known = {field.name for field in written_fields(kind)}
    later = {field.name for field in written_fields(kind) if _came_later(field)}
    if not known - later <= set(plain) <= known:
        wrong = ", ".join(sorted(set(plain) ^ known))
        raise UnreadableError(f"{place} has missing or unknown fields: {wrong}")
    hints = _hints(kind)
    return kind(**{name: _build(hints[name], plain[name], f"{place}.{name}") for name in plain})


def _union(kind: Any, plain: Any, place: str) -> Any:  # noqa: ANN401 - as built for `kind`, a type given as a value
    if plain is None:
        return _expect(type(None) in typing.get_args(kind), plain, place)
    (inner,) = [one for one in typing.get_args(kind) if one is not type(None)]
    return _build(inner, plain, place)


def _expect(holds: bool, plain: Any, place: str) -> Any:  # noqa: ANN401 - as built for `kind`, a type given as a value
    if not holds:
        raise UnreadableError(
            f"{place} holds a {type(plain).__name__}, which does not belong there"
        )
    return plain
