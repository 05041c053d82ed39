"""The languages that content is written in: said once by the agency, known while it is read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LanguageStyle:
    """One language and how it is written.

    `locale` is a name of the CLDR such as ``nb_NO``; `quotes` stand around what somebody said;
    `time` writes a time of day as `strftime` does; `register` is the code of the EU's list of
    languages. Without a `required` one nothing is opened. `fallback` is the code of the language
    that stands in where a text is missing; empty for the first of all.
    """

    code: str
    name: str
    locale: str
    required: bool
    quotes: tuple[str, str]
    time: str
    register: str
    fallback: str


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


def read_required() -> tuple[str, ...]:
    """Return those of them that nothing is opened without."""
    return tuple(one.code for one in _reading.get() if one.required)
