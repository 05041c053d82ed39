"""What is frozen when something is released: its content, and each later language by itself."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from questionnaires.canonical import content_hash
from questionnaires.languages import LanguageStyle


def hashes_of(contents: Mapping[str, object], styles: Sequence[LanguageStyle]) -> dict[str, str]:
    """Name the content of everything that can be released, as it stands in ``released.toml``.

    Parameters
    ----------
    contents : mapping of str to object
        By id, such as ``indices/2030-1/TIL``, what its files hold.
    styles : sequence of LanguageStyle
        Texts in those that were added later are named by themselves, with the code of the language
        behind the id: a further language is no change of what figures were published of.

    Returns
    -------
    dict of str to str
        SHA-256 by id. A language in which something has no text has no hash of it.
    """
    added = [one.code for one in styles if one.added]
    codes = {one.code for one in styles}
    found = {name: _named(without(content, added, codes)) for name, content in contents.items()}
    for language in added:
        for name, content in contents.items():
            if texts := dict(_texts_in(content, language, codes)):
                found[f"{name}/{language}"] = _named(texts)
    return found


def came_later(content: object, recorded: str, styles: Sequence[LanguageStyle]) -> str | None:
    """Return the language without which content is what was recorded, if there is such a one."""
    added = [one.code for one in styles if one.added]
    codes = {one.code for one in styles}
    for one in styles[1:]:
        if not one.added and _named(without(content, [*added, one.code], codes)) == recorded:
            return one.code
    return None


def _named(content: object) -> str:
    try:
        return content_hash(content)
    except ValueError:  # a number without end, of which whoever reads it tells
        return ""


def without(content: object, languages: Collection[str], codes: Collection[str]) -> object:
    """Return content without what is written in some of the languages.

    A table is taken for one text by language when its keys are codes of languages, and for files by
    language when these are tables: nothing else in our content is named so.
    """
    if isinstance(content, Mapping):
        by_language = _is_by_language(content, codes)
        return {
            key: without(value, languages, codes)
            for key, value in content.items()
            if not (by_language and key in languages)
        }
    if isinstance(content, list | tuple):
        return [without(value, languages, codes) for value in content]
    return content


def _texts_in(
    content: object, language: str, codes: Collection[str], place: str = ""
) -> Iterator[tuple[str, Any]]:
    if isinstance(content, Mapping):
        by_language = _is_by_language(content, codes)
        for key, value in content.items():
            if by_language and key == language:
                yield place, value
            elif not by_language:
                yield from _texts_in(value, language, codes, f"{place}/{key}")
    elif isinstance(content, list | tuple):
        for number, value in enumerate(content):
            yield from _texts_in(value, language, codes, f"{place}/{number}")


def _is_by_language(table: Mapping[str, object], codes: Collection[str]) -> bool:
    return bool(table) and set(table) <= set(codes)
