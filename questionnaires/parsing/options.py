"""Read the sets of response options."""

from collections.abc import Iterator
from typing import Literal, cast

from questionnaires.errors import Problem
from questionnaires.languages import read_languages
from questionnaires.model import Option, ResponseOptions
from questionnaires.reading import Table

# One digit more than a 0-10 scale would no longer fit a row of radio buttons on a phone.
WIDEST_RANGE = 11


def parse_options(file: str, data: object, problems: list[Problem]) -> dict[str, ResponseOptions]:
    """Read every set of response options, by id."""
    top = Table(file, "", data, problems)
    return {name: _set(name, table) for name, table in top.named_tables()}


def _set(name: str, table: Table) -> ResponseOptions:
    found = ResponseOptions(
        id=name,
        kind=cast("Literal['scale', 'choice']", table.choice("kind", ("scale", "choice"))),
        options=(*_range(table), *(_option(one) for one in table.tables("options", "code"))),
        stem=table.words("stem"),
        low_label=table.words("low_label"),
        high_label=table.words("high_label"),
    )
    table.close()
    return found


def _range(table: Table) -> Iterator[Option]:
    if not table.has("range"):
        return
    ends = table.take("range", list)
    if len(ends) != 2 or not all(type(end) is int for end in ends):  # noqa: PLR2004  two ends
        table.wrong("range", "a range is two whole numbers, lowest first, such as [0, 10]")
        return
    low, high = ends
    if not 0 <= low < high < low + WIDEST_RANGE:
        table.wrong(
            "range",
            f"[{low}, {high}] is not a range of 2 to {WIDEST_RANGE} numbers from 0 upwards;"
            " put the lowest first",
        )
        return
    for value in range(low, high + 1):
        yield Option(str(value), value, None, dict.fromkeys(read_languages(), str(value)))


def _option(table: Table) -> Option:
    code = table.text("code")
    label = table.words("label") or {}
    if table.has("missing"):
        kind = table.choice("missing", ("not_applicable", "prefer_not"))
        option = Option(code, None, cast("Literal['not_applicable', 'prefer_not']", kind), label)
    else:
        option = Option(code, table.take("value", int), None, label)
        if option.value is not None and option.value < 0:
            table.wrong(
                "value", "negative integers are kept for the kinds of missing; use 0 or more"
            )
    table.close()
    return option
