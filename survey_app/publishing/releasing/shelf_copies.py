"""What lies beside a content for lists and trends must say what the content says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from survey_app.asking.writing import writing
from survey_app.publications.store import copies_of
from survey_app.publishing.computing.content import head_of
from survey_app.shared.database import Row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

_KEY: Final = ("measure", "statistic", "category", "level", "domain")
_FIGURES: Final = ("n", "mean", "se", "low", "high", "status")


async def differing_copy(publication: UUID, content: bytes) -> str | None:
    """Compare a publication's head and its figures for trends with its content.

    Returns
    -------
    str or None
        What is wrong, in one sentence.
    """
    async with writing() as link:
        head, rows = await copies_of(link, publication)
    told = json.loads(content)
    if other := differing_in_head(json.loads(head), told):
        return f"what lists read of it ({other}) is not what its content says: it was changed"
    figures = {_key(row): _figures(row) for row in told["estimates"]}
    copied = {_key(row): _figures(row) for row in rows}
    if any(figures.get(key) != copy for key, copy in copied.items()):
        return "what trends are drawn from is not what its content says: it was changed"
    if any(key not in copied for key in figures if key[1] == "mean"):
        return "what trends are drawn from lacks figures of its content: it was changed"
    return None


def differing_in_head(head: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """Name what lists read of a publication and its content does not say; empty where nothing is.

    Some of it is made of tables that a head leaves out (`head_of`).
    """
    said = {**content, **head_of(content)}
    return next((name for name, fact in head.items() if said.get(name) != fact), "")


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in _KEY)


def _figures(row: Row) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in _FIGURES)
