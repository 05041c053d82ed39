"""CSV files as somebody uploads them: what each seems to hold, column by column. Pure.

A guess is shown and may be changed; it never decides what is taken in.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from survey_app.asking.csv_file import MOST_COLUMNS, bounded_rows, line_of, split_table
from survey_app.earlier.errors import SourceProblem, source_problem
from survey_app.earlier.mistakes import SourceMistake
from survey_app.earlier.model import REASONS
from survey_app.earlier.rows import delimiter_of
from survey_app.shared.i18n import first_language, languages

FIGURE: Final = "figure"  # a column of figures that is a measure of its own
_MEANINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "results": ("year", "unit", "measure", "value", "se", "n", FIGURE),
    "units": ("code", "name", "own"),
    "unit_changes": ("year", "unit", "previous", "kind", "reason"),
    "measure_changes": ("year", "measure", "kind", "note"),
}
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "results": ("year", "unit"),
    "units": ("code",),
    "unit_changes": ("year", "unit", "previous", "kind"),
    "measure_changes": ("year", "measure", "kind"),
}
_ALIKE: Final[Mapping[str, frozenset[str]]] = {
    "year": frozenset({"year", "år", "aar", "årstall"}),
    "unit": frozenset(
        {"unit", "org", "uid", "enhet", "enhetskode", "virksomhet", "organisation"}
        | {"eining", "einingskode", "verksemd"}
    ),
    "measure": frozenset({"measure", "mål", "indeks", "indikator", "indicator", "tema"}),
    "value": frozenset({"value", "verdi", "score", "skår", "resultat", "nivå", "snitt"}),
    "se": frozenset({"se", "standardfeil", "std_error"}),
    "n": frozenset({"n", "antall", "svar", "antall svar", "respondents", "tal på svar"}),
    "code": frozenset(
        {"code", "kode", "org", "uid", "unit", "enhet", "enhetskode", "eining", "einingskode"}
    ),
    "name": frozenset({"name", "navn", "enhetsnavn", "namn", "einingsnamn"}),
    "own": frozenset({"own", "vår enhet", "vår eining", "our unit"}),
    "previous": frozenset(
        {"previous", "previous_uid", "fra", "forrige", "tidligere", "frå", "førre", "tidlegare"}
    ),
    "kind": frozenset({"kind", "successor_type", "slags", "type"}),
    "reason": frozenset({"reason", "årsak", "grunn"}),
    "note": frozenset({"note", "merknad"}),
}
# what others call what has happened
_REASONS: Final = {
    "demerger": "split", "deling": "split", "delt": "split", "sammenslåing": "merger",
    "slått sammen": "merger", "navneendring": "rename", "nytt navn": "rename", "renamed": "rename",
    "flyttet": "moved", "moved_out": "moved", "closure": "closed", "nedlagt": "closed",
    "omorganisering": "reorganised", "samanslåing": "merger", "slått saman": "merger",
    "namneendring": "rename", "nytt namn": "rename", "flytta": "moved", "nedlagd": "closed",
    "mog": "reorganised",
}  # fmt: skip
_KINDS: Final = {
    "direkte": "direct",
    "indirekte": "indirect",
    "brudd": "break",
    "brot": "break",
    "koblet": "linked",
    "kopla": "linked",
}
_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its name, some of what it holds, and what it seems to mean; empty: nothing."""

    name: str
    examples: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file: its name, what it seems to hold, its columns and its rows of cells."""

    name: str
    role: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[str, ...], ...]

    def values(self, meaning: str) -> tuple[str, ...]:
        """List what stands in the column of a meaning, each once, in the order of the file."""
        at = next((i for i, one in enumerate(self.columns) if one.meaning == meaning), None)
        if at is None:
            return ()
        return tuple(dict.fromkeys(row[at] for row in self.rows if at < len(row) and row[at]))


def read_sheet(name: str, content: bytes) -> Sheet | SourceProblem:
    """Read a file and guess what it holds, or say why it cannot be read."""
    try:
        text, above = split_table(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return source_problem(name, 0, "", SourceMistake.NOT_UTF8)
    reader = bounded_rows(text, delimiter_of(text))
    try:
        header = [cell.strip() for cell in next(reader, [])]
        rows = tuple(
            tuple(cell.strip() for cell in cells) for cells in reader if any(map(str.strip, cells))
        )
    except csv.Error as error:
        line = above + line_of(error, reader)
        return source_problem(name, line, "", SourceMistake.NOT_CSV, error=error)
    if not any(header) or not rows:
        return source_problem(name, 0, "", SourceMistake.NO_VALUE)
    if len(header) > MOST_COLUMNS:
        wide = {"number": len(header), "most": MOST_COLUMNS}
        return source_problem(name, 1, "", SourceMistake.TOO_WIDE, **wide)
    role = _role(header, rows)
    meanings = meanings_of(header, rows, role)
    columns = (SheetColumn(one, _examples(rows, at), meanings[at]) for at, one in enumerate(header))
    return Sheet(name, role, tuple(columns), rows)


def meanings_in(role: str) -> tuple[str, ...]:
    """List what a column of a file of a role may hold: names in each language of the agency.

    The first is ``name``, the others ``name_nn`` and the like.
    """
    found: list[str] = []
    for meaning in _MEANINGS.get(role, ()):
        found.append(meaning)
        if meaning == "name":
            found += [f"name_{language}" for language in languages()[1:]]
    return tuple(found)


def _called(meaning: str) -> frozenset[str]:
    """Say what columns of a meaning are called by those who make files."""
    own = {f"{meaning}_{first_language()}"} if meaning in {"name", "note"} else {meaning}
    return _ALIKE.get(meaning, frozenset()) | own


def meanings_of(header: Sequence[str], rows: Sequence[Sequence[str]], role: str) -> tuple[str, ...]:
    """Guess what each column of a file of a role means."""
    wanted = [one for one in meanings_in(role) if one != FIGURE]
    found = [""] * len(header)
    for meaning in wanted:
        alike = [at for at, name in enumerate(header) if name.casefold() in _called(meaning)]
        free = [at for at in alike if not found[at]]
        if free:
            found[free[0]] = meaning
    if role == "results" and "value" not in found:
        for at in range(len(header)):
            if not found[at] and _numbers(rows, at):
                found[at] = FIGURE
            elif found[at] in {"measure", "se", "n"}:
                found[at] = FIGURE if _numbers(rows, at) else ""
    return tuple(found)


def reason_of(word: str) -> str:
    """Guess which of our words another word for what happened stands for; empty if none."""
    known = word.casefold()
    if known in REASONS or known in {"direct", "indirect", "break", "reworded", "linked"}:
        return known
    return _REASONS.get(known) or _KINDS.get(known, "")


def _role(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    names = {name.casefold() for name in header}

    def has(meaning: str) -> bool:
        return bool(names & _ALIKE[meaning])

    if has("year") and has("previous"):
        return "unit_changes"
    if has("year") and has("measure") and has("kind"):
        return "measure_changes"
    if has("year") and any(_numbers(rows, at) for at in range(1, len(header))):
        return "results"
    return "units" if has("code") and not has("year") else ""


def _numbers(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Tell whether a column holds numbers, where it holds anything."""
    cells = [row[at] for row in islice(rows, 200) if at < len(row) and row[at]]
    return bool(cells) and all(_is_number(cell) for cell in cells)


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", ".").replace("\u2212", "-").replace("\u00a0", ""))
    except ValueError:
        return False
    return True


def _examples(rows: Sequence[Sequence[str]], at: int) -> tuple[str, ...]:
    cells = (row[at][:40] for row in rows if at < len(row) and row[at])
    return tuple(islice(dict.fromkeys(cells), _EXAMPLES))
