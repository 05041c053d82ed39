"""Read what people outside tell of themselves."""

from questionnaires.background import Background, Variable
from questionnaires.errors import Problem
from questionnaires.reading import Table

BACKGROUND = "background.toml"


def parse_background(data: object, problems: list[Problem]) -> Background:
    """Read ``background.toml``."""
    top = Table(BACKGROUND, "", data, problems)
    pages, without = top.strings("pages"), top.strings("without_groups")
    variables = {name: _variable(name, table) for name, table in top.named_tables()}
    return Background(variables, pages, without)


def _categories(table: Table) -> dict[str, str]:
    named = table.take("categories", dict, {})
    for code, category in named.items():
        if not isinstance(category, str) or not category.strip() or ":" in category:
            sentence = f'{category!r} is no category; write a text without a colon, as in "18-29"'
            table.wrong(f"categories {code}", sentence)
    return {str(code): str(category) for code, category in named.items()}


def _variable(name: str, table: Table) -> Variable:
    found = Variable(
        name=name,
        item=table.take("item", str),
        categories=_categories(table),
        yes=table.strings("yes"),
        no=table.take("no", str, ""),
        weighted=table.take("weighted", bool, default=False),
        title=table.words("title") or {},
        word=table.words("word") or {},
        names={one: inner.all_words() for one, inner in table.table("names").named_tables()},
    )
    table.close()
    return found
