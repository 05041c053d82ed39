"""What pages say beside a measure, for programs: short forms, weak ties, and where series stop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from survey_app.publications.regrouped import REGROUPED
from survey_app.reading.api.model import BreakRow, WeakTie
from survey_app.reading.halves import half_of
from survey_app.reading.names import row_name
from survey_app.reading.strategy_text import library
from survey_app.shared.i18n import languages, translator


def row_names(code: str, title: Mapping[str, str]) -> dict[str, str]:
    """Return the name of a measure as pages have it, in every language."""
    return {language: row_name(code, title, language) for language in languages()}


def of_whom(code: str, content: Mapping[str, Any]) -> dict[str, str]:
    """Say whose answers a measure has in every language; nothing where all were asked the same."""
    said = half_of(code, content)
    return {tag: translator(tag).gettext(said) for tag in languages()} if said else {}


def weak_ties(items: Iterable[str], statements: Iterable[str]) -> list[WeakTie]:
    """Return which ties of items to statements do not hold, with what each measures instead."""
    links, among, tied = library().weak_links, set(items), set(statements)
    return [
        WeakTie(item=item, statement=statement, reason=dict(reason))
        for (item, statement), reason in links.items()
        if item in among and statement in tied
    ]


def told_breaks(content: Mapping[str, Any]) -> list[BreakRow]:
    """Return where the series of measures stop, and then those of groups."""
    sides = ("before", "since", "waves")
    stopped = [
        BreakRow(
            measure=row["measure"],
            why=row["why"],
            items=list(row.get("items", ())),
            **{name: row[name] for name in sides},
        )
        for row in content.get("breaks", ())
    ]
    regrouped = [
        BreakRow(variable=row["variable"], why=REGROUPED, **{name: row[name] for name in sides})
        for row in content.get(REGROUPED, ())
    ]
    return stopped + regrouped
