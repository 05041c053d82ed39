"""Read which items measure something else than the statements they are tied to."""

from questionnaires.errors import Problem
from questionnaires.parsing.draft import Placed, WeakLink
from questionnaires.reading import Table

WEAK_LINKS = "weak_links.toml"


def parse_weak_links(data: object, problems: list[Problem]) -> tuple[Placed[WeakLink], ...]:
    """Read ``weak_links.toml``."""
    top = Table(WEAK_LINKS, "", data, problems)
    links = tuple(_link(table) for table in top.tables("link", "item"))
    top.close()
    return links


def _link(table: Table) -> Placed[WeakLink]:
    found = WeakLink(
        item=table.take("item", str),
        statements=table.strings("statements", required=True),
        reason=table.words("reason") or {},
    )
    table.close()
    return Placed(table.file, table.key, found)
