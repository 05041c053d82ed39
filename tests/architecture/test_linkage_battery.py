"""Who answered what: section 9 of the anonymity design, one test for each of its rows on linkage.

The attacker has everything: both sides' tables with their hidden columns, data files with dead
rows, all of the write-ahead log, a dump, Redis on disk, every log, every mail, a base backup from
the middle, copies of every full urn, the keys that are left, and has watched who answered when.
`tests/attack/` holds its tools; ``SECTION_9`` below says where the other rows are proven.

In a random matching one person of a wave is linked by luck, whatever their number, so over R waves
the number of right links is Poisson with mean R.
"""

from __future__ import annotations

import struct
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from redis import Redis

from questionnaires.answers import encode_answers
from questionnaires.model import Questionnaire
from survey_app.asking.invitations import credential_keys
from survey_app.counting.urn import keys
from survey_app.counting.urn.trustee_files import make_files, read_private
from survey_app.counting.urn.trustee_keys import TrusteePair
from survey_app.counting.urn.unseal import unseal
from survey_app.publishing import close_wave as closing
from survey_app.settings import Settings
from survey_app.shared.embedded.places import private_place
from tests.attack import held_wave, host
from tests.attack.attacked import (
    LONG,
    SHORT,
    all_links,
    attacked,
    by_luck,
    one_unit,
    spoils_of,
    told,
)
from tests.attack.heap_pages import row_versions
from tests.attack.held_wave import (
    FIRST,
    GRADES,
    PEOPLE,
    UNIT,
    close,
    code_of,
    hold,
    looked_up,
    rows_of_people,
)
from tests.attack.host import data_dir, log_file, postgres, redis, settings, sink
from tests.attack.linkers import score
from tests.attack.old_backup import back_up, restore
from tests.attack.sealed_rows import keys_left, opened
from tests.attack.spoils import columns_of, evidence, small_files
from tests.builders_answering import an_open_wave
from tests.publishing_builders import SmallAgency

__all__ = ["attacked", "data_dir", "log_file", "one_unit", "postgres", "redis", "settings", "sink"]

ROOT = Path(__file__).parents[2]
SECTION_9 = {
    "Linkage": "architecture/test_linkage_battery.py::test_nobody_is_linked_to_an_answer_more",
    "Linkage of comments": "architecture/test_linkage_of_comments.py::test_no_comment_is_linked",
    "Planted leaks": "architecture/test_linkage_battery.py::test_the_order_of_arrival_is_found",
    "Pending urn": "architecture/test_linkage_battery.py::test_a_full_urn_links_names_to_rows",
    "Old backup": "architecture/test_linkage_battery.py::test_a_backup_from_the_middle_opens",
    "Traces": "architecture/test_anonymity_traces.py::test_no_answer_token_or_address_is_left",
    "Bare requests": "browser/test_bare_requests.py::test_answering_in_a_browser_signed_in",
    "One each": "flow/test_one_each.py::test_everybody_who_sends_is_counted_once",
    "Vectors": "reference/test_rfc9474.py::test_",
    "Differencing": "architecture/test_differencing.py::test_",
    "Use left over": "properties/test_disclosure_use_of_the_demo.py::test_",
    "Stored crossings": "architecture/test_linkage_battery.py::test_every_stored_combination",
    "Shared PC": "browser/test_answering_pages.py::test_nothing_is_left_on_a_shared_pc",
    "Lint": "architecture/test_anonymity_lint.py::test_the_answers_side_has_no_clock",
}
SAMPLED = {"county": "d.fylke", "age": "d.alder", "gender": "d.kjonn"}
PLANTED = 2
# what the server makes when it likes: its programme, log, maps of free space, caches
PASSING = {
    *("pginstall18", "pg_wal", "pg_xact", "pg_subtrans", "pg_multixact", "pg_logical", "pg_stat"),
    *("fsm", "vm", "pg_internal.init", "internal.init"),
}
FOUND = 0.95


# Linkage -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
@pytest.mark.parametrize("grade", GRADES)
async def test_nobody_is_linked_to_an_answer_more_often_than_by_luck(attacked, sink, grade, number):
    waves = []
    for at in range(number):
        mailed = sink if number == SHORT else None
        waves.append(await hold(attacked.web, attacked.settings, at, GRADES[grade], sink=mailed))
        await close(waves[-1], attacked.settings, killed_once=at == 0)
    found = await all_links(attacked, waves)
    limit = by_luck(number)
    print("\n" + told(f"grade {grade}", found, number * PEOPLE, limit))
    assert max(found.values()) <= limit, told(grade, found, number * PEOPLE, limit)
    # the attack is not idle: names and sealed rows belong together, a killed emptying left its rows
    assert all(len(rows_of_people(one)) == PEOPLE for one in waves)
    first = evidence(waves[0], await spoils_of(attacked, waves[:1]))
    if number == SHORT:  # of hundreds of waves PostgreSQL itself tidies the first pages up
        assert len(first.answers["dead rows on disk"]) == PEOPLE
    short = {name for name, order in first.people.items() if len(order) != PEOPLE}
    silent = {"links in a server's log", "times in both hosts' logs"}
    if number == LONG:
        silent.add("mails")
    if grade == "A and B":  # only some have a credential
        silent |= {name for name in short if name.startswith(("credential", "spent"))}
    assert short <= silent


@pytest.mark.parametrize("grade", ["A", "B"])
async def test_an_answer_leaves_no_file_key_or_number_of_its_own(attacked, redis, data_dir, grade):
    """File times, Redis, sequences and long values: there is nothing to set in order."""
    wave = await an_open_wave(attacked.settings, "wave-0", people=PEOPLE)
    [way] = GRADES[grade]
    seen = []
    for person in range(4):
        await way(attacked.web, wave, wave.tokens[person], held_wave.sheet(person, FIRST))
        seen.append(await beside_the_rows(redis, data_dir))
    # the first may make a file of the table and a page; from then on nothing but rows is added
    assert seen[1:] == [seen[1]] * 3
    assert seen[1]["sequences"] == seen[1]["long values"] == []


def written_down(redis) -> list[Path]:
    """Return the files in which Redis keeps every command."""
    return sorted((redis.socket.parent / "appendonlydir").iterdir())


async def beside_the_rows(redis, data_dir) -> dict[str, list[str]]:
    """Name what could be counted or set in order beside rows and log."""
    with Redis(unix_socket_path=str(redis.socket)) as box:
        names = sorted(name.decode() for name in box.scan_iter("*"))
    sequences = "SELECT sequencename::text AS name FROM pg_sequences WHERE schemaname = ANY($1)"
    long_values = (
        "SELECT c.oid::regclass::text AS name FROM pg_class c"
        " WHERE c.relnamespace = 'counting'::regnamespace AND c.relkind = 'r'"
        " AND c.reltoastrelid <> 0 AND pg_relation_size(c.reltoastrelid) > 0"
    )
    sides = ["asking", "counting"]
    return {
        "files": sorted(
            str(path)
            for folder in {data_dir, private_place(data_dir)}
            for path in folder.rglob("*")
            if path.is_file() and not PASSING & {*path.parts, path.name.rpartition("_")[2]}
        ),
        "redis": [*names, *(f"{path} {path.stat().st_size}" for path in written_down(redis))],
        "sequences": [row["name"] for row in await looked_up(sequences, sides)],
        "long values": [row["name"] for row in await looked_up(long_values)],
    }


# Planted leaks -----------------------------------------------------------------------------------


async def planted_waves(attacked, grade: str = "B", *, number: int = PLANTED):
    waves = []
    for at in range(number):
        waves.append(await hold(attacked.web, attacked.settings, at, GRADES[grade]))
        await close(waves[-1], attacked.settings)
    return waves


def assert_found(found: dict[str, int], linker: str, waves) -> None:
    people = PEOPLE * len(waves)
    print(f"\n{linker}: {found[linker]} of {people} links found")
    assert found[linker] >= FOUND * people, told(linker, found, people, FOUND * people)


class Idle:
    """A generator that leaves everything in its place."""

    def shuffle(self, rows: list[object]) -> None:
        """Do nothing."""


async def test_answers_in_the_clear_in_the_transaction_of_the_mark_are_found(attacked, monkeypatch):
    from survey_app.answering import sealed_ballot
    from survey_app.counting.urn.ballot import pack
    from survey_app.counting.urn.seal import sealed_size

    def bare(ballot, *, size, **_):
        return pack(ballot, size).ljust(sealed_size(size), b"\0")

    monkeypatch.setattr(sealed_ballot, "seal", bare)
    waves = await planted_waves(attacked)
    assert_found(await all_links(attacked, waves), "sealed row read as it is", waves)


async def test_times_that_both_hosts_keep_are_found_without_shuffling(attacked, monkeypatch):
    monkeypatch.setattr(closing.secrets, "SystemRandom", Idle)
    web = LoggingClient(attacked.web, attacked.settings.data_dir / "logs")
    waves = await planted_waves(SimpleNamespace(**(vars(attacked) | {"web": web})), "A")
    found = await all_links(attacked, waves)
    assert_found(found, "times in both hosts' logs | order on disk", waves)
    assert_found(found, "links in a server's log | order on disk", waves)


class LoggingClient:
    """A client before whose hosts a proxy writes an access log each, as proxies do."""

    def __init__(self, web, folder) -> None:
        self._web = web
        self._folder = folder

    async def get(self, path, **more):
        return await self._web.get(path, **more)

    async def post(self, path, **more):
        host = "ballots" if path == "/ballot" else "pages"
        with (self._folder / f"{host}.log").open("a") as log:
            log.write(f"{datetime.now(UTC).isoformat()} POST {path}\n")
        return await self._web.post(path, **more)


@pytest.mark.parametrize("grade", GRADES)
async def test_the_order_of_arrival_is_found_without_shuffling(attacked, monkeypatch, grade):
    monkeypatch.setattr(closing.secrets, "SystemRandom", Idle)
    waves = await planted_waves(attacked, grade)
    found = await all_links(attacked, waves)
    for answers in ("order on disk", "key", "cmin", "dump", "write-ahead log"):
        assert_found(found, f"true order of answering | {answers}", waves)
    for people in ("transaction of the mark", "sealed row on disk", "marks in the write-ahead log"):
        assert_found(found, f"{people} | order on disk", waves)


async def test_a_time_beside_the_answer_is_found(attacked):
    await looked_up("ALTER TABLE counting.urn ADD came_at timestamptz DEFAULT clock_timestamp()")
    await looked_up("ALTER TABLE counting.response ADD created_at timestamptz")
    waves = []
    for at in range(PLANTED):
        held = await hold(attacked.web, attacked.settings, at)
        came = await looked_up(
            "SELECT ballot, came_at FROM counting.urn WHERE wave = $1", held.wave.id
        )
        key = X25519PrivateKey.from_private_bytes(held.key)
        await close(held, attacked.settings)
        for row in came:  # as a build would that carries the column over
            ballot = opened(row["ballot"], held.wave.id, [key], len(held.form.columns))
            await looked_up(
                "UPDATE counting.response SET created_at = $3 WHERE wave = $1 AND answers = $2",
                held.wave.id,
                list(ballot.answers),
                row["came_at"],
            )
        waves.append(held)
    found = await all_links(attacked, waves)
    assert_found(found, "true order of answering | column created_at", waves)


async def test_a_wave_key_that_was_kept_is_found(attacked, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(keys, "destroy", lambda *_: False)
        waves = await planted_waves(attacked)
    assert_found(await all_links(attacked, waves), "sealed row opened with a key left", waves)
    for one in waves:
        keys.destroy(attacked.settings.data_dir, one.wave.id)


async def test_one_shuffle_for_all_waves_is_found(attacked, monkeypatch):
    import random

    class Seeded:
        def shuffle(self, rows: list[object]) -> None:
            random.Random(4).shuffle(rows)

    monkeypatch.setattr(closing.secrets, "SystemRandom", Seeded)
    waves = await planted_waves(attacked)
    found = await all_links(attacked, waves)
    # the first wave has none before it
    assert_found(found, "shuffle of the wave before", waves[1:])


async def test_statistics_of_the_planner_would_be_read(attacked):
    """The walls forbid the planner to sample answers: what it would keep is found."""
    await looked_up("ALTER TABLE counting.response ALTER COLUMN answers SET STATISTICS 1000")
    [held] = await planted_waves(attacked, number=1)
    spoils = await spoils_of(attacked, [held])
    kept = evidence(held, spoils).answers["planner's statistics"]
    assert sorted(kept) == sorted(held.truth.values())


# Pending urn -------------------------------------------------------------------------------------


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
    own = keys.key_file(attacked.settings.data_dir, held.wave.id)
    left = keys_left(
        [path for path in small_files(attacked.settings.data_dir) if path != own],
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
    """The limit that `docs/security.md` tells: in grade A too, while the worker holds the key."""
    held = await hold(attacked.web, attacked.settings, 0, GRADES[grade])
    spoils = await spoils_of(attacked, [held])
    found = score([evidence(held, spoils)], [held.truth])
    assert_found(found, "sealed row opened with a key left", [held])


async def test_with_trustees_nothing_on_the_host_opens_an_open_wave(attacked, tmp_path):
    sticks = [make_files(name, "fire gode ord her", tmp_path) for name in ("Tillitsvalgt", "HR")]
    trustees = [stick.trustee for stick in sticks]
    held = await hold(attacked.web, attacked.settings, 0, GRADES["A and B"], trustees=trustees)
    spoils = await spoils_of(attacked, [held])
    assert score([evidence(held, spoils)], [held.truth])["sealed row opened with a key left"] == 0
    private = [read_private(stick.private, "fire gode ord her") for stick in sticks]
    left = [
        *keys_left(small_files(attacked.settings.data_dir), await stored_bytes()),
        # nor does one of the two help, or the file with a passphrase
        *keys_left([stick.private for stick in sticks]),
        *private,
    ]
    assert fitting(held, left) == []
    assert held.key == b""
    # the two together do
    opened_by_both = unseal(
        [row["ballot"] for row in held.urn],
        wave=held.wave.id,
        private_key=TrusteePair(*private),
        questionnaire=held.form,
        domains=frozenset({UNIT}),
    )
    codes = sorted(code_of(ballot.answers) for ballot in opened_by_both.ballots)
    assert codes == sorted(held.truth.values())
    print(f"\ntrustees: {len(held.urn)} rows, {len(left)} keys tried, 0 opened")


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


def read_by_judge(held, rows):
    """Open rows of people with the wave's own key, of which the judge has a copy."""
    key = X25519PrivateKey.from_private_bytes(held.key)
    columns = len(held.form.columns)
    return {
        person: code_of(opened(row, held.wave.id, [key], columns).answers)
        for person, row in rows.items()
    }


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


# Old backup --------------------------------------------------------------------------------------


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
        small_files(data_dir),
        [*await stored_bytes(), *private, *(row["v"] for row in (*signing, *signatures))],
    )
    assert fitting(held, left) == []
    # the judge kept the key: nothing but the key was missing
    assert read_by_judge(held, rows_of_people(held)) == held.truth
    print(f"\n{len(rows)} rows brought back, {len(left)} keys tried, 0 opened")
    # and the key itself is in no file of the host, nor in the backup, nor in the log
    assert host.files_with(data_dir, [held.key, held.key.hex().encode()]) == []


# Stored crossings --------------------------------------------------------------------------------


async def test_every_stored_combination_that_others_could_know_occurs_k_times(database, tmp_path):
    agency = await SmallAgency(Settings(data_dir=tmp_path), gross=2000).imported()
    k = agency.settings.minimum_group
    wave = await agency.answered()
    await closing.close_wave(wave.key, data_dir=tmp_path, now=wave.closed_at)
    staff = Counter(row["domain"] for row in await looked_up("SELECT * FROM counting.response"))
    print(f"\nstaff: {len(staff)} codes, at least {min(staff.values())} answers each")
    assert min(staff.values()) >= k

    half, _ = await agency.public_published()
    least = await fewest_of_the_sample(half.key)
    print(f"public: at least {least} of those invited fit each stored combination")
    assert least >= k


async def fewest_of_the_sample(key: str) -> int:
    """Count how many of the sample file fit what each public row holds, and return the fewest."""
    [wave] = await looked_up(
        "SELECT w.id, q.content FROM asking.wave w JOIN asking.questionnaire q"
        " ON q.hash = w.questionnaire WHERE w.key = $1",
        key,
    )
    form = Questionnaire.from_json(wave["content"])
    sample = await looked_up("SELECT * FROM asking.sample_count WHERE wave = $1", wave["id"])
    told = await looked_up("SELECT answers FROM counting.response WHERE wave = $1", wave["id"])
    places = {name: form.columns.index(item) for name, item in SAMPLED.items()}
    codes = {
        name: {
            option.value: option.code
            for option in form.option_set(form.item(item)).options
            if option.value is not None
        }
        for name, item in SAMPLED.items()
    }
    held = {name: {cell[name] for cell in sample} for name in SAMPLED}
    fewest = 0
    for row in {tuple(one["answers"][at] for at in places.values()) for one in told}:
        known = {
            name: code
            for name, value in zip(SAMPLED, row, strict=True)
            # what the sample file does not hold (withheld, other) fits everybody
            if (code := codes[name].get(value)) in held[name]
        }
        fits = sum(
            cell["invited"]
            for cell in sample
            if all(cell[name] == code for name, code in known.items())
        )
        # nobody invited has this combination: the row tells of nobody
        fewest = min(fewest or fits, fits) if fits else fewest
    return fewest


# The list ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", SECTION_9)
def test_every_row_of_the_list_has_its_tests(row):
    file, name = SECTION_9[row].split("::")
    assert f"def {name}" in (ROOT / "tests" / file).read_text()
