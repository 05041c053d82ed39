"""One version of an instrument as the text of its files: what is written, stored and taken out."""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import ParseError

from questionnaires.authoring.errors import AuthoringError
from questionnaires.parsing.background import BACKGROUND
from questionnaires.parsing.forms import FORMS, NOT_ASKED
from questionnaires.parsing.measures import MEASURES
from questionnaires.toml_text import NotTomlError, read_toml_once

STRUCTURE = "instrument.toml"
OPTIONS = "response_options.toml"
INDICES = "indices.toml"
_BESIDE = "|".join(map(re.escape, (STRUCTURE, FORMS, OPTIONS, INDICES, MEASURES, BACKGROUND)))
_FILE = re.compile(rf"{_BESIDE}|(text|messages)\.[a-z]{{2,3}}\.toml")
_KEY = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class VersionFiles:
    """A version of the instrument `key`: `texts` are its files by name.

    ``instrument.toml`` is its structure, ``text.<language>.toml`` its words, and ``forms.toml``
    holds the forms that are made of it and the reasons for which some of its items are not asked.
    ``response_options.toml``, where there is one, holds the sets of answers that it brings,
    ``indices.toml`` and ``measures.toml`` its measures and their places on pages,
    ``background.toml`` its groups of the public, and
    ``messages.<language>.toml`` the texts before the blocks of its forms.
    """

    key: str
    version: int
    texts: Mapping[str, str]

    def __post_init__(self) -> None:
        """Refuse names that are no such files: they are written below the content's root."""
        for name in self.texts:
            if not _FILE.fullmatch(name):
                raise AuthoringError("unknown_file", name)
        if not _KEY.fullmatch(self.key):
            raise AuthoringError("unknown_file", self.key)

    @property
    def directory(self) -> str:
        """Where the version stands below the root of the content."""
        return f"instruments/{self.key}/v{self.version}"

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it has words in, in the order of its files."""
        names = (name.split(".") for name in self.texts)
        return tuple(parts[1] for parts in names if parts[0] == "text")

    def document(self, name: str) -> TOMLDocument:
        """Read one file so that comments and order are kept.

        Raises
        ------
        AuthoringError
            If there is no such file, or it is not TOML.
        """
        try:
            return tomlkit.parse(self.texts[name])
        except KeyError as error:
            raise AuthoringError("unknown_file", name) from error
        except ParseError as error:
            raise AuthoringError("toml", name, str(error)) from error

    def table(self, name: str) -> dict[str, Any]:
        """Read one file as plain tables, which nobody changes; raises as `document`."""
        try:
            return read_toml_once(self.texts[name])
        except KeyError as error:
            raise AuthoringError("unknown_file", name) from error
        except NotTomlError as error:
            raise AuthoringError("toml", name, str(error)) from error

    def with_document(self, name: str, document: TOMLDocument) -> "VersionFiles":
        """Return the version with one file written anew."""
        return self.with_text(name, tomlkit.dumps(document))

    def with_text(self, name: str, text: str) -> "VersionFiles":
        """Return the version with one file put back, as it was changed elsewhere.

        Raises
        ------
        AuthoringError
            If the version has no file of this name, the text is not TOML, or it is of another
            version or of other forms.
        """
        if name not in self.texts:
            raise AuthoringError("unknown_file", name)
        try:
            said = read_toml_once(text)
        except NotTomlError as error:
            raise AuthoringError("toml", name, str(error)) from error
        if name == STRUCTURE and (said.get("key"), said.get("version")) != (self.key, self.version):
            raise AuthoringError("another_version", name)
        if name == FORMS and _belongs(said) != _belongs(self.table(FORMS)):
            raise AuthoringError("other_forms", name)
        return replace(self, texts={**self.texts, name: text})


def language_file(language: str) -> str:
    """Name the file that holds the words in a language."""
    return f"text.{language}.toml"


def messages_file(language: str) -> str:
    """Name the file that holds the texts before blocks in a language."""
    return f"messages.{language}.toml"


def read_version_files(root: Path, key: str, version: int) -> VersionFiles:
    """Read a version of an instrument that stands in the content below `root`.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    folder = root / "instruments" / key / f"v{version}"
    names = [STRUCTURE, *sorted(path.name for path in folder.glob("text.*.toml"))]
    texts = {name: (folder / name).read_text(encoding="utf-8-sig") for name in names}
    forms = (root / FORMS).read_text(encoding="utf-8-sig")
    items = set(_items(texts[STRUCTURE]))
    return VersionFiles(key, version, {**texts, FORMS: own_forms(forms, key, items)})


def begin_version(root: Path, key: str, revision: str) -> VersionFiles:
    """Begin the version after the newest one: the same questions, written for a strategy.

    Parameters
    ----------
    root : Path
        The content.
    key : str
        The instrument.
    revision : str
        The strategy that is asked about.
    """
    newest = read_version_files(root, key, newest_version(root, key))
    return with_number(newest, newest.version + 1, revision)


def with_number(files: VersionFiles, version: int, revision: str) -> VersionFiles:
    """Give a version another number, and write it for the strategy that is asked about."""
    document = files.document(STRUCTURE)
    document["version"] = version
    document["strategy_revision"] = revision
    return replace(files, version=version).with_document(STRUCTURE, document)


def newest_version(root: Path, key: str) -> int:
    """Return the number of the newest version of an instrument; 0 where there is none."""
    folders = (root / "instruments" / key).glob("v*/instrument.toml")
    numbers = (path.parent.name.removeprefix("v") for path in folders)
    return max((int(one) for one in numbers if one.isdecimal()), default=0)


def own_forms(text: str, key: str, items: set[str]) -> str:
    """Take from ``forms.toml`` what belongs to one instrument."""
    return _own_forms(text, key, frozenset(items))


# every page of a version reads all versions before it; a whole file is parsed in 15 ms
@functools.lru_cache(maxsize=64)
def _own_forms(text: str, key: str, items: frozenset[str]) -> str:
    every, own = tomlkit.parse(text), tomlkit.document()
    for name, form in every.items():
        if name != NOT_ASKED and _instrument_of(form, every) == key:
            own[name] = form
    reasons = {name: why for name, why in every.get(NOT_ASKED, {}).items() if name in items}
    if reasons:
        own[NOT_ASKED] = reasons
    return tomlkit.dumps(own)


def with_own_forms(text: str, own: str, items: set[str]) -> str:
    """Put what belongs to one instrument back into ``forms.toml``.

    Parameters
    ----------
    text : str
        The whole file.
    own : str
        What `own_forms` took, as it was changed.
    items : set of str
        Items that any version of the instrument has: their reasons not to be asked are its own.
    """
    every, changed = tomlkit.parse(text), tomlkit.parse(own)
    for name, form in changed.items():
        if name != NOT_ASKED:
            every[name] = form
    reasons = changed.get(NOT_ASKED, {})
    if NOT_ASKED not in every and reasons:
        every[NOT_ASKED] = tomlkit.table()
    for name in items & set(every.get(NOT_ASKED, {})) - set(reasons):
        del every[NOT_ASKED][name]
    for name, why in reasons.items():
        every[NOT_ASKED][name] = why
    return tomlkit.dumps(every)


def _belongs(forms: Mapping[str, Any]) -> dict[str, object]:
    """Give the instrument of each form, which no version changes."""
    return {
        name: _instrument_of(form, forms) if isinstance(form, Mapping) else None
        for name, form in forms.items()
        if name != NOT_ASKED
    }


def _instrument_of(form: Mapping[str, Any], every: Mapping[str, Any]) -> object:
    model = every.get(form.get("same_as", ""), {})
    return form.get("instrument", model.get("instrument"))


def _items(structure: str) -> Iterator[str]:
    for item in read_toml_once(structure).get("item", ()):
        yield str(item.get("id", ""))
