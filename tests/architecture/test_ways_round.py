"""Ways round the contracts: modules fetched by name; a clock, chance or file in statistics.

`lint-imports` sees what is written as an import; this sees what is fetched otherwise.
"""

import ast
import functools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WINGS = ("survey_app", "analytics", "questionnaires")

# who fetches a module by its name, and which one: the list does not grow
BY_NAME = {
    ("survey_app/shared/pages.py", "survey_app.shared.numbers"),
    ("survey_app/installation/migrate.py", "survey_app.piccolo_conf"),
    ("survey_app/installation/schema_state.py", "migrations.{}.piccolo_migrations"),
    ("survey_app/installation/schema_state.py", "{}.{}"),
}
FETCHES = {"import_module", "__import__", "resolve_name", "run_module", "run_path", "find_loader"}
RUNS = {"eval", "exec", "compile"}

# what statistics call of others that reads a clock, a file or chance that nobody gave them
FROM_THE_WORLD = {
    "now", "today", "utcnow",
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "load", "save", "savez",
    "savetxt", "loadtxt", "genfromtxt", "fromfile", "tofile", "memmap", "to_csv", "to_parquet",
    "to_excel", "to_pickle", "to_feather", "to_hdf", "to_sql", "to_stata",
}  # fmt: skip
CHANCE = {"default_rng", "RandomState", "SeedSequence", "Generator"}
DRAWS = {"rvs"}

# a module without any of these words is not read further: most of a second's work, not of three
_BY_NAME = re.compile(
    rf"\b({'|'.join(FETCHES)}|sys\.modules|from (sys|builtins|runpy|pkgutil)\b)"
    rf"|(?<![.\w])({'|'.join(RUNS)})\("
)
_IMPURE = re.compile(rf"\b({'|'.join(FROM_THE_WORLD | CHANCE | DRAWS)}|read_\w+|random\.\w+)\(")


@functools.cache
def modules():
    paths = [path for wing in WINGS for path in sorted((ROOT / wing).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): path for path in paths}


def called(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def said(node):
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(said(one) for one in node.values)
    return "{}"


def read(source, words):
    return ast.walk(ast.parse(source)) if words.search(source) else ()


def fetched(source):
    """Yield what is fetched or run by name: a module, or text as code."""
    for node in read(source, _BY_NAME):
        match node:
            case ast.Call() if called(node) in FETCHES:
                yield said(node.args[0]) if node.args else "{}"
            case ast.Call(func=ast.Name(id=name)) if name in RUNS:
                yield f"{name}()"
            case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
                yield "sys.modules"
            case ast.ImportFrom(module="sys" | "builtins" | "runpy" | "pkgutil"):
                yield from (one.name for one in node.names if one.name in {"modules", *FETCHES})


def impure(source):
    """Yield what statistics take from the world: a clock, a file, chance of their own."""
    for node in read(source, _IMPURE):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        of = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        if (
            name in FROM_THE_WORLD
            or (of in {"pd", "pandas"} and name.startswith("read_"))
            or (of in {"np.random", "numpy.random"} and name not in CHANCE)
            or (name in CHANCE and not (node.args or node.keywords))
            or (name in DRAWS and "random_state" not in {word.arg for word in node.keywords})
        ):
            yield f"{of}.{name}"


def test_no_module_is_fetched_by_its_name_past_the_contracts():
    found = {(name, what) for name, path in modules().items() for what in fetched(path.read_text())}
    assert found == BY_NAME


def test_statistics_take_no_time_no_file_and_no_chance_of_their_own():
    found = [
        (name, what)
        for name, path in modules().items()
        if name.startswith("analytics/")
        for what in impure(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import importlib\nimportlib.import_module('survey_app.counting.urn.unseal')",
        "from importlib import import_module\nimport_module(f'survey_app.{room}')",
        "__import__('survey_app.counting.urn.unseal')",
        "import sys\nsys.modules['survey_app.counting.urn.unseal']",
        "from sys import modules\nmodules['survey_app.counting.urn.unseal']",
        "import pkgutil\npkgutil.resolve_name('survey_app.counting.urn:unseal')",
        "import runpy\nrunpy.run_module('survey_app.counting.urn.unseal')",
        "exec('from survey_app.counting.urn import unseal')",
    ],
)
def test_a_module_that_is_fetched_by_name_is_seen(source):
    assert list(fetched(source))


@pytest.mark.parametrize(
    "source",
    [
        "pd.read_csv(path)",
        "frame.to_parquet(path)",
        "np.load(path)",
        "open(path)",
        "np.random.default_rng()",
        "np.random.normal(size=3)",
        "datetime.now(UTC)",
        "pd.Timestamp.today()",
        "stats.norm.rvs(size=3)",
    ],
)
def test_what_comes_from_the_world_is_seen(source):
    assert list(impure(source))


def test_chance_that_is_given_is_no_chance_of_its_own():
    source = "rng = np.random.default_rng(seed)\nrng.normal(size=3)\njson.loads(text)"
    assert list(impure(source)) == []
