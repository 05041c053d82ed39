"""Read which question to staff stands beside which to people outside."""

from typing import cast

from questionnaires.errors import Problem
from questionnaires.inside_outside import Comparable, SameWords, Theme
from questionnaires.model import Population
from questionnaires.parsing.draft import Placed
from questionnaires.parsing.indices import POPULATIONS
from questionnaires.reading import Table

COMPARABLE = ("theme", "weak", "no")


def parse_inside_outside(
    file: str, data: object, problems: list[Problem]
) -> tuple[tuple[Placed[Theme], ...], tuple[Placed[SameWords], ...]]:
    """Read every theme, and the items that two groups outside are asked in the same words."""
    top = Table(file, "", data, problems)
    themes = tuple(_theme(table) for table in top.tables("theme"))
    same = tuple(_same_words(table) for table in top.tables("same_words", "item"))
    top.close()
    return themes, same


def _theme(table: Table) -> Placed[Theme]:
    found = Theme(
        id=table.take("id", str),
        inside=table.take("inside", str),
        outside=table.take("outside", str),
        population=cast("Population", table.choice("population", POPULATIONS)),
        comparable=cast("Comparable", table.choice("comparable", COMPARABLE)),
        title=table.words("title") or {},
        phrase=table.words("phrase") or {},
        reason=table.words("reason"),
    )
    table.close()
    return Placed(table.file, table.key, found)


def _same_words(table: Table) -> Placed[SameWords]:
    found = SameWords(item=table.take("item", str), reason=table.words("reason"))
    table.close()
    return Placed(table.file, table.key, found)
