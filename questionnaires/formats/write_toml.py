"""An instrument that was carried over, as the files of our own format."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import tomlkit

from questionnaires.formats.carried import (
    CarriedBlock,
    CarriedInstrument,
    CarriedOptions,
    CarriedQuestion,
)
from questionnaires.formats.foreign import Foreign
from questionnaires.library import Library
from questionnaires.model import Condition, Text

KINDS: Final = {
    "staff": "main", "public": "half_year", "candidates": "yearly", "stakeholders": "yearly",
}  # fmt: skip
SECONDS_EACH: Final = 8  # that a question takes, about; a person looks the minutes over


def new_files(carried: CarriedInstrument, foreign: Foreign, library: Library) -> dict[str, str]:
    """Write the instrument's own files, by their path in the agency's folder."""
    folder = f"instruments/{carried.key}/v1"
    files = {
        f"{folder}/instrument.toml": _lines(_instrument(carried, foreign, library)),
        f"{folder}/NOTES.md": _lines(_notes(carried, foreign)),
    }
    for style in library.agency.styles:
        if style.code in carried.languages or not style.partial:
            files[f"{folder}/text.{style.code}.toml"] = _lines(_words(carried, style.code))
    return files


def additions(carried: CarriedInstrument, languages: Iterable[str]) -> dict[str, str]:
    """Write what comes at the end of files that the agency has, by their path.

    Parameters
    ----------
    carried : CarriedInstrument
    languages : iterable of str
        Those in which the agency has messages.
    """
    found = {"forms.toml": _lines(_form(carried))}
    if carried.options:
        found["response_options.toml"] = _lines(_options(carried))
    for language in languages:
        if lines := list(_intros(carried, language)):
            found[f"messages/{language}.toml"] = _lines(lines)
    return found


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return tomlkit.string(text).as_string()


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(_quoted(text) for text in texts)}]"


def _by_language(text: Text) -> str:
    return f"{{ {', '.join(f'{code} = {_quoted(one)}' for code, one in text.items())} }}"


def _instrument(carried: CarriedInstrument, foreign: Foreign, library: Library) -> Iterator[str]:
    yield f"# Carried over from {foreign.format}; what did not come along stands in NOTES.md."
    yield "# At each item a person names the statements that it measures, by their ids; the check"
    yield '# says which items lack them. One that measures none has purpose = "background".'
    yield ""
    yield f"key = {_quoted(carried.key)}"
    yield "version = 1"
    yield f"strategy_revision = {_quoted(library.strategy.revision)}"
    for item in carried.items:
        yield ""
        yield from _item(item, foreign.format)


def _item(item: CarriedQuestion, tradition: str) -> Iterator[str]:
    yield "[[item]]"
    yield f"id = {_quoted(item.id)}"
    yield "version = 1"
    yield f"options = {_quoted(item.options)}"
    if item.presentation != "radio":
        yield f"presentation = {_quoted(item.presentation)}"
    yield "statements = [] # to fill in: the statements that it measures"
    if item.filter:
        yield f"filter = [{', '.join(_condition(one) for one in item.filter)}]"
    yield f"tradition = {_quoted(tradition)}"


def _condition(one: Condition) -> str:
    word = "none_of" if one.negate else "any_of"
    return f"{{ item = {_quoted(one.item)}, {word} = {_list(one.codes)} }}"


def _words(carried: CarriedInstrument, language: str) -> Iterator[str]:
    yield _told("title", carried.title, language)
    for item in carried.items:
        yield ""
        yield f"[item.{_quoted(item.id)}]"
        yield _told("text", item.text, language)
        if item.help:
            yield _told("help", item.help, language)
        if item.filter:
            told = _told("note", item.note, language)
            yield told if language in item.note else f"{told}: who is to answer it"


def _told(name: str, text: Text, language: str) -> str:
    if language in text:
        return f"{name} = {_quoted(text[language])}"
    return f'{name} = "" # to fill in'


def _options(carried: CarriedInstrument) -> Iterator[str]:
    for one in carried.options:
        yield ""
        yield f"[{_quoted(one.id)}]"
        yield f'kind = "{"scale" if one.scale else "choice"}"'
        yield from _one_set(one)


def _one_set(one: CarriedOptions) -> Iterator[str]:
    if one.range is not None:
        yield f"range = [{one.range[0]}, {one.range[1]}]"
        for name, text in (("low_label", one.low_label), ("high_label", one.high_label)):
            if text:
                yield f"{name} = {_by_language(text)}"
        if not one.options:
            return
    yield "options = ["
    for option in one.options:
        meant = f'missing = "{option.missing}"' if option.missing else f"value = {option.value}"
        label = _by_language(option.label)
        yield f"  {{ code = {_quoted(option.code)}, {meant}, label = {label} }},"
    yield "]"


def _form(carried: CarriedInstrument) -> Iterator[str]:
    key = _quoted(carried.key)
    minutes = -(-len(carried.items) * SECONDS_EACH // 60)
    yield ""
    yield "# Carried over; look over whom it is for, how often, and how many minutes it takes."
    yield f"[{key}]"
    yield f"instrument = {key}"
    yield f"population = {_quoted(carried.population)}"
    yield f"kind = {_quoted(KINDS[carried.population])}"
    yield f"minutes = {minutes}"
    yield f"title = {_by_language(carried.title)}"
    if carried.screen_out is not None:
        yield f"screen_out = {_condition(carried.screen_out)}"
    for number, block in enumerate(carried.blocks, 1):
        yield ""
        yield f"[[{key}.block]]"
        if block.intro:
            yield f"intro = {_quoted(_intro_key(carried, number))}"
        yield f"items = {_list(block.items)}"


def _intro_key(carried: CarriedInstrument, number: int) -> str:
    return f"{carried.key}.before_{number}"


def _intros(carried: CarriedInstrument, language: str) -> Iterator[str]:
    told: Mapping[int, CarriedBlock] = {
        number: block for number, block in enumerate(carried.blocks, 1) if block.intro
    }
    if not told:
        return
    yield ""
    yield f"[{_quoted(carried.key)}]"
    for number, block in told.items():
        # doubled braces would be filled in, and doubled stars are bold
        plain = {
            code: text.replace("{{", "{ {").replace("}}", "} }").replace("**", "*")
            for code, text in block.intro.items()
        }
        # an empty message would be told twice by the check
        missing = "" if language in plain else "# "
        yield missing + _told(f"before_{number}", plain, language)


def _notes(carried: CarriedInstrument, foreign: Foreign) -> Iterator[str]:
    yield f"# {carried.key}, version 1"
    yield ""
    yield f"Carried over from {foreign.format}. Nobody has approved it, and it is not pretested."
    yield ""
    yield "## To fill in"
    yield ""
    yield "- `statements` of each item, and `note` of each that is not asked of everybody"
    yield "- texts in the languages that the file lacks"
    yield "- whether sets of options are scales (`kind`), which way they go, and which items are"
    yield "  scored together"
    yield ""
    yield "## Did not come along"
    yield ""
    for loss in carried.losses:
        yield f"- {_markdown(str(loss))}"
    if not carried.losses:
        yield "Everything came along."


def _markdown(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|!" else sign for sign in text)
