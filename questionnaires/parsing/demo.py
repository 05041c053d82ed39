"""Read what the campaigns of a demo are called and for; an agency may say nothing of it."""

from pathlib import Path
from typing import Final

from questionnaires.errors import Problem
from questionnaires.model import Text
from questionnaires.parsing.draft import Placed
from questionnaires.reading import Table, read_toml

DEMO: Final = "demo/campaigns.toml"
_TEXTS: Final = {
    "staff": ("title", "purpose", "comment"),
    "public": ("title", "purpose"),
    "open": ("title", "purpose"),
    "candidates": ("title", "purpose"),
}


def parse_demo(root: Path, problems: list[Problem]) -> tuple[Placed[Text], ...]:
    """Read the texts of ``demo/campaigns.toml``; none where there is no such file."""
    if not (root / DEMO).exists():
        return ()
    top = Table(DEMO, "", read_toml(root, DEMO, problems), problems)
    found: list[Placed[Text]] = []
    for population, names in _TEXTS.items():
        table = top.table(population)
        texts = {name: table.words(name) for name in names}
        found += [
            Placed(DEMO, f"{population} {name}", text)
            for name, text in texts.items()
            if text is not None
        ]
        table.close()
    top.close()
    return tuple(found)
