"""Who has answered a wave is known to nobody once it is counted: not from dead rows either.

The attacker reads the data files page by page (`tests.attack.heap_pages`): every version of every
row that is still there, and the transactions that wrote and locked it.
"""

from __future__ import annotations

import re
from collections import Counter

import asyncpg
import pytest

from survey_app.asking.delivery.remind import remind_wave
from survey_app.asking.delivery.returned import Returned
from survey_app.asking.delivery.told_returned import keep_told, note_told
from survey_app.asking.invitations import sweep_marks
from survey_app.installation import patience
from survey_app.installation.patience import MigrationError, alter, lone_steps
from survey_app.installation.schema_state import WALLS
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.installation.walls import forget_samples
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.shared.database import Login, connection
from survey_app.waves.cancel_wave import cancel_wave
from tests.attack.attacked import attacked, one_unit
from tests.attack.copied_urn import looked_up
from tests.attack.heap_pages import row_versions
from tests.attack.held_wave import PEOPLE
from tests.attack.host import data_dir, log_file, postgres, redis, settings, sink
from tests.attack.spoils import columns_of
from tests.attack.ways_to_answer import FIRST, answer_blindly, answer_plainly, sheet
from tests.attack.write_ahead_log import entries
from tests.builders_answering import NOW, an_open_wave

__all__ = ["attacked", "data_dir", "log_file", "one_unit", "postgres", "redis", "settings", "sink"]

HALF = PEOPLE // 2
BETWEEN = 7  # bytes, at most, between two values of a list: of an index there are more


async def held(attacked):
    """Let half of the people answer, in both grades, and remind the others."""
    wave = await an_open_wave(attacked.settings, "wave-0", people=PEOPLE)
    for person in range(HALF):
        way = (answer_plainly, answer_blindly)[person % 2]
        await way(attacked.web, wave, wave.tokens[person], sheet(person, FIRST))
    bind_worker()
    await looked_up("UPDATE asking.outbox SET state = 'sent', sent_at = due_at")
    assert await remind_wave(wave.key, now=NOW) == PEOPLE - HALF
    people = await looked_up("SELECT id, marked FROM asking.invitation WHERE wave = $1", wave.id)
    return wave, {row["id"] for row in people if row["marked"]}


async def versions_of(attacked, table):
    await looked_up("CHECKPOINT")
    [place] = await looked_up("SELECT pg_relation_filepath($1::text::regclass) AS path", table)
    return row_versions(attacked.postgres.data / place["path"], await columns_of(table))


async def guessed(attacked):
    """Name everybody of whom anything on disk says that they answered, or had not yet."""
    invitations = await versions_of(attacked, "asking.invitation")
    marked = {row.values["id"] for row in invitations if row.values["marked"]}
    locked = {row.values["id"] for row in invitations if row.xmax}
    credentials = await versions_of(attacked, "asking.credential")
    messages = await versions_of(attacked, "asking.outbox")
    reminded = {row.values["invitation"] for row in messages if row.values["kind"] != "invitation"}
    return marked, locked, {row.values["invitation"] for row in credentials}, reminded


async def test_no_row_dead_or_alive_tells_who_answered_a_wave_that_is_counted(attacked):
    wave, answered = await held(attacked)
    before = await guessed(attacked)
    assert before[0] == answered
    assert len(before[2]) == HALF // 2
    assert not before[3] & answered
    assert before[3]
    await close_wave(wave.key, key_dir=attacked.settings.key_folder, now=NOW)
    assert await guessed(attacked) == (set(), set(), set(), set())
    assert await sweep_marks.unswept_waves() == []
    bind_web()


async def named_by_the_planner():
    """Name everybody in the statistics that PostgreSQL keeps of a table, by its column."""
    kept = await looked_up(
        "SELECT concat_ws('.', tablename, attname) AS place,"
        " concat(most_common_vals, histogram_bounds) AS sampled FROM pg_stats"
        " WHERE schemaname = 'asking'"
    )
    people = {str(row["id"]) for row in await looked_up("SELECT id FROM asking.invitation")}
    found = {row["place"]: people & set(re.findall(r"[-\w]{36}", row["sampled"])) for row in kept}
    # that somebody was invited is no secret yet
    return {place: named for place, named in found.items() if named and place != "invitation.id"}


async def test_nor_do_the_samples_that_the_planner_keeps_of_tables(attacked, monkeypatch):
    wave, answered = await held(attacked)
    await looked_up("ANALYZE")
    assert await named_by_the_planner() == {}
    # as it was with the server's own setting, which a server of before has samples from
    for table in ("credential", "outbox"):
        await looked_up(f"ALTER TABLE asking.{table} ALTER invitation SET STATISTICS -1")
    await looked_up("ANALYZE")
    await close_wave(wave.key, key_dir=attacked.settings.key_folder, now=NOW)
    kept = await named_by_the_planner()
    assert kept["credential.invitation"] <= {str(one) for one in answered}
    assert len(kept["credential.invitation"]) == HALF // 2
    async with connection(Login.MIGRATOR) as link:
        for step in lone_steps((WALLS / "samples.sql").read_text()):
            await alter(link, step)
        # a table that somebody works on holds up no other one
        monkeypatch.setattr(patience, "PATIENCE", 0)
        async with connection(Login.WORKER) as other, other.transaction():
            await other.execute("LOCK TABLE asking.outbox IN ACCESS SHARE MODE")
            with pytest.raises(MigrationError):
                await forget_samples(link)
            assert set(await named_by_the_planner()) == {"outbox.invitation"}
        await forget_samples(link)
    await looked_up("ANALYZE")
    assert await named_by_the_planner() == {}
    bind_web()


@pytest.fixture
async def ordinary_log(attacked):
    """The host as it is installed: this one keeps all of the log, for the attacker's sake."""
    kept = (await looked_up("SHOW wal_keep_size"))[0]["wal_keep_size"]
    for size in ("0", kept):
        await looked_up(f"ALTER SYSTEM SET wal_keep_size = '{size}'")
        await looked_up("SELECT pg_reload_conf()")
        if size == "0":
            yield


async def files_that_tell(attacked, wave, answered):
    """Name files of the server that hold those who answered more or less often than the others.

    Whatever reads them: the number of an invitation and the public half of its link, byte by byte.
    """
    await looked_up("CHECKPOINT")
    people = await looked_up("SELECT id, pid FROM asking.invitation WHERE wave = $1", wave.id)
    found = set()
    for file in attacked.postgres.data.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        for name in ("id", "pid"):
            those = {getattr(one[name], "bytes", one[name]): one["id"] for one in people}
            times = Counter(told_in(content, those))
            often = {True: [], False: []}
            for value, one in those.items():
                often[one in answered].append(times[value])
            if sorted(often[True]) != sorted(often[False]):
                found.add(file)
    return found


def told_in(content, values):
    """Give each value as often as it stands in a file, but for stretches of all of them in order.

    The planner keeps such a list, and where its page is used again a piece of an older one is left:
    everybody from one number to another, whoever they are.
    """
    places = sorted(
        (found.start(), value)
        for value in values
        for found in re.finditer(re.escape(value), content)
    )
    ordered = sorted(values)
    while places:
        end, first = 1, places[0][1]
        while end < len(places) and places[end][0] - places[end - 1][0] <= len(first) + BETWEEN:
            end += 1
        stretch, places = [value for _, value in places[:end]], places[end:]
        begins = ordered.index(first)
        if end == 1 or stretch != ordered[begins : begins + end]:
            yield from stretch


@pytest.mark.usefixtures("ordinary_log")
async def test_the_servers_own_log_is_let_go_of_with_them_and_no_file_tells_who_answered(attacked):
    wave, answered = await held(attacked)
    # as autovacuum does, which is switched off on this host
    await looked_up("ANALYZE")
    [before] = await looked_up("SELECT pg_relation_filenode('asking.invitation')::bigint AS file")
    assert len(await files_that_tell(attacked, wave, answered)) > 4

    def logged():
        return list(entries(attacked.postgres, attacked.postgres.data / "pg_wal", before.values()))

    assert len([one for one in logged() if "UPDATE" in one.what]) >= HALF
    await close_wave(wave.key, key_dir=attacked.settings.key_folder, now=NOW)
    assert logged() == []
    assert await files_that_tell(attacked, wave, answered) == set()
    bind_web()


async def told_of(attacked):
    """Have a program tell that a reminder came back, and the worker note it."""
    bind_worker()
    [row] = await looked_up("SELECT id FROM asking.outbox WHERE kind <> 'invitation' LIMIT 1")
    await keep_told([Returned(row["id"], "5.1.1", "somebody@example.org", NOW)], now=NOW)
    assert await note_told(now=NOW) == 1
    return {one.values["address"] for one in await versions_of(attacked, "asking.told_returned")}


async def test_who_was_reminded_is_on_no_page_of_reports_once_they_are_noted(attacked, monkeypatch):
    wave, _ = await held(attacked)
    assert await told_of(attacked) == set()

    async def nothing(_link, _tables):
        raise asyncpg.LockNotAvailableError

    monkeypatch.setattr(sweep_marks, "_rewrite", nothing)
    assert await told_of(attacked) == {"somebody@example.org"}
    monkeypatch.undo()
    await note_told(now=NOW)
    assert await versions_of(attacked, "asking.told_returned") == []
    await close_wave(wave.key, key_dir=attacked.settings.key_folder, now=NOW)
    bind_web()


async def test_nor_who_answered_one_that_was_cancelled(attacked):
    wave, _ = await held(attacked)
    await cancel_wave(wave.key, key_dir=attacked.settings.key_folder, now=NOW)
    assert await guessed(attacked) == (set(), set(), set(), set())
    bind_web()


async def test_without_the_sweep_the_same_attack_finds_everybody(attacked, monkeypatch):
    async def nothing(_link, _tables):
        raise asyncpg.LockNotAvailableError

    monkeypatch.setattr(sweep_marks, "_rewrite", nothing)
    wave, answered = await held(attacked)
    await close_wave(wave.key, key_dir=attacked.settings.key_folder, now=NOW)
    marked, _, _, reminded = await guessed(attacked)
    assert marked == answered
    assert reminded
    assert await sweep_marks.unswept_waves() == [wave.key]
    monkeypatch.undo()
    assert await sweep_marks.sweep_marks() == []
    assert await guessed(attacked) == (set(), set(), set(), set())
    bind_web()


async def test_a_backup_that_is_being_taken_keeps_old_rows_and_the_sweep_comes_again(attacked):
    wave, answered = await held(attacked)
    async with connection(Login.MIGRATOR) as backup:
        await backup.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
        await close_wave(wave.key, key_dir=attacked.settings.key_folder, now=NOW)
        assert await sweep_marks.unswept_waves() == [wave.key]
        assert (await guessed(attacked))[0] == answered
        await backup.execute("ROLLBACK")
    assert await sweep_marks.sweep_marks() == []
    assert await guessed(attacked) == (set(), set(), set(), set())
    bind_web()
