"""Who answered what: section 9 of the anonymity design, one test for each of its rows on linkage.

The attacker has everything: both sides' tables with their hidden columns, data files with dead
rows, all of the write-ahead log, a dump, Redis on disk, every log, every mail, a base backup from
the middle, copies of every full urn, the keys that are left, and has watched who answered when.
`tests/attack/` holds its tools; ``SECTION_9`` says where each row of the
list is proven.

In a random matching one person of a wave is linked by luck, whatever their number, so over R waves
the number of right links is Poisson with mean R.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from redis import Redis

from questionnaires.arms import ARMS
from questionnaires.model import NOT_ASKED
from questionnaires.parts import part_places, parts_asked
from survey_app.asking.invitations.tokens import arm_for, split_token
from survey_app.shared.embedded.places import private_place
from tests.attack.attacked import (
    LONG,
    OF_FOUR_WAYS,
    SHORT,
    all_links,
    attacked,
    by_luck,
    one_unit,
    spoils_of,
    told,
)
from tests.attack.copied_urn import looked_up, rows_of_people
from tests.attack.held_wave import PEOPLE, close, count_alone, hold
from tests.attack.host import data_dir, log_file, postgres, redis, settings, sink
from tests.attack.linkers import DISK, WATCHED, parted, score
from tests.attack.spoils import evidence
from tests.attack.ways_to_answer import (
    BY_CODE,
    FIRST,
    GRADES,
    IN_HALVES,
    IN_MODULES,
    LATER,
    ON_A_LIST,
    OPENLY,
    REWORDED,
    code_of,
    sheet,
)
from tests.builders_answering import an_open_wave
from tests.halves import with_second_version
from tests.split_form import with_split_form

__all__ = ["attacked", "data_dir", "log_file", "one_unit", "postgres", "redis", "settings", "sink"]

ALL_WAYS = GRADES | BY_CODE
HALVED = 20
MANY_MODULES, MODULES, FEWEST = 5, (1, 2), 5
# where the old words of the reworded question are stored, and of which half a row is that has none
PLACES_OF_HALVES = LATER.columns.index(REWORDED), {False: 1, True: 2}
OF_AN_OPEN_URN = {
    WATCHED,
    *("sealed row on disk", "bytes of the sealed row", "seals in the write-ahead log"),
    *("spent by ctid", "spent by xmin", "spent by receipt"),
}
ROOT = Path(__file__).parents[2]
SECTION_9 = {
    "Linkage": "architecture/test_linkage_battery.py::test_nobody_is_linked_to_an_answer_more",
    "Linkage of comments": "architecture/test_linkage_of_comments.py::test_no_comment_is_linked",
    "Planted leaks": "architecture/test_planted_leaks.py::test_the_order_of_arrival_is_found",
    "Pending urn": "architecture/test_sealed_urns.py::test_a_full_urn_links_names_to_rows",
    "Old backup": "architecture/test_sealed_urns.py::test_a_backup_from_the_middle_opens",
    "Traces": "architecture/test_anonymity_traces.py::test_no_answer_token_or_address_is_left",
    "Bare requests": "browser/test_bare_requests.py::test_answering_in_a_browser_signed_in",
    "One each": "flow/test_one_each.py::test_everybody_who_sends_is_counted_once",
    "Vectors": "reference/test_rfc9474.py::test_",
    "Differencing": "architecture/test_differencing.py::test_",
    "Use left over": "properties/test_disclosure_use_of_the_demo.py::test_",
    "Stored crossings": "architecture/test_stored_crossings.py::test_every_stored_combination",
    "Shared PC": "browser/test_answering_pages.py::test_nothing_is_left_on_a_shared_pc",
    "Lint": "architecture/test_anonymity_lint.py::test_the_answers_side_has_no_clock",
}
# what the server makes when it likes: its programme, log, maps of free space, caches
PASSING = {
    *("pginstall18", "pg_wal", "pg_xact", "pg_subtrans", "pg_multixact", "pg_logical", "pg_stat"),
    *("fsm", "vm", "pg_internal.init", "internal.init"),
}


# Side by side with A every linker of B has all it needs; those of credentials have it in A alone.
# Cards alone are left to `make audit` in the short form too: their answers lie in the same urn, and
# what the rows of cards could tell is among the planted leaks.
@pytest.mark.parametrize(
    ("grade", "number"),
    [
        ("A", SHORT),
        ("A, B and codes of letters", OF_FOUR_WAYS),
        pytest.param("P", SHORT, marks=pytest.mark.slow),
        *(pytest.param(grade, LONG, marks=pytest.mark.slow) for grade in ALL_WAYS),
    ],
)
async def test_nobody_is_linked_to_an_answer_more_often_than_by_luck(attacked, sink, grade, number):
    waves = []
    for at in range(number):
        mailed = sink if number < LONG else None
        waves.append(await hold(attacked.web, attacked.settings, at, ALL_WAYS[grade], sink=mailed))
        await close(waves[-1], attacked.settings, killed_once=at == 0)
    found = await all_links(attacked, waves)
    limit = by_luck(number)
    print("\n" + told(f"grade {grade}", found, number * PEOPLE, limit))
    assert max(found.values()) <= limit, told(grade, found, number * PEOPLE, limit)
    # the attack is not idle: names and sealed rows belong together, a killed emptying left its rows
    assert all(len(rows_of_people(one)) == PEOPLE for one in waves)
    first = evidence(waves[0], await spoils_of(attacked, waves[:1]))
    if number < LONG:  # of hundreds of waves PostgreSQL itself tidies the first pages up
        assert len(first.answers["dead rows on disk"]) == PEOPLE
    short = {name for name, order in first.people.items() if len(order) != PEOPLE}
    silent = {"links in a server's log", "times in both hosts' logs"}
    if number == LONG or grade == "P":
        silent.add("mails")
    if grade.startswith("A, ") or grade == "A and B":  # only some have a credential
        silent |= {name for name in short if name.startswith(("credential", "spent"))}
    assert short <= silent


async def test_nobody_seen_at_an_open_survey_is_linked_to_an_answer_more_often_than_by_luck(
    attacked,
):
    waves = []
    for at in range(SHORT):
        waves.append(await hold(attacked.web, attacked.settings, at, OPENLY))
        await count_alone(waves[-1], attacked.settings)
    found = await all_links(attacked, waves)
    limit = by_luck(SHORT)
    print("\n" + told("grade O", found, SHORT * PEOPLE, limit))
    assert max(found.values()) <= limit, told("grade O", found, SHORT * PEOPLE, limit)
    # the attack is not idle: of who was seen, and of all that lies in the urn and beside it, it has
    # an order of everybody, and of the stored rows, too
    assert all(len(rows_of_people(one)) == PEOPLE for one in waves)
    first = evidence(waves[0], await spoils_of(attacked, waves[:1]))
    known = {name for name, order in first.people.items() if len(order) == PEOPLE}
    assert known == OF_AN_OPEN_URN
    assert len(first.answers[DISK]) == len(first.answers["write-ahead log"]) == PEOPLE


@pytest.mark.slow
async def test_nor_where_halves_are_asked_in_other_words_by_whoever_knows_whose_were_whose(
    attacked, monkeypatch, tmp_path
):
    with_second_version(monkeypatch, tmp_path, REWORDED)
    waves = []
    for at in range(HALVED):
        waves.append(await hold(attacked.web, attacked.settings, at, IN_HALVES))
        await count_alone(waves[-1], attacked.settings)
    spoils = await spoils_of(attacked, waves)
    known = [evidence(one, spoils) for one in waves]
    halves, truths = [], []
    for held, one in zip(waves, known, strict=True):
        drawn = {
            person: arm_for(attacked.settings.secret(), held.wave.id, split_token(token)[0], ARMS)
            for person, token in enumerate(held.wave.tokens)
        }
        # a stored row tells its half by which of the two was not asked
        at, told_by = PLACES_OF_HALVES
        rows = [row.values["answers"] for row in spoils.versions[held.wave.id]]
        of_code = {code_of(row): told_by[row[at] == NOT_ASKED] for row in rows}
        assert {person: of_code[code] for person, code in held.truth.items()} == drawn
        halves += parted(one, drawn, of_code)
        truths += [
            {person: code for person, code in held.truth.items() if drawn[person] == half}
            for half in sorted(set(drawn.values()))
        ]
    for title, pieces, truth in (
        ("halves", known, [one.truth for one in waves]),
        ("each half by itself", halves, truths),
    ):
        found, limit = score(pieces, truth), by_luck(len(pieces))
        print("\n" + told(title, found, HALVED * PEOPLE, limit))
        assert max(found.values()) <= limit, told(title, found, HALVED * PEOPLE, limit)


@pytest.mark.slow
async def test_nor_of_those_who_stand_on_a_list(attacked):
    waves = []
    for at in range(SHORT):
        waves.append(await hold(attacked.web, attacked.settings, at, ON_A_LIST))
        await count_alone(waves[-1], attacked.settings)
    found, limit = await all_links(attacked, waves), by_luck(SHORT)
    print("\n" + told("a list", found, SHORT * PEOPLE, limit))
    assert max(found.values()) <= limit, told("a list", found, SHORT * PEOPLE, limit)
    assert all(len(rows_of_people(one)) == PEOPLE for one in waves)


@pytest.mark.slow
async def test_nor_where_modules_are_asked_by_whoever_knows_who_got_which(
    attacked, monkeypatch, tmp_path
):
    with_split_form(monkeypatch, tmp_path)
    waves, modules = [], []
    for at in range(MANY_MODULES):
        held = await hold(attacked.web, attacked.settings, at, IN_MODULES)
        secret, wave = attacked.settings.secret(), held.wave
        drawn = [arm_for(secret, wave.id, split_token(one)[0], MODULES) for one in wave.tokens]
        await count_alone(held, attacked.settings)
        # a module that too few answered is counted nowhere
        if min(drawn.count(one) for one in MODULES) >= FEWEST:
            waves.append(held)
            modules.append(dict(enumerate(drawn)))
    spoils = await spoils_of(attacked, waves)
    known = [evidence(one, spoils) for one in waves]
    pieces, truths = [], []
    for held, one, drawn in zip(waves, known, modules, strict=True):
        places = part_places(held.form)
        rows = [row.values["answers"] for row in spoils.versions[held.wave.id]]
        of_code = {held.code_of(row): next(iter(parts_asked(places, row))) for row in rows}
        assert {person: of_code[code] for person, code in held.truth.items()} == drawn
        pieces += parted(one, drawn, of_code)
        truths += [
            {person: code for person, code in held.truth.items() if drawn[person] == module}
            for module in sorted(set(drawn.values()))
        ]
    for title, known_of, truth in (
        ("modules", known, [one.truth for one in waves]),
        ("each module by itself", pieces, truths),
    ):
        found, limit = score(known_of, truth), by_luck(len(known_of))
        print("\n" + told(title, found, len(waves) * PEOPLE, limit))
        assert max(found.values()) <= limit, told(title, found, len(waves) * PEOPLE, limit)
    # the attack is not idle
    assert waves
    assert all(len(rows_of_people(one)) == PEOPLE for one in waves)


@pytest.mark.parametrize("grade", ["A", "B"])
async def test_an_answer_leaves_no_file_key_or_number_of_its_own(attacked, redis, data_dir, grade):
    """File times, Redis, sequences and long values: there is nothing to set in order."""
    wave = await an_open_wave(attacked.settings, "wave-0", people=PEOPLE)
    [way] = GRADES[grade]
    seen = []
    for person in range(4):
        await way(attacked.web, wave, wave.tokens[person], sheet(person, FIRST))
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


@pytest.mark.parametrize("row", SECTION_9)
def test_every_row_of_the_list_has_its_tests(row):
    file, name = SECTION_9[row].split("::")
    assert f"def {name}" in (ROOT / "tests" / file).read_text()
