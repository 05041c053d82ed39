"""Read the indices."""

from typing import cast

from questionnaires.errors import Problem
from questionnaires.model import Index, Population
from questionnaires.parsing.draft import IndexDraft, Placed
from questionnaires.reading import Table

POPULATIONS = ("staff", "public", "candidates", "stakeholders")


def parse_indices(
    file: str, data: object, problems: list[Problem]
) -> tuple[str, tuple[Placed[IndexDraft], ...]]:
    """Read the strategy revision the weights belong to, and every index."""
    top = Table(file, "", data, problems)
    revision = top.take("strategy_revision", str)
    return revision, tuple(_index(code, table) for code, table in top.named_tables())


def _index(code: str, table: Table) -> Placed[IndexDraft]:
    index = Index(
        code=code,
        title=table.words("title") or {},
        short=table.words("short") or {},
        parts={},
        equal_parts={},
        population=cast("Population", table.choice("population", POPULATIONS)),
        about=table.words("about") or {},
    )
    # part of what is hashed alone: an index is known by what it is made of
    table.count("version", 1)
    draft = IndexDraft(
        index,
        table.fractions("parts"),
        table.fractions("equal_parts"),
        table.take("brought_by", str, ""),
    )
    table.close()
    return Placed(table.file, table.key, draft)
