"""Read which measures may go with an outcome."""

from typing import cast

from questionnaires.errors import Problem
from questionnaires.model import DriverSet, Population, Text
from questionnaires.parsing.draft import Placed
from questionnaires.parsing.indices import POPULATIONS
from questionnaires.reading import Table


def parse_drivers(
    file: str, data: object, problems: list[Problem]
) -> tuple[tuple[Placed[DriverSet], ...], dict[str, Text]]:
    """Read every outcome with its predictors, and the short names of items."""
    top = Table(file, "", data, problems)
    sets = tuple(_outcome(table) for table in top.tables("outcome"))
    names = {code: table.all_words() for code, table in top.table("item_names").named_tables()}
    top.close()
    return sets, names


def _outcome(table: Table) -> Placed[DriverSet]:
    found = DriverSet(
        id=table.take("id", str),
        measure=table.take("measure", str),
        population=cast("Population", table.choice("population", POPULATIONS)),
        title=table.words("title") or {},
        short=table.words("short") or {},
        phrase=table.words("phrase") or {},
        predictors=table.strings("predictors", required=True),
        note=table.words("note"),
    )
    table.close()
    return Placed(table.file, table.key, found)
