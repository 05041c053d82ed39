"""Which texts are missing."""

from collections.abc import Iterable, Iterator

from questionnaires.errors import Problem
from questionnaires.languages import (
    missing_text,
    missing_texts_of,
    read_languages,
    read_required,
)
from questionnaires.model import Text
from questionnaires.parsing.draft import Draft, InstrumentDraft


def check_translations(draft: Draft) -> Iterator[Problem]:
    """Ask for required languages always, for others unless the instrument calls them optional."""
    for instrument in draft.instruments:
        yield from _instrument_texts(instrument)
    for name, options in draft.options.items():
        texts = [("stem", options.stem), ("low_label", options.low_label)]
        texts += [("high_label", options.high_label)]
        texts += [(f"option {one.code}", one.label) for one in options.options]
        yield from _texts("response_options.toml", name, texts)
    for index in draft.indices:
        about = index.value.index
        texts = [("title", about.title), ("short", about.short), ("about", about.about)]
        yield from _texts(index.file, index.key, texts)
    for driver in draft.drivers:
        one = driver.value
        texts = [("title", one.title), ("short", one.short), ("phrase", one.phrase)]
        texts += [("note", one.note)]
        yield from _texts(driver.file, driver.key, texts)
    yield from _texts("drivers.toml", "item_names", draft.item_names.items())
    for theme in draft.themes:
        told = theme.value
        texts = [("title", told.title), ("phrase", told.phrase), ("reason", told.reason)]
        yield from _texts(theme.file, theme.key, texts)
    for same in draft.same_words:
        yield from _texts(same.file, same.key, [("reason", same.value.reason)])
    yield from _suggestions(draft)
    for form in draft.forms:
        yield from _texts(form.file, form.key, [("title", form.value.form.title)])


def _suggestions(draft: Draft) -> Iterator[Problem]:
    for theme in draft.suggestions:
        texts = [("suggestion", one.text) for one in theme.value.suggestions]
        yield from _texts(theme.file, theme.key, texts)


def _texts(file: str, key: str, texts: Iterable[tuple[str, Text | None]]) -> Iterator[Problem]:
    for name, text in texts:
        yield from missing_texts_of(file, f"{key} {name}", text)


def _missing(text: Text | None, languages: Iterable[str]) -> list[str]:
    return [] if text is None else [one for one in languages if not text.get(one, "").strip()]


def _instrument_texts(instrument: InstrumentDraft) -> Iterator[Problem]:
    optional = instrument.optional_languages
    needed: list[str] = [one for one in read_languages() if one not in optional]
    for language in (one for one in read_required() if one not in needed):
        sentence = f"{language} is never optional: agency.toml says that it is required"
        yield Problem(f"{instrument.directory}/instrument.toml", "optional_languages", sentence)
    scales = [(f'scale."{one.value.code}"', "title", one.value.title) for one in instrument.scales]
    for key, name, text in [*scales, *_item_texts(instrument)]:
        for missing in _missing(text, {*needed, *read_required()}):
            file = f"{instrument.directory}/text.{missing}.toml"
            yield missing_text(file, f"{key} {name}", missing)


def _item_texts(instrument: InstrumentDraft) -> Iterator[tuple[str, str, Text | None]]:
    for place in instrument.items:
        item = place.value
        for name, text in (("text", item.text), ("help", item.help), ("note", item.note)):
            yield f'item."{item.id}"', name, text
