"""Read what units may do about a measure, with whose advice it is."""

from questionnaires.errors import Problem
from questionnaires.model import ActionTheme, Suggestion
from questionnaires.parsing.draft import Placed
from questionnaires.reading import Table

SUGGESTIONS = "suggestions.toml"


def parse_suggestions(data: object, problems: list[Problem]) -> tuple[Placed[ActionTheme], ...]:
    """Read every theme with its suggestions."""
    top = Table(SUGGESTIONS, "", data, problems)
    themes = tuple(_theme(table) for table in top.tables("theme"))
    top.close()
    return themes


def _theme(table: Table) -> Placed[ActionTheme]:
    found = ActionTheme(
        id=table.take("id", str),
        measures=table.strings("measures", required=True),
        suggestions=tuple(_suggestion(one) for one in table.tables("suggestion")),
    )
    table.close()
    return Placed(table.file, table.key, found)


def _suggestion(table: Table) -> Suggestion:
    found = Suggestion(text=table.words("text") or {}, source=table.take("source", str))
    table.close()
    return found
