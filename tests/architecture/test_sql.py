"""Each schema has one owner: SQL that names it stands in that room, and others ask at its door.

Import contracts see modules, not strings; this reads the strings.
"""

import ast
import functools
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

SCHEMAS = sorted(name for name in OWNERS if "." not in name)
_SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|JOIN|COPY|TABLE)\b")
_NAMED = re.compile(rf"\b({'|'.join(SCHEMAS)})\.([a-z_]+)\b")


@functools.cache  # reading all modules takes a second, and five tests do
def strings(source):
    """Return every string of a module that is no docstring; of f-strings, what is not filled in."""
    return tuple(_strings(ast.parse(source)))


def _strings(tree):
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else "{}" for one in node.values]
            told |= {id(one) for one in ast.walk(node) if isinstance(one, ast.Constant)}
            yield "".join(parts)
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
        ):
            yield node.value


@functools.cache
def tables_named(source):
    """Return the tables, as (schema, table), that a module's SQL names."""
    found = {
        (schema, table)
        for text in strings(source)
        if _SQL.search(text)
        for schema, table in _NAMED.findall(text)
    }
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            found |= {
                (word.value.value, node.args[0].value)
                for word in node.keywords
                if word.arg == "schema_name" and isinstance(word.value, ast.Constant)
            }
    return found


def modules():
    return {path.relative_to(PRODUCT).as_posix(): path for path in sorted(PRODUCT.rglob("*.py"))}


def foreign_uses():
    """Return (module, schema) of all SQL that names what another room owns."""
    found = set()
    for name, path in modules().items():
        room = name.partition("/")[0]
        for schema, table in tables_named(path.read_text()):
            if room not in OWNERS.get(f"{schema}.{table}", OWNERS[schema]):
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


@pytest.mark.parametrize(
    "source",
    [
        'SQL = "SELECT 1 FROM asking.person"',
        'SQL = ("SELECT id" " FROM asking.person p")',
        'SQL = f"SELECT {columns} FROM asking.person WHERE id = {{x}}"',
        'SQL = """\nUPDATE asking.person SET name = $1"""',
        'link.copy_records_to_table("person", schema_name="asking", records=rows)',
    ],
)
def test_sql_is_found_however_it_is_written(source):
    assert tables_named(source) == {("asking", "person")}


def test_what_is_told_of_a_table_is_no_sql():
    assert tables_named('"""SELECT FROM asking.person, as worker."""\nX = "asking.person"') == set()
