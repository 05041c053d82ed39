"""Read the manifest of a source (``docs/formats/earlier-results.md``): TOML, and what it names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from questionnaires.toml_text import NotTomlError, read_toml_text
from survey_app.earlier.errors import EarlierProblems, SourceProblem, source_problem
from survey_app.earlier.mistakes import SourceMistake
from survey_app.shared.i18n import SOURCE, first_language, languages

LISTS: Final = ("results", "units", "measures", "unit_changes", "measure_changes")
_KEY: Final = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_LONGEST: Final = {"key": 60, "source": 300, "licence": 300, "url": 300}
_LARGEST: Final = 1_000_000  # of numbers, which are years or the ends of a scale
_SHORTEST: Final = 1e-3  # scale
_KINDS: Final[dict[type, SourceMistake]] = {
    str: SourceMistake.MUST_BE_TEXT,
    int: SourceMistake.MUST_BE_WHOLE,
    date: SourceMistake.MUST_BE_DATE,
    dict: SourceMistake.MUST_BE_TABLE,
    list: SourceMistake.MUST_BE_LIST,
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of one kind: in a CSV, or written in the manifest itself."""

    name: str
    file: str = ""
    layout: str = "long"
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the manifest says; the figures are in the files that it names."""

    file: str
    key: str
    kind: str
    audience: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    source: str
    licence: str
    url: str
    published: date | None
    retrieved: date
    scale: tuple[float, float]
    whole_until: int | None
    unknown_year: int | None
    benchmarks: tuple[str, ...]
    start: str
    lists: Mapping[str, Listing]

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the CSV files, beside the manifest."""
        return tuple(dict.fromkeys(one.file for one in self.lists.values() if one.file))


class _Reader:
    """Takes values out of a table by kind; notes what is wrong and what nobody read."""

    def __init__(
        self, table: Mapping[str, Any], file: str, problems: list[SourceProblem], place: str = ""
    ) -> None:
        self.table, self.file, self.problems, self.place = dict(table), file, problems, place

    def wrong(self, key: str, mistake: SourceMistake, /, **values: object) -> None:
        self.problems.append(source_problem(self.file, 0, f"{self.place}{key}", mistake, **values))

    def take(self, key: str, kind: type, *, needed: bool = False) -> Any:  # noqa: ANN401 - a `kind`, or None
        value = self.table.pop(key, None)
        if value is None:
            if needed:
                self.wrong(key, SourceMistake.MISSING)
        # a bool is an int to Python, but not to the person who wrote the file
        elif type(value) is not kind:
            self.wrong(key, _KINDS[kind], value=repr(value)[:80])
            return None
        elif isinstance(value, int) and abs(value) > _LARGEST:
            self.wrong(key, SourceMistake.MUST_BE_WHOLE, value=f"{repr(value)[:20]}…")
            return None
        return value

    def text(self, key: str, *, needed: bool = False) -> str:
        value = str(self.take(key, str, needed=needed) or "").strip()
        if len(value) > _LONGEST.get(key, 200):
            self.wrong(key, SourceMistake.TOO_LONG, most=_LONGEST.get(key, 200))
        return value

    def choice(self, key: str, known: Sequence[str]) -> str:
        value = self.text(key, needed=True)
        if value and value not in known:
            self.wrong(key, SourceMistake.NONE_OF, value=value, known=", ".join(known))
        return value

    def texts(self, key: str, *, needed: bool = False) -> dict[str, str]:
        given = self.take(key, dict, needed=needed) or {}
        for language in sorted(set(given) - set(languages())):
            known = ", ".join(languages())
            self.wrong(f"{key}.{language}", SourceMistake.NO_LANGUAGE, known=known)
        first = first_language()
        if needed and given and not str(given.get(first) or given.get(SOURCE) or "").strip():
            self.wrong(f"{key}.{first}", SourceMistake.NO_FIRST_LANGUAGE)
        return {name: str(text).strip() for name, text in given.items() if str(text).strip()}

    def finish(self) -> None:
        for key in sorted(self.table):
            self.wrong(key, SourceMistake.NOBODY_READS)


def read_manifest(text: str, file: str = "manifest") -> Manifest:
    """Read a manifest.

    Parameters
    ----------
    text : str
        TOML.
    file : str
        What the file is called in sentences about mistakes.

    Raises
    ------
    EarlierProblems
        With every mistake, each with its key and how to mend it.
    """
    try:
        table = read_toml_text(text)
    except NotTomlError as error:
        wrong = source_problem(file, 0, "", SourceMistake.NOT_TOML, error=error)
        raise EarlierProblems([wrong]) from error
    problems: list[SourceProblem] = []
    reader = _Reader(table, file, problems)
    made = _manifest(reader)
    reader.finish()
    if problems:
        raise EarlierProblems(problems)
    return made


def _manifest(reader: _Reader) -> Manifest:
    key = reader.text("key", needed=True)
    if key and not _KEY.fullmatch(key):
        reader.wrong("key", SourceMistake.KEY)
    return Manifest(
        file=reader.file,
        key=key,
        kind=reader.choice("kind", ("earlier", "outside")),
        audience=reader.choice("audience", ("staff", "public")),
        title=reader.texts("title", needed=True),
        about=reader.texts("about"),
        source=reader.text("source", needed=True),
        licence=reader.text("licence", needed=True),
        url=_url(reader),
        published=reader.take("published", date),
        retrieved=reader.take("retrieved", date, needed=True) or date.min,
        scale=_scale(reader),
        whole_until=reader.take("whole_until", int),
        unknown_year=reader.take("unknown_year", int),
        benchmarks=_names(reader, "benchmarks"),
        start=reader.text("start"),
        lists={name: _listing(reader, name) for name in LISTS},
    )


def _url(reader: _Reader) -> str:
    url = reader.text("url")
    if url and not url.startswith(("https://", "http://")):
        reader.wrong("url", SourceMistake.ADDRESS)
    return url


def _scale(reader: _Reader) -> tuple[float, float]:
    given = reader.take("scale", list)
    if given is None:
        return (0.0, 100.0)
    ends = [end for end in given if type(end) in {int, float}]
    if len(given) != 2 or len(ends) != 2 or not is_scale(*ends):  # noqa: PLR2004
        reader.wrong("scale", SourceMistake.SCALE)
        return (0.0, 100.0)
    return (float(ends[0]), float(ends[1]))


def is_scale(low: float, high: float) -> bool:
    """Tell whether values between two ends can be stretched to 0-100."""
    return -_LARGEST <= low < high <= _LARGEST and high - low >= _SHORTEST


def _names(reader: _Reader, key: str) -> tuple[str, ...]:
    return tuple(str(one) for one in reader.take(key, list) or ())


def _listing(reader: _Reader, name: str) -> Listing:
    given = reader.table.pop(name, None)
    if given is None:
        if name in {"results", "measures"}:
            reader.wrong(name, SourceMistake.MISSING)
        return Listing(name)
    if isinstance(given, list) and all(isinstance(row, dict) for row in given):
        return Listing(name, rows=tuple(_flat(row) for row in given))
    if not isinstance(given, dict):
        reader.wrong(name, SourceMistake.LISTING, name=name)
        return Listing(name)
    inner = _Reader(given, reader.file, reader.problems, f"{name}.")
    file = inner.text("file", needed=True)
    if "/" in file or "\\" in file or file.startswith("."):
        inner.wrong("file", SourceMistake.FOLDER)
    layout = inner.choice("layout", ("long", "wide")) if "layout" in given else "long"
    if layout == "wide" and name != "results":
        inner.wrong("layout", SourceMistake.WIDE)
    columns = {
        str(ours): str(theirs) for ours, theirs in (inner.take("columns", dict) or {}).items()
    }
    values = {
        str(column): {str(theirs): str(ours) for theirs, ours in known.items()}
        for column, known in (inner.take("values", dict) or {}).items()
        if isinstance(known, dict)
    }
    ignored = _names(inner, "ignore")
    inner.finish()
    return Listing(name, file, layout, columns, values, ignored)


def _flat(row: Mapping[str, Any]) -> dict[str, str]:
    """Write a row of the manifest as a CSV would have it: ``name.nb`` becomes ``name_nb``."""
    flat: dict[str, str] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{key}_{inner}": str(text) for inner, text in value.items()}
        else:
            flat[key] = str(value)
    return flat
