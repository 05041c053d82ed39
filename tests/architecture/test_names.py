"""One name, one thing: public names that several modules define become fewer, never more."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
# It only ever falls; forty is where nobody is led astray any more. Who defines a name a second time
# finds a noun that tells the two apart (docs/glossary.md), or lowers another pair first.
CEILING = 21


def defined():
    """Name each public function and class of a module, and the modules that define it."""
    places = defaultdict(set)
    for package in ("survey_app", "analytics", "questionnaires"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    places[node.name].add(path.relative_to(ROOT).as_posix())
    return {name: sorted(at) for name, at in places.items() if not name.startswith("_")}


def test_public_names_that_are_defined_twice_become_fewer():
    twice = {name: at for name, at in defined().items() if len(at) > 1}
    often = sorted(twice, key=lambda name: -len(twice[name]))[:10]
    told = "\n".join(f"{name}: {', '.join(twice[name])}" for name in often)
    assert len(twice) <= CEILING, f"{len(twice)} names, the most frequent:\n{told}"
