"""Read a TOML table by name and type, and note what is wrong instead of stopping."""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from questionnaires.errors import UNREAD, Problem
from questionnaires.languages import read_languages
from questionnaires.model import Text
from questionnaires.toml_text import NotTomlError, read_toml_file

_NAMES = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


def read_toml(root: Path, file: str, problems: list[Problem]) -> dict[str, Any]:
    """Parse a file below `root`; one that is not there or cannot be read is a problem, and {}."""
    try:
        return read_toml_file(root / file)
    except FileNotFoundError:
        sentence = "the file is missing; create it or restore it"
    except OSError as error:
        sentence = f"the file cannot be read ({error.strerror}); mend it or restore it"
    except NotTomlError as problem:
        sentence = f"the file is not valid TOML: {problem}"
    problems.append(Problem(file, "file", sentence, kind=UNREAD))
    return {}


class Table:
    """One TOML table with its place; each getter takes a key, `close` reports the keys left."""

    def __init__(self, file: str, key: str, data: object, problems: list[Problem]) -> None:
        self.file = file
        self.key = key
        self._problems = problems
        self._data: dict[str, Any] = {}
        if isinstance(data, dict):
            self._data = dict(data)
        else:
            self.wrong("", "this must be a table")

    def wrong(self, name: str, sentence: str) -> None:
        """Note a problem at a key of this table."""
        place = " ".join(part for part in (self.key, name) if part) or "file"
        self._problems.append(Problem(self.file, place, sentence))

    def take[T](self, name: str, kind: type[T], default: T | None = None) -> T:
        """Take a value of a kind; without a default it must be there."""
        if name not in self._data:
            if default is None:
                self.wrong(name, f"this is missing; it must be {_NAMES[kind]}")
                return kind()
            return default
        value = self._data.pop(name)
        if type(value) is not kind:
            self.wrong(name, f"this must be {_NAMES[kind]}, not {value!r}")
            return kind()
        return value

    def text(self, name: str) -> str:
        """Take a text that must be there and say something."""
        given = self._data.get(name)
        if isinstance(given, str) and not given.strip():
            self.wrong(name, "the text is empty; write it")
        return self.take(name, str)

    def count(self, name: str, default: int | None = None) -> int:
        """Take a whole number that begins at 1."""
        given = self._data.get(name)
        if type(given) is int and given < 1:
            self.wrong(name, f"this must be 1 or more, not {given}")
        return self.take(name, int, default)

    def number(self, name: str, default: float | None = None) -> float | None:
        """Take a number, whole or not; None, and a problem, where it is none."""
        value = self._data.pop(name, default)
        if type(value) not in {int, float}:
            self.wrong(name, f"this must be a number, such as 3 or 2.5, not {value!r}")
            return None
        try:
            return float(value)
        except OverflowError:
            self.wrong(name, "this number is too large; write it with fewer digits")
            return None

    def day(self, name: str) -> date | None:
        """Take a day; None, and a problem, where it is none."""
        value = self._data.pop(name, None)
        if type(value) is not date:
            self.wrong(name, "this must be a day, such as 2027-02-22")
            return None
        return value

    def choice(self, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """Take a word that must be one of a few."""
        if name not in self._data and default is not None:
            return default
        word = self.take(name, str)
        if word not in allowed:
            self.wrong(name, f"«{word}» is not one of {', '.join(allowed)}")
            return default or allowed[0]
        return word

    def strings(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        """Take a list of texts; empty when it is not there and need not be."""
        values = self.take(name, list, None if required else [])
        if not all(isinstance(value, str) for value in values):
            self.wrong(name, "this must be a list of texts")
            return ()
        return tuple(values)

    def words(self, name: str) -> Text | None:
        """Take one text by language; None when it is not there."""
        if name not in self._data:
            return None
        return self.table(name).all_words()

    def all_words(self) -> Text:
        """Read this whole table as one text by language."""
        found = {language: self.take(language, str, "") for language in read_languages()}
        self.close()
        return {language: text for language, text in found.items() if text}

    def fractions(self, name: str) -> dict[str, Fraction]:
        """Take weights written as fractions, ``"1/3"``, by code."""
        weights = {}
        for code, value in self.take(name, dict, {}).items():
            try:
                weights[str(code)] = Fraction(value)
            except (TypeError, ValueError, ArithmeticError):
                self.wrong(f"{name} {code}", f'{value!r} is not a weight; write it as "1/3"')
                continue
            if weights[str(code)] < 0:
                self.wrong(f"{name} {code}", f"{value!r} is below 0; write a weight of 0 or more")
        return weights

    def table(self, name: str) -> "Table":
        """Take a table inside this one; empty when it is not there."""
        place = " ".join(part for part in (self.key, name) if part)
        return Table(self.file, place, self._data.pop(name, {}), self._problems)

    def tables(self, name: str, label: str = "id") -> Iterator["Table"]:
        """Take an array of tables, each called by its `label`, else by its number."""
        for number, data in enumerate(self.take(name, list, []), 1):
            called = data.get(label, number) if isinstance(data, Mapping) else number
            place = " ".join(part for part in (self.key, name, str(called)) if part)
            yield Table(self.file, place, data, self._problems)

    def named_tables(self) -> Iterator[tuple[str, "Table"]]:
        """Take every table inside this one, by name."""
        for name in tuple(self._data):
            yield name, self.table(name)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that nobody has taken."""
        return tuple(self._data)

    def has(self, name: str) -> bool:
        """Tell whether a key is there and not yet taken."""
        return name in self._data

    def close(self) -> None:
        """Report the keys nobody asked for: they are mostly misspellings."""
        for name in self._data:
            self.wrong(name, "this key is not known here; correct its spelling or remove it")
