"""What a copy of a full urn is worth: while the wave is open, with trustees, out of an old backup.

The attacker of `test_linkage_battery`.
"""

from __future__ import annotations

import struct
from html import unescape

import asyncpg
import pytest

from questionnaires.answers import encode_answers
from questionnaires.loader import load_library
from survey_app.answering.form_page import blank_page
from survey_app.answering.surveys import find_open_link, survey_of
from survey_app.asking.invitations import credential_keys
from survey_app.counting.urn import keys
from survey_app.counting.urn.trustee_files import make_files, read_private
from survey_app.counting.urn.trustee_keys import TrusteePair
from survey_app.counting.urn.unseal import unseal
from survey_app.shared.database import Login, connection
from survey_app.shared.i18n import languages
from tests.attack import host
from tests.attack.attacked import (
    all_links,
    assert_found,
    attacked,
    by_luck,
    one_unit,
    spoils_of,
    told,
)
from tests.attack.copied_urn import looked_up, rows_of_people
from tests.attack.heap_pages import row_versions
from tests.attack.held_wave import PEOPLE, close, hold
from tests.attack.host import data_dir, log_file, postgres, redis, settings, sink
from tests.attack.linkers import score
from tests.attack.old_backup import back_up, restore
from tests.attack.sealed_rows import keys_left, opened, read_by_judge
from tests.attack.spoils import all_small_files, columns_of, evidence
from tests.attack.ways_to_answer import GRADES, UNIT, code_of
from tests.builders_answering import without_pools

__all__ = ["attacked", "data_dir", "log_file", "one_unit", "postgres", "redis", "settings", "sink"]


@pytest.mark.parametrize(
    "grade", ["A and B", *(pytest.param(one, marks=pytest.mark.slow) for one in ("A", "B"))]
)
async def test_a_full_urn_links_names_to_rows_and_no_answer_to_anybody(attacked, grade):
    held = await hold(attacked.web, attacked.settings, 0, GRADES[grade])
    spoils = await spoils_of(attacked, [held])
    assert await sealed_on_disk(attacked, held) == {
        (row["xmin"], row["ballot"]) for row in held.urn
    }
    rows = rows_of_people(held)
    own = keys.key_file(attacked.settings.key_folder, held.wave.id)
    left = keys_left(
        [path for path in all_small_files(attacked.settings) if path != own],
        await stored_bytes(),
    )
    assert [
        one for one in rows.values() if opened(one, held.wave.id, left, len(held.form.columns))
    ] == []
    assert len({len(row["ballot"]) for row in held.urn}) == 1
    assert len({row["ballot"] for row in held.urn}) == PEOPLE
    # nor does anything that is on disk hold an answer in the clear
    assert spoils.versions == {}
    assert host.files_with(attacked.settings.data_dir, packed_sheets(held)) == []
    # the judge has the key: the links from names to rows are right, and the answers are there
    assert read_by_judge(held, rows) == held.truth
    print(f"\ngrade {grade}: {len(rows)} names linked to rows, {len(left)} keys tried, 0 opened")


@pytest.mark.parametrize(
    "grade", ["A", *(pytest.param(one, marks=pytest.mark.slow) for one in ("B", "A and B"))]
)
async def test_who_has_the_waves_own_key_while_it_is_open_reads_everybody(attacked, grade):
    """So the form says no more than that: in grade A too, while the worker holds the key."""
    held = await hold(attacked.web, attacked.settings, 0, GRADES[grade])
    spoils = await spoils_of(attacked, [held])
    found = score([evidence(held, spoils)], [held.truth])
    assert_found(found, "sealed row opened with a key left", [held])
    await assert_promised(attacked, held, "worker")


async def test_with_trustees_nothing_on_the_host_opens_an_open_wave(attacked, tmp_path):
    sticks = [make_files(name, "fire gode ord her", tmp_path) for name in ("Tillitsvalgt", "HR")]
    trustees = [stick.trustee for stick in sticks]
    held = await hold(attacked.web, attacked.settings, 0, GRADES["A and B"], trustees=trustees)
    spoils = await spoils_of(attacked, [held])
    assert score([evidence(held, spoils)], [held.truth])["sealed row opened with a key left"] == 0
    private = [read_private(stick.private, "fire gode ord her") for stick in sticks]
    left = [
        *keys_left(all_small_files(attacked.settings), await stored_bytes()),
        # nor does one of the two help, or the file with a passphrase
        *keys_left([stick.private for stick in sticks]),
        *private,
    ]
    assert fitting(held, left) == []
    assert held.key == b""
    # the two together do
    [row] = await looked_up("SELECT cover_key FROM asking.wave WHERE id = $1", held.wave.id)
    opened_by_both = unseal(
        [row["ballot"] for row in held.urn],
        wave=held.wave.id,
        private_key=TrusteePair(*private, row["cover_key"]),
        questionnaire=held.form,
        domains=frozenset({UNIT}),
    )
    codes = sorted(code_of(ballot.answers) for ballot in opened_by_both.ballots)
    assert codes == sorted(held.truth.values())
    print(f"\ntrustees: {len(held.urn)} rows, {len(left)} keys tried, 0 opened")
    await assert_promised(attacked, held, "trustees")
    # and when they have counted, with all that is on the host, nobody is linked but by luck
    await close(held, attacked.settings, keys=private)
    found = await all_links(attacked, [held])
    assert max(found.values()) <= by_luck(1), told("trustees", found, PEOPLE, by_luck(1))


async def assert_promised(attacked, held, name):
    """The form says what the attack has just shown, and in no language more."""
    with without_pools():
        async with connection(Login.WEB) as link:
            found = await find_open_link(link, held.wave.key)
            survey = await survey_of(link, attacked.settings, found.id, found.version)
    texts = load_library().messages
    strong = {one: texts.text("promise.trustees", one) for one in languages()}
    for language in languages():
        form = unescape(blank_page(survey, language, UNIT, False).plain.decode())
        assert f"<strong>{texts.text(f'promise.{name}', language)}</strong>" in form
        assert (strong[language] in form) == (name == "trustees")


async def sealed_on_disk(attacked, held):
    """Read transaction and bytes of each sealed row from the urn's data file."""
    urn = f"counting.urn_{held.wave.id.hex}"
    [place] = await looked_up("SELECT pg_relation_filepath($1::text::regclass) AS path", urn)
    rows = row_versions(attacked.postgres.data / place["path"], await columns_of(urn))
    return {(row.xmin, row.values["ballot"]) for row in rows}


def fitting(held, left):
    """Return the keys that open the rows: one that opens one opens all."""
    row, columns = held.urn[0]["ballot"], len(held.form.columns)
    return [key for key in left if opened(row, held.wave.id, [key], columns)]


async def stored_bytes() -> list[bytes]:
    """Return every value of bytes that the identity side stores: a key might lie among them."""
    columns = await looked_up(
        "SELECT format('%I.%I', table_schema, table_name) AS place, column_name AS name"
        " FROM information_schema.columns WHERE data_type = 'bytea'"
        " AND table_schema IN ('asking', 'accounts', 'audit', 'publications')"
    )
    return [
        row["value"]
        for column in columns
        for row in await looked_up(
            f"SELECT DISTINCT {column['name']} AS value FROM {column['place']}"
            f" WHERE octet_length({column['name']}) BETWEEN 32 AND 4096"
        )
    ]


def packed_sheets(held) -> list[bytes]:
    """Return some people's answers as a ballot and as the table would write them."""
    sheets = [
        encode_answers(held.form, {name: [code] for name, code in held.sheets[person].items()})
        for person in held.order[:4]
    ]
    return [struct.pack(f"{order}{len(one)}h", *one) for one in sheets for order in "<>"]


async def test_a_backup_from_the_middle_opens_nothing_after_the_key_is_destroyed(
    attacked,
):
    data_dir = attacked.settings.data_dir
    # the backup is older than the wave: what it lacks stands in the log that was kept
    backup = back_up(attacked.postgres, data_dir)
    held = await hold(attacked.web, attacked.settings, 0, GRADES["A and B"])
    [now] = await looked_up("SELECT pg_current_wal_insert_lsn()::text AS place")
    await close(held, attacked.settings)
    await looked_up("SELECT pg_switch_wal()")
    old = restore(attacked.postgres, backup, attacked.postgres.data / "pg_wal", until=now["place"])
    try:
        link = await asyncpg.connect(old.url("postgres", attacked.database))
        marked = "SELECT count(*) FROM asking.invitation WHERE marked"
        assert await link.fetchval(marked) == PEOPLE
        rows = await link.fetch("SELECT ballot FROM counting.urn")
        signing = await link.fetch("SELECT sealed_private AS v FROM asking.credential_key")
        signatures = await link.fetch("SELECT blind_signature AS v FROM asking.credential")
        await link.close()
    finally:
        old.stop()
    assert {row["ballot"] for row in rows} == {row["ballot"] for row in held.urn}
    secret = attacked.settings.secret()
    private = [
        credential_keys._sealer(secret).decrypt(v[:12], v[12:], held.wave.id.bytes + UNIT.encode())
        for v in (row["v"] for row in signing)
    ]
    left = keys_left(
        all_small_files(attacked.settings),
        [*await stored_bytes(), *private, *(row["v"] for row in (*signing, *signatures))],
    )
    assert fitting(held, left) == []
    # the judge kept the key: nothing but the key was missing
    assert read_by_judge(held, rows_of_people(held)) == held.truth
    print(f"\n{len(rows)} rows brought back, {len(left)} keys tried, 0 opened")
    # and the key itself is in no file of the host, nor in the backup, nor in the log
    assert host.files_with(data_dir, [held.key, held.key.hex().encode()]) == []
