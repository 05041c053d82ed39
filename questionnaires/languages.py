"""The languages that content is written in: said once by the agency, known while it is read."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from questionnaires.errors import Problem


@dataclass(frozen=True, slots=True)
class LanguageStyle:
    """One language and how it is written.

    `locale` is a name of the CLDR such as ``nb_NO``; `quotes` stand around what somebody said;
    `time` writes a time of day as `strftime` does; `register` is the code of the EU's list of
    languages. Without a `required` one nothing is opened. `fallback` is the code of the language
    that stands in where a text is missing; empty for the first of all. A `partial` one may lack
    texts of the content. One that was `added` came after something was released: what is frozen
    does not hold its texts, and they are frozen by themselves.
    """

    code: str
    name: str
    locale: str
    required: bool
    quotes: tuple[str, str]
    time: str
    register: str
    fallback: str
    partial: bool
    added: bool


def fallback_chain(styles: Sequence[LanguageStyle], code: str) -> tuple[str, ...]:
    """Return a language and those that stand in for it in turn, at last the first of all."""
    fallbacks = {one.code: one.fallback for one in styles}
    # a language that was taken out is read as the first is
    found, code = {code: None}, fallbacks.get(code, styles[0].fallback)
    while code and code not in found:
        found[code] = None
        code = fallbacks.get(code, "")
    return tuple(found | {styles[0].code: None})


_reading: ContextVar[tuple[LanguageStyle, ...]] = ContextVar("languages of the content")


@contextmanager
def written_in(styles: Sequence[LanguageStyle]) -> Iterator[None]:
    """Read and check content that is written in these languages."""
    mark = _reading.set(tuple(styles))
    try:
        yield
    finally:
        _reading.reset(mark)


def read_languages() -> tuple[str, ...]:
    """Return the codes of the languages of the content that is being read, the first first."""
    return tuple(one.code for one in _reading.get())


def read_partial() -> tuple[str, ...]:
    """Return those of them that may lack texts of the content."""
    return tuple(one.code for one in _reading.get() if one.partial)


def read_chains() -> dict[str, tuple[str, ...]]:
    """Return each of them with those that stand in for it in turn."""
    styles = _reading.get()
    return {one.code: fallback_chain(styles, one.code) for one in styles}


def missing_texts_of(file: str, key: str, text: Mapping[str, str] | None) -> Iterator[Problem]:
    """Yield a problem for each language that a text of the content being read lacks."""
    if text is None:
        return
    for language in read_languages():
        if not text.get(language, "").strip():
            yield missing_text(file, key, language)


def missing_text(file: str, key: str, language: str) -> Problem:
    """Tell that a text is not written in a language, which is no mistake in a partial one."""
    sentence = f"the text in {language} is missing; write it"
    return Problem(file, key, sentence, missing_in=language)


def read_required() -> tuple[str, ...]:
    """Return those of them that nothing is opened without."""
    return tuple(one.code for one in _reading.get() if one.required)
