"""Read what became of each statement between two revisions of the strategy."""

from pathlib import Path
from typing import Any, cast

from questionnaires.errors import Problem
from questionnaires.parsing.draft import Placed
from questionnaires.reading import Table, read_toml
from questionnaires.strategy_maps import Became, StatementMove, StrategyMap

MAPS = "strategy/maps"
BECAME = ("same", "reworded", "split", "merged", "new", "gone")


def read_strategy_maps(
    root: Path, problems: list[Problem]
) -> tuple[tuple[Placed[StrategyMap], ...], dict[str, Any]]:
    """Read every map below `root`; also what each file holds, by its id."""
    maps, contents = [], {}
    for path in sorted(root.glob(f"{MAPS}/*.toml")):
        file = path.relative_to(root).as_posix()
        raw = read_toml(root, file, problems)
        contents[file.removesuffix(".toml")] = raw
        maps.append(_map(Table(file, "", raw, problems), path.stem))
    return tuple(maps), contents


def _map(top: Table, name: str) -> Placed[StrategyMap]:
    earlier, later = top.take("from", str), top.take("to", str)
    if name != f"{earlier}_{later}":
        top.wrong("from", f"the file is called {name} and maps {earlier} to {later}; correct one")
    moves = tuple(move for table in top.tables("statement") for move in _moves(table))
    top.close()
    return Placed(top.file, "", StrategyMap(earlier, later, moves))


def _moves(table: Table) -> list[StatementMove]:
    """Read a row: statements that stay the same for one reason share it."""
    became = cast("Became", table.choice("became", BECAME))
    reason = table.words("reason") or {}
    if became == "same":
        kept = table.strings("statements", required=True)
        table.close()
        return [StatementMove("same", (one,), (one,), reason) for one in kept]
    before = table.strings("from", required=became != "new")
    after = table.strings("to", required=became != "gone")
    table.close()
    return [StatementMove(became, before, after, reason)]
