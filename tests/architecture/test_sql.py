"""Each schema has one owner: SQL that names it stands in that room, and others ask at its door.

Import contracts see modules, not strings; this reads the strings.
"""

import ast
import functools
import importlib
import itertools
import re
from pathlib import Path

import pytest

from survey_app.installation import tables as all_tables

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / "survey_app"

# schema, or table of a schema: the rooms whose SQL may name it
OWNERS = {
    "accounts": {"accounts"},
    "actions": {"actions"},
    "asking": {"asking"},
    "audit": {"audit"},
    "comments": {"comments"},
    "counting": {"counting"},
    "earlier": {"earlier"},
    "events": {"events"},
    "publications": {"publications"},
    "subscriptions": {"subscriptions"},
    # what happens to a wave is written by waves; no invitation and no person is
    "asking.campaign": {"asking", "waves"},
    "asking.wave": {"asking", "waves"},
    "asking.wave_domain": {"asking", "waves"},
    "asking.questionnaire": {"asking", "waves"},
    "asking.key_holder": {"asking", "waves"},
    # who counts: it lies in this schema for its grants
    "asking.wave_work": {"asking", "publishing"},
    # what is wrong, and who is told (docs/adr/0128): for the same grants
    "asking.host": {"installation"},
    "asking.alarm": {"installation"},
    "asking.alarm_reader": {"installation"},
    "asking.alarm_letter": {"installation"},
}

# (module or folder, schema): why its SQL names what is another's; the list does not grow
ELSEWHERE = {
    ("actions/remind.py", "asking"): (
        "the contract keeps actions away from campaigns: the sender of a reminder is read in the"
        " statement that locks it"
    ),
    ("answering/submit.py", "asking"): (
        "the crossing: a mark and a ballot by one function of the database, or neither"
        " (anonymity-design.md 5)"
    ),
    ("commands/demo.py", "accounts"): "whether the demo's people are there, also closed ones",
    ("commands/demo.py", "asking"): "the demo looks for a unit of middle size to sign in as",
    ("earlier/import_source.py", "publications"): (
        "the layers keep what others found and what we publish apart: codes of measures alone"
    ),
    ("installation/made_up.py", "asking"): "whether the table is there, before anything else is",
    ("publishing/claims.py", "asking"): (
        "whose turn it is: a wave's state, its claim and what its urn left, in one look"
    ),
    ("publishing/claims.py", "counting"): "the same look",
    ("publishing/claims.py", "publications"): "the same look",
    ("subscriptions/send_letters.py", "asking"): (
        "the contract keeps subscriptions away from campaigns: a letter's sender is read in the"
        " statement that locks it"
    ),
    ("subscriptions/send_letters.py", "publications"): (
        "publications stand above subscriptions: what is out is read in the statement that queues"
    ),
    ("simulation", "actions"): "the demo makes years of history, which no door is made for",
    ("simulation", "asking"): "the same",
    ("simulation", "audit"): "the same",
    ("simulation", "comments"): "the same",
    ("simulation", "counting"): "the same",
    ("simulation", "events"): "the same",
}

# modules whose SQL leaves a table's whole name to be filled in, and what fills it: the list does
# not grow
FILLED_IN = {
    "asking/delivery/one_by_one.py": "asking.outbox and its like, named by those who send",
    "asking/invitations/counts.py": "invitations or credentials, as the wave has them",
    "asking/invitations/erase_marks.py": "the same",
    "counting/urn/mix.py": "a wave's own part of the urn, and of the receipts",
    "counting/urn/partitions.py": "the same",
    "counting/urn/spent.py": "the same",
    "installation/backups/contents.py": "every table, counted before and after a restore",
    "installation/backups/restore.py": "every table of a copy, for its new owner",
    "simulation/marker.py": "every table of a demo that is made anew",
    "installation/walls.py": "every table that the database itself names",
}

SCHEMAS = sorted(name for name in OWNERS if "." not in name)
_SQL = re.compile(
    r"\b(SELECT|INTO|UPDATE|DELETE|FROM|JOIN|USING|COPY|TABLE|TRUNCATE|MERGE|LOCK|CALL|EXECUTE"
    r"|ANALYZE|VACUUM|ALTER|REGCLASS|SEARCH_PATH|SET SCHEMA)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"""(?<![\w.@])"?({"|".join(SCHEMAS)})"?\s*\.\s*"?([a-z_]+|\{{\}}|\*)""", re.IGNORECASE
)
_PATH = re.compile(rf"\bsearch_path\b[^;]*?\b({'|'.join(SCHEMAS)})\b", re.IGNORECASE)
_HOLE = re.compile(
    r"^(?=\W*(?:SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|COPY|TRUNCATE|MERGE|LOCK)\b).*"
    r"\b(?:FROM|INTO|UPDATE|JOIN|USING|ONLY|TABLE|TRUNCATE)\s+\"?\{\}",
    re.IGNORECASE | re.DOTALL,
)
MANY = 64  # texts that one string with names in it may be


@functools.cache  # reading all modules takes a second, and five tests do
def strings(source):
    """Return every string of a module that is no docstring, as far as its parts are known.

    What is joined, formatted or filled in is put together, also from names that the module gives
    to strings; what is not known is ``{}``.
    """
    return tuple(_strings(_nodes(source)))


@functools.lru_cache(maxsize=1)
def _nodes(source):
    return tuple(ast.walk(ast.parse(source)))


def _strings(nodes):
    names = {}
    given = [one for node in nodes for one in _given(node)]
    for name, value in given * 2:  # a name may stand for what another one does
        names.setdefault(name, set()).update(_texts(value, names))
    said = set()
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            said.add(id(node.value))
        elif id(node) not in said and (texts := _texts(node, names)):
            yield from texts
            # what is filled in may hold a statement of its own, a constant is said already
            parts = ast.iter_child_nodes(node)
            said |= {id(one) for one in parts if isinstance(one, ast.Constant)}


def _given(node):
    """Yield the names that a node gives to something: ``a = …``, ``for a in (…)``."""
    if isinstance(node, ast.Assign):
        yield from ((one.id, node.value) for one in node.targets if isinstance(one, ast.Name))
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and isinstance(node.target, ast.Name):
        if node.value:
            yield node.target.id, node.value
    elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Name):
        many = node.iter.elts if isinstance(node.iter, ast.Tuple | ast.List | ast.Set) else []
        yield from ((node.target.id, one) for one in many)


def _texts(node, names):  # noqa: PLR0911 - one of each kind of expression
    """Return what a node may say if it is a string, without what another part of it says."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return _together([_said(part, names) for part in parts])
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            sides = [_texts(left, names), _texts(right, names)]
            return _together([one or ["{}"] for one in sides]) if any(sides) else []
        case ast.BinOp(op=ast.Mod(), left=left, right=right):
            filled = right.elts if isinstance(right, ast.Tuple) else [right]
            return _filled(_texts(left, names), r"%s", filled, names)
        case ast.Call(func=ast.Attribute(attr="format", value=pattern), args=filled):
            return _filled(_texts(pattern, names), r"\{\d*\}", filled, names)
        case ast.Call(
            func=ast.Attribute(attr="join", value=between),
            args=[ast.Tuple(elts=parts) | ast.List(elts=parts)],
        ):
            joints = _texts(between, names) or ["{}"]
            return [
                text
                for joint in joints
                for text in _together(
                    [one for part in parts for one in ([joint], _said(part, names))][1:]
                )
            ]
    return []


def _said(node, names):
    """Return what a part of a string may say: of a name what it was given, else ``{}``."""
    if isinstance(node, ast.FormattedValue):
        node = node.value
    if isinstance(node, ast.Name):
        return sorted(names.get(node.id, ())) or ["{}"]
    return _texts(node, names) or ["{}"]


def _filled(patterns, hole, filled, names):
    found = []
    for pattern in patterns:
        pieces = re.split(hole, pattern)
        between = [_said(one, names) for one in filled] + [["{}"]] * len(pieces)
        parts = [one for pair in zip(([x] for x in pieces), between, strict=False) for one in pair]
        found += _together(parts[: 2 * len(pieces) - 1])
    return found


def _together(parts):
    return ["".join(one) for one in itertools.islice(itertools.product(*parts), MANY)]


@functools.cache
def tables_named(source):
    """Return the tables, as (schema, table), that a module's SQL names."""
    texts = strings(source)
    found = {
        (schema.lower(), table.lower())
        for text in texts
        if _SQL.search(text)
        for schema, table in _NAMED.findall(text)
    }
    found |= {(one.lower(), "{}") for text in texts for one in _PATH.findall(text)}
    for node in _nodes(source):
        if isinstance(node, ast.Call | ast.ClassDef):
            found |= set(_named_by_word(node))
        elif isinstance(node, ast.ImportFrom):
            found |= set(_imported(node.module or "", [one.name for one in node.names]))
        elif isinstance(node, ast.Import):
            found |= {one for way in node.names for one in _imported(*_parted(way.name))}
    return found


def _named_by_word(node):
    """Yield the tables of ``schema_name="…"`` where rows are copied, ``schema="…"`` of a class."""
    words = {word.arg: word.value for word in node.keywords}
    schema = words.get("schema_name") or words.get("schema")
    if schema is None or (isinstance(node, ast.Call) and "schema_name" not in words):
        return
    table = words.get("tablename") or next(iter(getattr(node, "args", ())), None)
    yield getattr(schema, "value", "{}"), getattr(table, "value", "{}")


def _imported(module, names):
    """Yield the tables whose classes a module imports: they carry the query builder."""
    if not module.startswith("survey_app."):
        return
    if module.endswith(".tables"):
        there = importlib.import_module(module)
        classes = [getattr(there, name, None) for name in names]
        found = [one._meta for one in classes if hasattr(one, "_meta")]
        yield from ((one.schema, one.tablename) for one in found)
    elif "tables" in names:
        yield module.split(".")[1], "{}"


def _parted(module):
    before, _, name = module.rpartition(".")
    return before, [name]


def modules():
    return {path.relative_to(PRODUCT).as_posix(): path for path in sorted(PRODUCT.rglob("*.py"))}


def foreign_uses():
    """Return (module, schema) of all SQL that names what another room owns."""
    found = set()
    for name, path in modules().items():
        room = name.partition("/")[0]
        if name == "installation/tables.py":
            continue  # the map of all tables
        for schema, table in tables_named(path.read_text()):
            owners = OWNERS.get(f"{schema}.{table}", OWNERS.get(schema, set()))
            if room not in owners:
                found.add((name, schema))
    return found


def excused(module, schema):
    return any(
        schema == of and (module == place or module.startswith(f"{place}/"))
        for place, of in ELSEWHERE
    )


def test_sql_names_only_what_its_room_owns():
    assert sorted(use for use in foreign_uses() if not excused(*use)) == []


def test_no_exception_is_left_when_its_sql_is_gone():
    used = foreign_uses()
    idle = [
        (place, schema)
        for place, schema in ELSEWHERE
        if not any(
            of == schema and (module == place or module.startswith(f"{place}/"))
            for module, of in used
        )
    ]
    assert idle == []


def test_every_schema_has_an_owner():
    declared = {
        table._meta.schema
        for table in vars(all_tables).values()
        if isinstance(table, type) and hasattr(table, "_meta")
    }
    assert declared == set(SCHEMAS)


def test_the_state_of_a_wave_has_one_writer():
    writes = re.compile(r"UPDATE asking\.wave(?: w)? SET(?:(?!WHERE).)*\bstate\s*=", re.DOTALL)
    found = {
        name
        for name, path in modules().items()
        if any(writes.search(text) for text in strings(path.read_text()))
    }
    assert found == {"waves/states.py"}


_ANSWERS = r"(?:FROM|UPDATE|JOIN) counting\.(?:response|urn|spent|\{\})(?![\w{])"


def test_a_statement_about_answers_names_one_wave():
    """So that they may be parted by wave, or distributed by it (docs/adr/0135)."""
    reads, of_one = (
        re.compile(_ANSWERS),
        re.compile(_ANSWERS + r"(?: \w+)? WHERE (?:\w+\.)?wave = "),
    )
    texts = [text for path in modules().values() for text in strings(path.read_text())]
    assert sum(len(reads.findall(text)) for text in texts) >= 7
    assert [t for t in texts if len(reads.findall(t)) != len(of_one.findall(t))] == []


@pytest.mark.parametrize("map_of", ["app.py", "worker.py", "cli"])
def test_the_maps_hold_no_sql(map_of):
    for name, path in modules().items():
        if name == map_of or name.startswith(f"{map_of}/"):
            assert not tables_named(path.read_text()), name


def test_a_table_is_filled_in_where_it_is_known_which():
    found = {
        name
        for name, path in modules().items()
        if any(_HOLE.search(text) for text in strings(path.read_text()))
    }
    assert found == set(FILLED_IN)


@pytest.mark.parametrize(
    "source",
    [
        'SQL = "SELECT 1 FROM asking.person"',
        'SQL = ("SELECT id" " FROM asking.person p")',
        'SQL = f"SELECT {columns} FROM asking.person WHERE id = {{x}}"',
        'SQL = """\nUPDATE asking.person SET name = $1"""',
        'link.copy_records_to_table("person", schema_name="asking", records=rows)',
        'SQL = "select 1 from asking.person"',
        'SQL = "SELECT 1 FROM " + "asking.person"',
        'SQL = "SELECT 1 FROM asking" + ".person"',
        """SQL = 'SELECT 1 FROM "asking"."person"'""",
        'SQL = "SELECT 1 FROM asking . person"',
        'SQL = "SELECT 1 FROM Asking.Person"',
        'WHOM = "asking.person"\nSQL = f"SELECT 1 FROM {WHOM}"',
        'IN = "asking"\nSQL = f"SELECT 1 FROM {IN}.person"',
        "SQL = f\"SELECT 1 FROM {'asking.person'}\"",
        "said = f\"{fetch(login, 'SELECT 1 FROM asking.person')}\"",
        'SQL = "SELECT 1 FROM {}".format("asking.person")',
        'SQL = "SELECT 1 FROM %s" % "asking.person"',
        'SQL = " ".join(["SELECT 1", "FROM", "asking.person"])',
        'for one in ("asking.person",):\n    run(f"DELETE FROM {one}")',
        'SQL = "WITH gone AS (DELETE FROM x RETURNING *) TABLE asking.person"',
        'SQL = "SELECT 1 WHERE id IN (SELECT id FROM asking.person)"',
        'SQL = "TRUNCATE asking.person"',
        'SQL = "MERGE INTO asking.person USING x ON true WHEN MATCHED THEN DELETE"',
        'SQL = "COPY asking.person TO STDOUT"',
        "SQL = \"SELECT 'asking.person'::regclass\"",
        'class Person(Table, tablename="person", schema="asking"): ...',
        "from survey_app.asking.people.tables import Person",
    ],
)
def test_sql_is_found_however_it_is_written(source):
    assert tables_named(source) == {("asking", "person")}


@pytest.mark.parametrize(
    "source",
    [
        'SQL = "SET search_path TO asking; SELECT * FROM person"',
        "SQL = \"SELECT set_config('search_path', 'asking', false)\"",
        'SQL = f"SELECT 1 FROM asking.{table}"',
        'link.copy_records_to_table(table, schema_name="asking", records=rows)',
        "from survey_app.asking.people import tables",
        "import survey_app.asking.people.tables as people",
    ],
)
def test_a_schema_is_found_where_the_table_is_not_known(source):
    assert tables_named(source) == {("asking", "{}")}


@pytest.mark.parametrize(
    "source",
    [
        'SQL = f"SELECT 1 FROM {schema}.person"',
        "SQL = f'SELECT 1 FROM \"{schema}\".person'",
        'SQL = "delete from {} where true".format(table)',
        'SQL = f"UPDATE {table} SET marked = true"',
    ],
)
def test_a_table_that_is_to_be_filled_in_is_found(source):
    assert any(_HOLE.search(text) for text in strings(source))


def test_what_is_told_of_a_table_is_no_sql():
    assert tables_named('"""SELECT FROM asking.person, as worker."""\nX = "asking.person"') == set()
