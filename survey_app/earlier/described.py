"""From what somebody says of uploaded files to a manifest, as if it had been written by hand. Pure.

Fields are named ``role-0`` and ``col-0-1`` (file, column), ``word-0-2-1`` (file, column, word) and
``measure-0-name`` (measure).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from survey_app.earlier.check_description import scale_of, texts, whole_of
from survey_app.earlier.manifest import LISTS, Listing, Manifest
from survey_app.earlier.model import Audience, Source, Text
from survey_app.earlier.sheets import FIGURE, Sheet, meanings_of, reason_of
from survey_app.shared.agency import in_language
from survey_app.shared.form_text import read_day
from survey_app.shared.i18n import first_language, languages

_WORDED: Final = ("kind", "reason")  # columns whose words are ours or must be translated


_RATE: Final = re.compile("response.?rate|svarprosent|svarandel|deltak")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of theirs that must be one of ours; ``field`` is what the form calls it."""

    field: str
    column: str
    theirs: str


def as_chosen(sheets: Sequence[Sheet], fields: Mapping[str, str]) -> tuple[Sheet, ...]:
    """Let what was chosen stand in place of what was guessed.

    Where another role was chosen for a file, its columns are guessed anew.
    """
    found = []
    for number, sheet in enumerate(sheets):
        role = fields.get(f"role-{number}", sheet.role)
        if role != sheet.role:
            names = [column.name for column in sheet.columns]
            guessed = meanings_of(names, sheet.rows, role)
        else:
            guessed = tuple(column.meaning for column in sheet.columns)
        asked_before = fields.get(f"was-{number}", "") == role
        columns = tuple(
            replace(
                column,
                meaning=fields.get(f"col-{number}-{at}", guessed[at])
                if asked_before
                else guessed[at],
            )
            for at, column in enumerate(sheet.columns)
        )
        found.append(replace(sheet, role=role, columns=columns))
    return tuple(found)


def codes_of(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """List the codes of the measures that the results hold."""
    results = next((sheet for sheet in sheets if sheet.role == "results"), None)
    if results is None:
        return ()
    wide = tuple(column.name for column in results.columns if column.meaning == FIGURE)
    return wide or results.values("measure")


def words_of(sheets: Sequence[Sheet]) -> tuple[Word, ...]:
    """List the words for what happened that are none of ours."""
    found = []
    for number, sheet in enumerate(sheets):
        for at, column in enumerate(sheet.columns):
            if column.meaning in _WORDED and sheet.role.endswith("changes"):
                words = [one for one in sheet.values(column.meaning) if reason_of(one) != one]
                found += [
                    Word(f"word-{number}-{at}-{place}", f"{sheet.role}.{column.meaning}", word)
                    for place, word in enumerate(words)
                ]
    return tuple(found)


def manifest_of(
    fields: Mapping[str, str], sheets: Sequence[Sheet], *, key: str, audience: Audience
) -> Manifest:
    """Write the manifest; `check_description` has found nothing.

    Parameters
    ----------
    fields : mapping of str to str
        As sent.
    sheets : sequence of Sheet
        As chosen.
    key, audience : str
        Where the source is kept, and on whose page.
    """
    text = {name: fields.get(name, "").strip() for name in texts()}
    listings = {name: Listing(name) for name in LISTS}
    words = {word.field: word for word in words_of(sheets)}
    for number, sheet in enumerate(sheets):
        if sheet.role:
            mine = [word for name, word in words.items() if name.startswith(f"word-{number}-")]
            listings[sheet.role] = _listing(sheet, mine, fields)
    rows = tuple(_measure(fields, at, code) for at, code in enumerate(codes_of(sheets)))
    listings["measures"] = Listing("measures", rows=rows)
    return Manifest(
        file="",
        key=key,
        kind=fields["kind"],
        audience=audience,
        title={one: told for one in languages() if (told := text[f"title_{one}"])},
        about={},
        source=text["source"],
        licence=text["licence"],
        url=text["url"],
        published=read_day(fields.get("published", "")),
        retrieved=read_day(fields.get("retrieved", "")) or date.min,
        scale=scale_of(fields) or (0.0, 100.0),
        whole_until=whole_of(fields, "whole_until"),
        unknown_year=whole_of(fields, "unknown_year"),
        benchmarks=tuple(re.findall(r"[^\s,;]+", fields.get("benchmarks", ""))),
        start=fields.get("start", "").strip(),
        lists=listings,
    )


def _listing(sheet: Sheet, words: Sequence[Word], fields: Mapping[str, str]) -> Listing:
    named = [column for column in sheet.columns if column.meaning and column.meaning != FIGURE]
    values: dict[str, dict[str, str]] = {}
    for word in words:
        ours = fields.get(word.field) or reason_of(word.theirs)
        values.setdefault(word.column.split(".")[1], {})[word.theirs] = ours
    return Listing(
        sheet.role,
        file=sheet.name,
        layout="wide" if any(one.meaning == FIGURE for one in sheet.columns) else "long",
        columns={column.meaning: column.name for column in named},
        values=values,
        ignore=tuple(column.name for column in sheet.columns if not column.meaning),
    )


def _measure(fields: Mapping[str, str], at: int, code: str) -> dict[str, str]:
    def said(name: str) -> str:
        return fields.get(f"measure-{at}-{name}", "").strip()

    own = said("own")
    return {
        "code": code,
        "name": said("name") or name_of(code),
        **{f"name_{one}": told for one in languages()[1:] if (told := said(f"name_{one}"))},
        "own": own,
        "comparable": (said("comparable") or "other") if own else "",
        "statistic": said("statistic") or "mean",
    }


def name_of(code: str) -> str:
    """Make a name out of a code, for somebody to better."""
    words = code.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def first_fields(sheets: Sequence[Sheet], before: Source | None, today: date) -> dict[str, str]:
    """Fill the form in before anybody has: from the source that is replaced, and from the files."""
    found = {
        "retrieved": today.isoformat(),
        "scale_low": "0",
        "scale_high": "100",
        "unknown_year": _unknown_year(sheets),
    }
    measures = {}
    if before is not None:
        found |= {
            "kind": before.kind,
            **{f"title_{one}": text for one, text in _own_texts(before.title).items()},
            "source": before.source,
            "licence": before.licence,
            "url": before.url,
            "scale_low": f"{before.scale[0]:g}",
            "scale_high": f"{before.scale[1]:g}",
            "whole_until": str(before.whole_until or ""),
            "benchmarks": ", ".join(before.benchmarks),
            "start": before.start,
        }
        measures = {measure.code: measure for measure in before.measures}
    for at, code in enumerate(codes_of(sheets)):
        known = measures.get(code)
        first, *others = languages()
        named = _own_texts(known.name) if known else {first: name_of(code)}
        found[f"measure-{at}-name"] = named[first]
        found[f"measure-{at}-statistic"] = "rate" if _RATE.search(code.casefold()) else "mean"
        if known:
            found |= {
                f"measure-{at}-{name}": value
                for name, value in (
                    *((f"name_{one}", named.get(one, "")) for one in others),
                    ("own", known.own), ("comparable", known.comparable),
                    ("statistic", known.statistic),
                )
            }  # fmt: skip
    return found | {word.field: reason_of(word.theirs) for word in words_of(sheets)}


def _own_texts(text: Text) -> dict[str, str]:
    """Give a text in the agency's languages; one older than its first is shown by another."""
    first = first_language()
    return {first: in_language(text, first)} | {
        one: text[one] for one in languages() if text.get(one)
    }


def _unknown_year(sheets: Sequence[Sheet]) -> str:
    """Find the one number beyond all years that stands where a year is not known."""
    odd = {
        year
        for sheet in sheets
        if sheet.role == "unit_changes"
        for year in sheet.values("year")
        if re.fullmatch(r"[0-9]{1,6}", year) and not 1900 <= int(year) <= 2100  # noqa: PLR2004 - years
    }
    return odd.pop() if len(odd) == 1 else ""
