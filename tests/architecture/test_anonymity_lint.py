"""Rules 4.1 to 4.5 and 4.8 of anonymity-design.md, in schema, code and headers."""

import ast
import re
from pathlib import Path

import asyncpg
import pytest
from piccolo.columns import Date, ForeignKey, Interval, Serial, Time, Timestamp, Timestamptz
from piccolo.columns.defaults.uuid import UUID4

from survey_app.counting.urn.seal import sealed_size
from survey_app.installation.patience import sql_statements
from survey_app.installation.schema_state import WALLS
from survey_app.installation.tables import COUNTING
from survey_app.shared.database import Login, connection, fetch
from tests.builders_answering import an_open_wave, some_answers

ROOT = Path(__file__).parent.parent.parent / "survey_app"
FORBIDDEN = (ForeignKey, Serial, Timestamp, Timestamptz, Date, Time, Interval)
TELLTALE = re.compile(
    r"time|date|_at$|_on$|seq|serial|addr|ip$|agent|lang|refer|durat|draft|person|invit|token|pid"
)


@pytest.mark.parametrize("table", COUNTING, ids=lambda table: table.__name__)
def test_the_answers_side_has_no_clock_and_no_thread_to_a_person(table):
    columns = table._meta.columns
    assert not [column._meta.name for column in columns if isinstance(column, FORBIDDEN)]
    assert not [column._meta.name for column in columns if TELLTALE.search(column._meta.name)]


@pytest.mark.parametrize("table", COUNTING, ids=lambda table: table.__name__)
def test_keys_there_are_random_or_the_wave(table):
    key = table._meta.primary_key
    if key._meta.name != "wave":
        assert isinstance(key._meta.params["default"], UUID4)


async def test_no_foreign_key_and_no_shared_column_joins_the_two_sides(database):
    keys = await fetch(
        Login.MIGRATOR,
        "SELECT conrelid::regclass::text AS a, confrelid::regclass::text AS b FROM pg_constraint"
        " WHERE contype = 'f' AND (connamespace = 'counting'::regnamespace"
        " OR confrelid IN (SELECT oid FROM pg_class"
        " WHERE relnamespace = 'counting'::regnamespace))",
    )
    assert keys == []
    columns = await fetch(
        Login.MIGRATOR,
        "SELECT DISTINCT c.column_name FROM information_schema.columns c"
        " JOIN information_schema.columns i USING (column_name)"
        " WHERE c.table_schema = 'counting' AND i.table_schema = 'asking'"
        " AND i.table_name IN ('invitation', 'person', 'outbox')",
    )
    # the wave and its domains are what both sides may know; an id is random on each
    assert {row["column_name"] for row in columns} <= {"id", "wave", "domain"}


async def test_the_urn_holds_a_wave_and_a_ballot_and_nothing_else(database):
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT column_name, data_type, column_default FROM information_schema.columns"
        " WHERE table_schema = 'counting' AND table_name = 'urn' ORDER BY 1",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("ballot", "bytea", None),
        ("wave", "uuid", None),
    ]


async def test_spent_holds_a_wave_and_a_receipt_and_nothing_else(database):
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT column_name, data_type, column_default FROM information_schema.columns"
        " WHERE table_schema = 'counting' AND table_name = 'spent' ORDER BY 1",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("receipt", "bytea", None),
        ("wave", "uuid", None),
    ]


async def test_what_is_kept_of_credentials_has_no_time_and_no_word_of_the_answers_side(database):
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'asking' AND table_name IN ('credential', 'credential_key')",
    )
    names = {row["column_name"] for row in rows}
    assert names == {
        "id", "invitation", "wave", "blinded_hash", "blind_signature",
        "key_group", "public_key", "sealed_private",
    }  # fmt: skip


async def test_the_database_itself_refuses_a_row_of_another_length(web, settings):
    wave = await an_open_wave(settings)
    [row] = await fetch(Login.WORKER, "SELECT ballot_size FROM asking.wave WHERE id = $1", wave.id)
    right = sealed_size(row["ballot_size"])
    async with connection(Login.WORKER) as link:
        insert = "INSERT INTO counting.urn (wave, ballot) VALUES ($1, $2)"
        await link.execute(insert, wave.id, bytes(right))
        for length in (right - 1, right + 1, 0):
            with pytest.raises(asyncpg.CheckViolationError):
                await link.execute(insert, wave.id, bytes(length))


async def test_every_row_of_a_wave_has_the_same_length(web, settings):
    wave = await an_open_wave(settings)
    forms = [{"blank": "yes"}, some_answers(), some_answers(code="vi"), {"vp.try.1": "1"}]
    for token, fields in zip(wave.tokens, forms, strict=False):
        await web.post(f"/answer/{token}", data=fields | {"lang": "nb"}, follow_redirects=False)
    lengths = await fetch(Login.WORKER, "SELECT DISTINCT octet_length(ballot) FROM counting.urn")
    assert len(lengths) == 1
    count = await fetch(Login.WORKER, "SELECT count(*) FROM counting.urn")
    assert count[0]["count"] == len(forms)


def in_the_database() -> dict[str, str]:
    """Return the text of every function, trigger and right of the database, without comments.

    A function goes by its name, all else by its file and place.
    """
    found = {}
    for file in WALLS.glob("*.sql"):
        for number, statement in enumerate(sql_statements(file.read_text())):
            text = re.sub(r"--[^\n]*", "", statement)
            name = re.match(r"\s*CREATE OR REPLACE FUNCTION ([\w.]+)", text)
            found[name[1] if name else f"{file.name} {number}"] = text
    return found


def test_no_module_names_both_sides():
    both = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if re.search(r"\basking\.invitation\b", text := path.read_text())
        and re.search(r"INTO counting\.urn\b", text)
    }
    assert both == set()


def test_only_the_crossing_names_both_sides_in_one_statement():
    # a credential and its receipt are as much a thread as a name and a ballot are
    identity = re.compile(r"\basking\.(invitation|card|credential|person|outbox)\b")
    answers = re.compile(r"\bcounting\.(urn|spent|response)\b")
    strings = {
        path.relative_to(ROOT).as_posix(): node.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if identity.search(node.value) and answers.search(node.value)
    }
    assert strings == {}
    both = {
        name
        for name, text in in_the_database().items()
        if identity.search(text) and answers.search(text)
    }
    assert both == {"asking.hand_in", "asking.hand_in_as_told", "asking.hand_in_by_card"}
    calling = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if re.search(r"\basking\.hand_in", path.read_text())
    }
    assert calling == {"answering/submit.py"}


def test_the_urn_is_written_without_returning_and_without_a_conflict_target():
    texts = [re.sub(r'"\s+"', "", path.read_text()) for path in ROOT.rglob("*.py")]
    for text in (*texts, *in_the_database().values()):
        for statement in re.findall(r"INSERT INTO counting\.(?:urn|spent)[^\";]*", text):
            assert "RETURNING" not in statement
            assert not re.search(r"ON CONFLICT (?!DO NOTHING)", statement)
            assert "ON CONFLICT" not in statement or "counting.spent" in statement


def _names(path: str) -> set[str]:
    """Every name and attribute that a module uses, and every module it imports from."""
    tree = ast.parse((ROOT / path).read_text())
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.ImportFrom):
            names |= {*(node.module or "").split("."), *(one.name for one in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names |= set(re.findall(r"\w+", node.value)) if "SELECT" in node.value else set()
    return names


WHO = re.compile(r"invit|token|person|recipient|arriv|secret|pid|blind|cookie")
WHAT = re.compile(r"answers|ballot|fields|questionnaire|spent|receipt|screened")


@pytest.mark.parametrize("path", ["answering/ballot.py", "counting/urn/cast_ballot.py"])
def test_where_ballots_arrive_nothing_is_known_of_whoever_sends(path):
    assert {name for name in _names(path) if WHO.search(name)} == set()
    # of the request its body, and nothing that came along with it
    assert set(re.findall(r"\brequest\.(\w+)", (ROOT / path).read_text())) <= {"body"}


@pytest.mark.parametrize(
    "path",
    [
        "answering/credential.py",
        "asking/invitations/issue_credential.py",
        "asking/invitations/credential_keys.py",
        "asking/invitations/blind_signing.py",
    ],
)
def test_where_credentials_are_signed_nothing_is_known_of_answers(path):
    assert {name for name in _names(path) if WHAT.search(name)} == set()


def test_functions_that_meet_one_side_know_nothing_of_the_other():
    found = in_the_database()
    for name in ("counting.cast_ballot", "counting.is_spent"):
        assert not WHO.search(found[name])
    for name in ("asking.keep_credential", "asking.kept_credential"):
        assert not WHAT.search(found[name])


ADDRESSES = (
    "/answer/{token}", "/stop/{token}", "/answer/thanks", "/answer/used", "/open/none",
    "/kode", "/stop",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
async def test_answering_pages_set_no_cookie_and_keep_nothing(web, settings, address):
    wave = await an_open_wave(settings)
    path = address.format(token=wave.tokens[0])
    web.cookies.set("barometer_session", "somebody-is-signed-in")
    for reply in (
        await web.get(path),
        await web.post(path, data=some_answers(), follow_redirects=False),
    ):
        if reply.status_code == 405:
            continue
        assert "set-cookie" not in reply.headers
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["referrer-policy"] == "no-referrer"
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


async def test_credentials_and_ballots_set_no_cookie_and_leave_nothing(web, settings):
    wave = await an_open_wave(settings)
    web.cookies.set("barometer_session", "somebody-is-signed-in")
    for path in (f"/answer/{wave.tokens[0]}/credential", "/answer/none/credential", "/ballot"):
        reply = await web.post(path, content=b"{}")
        assert "set-cookie" not in reply.headers
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_answering_never_reads_a_cookie():
    for path in (ROOT / "answering").rglob("*.py"):
        assert "cookie" not in re.sub(r'""".*?"""|#[^\n]*', "", path.read_text(), flags=re.DOTALL)


async def test_a_session_cookie_changes_nothing_on_an_answering_page(web, settings):
    wave = await an_open_wave(settings)
    without = await web.get(f"/answer/{wave.tokens[0]}")
    web.cookies.set("barometer_session", "x" * 43)
    assert (await web.get(f"/answer/{wave.tokens[0]}")).content == without.content


async def test_everybody_in_a_unit_gets_the_same_bytes(web, settings):
    wave = await an_open_wave(settings)
    pages = {(await web.get(f"/answer/{token}")).content for token in wave.tokens}
    assert len(pages) == 2
